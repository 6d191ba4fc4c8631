"""Keeping: copies of the store in another place, without anybody thinking of it.

Each minute a small copy of all that is live, each day a whole one. The folder should be on another
machine: with both, a lost machine takes along a minute at the most (A6). Such a folder may hang or
be full; then `/readyz` and the watchman outside tell it, and the bot goes on without.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import datetime, timedelta
from pathlib import Path

from bot.apart import begin, waited
from storage import copies

log = logging.getLogger("kollega.keeping")

EVERY_SECONDS = 45.0
"""So that a copy is never older than a minute, its own making included."""
LIVE_SECONDS, WHOLE_SECONDS = 30.0, 900.0
"""How long each of the two is waited for."""
LATE = timedelta(minutes=3)
"""An older copy is told to be too old."""
LIVE_ALARM, WHOLE_ALARM = timedelta(minutes=10), timedelta(hours=1)
"""After so long without, the watchman outside is not told any more that all is well. Not at once: a
file server is started anew now and then, and nobody has to be woken for that."""
KEPT_WHOLE = 7
LIVE = "live.db"


Stands = list[tuple[int, int]]
"""When each of the store's files was written last, and how long it was then."""


class Errand:
    """One kind of copy. Two of a kind are never made at a time: the second waits for the first."""

    def __init__(
        self,
        what: str,
        make: Callable[[], None],
        seconds: float,
        alarm: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self.what, self.make, self.seconds, self.alarm, self.now = what, make, seconds, alarm, now
        self.began = now()
        self.kept_at: datetime | None = None
        self.trouble = ""
        self.making: Future[None] | None = None

    @property
    def age(self) -> timedelta:
        """How much could be lost; before the first copy, since the start."""
        return max(timedelta(), self.now() - (self.kept_at or self.began))

    async def done(self) -> None:
        """Raises what goes wrong; `apart.Hung` for one that does not end."""
        if self.making is None or self.making.done():
            self.making = begin(self._make)
        await waited(self.making, self.seconds)

    def _make(self) -> None:
        at = self.now()  # what comes while it is made may be missing in it
        self.make()
        self.kept_at, self.trouble = at, ""

    async def tried(self) -> None:
        """What goes wrong is told once a reason."""
        try:
            await self.done()
        except Exception as no:
            why = str(no) or type(no).__name__
            if isinstance(no, OSError) and no.strerror:
                why = no.strerror
            if why != self.trouble:
                log.error("the %s cannot be made (%s); it is tried again", self.what, why)
            self.trouble = why


class Keeper:
    """`store` is the SQLite file, `folder` where the copies go."""

    def __init__(self, store: Path, folder: Path, now: Callable[[], datetime]) -> None:
        self.store, self.folder, self.now = store, folder, now
        self.changed = True
        self.copied: Stands | None = None
        self.errands = (
            Errand("live copy", self._live, LIVE_SECONDS, LIVE_ALARM, now),
            Errand("whole copy", self._whole, WHOLE_SECONDS, WHOLE_ALARM, now),
        )

    def __call__(self, _: object) -> None:
        """An observer: something was decided, so the last copy is old."""
        self.changed = True

    @property
    def live(self) -> Path:
        return self.folder / LIVE

    @property
    def age(self) -> float:
        """Seconds that a lost machine would take along."""
        return self.errands[0].age.total_seconds()

    @property
    def well(self) -> bool:
        return all(errand.age < errand.alarm for errand in self.errands)

    @property
    def works(self) -> bool | None:
        """Whether copies are made; None while that is not sure, as right after a start."""
        if not self.well:
            return False
        sure = all(errand.kept_at and not errand.trouble for errand in self.errands)
        return True if sure else None

    @property
    def since(self) -> datetime:
        """Of when the copy is that fails; without any, when the bot was started."""
        late = [one for one in self.errands if one.age >= one.alarm] or self.errands
        return min(one.kept_at or one.began for one in late)

    def told(self) -> str:
        """How the copies are, in plain words."""
        live = self.errands[0]
        said = f"the copy is {self.age:.0f} s old" if live.kept_at else "no copy yet"
        said += "" if live.kept_at else f", for {self.age:.0f} s"
        said += ", which is too old" if live.age > LATE else ""
        troubles = "; ".join(self._troubles())
        return f"{said} ({troubles})" if troubles else said

    def _troubles(self) -> Iterator[str]:
        for errand in self.errands:
            if errand.trouble:
                yield f"{errand.what}: {errand.trouble}"

    async def run(self) -> None:
        await asyncio.gather(*map(self._again, self.errands))

    async def _again(self, errand: Errand) -> None:
        while True:
            await errand.tried()
            await asyncio.sleep(EVERY_SECONDS)

    async def keep(self) -> None:
        """One round: a live copy when something has changed, and the day's whole one."""
        for errand in self.errands:
            await errand.done()

    def _live(self) -> None:
        stands = self._stands()
        if not self.changed and stands == self.copied and self.live.exists():
            return
        self.changed, self.copied = False, None
        copies.live_copy(self.store, self.live, self.now())
        self.copied = stands

    def _stands(self) -> Stands:
        """Tells whether anybody has written: a command beside the bot is no decision of it."""
        files = self.store, self.store.with_name(f"{self.store.name}-wal")
        found = [file.stat() for file in files if file.exists()]
        return [(one.st_mtime_ns, one.st_size) for one in found]

    def _whole(self) -> None:
        today = self.folder / f"whole-{self.now():%Y%m%d}.db"
        if not today.exists():
            self._tidy()
            copies.backup(self.store, today)
        for old in sorted(self.folder.glob("whole-*.db"))[:-KEPT_WHOLE]:
            old.unlink()

    def _tidy(self) -> None:
        """What a bot that was killed had half copied."""
        for name in f"{LIVE}.*.new", "whole-*.new":
            for left in self.folder.glob(name):
                if f".{os.getpid()}." not in left.name:
                    left.unlink(missing_ok=True)
