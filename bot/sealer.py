"""The sealer: chains the audit's hashes right behind what happens, and signs the chain.

It runs beside the machine and holds nothing up: a line commits with its action, its seal follows
within a fraction of a second. What a crash left unsealed is sealed at the next start.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.events import Decision
from bot.logs import why
from bot.signing import Signer
from bot.writer import Writer
from storage import seals
from storage.database import Sessions
from storage.seals import AuditMark, AuditSeal

log = logging.getLogger("kollega.sealer")

BEHIND_SECONDS = 0.2
"""How long a line may stand without its seal (`design/durability.md`: window <= 0.2 s)."""
AT_ONCE = 200
SIGNED_EVERY = timedelta(minutes=5)
AFTER_TROUBLE = 5.0


class Sealer:
    """An observer of the machine. Without a signer the chain is kept but not signed."""

    def __init__(
        self,
        sessions: Sessions,
        writer: Writer,
        now: Callable[[], datetime],
        signer: Signer | None = None,
    ) -> None:
        self.sessions, self.writer, self.now, self.signer = sessions, writer, now, signer
        self.happened = asyncio.Event()
        self.happened.set()  # what the last run of the program left

    def __call__(self, _: Decision) -> None:
        self.happened.set()

    async def run(self) -> None:
        while True:
            await self.happened.wait()
            await asyncio.sleep(BEHIND_SECONDS)
            self.happened.clear()
            try:
                await self.catch_up()
            except Exception as no:
                log.error("the audit is not sealed just now (%s); again soon", why(no))
                await asyncio.sleep(AFTER_TROUBLE)
                self.happened.set()

    async def finish(self) -> None:
        """The bot stops: what is there is sealed and signed, as far as the store still works."""
        try:
            await self.catch_up(at_once=True)
        except Exception as no:
            log.error("the newest audit lines are sealed at the next start (%s)", why(no))

    async def catch_up(self, at_once: bool = False) -> None:
        """Seal all that is there, in small pieces between which a press may come."""
        while await self.writer.do(self._seal):
            pass
        if self.signer:
            await self.writer.do(lambda: self._sign(at_once))

    def _seal(self) -> bool:
        """True when there may be more."""
        with self.sessions() as session:
            sealed = seals.seal(session, AT_ONCE)
            session.commit()
            return sealed == AT_ONCE

    def _sign(self, at_once: bool) -> None:
        with self.sessions() as session:
            newest, mark = seals.newest(session), seals.newest_mark(session)
            if self.signer is None or newest is None or (mark and mark.number == newest.number):
                return
            if mark and not at_once and self.now() - mark.at < SIGNED_EVERY:
                return
            session.add(signed(self.signer, newest, self.now()))
            session.commit()


def signed(signer: Signer, newest: AuditSeal, now: datetime) -> AuditMark:
    said = marked(newest.number, newest.chain, now)
    return AuditMark(
        number=newest.number,
        chain=newest.chain,
        at=now,
        key=signer.key,
        signature=signer.sign(said),
    )


def marked(number: int, chain: str, at: datetime) -> str:
    """The text that is signed; `at` is aware UTC."""
    return f"kollega audit {number} {chain} {at.isoformat(timespec='microseconds')}"
