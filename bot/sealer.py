"""The sealer: chains the audit's hashes right behind what happens, and signs the chain.

It runs beside the machine and holds nothing up: a line commits with its action, its seal follows
within a fraction of a second. What a crash left unsealed is sealed at the next start.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import marks
from bot.events import Decision
from bot.logs import why
from bot.marks import Kept, marked
from bot.signing import Signer, holds
from bot.writer import Writer
from storage import seals
from storage.database import Sessions
from storage.seals import AuditMark, AuditSeal

log = logging.getLogger("kollega.sealer")

BEHIND_SECONDS = 0.2
"""How long a line may stand without its seal (`design/durability.md`: window <= 0.2 s)."""
AT_ONCE = 200
SIGNED_EVERY = timedelta(minutes=5)
LOOKS_SECONDS = 60.0
AFTER_TROUBLE = 5.0

REPAIR = "see kollega audit verify; where a backup was put back: kollega audit accept"
NOT_READ = "what was signed here cannot be read, so nobody would see that the chain was cut"
NOT_WRITTEN = "what is signed cannot be kept beside the signing key; sealing goes on"


class Sealer:
    """An observer of the machine. Without a signer the chain is kept but not signed; what this
    machine signed stands outside the database too, and nothing is signed past a chain that differs.
    """

    def __init__(
        self,
        sessions: Sessions,
        writer: Writer,
        now: Callable[[], datetime],
        signer: Signer | None = None,
    ) -> None:
        self.sessions, self.writer, self.now, self.signer = sessions, writer, now, signer
        self.marks = marks.beside(signer) if signer else None
        self.said = ""
        self.happened = asyncio.Event()
        self.happened.set()  # what the last run of the program left

    def __call__(self, _: Decision) -> None:
        self.happened.set()

    async def run(self) -> None:
        while True:
            with suppress(TimeoutError):  # when nothing happens, what did happen is signed
                await asyncio.wait_for(self.happened.wait(), LOOKS_SECONDS)
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
            newest = seals.newest(session)
            if self.signer is None or self._in_doubt(session) or newest is None:
                return
            mark = self._last(session, self.signer, newest)
            if self._is_due(session, mark, newest, at_once):
                session.add(mark := signed(self.signer, newest, self.now()))
                session.commit()
        if mark:
            self._keep(self.signer, mark)

    def _last(self, session: Session, signer: Signer, newest: AuditSeal) -> AuditMark | None:
        """Only a mark of our own counts: one that somebody wrote in must not keep us from it."""
        mark = seals.newest_mark(session, signer.key, newest.number)
        return mark if mark and holds(signer.public, text_of(mark), mark.signature) else None

    def _is_due(
        self, session: Session, mark: AuditMark | None, newest: AuditSeal, at_once: bool
    ) -> bool:
        if session.get(AuditMark, newest.number):  # whosever it is: the next seal is signed then
            return False
        return mark is None or at_once or abs(self.now() - mark.at) >= SIGNED_EVERY

    def trouble(self, session: Session) -> str | None:
        """Why the chain is not what this machine has signed."""
        tip = self._tip()
        if tip is None or tip.number == 0:
            return None
        sealed = session.get(AuditSeal, tip.number)
        if sealed is not None and sealed.chain == tip.chain:
            return None
        how = "was cut" if sealed is None else "was written anew"
        return f"the chain {how}: seal {tip.number}, which was signed here, is gone; {REPAIR}"

    def _in_doubt(self, session: Session) -> bool:
        why = self.trouble(session)
        if why:
            self._say(f"the audit is not signed any more: {why}")
        return why is not None

    def _tip(self) -> Kept | None:
        try:
            return self.marks.tip() if self.marks else None
        except OSError as no:
            self._say(f"{NOT_READ} ({no})")
            return None

    def _keep(self, signer: Signer, mark: AuditMark) -> None:
        """After the commit. What a kill in between, a full disk or another bot left out comes too:
        our key has signed it."""
        tip = self._tip()
        if self.marks is None or (tip and tip.number >= mark.number):
            return
        try:
            self.marks.add(Kept(mark.number, mark.chain, mark.at, signer.public, mark.signature))
            self.said = ""
        except OSError as no:
            self._say(f"{NOT_WRITTEN} ({no})")

    def _say(self, line: str) -> None:
        """Once, until it is well again."""
        if line != self.said:
            log.error("%s", line)
        self.said = line


def signed(signer: Signer, newest: AuditSeal, now: datetime) -> AuditMark:
    said = marked(newest.number, newest.chain, now)
    return AuditMark(
        number=newest.number,
        chain=newest.chain,
        at=now,
        key=signer.key,
        signature=signer.sign(said),
    )


def text_of(mark: AuditMark) -> str:
    return marked(mark.number, mark.chain, mark.at)
