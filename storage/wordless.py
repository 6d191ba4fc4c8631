"""Wordless: what must be true of an audit line that says that its words were taken away.

Two may take them: an act that leaves no trace itself (`BLANKED`), and an approved run of retention,
whose own audit line is the protocol. With its words a line loses what its seal could prove: what
was done, its outcome and the hour. So whatever else can be proved of it is asked for here.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import String, cast, func
from sqlmodel import Session, col, select

from storage.audit import BLANKED, AuditLine
from storage.retention import RetentionRun
from storage.untraced import UntracedCount

ERASED, APPROVED, FINISHED = "retention.erased", "retention.approve", "retention.finished"
"""The protocol of a run, the yes before it, and the line that closes it with its count."""
OWN = "retention."
"""What tells of erasing is not erased with it."""

MAY_BLANK = {
    "reports.send_nameless": (
        "reports.", "cases.list", "cases.show", "cases.read", "cases.raise", "cases.lowered",
        "cases.give",
    ),
}  # fmt: skip
"""Which acts blank lines, and of what: the beginnings of the names of all that touches a draft or
the window that it stood in. `tests/test_audit.py` holds it against the features."""


class Wordless:
    """One look at all that was taken away; each answer is None, or why it cannot be so."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.many = _by_protocol(session)
        self.hours = _hours(session)
        self.protocols = {id: _protocol(session, id) for id in self.many if id != BLANKED}

    def why_not(self, line: AuditLine) -> str | None:
        """Was it right to take the words of this line, and are they gone?"""
        return self._blanked(line) if line.erased_by == BLANKED else self._erased(line)

    def _blanked(self, line: AuditLine) -> str | None:
        if not _empty(line):
            return "it says that it was blanked, and it was not"
        if not any(line.what.startswith(each) for of in MAY_BLANK.values() for each in of):
            return "it was blanked, and nothing may blank a line of that kind"
        if line.at not in self.hours:
            return "it was blanked, and in its hour nothing was done that blanks lines"
        return None

    def _erased(self, line: AuditLine) -> str | None:
        protocol = line.erased_by or 0
        if self.protocols.get(protocol) is None or (line.id or 0) >= protocol:
            return "its words are gone, and no protocol says why"
        if not _empty(line):
            return "it says that its words were erased, and they were not"
        if line.what.startswith(OWN):
            return "its words are gone, and what tells of erasing is never erased"
        return None

    def miscounted(self) -> Iterator[tuple[int, str]]:
        """Protocols that do not say what was done, by their lines."""
        asked = select(RetentionRun).where(col(RetentionRun.protocol).is_not(None))
        for run in self.session.exec(asked.order_by(col(RetentionRun.id))):
            said, there = _count(self.session, run), self.many.get(run.protocol or 0, 0)
            if said != there:
                why = f"its run erased the words of {said} lines, and {there} name it"
                yield run.protocol or 0, why
            if not _approval(self.session, run):
                yield run.protocol or 0, "nobody had approved the run that it tells of"

    def told(self) -> Iterator[str]:
        """How many lines have no words, and who took them: nobody blanks quietly."""
        if many := self.many.get(BLANKED):
            yield f"{many} lines were blanked by acts that leave no trace themselves."
        for id, run in sorted(self.protocols.items()):
            if run is not None:
                yes = _approval(self.session, run)
                by = f"run {run.number}, approved by {yes.who if yes else 'nobody'}"
                yield f"{self.many[id]} lines were erased by protocol {id} ({by})."


def _empty(line: AuditLine) -> bool:
    said = line.who or line.payload or line.event or line.rows or line.salt
    return not (said or line.at.minute or line.at.second or line.at.microsecond)


def _by_protocol(session: Session) -> dict[int, int]:
    by = col(AuditLine.erased_by)
    asked = select(by, func.count()).where(by.is_not(None)).group_by(by)
    return {id: many for id, many in session.exec(asked) if id is not None}


def _hours(session: Session) -> set[datetime]:
    """In which an act that blanks lines was done."""
    asked = select(UntracedCount.hour).where(
        col(UntracedCount.what).in_(list(MAY_BLANK)), UntracedCount.outcome == "done"
    )
    return set(session.exec(asked))


def _protocol(session: Session, id: int) -> RetentionRun | None:
    """The run whose protocol this line is."""
    line = session.get(AuditLine, id)
    if line is None or line.what != ERASED or line.erased_by is not None:
        return None
    run = session.exec(select(RetentionRun).where(RetentionRun.protocol == id)).first()
    return run if run and line.rows == [_name(run)] else None


def _count(session: Session, run: RetentionRun) -> int:
    """As its last line says it, which is sealed; before that as the run does."""
    closed = _first(session, run, FINISHED)
    try:
        return int(json.loads(closed.payload)["lines"]) if closed else run.lines
    except (ValueError, KeyError, TypeError):  # an edited line, which is told as such
        return run.lines


def _approval(session: Session, run: RetentionRun) -> AuditLine | None:
    yes = _first(session, run, APPROVED)
    return yes if yes and (yes.id or 0) < (run.protocol or 0) else None


def _first(session: Session, run: RetentionRun, what: str) -> AuditLine | None:
    named = cast(col(AuditLine.rows), String).contains(f'"{_name(run)}"', autoescape=True)
    asked = select(AuditLine).where(AuditLine.what == what, AuditLine.outcome == "done", named)
    return session.exec(asked.order_by(col(AuditLine.id)).limit(1)).first()


def _name(run: RetentionRun) -> str:
    return f"{RetentionRun.__tablename__}:{run.number}"
