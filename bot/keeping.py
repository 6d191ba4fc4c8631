"""Keeping: copies of the store in another place, without anybody thinking of it.

Each minute a small copy of all that is live, each day a whole one. The folder should be on another
machine: with both, a lost machine takes along a minute at the most (A6).
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from storage import copies

log = logging.getLogger("kollega.keeping")

EVERY_SECONDS = 45.0
"""So that a copy is never older than a minute, its own making included."""
KEPT_WHOLE = 7


class Keeper:
    """`store` is the SQLite file, `folder` where the copies go."""

    def __init__(self, store: Path, folder: Path, now: Callable[[], datetime]) -> None:
        self.store, self.folder, self.now = store, folder, now
        self.changed = True
        self.kept_at: datetime | None = None

    def __call__(self, _: object) -> None:
        """An observer: something was decided, so the last copy is old."""
        self.changed = True

    @property
    def live(self) -> Path:
        return self.folder / "live.db"

    async def run(self) -> None:
        said = ""
        while True:
            try:
                await self.keep()
                said = ""
            except Exception as no:
                if str(no) != said:
                    log.error("no copy can be made in %s (%s); it is tried again", self.folder, no)
                said = str(no)
            await asyncio.sleep(EVERY_SECONDS)

    async def keep(self) -> None:
        """One round: a live copy when something has changed, and the day's whole one."""
        if self.changed:
            self.changed = False
            try:
                await asyncio.to_thread(copies.live_copy, self.store, self.live, self.now())
            except Exception:
                self.changed = True
                raise
        self.kept_at = self.now()
        await asyncio.to_thread(self._whole)

    def _whole(self) -> None:
        today = self.folder / f"whole-{self.now():%Y%m%d}.db"
        if not today.exists():
            copies.backup(self.store, today)
        for old in sorted(self.folder.glob("whole-*.db"))[:-KEPT_WHOLE]:
            old.unlink()
