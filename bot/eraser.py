"""The eraser: works through approved lists, and lets the machine's own tables forget.

It runs beside the machine in small pieces with a pause between them, so that a press never waits
for it. Where it was killed it goes on; where several bots share a store any of them may.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlmodel import Session, func, select

from bot.logs import why
from bot.records import CLOCK
from bot.writer import Writer
from storage import audit
from storage.audit import AuditLine
from storage.database import Sessions
from storage.erasing import Kept, erase
from storage.purge import purge
from storage.retention import RetentionRun, RunStatus, under_way
from storage.stripping import strip
from storage.wordless import ERASED, FINISHED

log = logging.getLogger("kollega.eraser")

PAUSE_SECONDS = 0.05
"""Between two pieces, so that whoever waits for the store gets it."""
LOOKS_SECONDS = 60.0
AFTER_TROUBLE = 300.0


class Eraser:
    def __init__(
        self, sessions: Sessions, writer: Writer, now: Callable[[], datetime], kept: Sequence[Kept]
    ) -> None:
        self.sessions, self.writer, self.now, self.kept = sessions, writer, now, kept

    async def run(self) -> None:
        while True:
            try:
                await self.catch_up()
                pause = LOOKS_SECONDS
            except Exception as no:
                log.error("nothing is erased just now (%s); it is tried again", why(no))
                pause = AFTER_TROUBLE
            await asyncio.sleep(pause)

    async def catch_up(self) -> None:
        """All that has been approved, and all that is old."""
        for work in self._piece, self._purge:
            while await self.writer.do(work):  # noqa: ASYNC110  (work, and a breath after it)
                await asyncio.sleep(PAUSE_SECONDS)

    def _piece(self) -> bool:
        with self.sessions() as session:
            more = piece(session, self.kept, self.now())
            session.commit()
            return more

    def _purge(self) -> bool:
        with self.sessions() as session:
            gone = purge(session, self.now())
            session.commit()
            return gone > 0


def piece(session: Session, kept: Sequence[Kept], now: datetime, who: str = CLOCK) -> bool:
    """The next piece of what has been approved, for a transaction of its own; False: no more."""
    run = under_way(session)
    if run is None:
        return False
    if run.status is RunStatus.APPROVED:
        run.begin(noted(session, run, ERASED, now, who))
    elif not erase(session, run, kept, now) and not strip(session, run, kept, now):
        run.finish(now)
        noted(session, run, FINISHED, now, who, lines=run.lines)
    session.add(run)
    return True


def noted(
    session: Session, run: RetentionRun, what: str, now: datetime, who: str, **counted: int
) -> int:
    """A line of the audit; its number. What it counted is sealed with it."""
    said = {
        "payload": json.dumps(counted),
        "outcome": "done",
        "rows": [f"retention_run:{run.number}"],
    }
    audit.note(session, at=now, who=who, what=what, event="", **said)  # type: ignore[arg-type]
    return session.exec(select(func.max(AuditLine.id))).one() or 0
