"""Seals: the hash chain over the audit, written right behind it.

A seal names one audit line, the hash of what it says, and the chain so far. The line itself commits
with its action; sealing it there too would cost half the throughput (`design/durability.md`).
Where retention erases what a line says, its seal stays, so the chain can still be followed.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import exists, func, insert
from sqlmodel import Field, Session, SQLModel, col, select

from storage.audit import AuditLine
from storage.quick import table
from storage.times import Utc
from storage.wordless import Wordless

FIRST = "0" * 64
"""What the chain begins from."""

LOOK_BACK = 10_000
"""Lines. Numbers are given before the commit: a lower one may be seen later than a higher one."""


class AuditSeal(SQLModel, table=True):
    """`content` is the hash of the line's words, `chain` that of all seals up to this one."""

    __tablename__ = "audit_seal"

    number: int = Field(primary_key=True)
    line: int = Field(unique=True)
    content: str
    chain: str


class AuditMark(SQLModel, table=True):
    """The chain as it stood at a time, signed: whoever rewrites the chain later cannot sign it."""

    __tablename__ = "audit_mark"

    number: int = Field(primary_key=True)
    chain: str
    at: datetime = Field(sa_type=Utc)
    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Link:
    """How far the chain has been followed."""

    number: int
    chain: str


@dataclass(frozen=True, slots=True)
class Damage:
    """A place where audit and chain do not agree, in plain words."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"audit line {self.line}: {self.why}"


def content_of(line: AuditLine) -> str:
    """The hash of what a line says."""
    at = line.at.isoformat(timespec="microseconds")
    said = [line.id, at, line.who, line.what, line.payload, line.outcome, line.rows, line.event]
    said.append(line.salt)
    return sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def link(before: str, number: int, line: int, content: str) -> str:
    """The chain with one more seal."""
    return sha256(f"{before}:{number}:{line}:{content}".encode()).hexdigest()


def seal(session: Session, most: int) -> int:
    """Seal so many lines at the most, the oldest first; how many were sealed."""
    last = newest(session)
    number, chain = (last.number, last.chain) if last else (0, FIRST)
    rows = []
    for line in unsealed(session, most):
        number, content = number + 1, content_of(line)
        chain = link(chain, number, line.id or 0, content)
        rows.append({"number": number, "line": line.id, "content": content, "chain": chain})
    if rows:
        session.execute(insert(table(AuditSeal)), rows)
    return len(rows)


def newest(session: Session) -> AuditSeal | None:
    return session.exec(select(AuditSeal).order_by(col(AuditSeal.number).desc()).limit(1)).first()


def newest_mark(session: Session, key: str = "", upto: int | None = None) -> AuditMark | None:
    """Of one key, and not above a seal, where these are given."""
    asked = select(AuditMark).order_by(col(AuditMark.number).desc())
    if key:
        asked = asked.where(AuditMark.key == key)
    if upto is not None:
        asked = asked.where(AuditMark.number <= upto)
    return session.exec(asked.limit(1)).first()


def unsealed(session: Session, most: int) -> Sequence[AuditLine]:
    """Lines without a seal, oldest first, from a little before the newest sealed one on."""
    highest = session.exec(select(func.max(AuditSeal.line))).one() or 0
    asked = (
        select(AuditLine)
        .where(col(AuditLine.id) > highest - LOOK_BACK)
        .where(~exists().where(col(AuditSeal.line) == AuditLine.id))
    )
    return session.exec(asked.order_by(col(AuditLine.id)).limit(most)).all()


def damages(session: Session, batch: int = 1000) -> Iterator[Damage]:
    """Everything that does not agree, line by line; nothing when all is well."""
    before, wordless = Link(0, FIRST), Wordless(session)
    while seals := _seals(session, before.number, batch):
        lines = _lines(session, [seal.line for seal in seals])
        for each in seals:
            yield from _line_damages(wordless, each, lines.get(each.line))
            yield from _chain_damages(before, each)
            before = Link(each.number, each.chain)  # from here on, as it says itself
        session.expunge_all()
    yield from (Damage(line, why) for line, why in wordless.miscounted())
    yield from _never_sealed(session)
    yield from _marks(session)


def _line_damages(
    wordless: Wordless, sealed: AuditSeal, line: AuditLine | None
) -> Iterator[Damage]:
    if line is None:
        yield Damage(sealed.line, "it was removed")
    elif line.erased_by is not None:
        if why := wordless.why_not(line):
            yield Damage(sealed.line, why)
    elif content_of(line) != sealed.content:
        yield Damage(sealed.line, "it was changed")


def _chain_damages(before: Link, sealed: AuditSeal) -> Iterator[Damage]:
    if sealed.number != before.number + 1:
        missing = f"seals {before.number + 1} to {sealed.number - 1} before it"
        yield Damage(sealed.line, f"{missing} were removed")
    elif link(before.chain, sealed.number, sealed.line, sealed.content) != sealed.chain:
        yield Damage(sealed.line, "its seal was changed, or stands in another place")


def _seals(session: Session, after: int, most: int) -> Sequence[AuditSeal]:
    asked = select(AuditSeal).where(AuditSeal.number > after).order_by(col(AuditSeal.number))
    return session.exec(asked.limit(most)).all()


def _lines(session: Session, ids: Sequence[int]) -> dict[int, AuditLine]:
    asked = select(AuditLine).where(col(AuditLine.id).in_(ids))
    return {line.id or 0: line for line in session.exec(asked)}


def _never_sealed(session: Session) -> Iterator[Damage]:
    """A line that stands among sealed ones without a seal was put there afterwards."""
    highest = session.exec(select(func.max(AuditSeal.line))).one() or 0
    asked = select(AuditLine.id).where(
        col(AuditLine.id) <= highest, ~exists().where(col(AuditSeal.line) == AuditLine.id)
    )
    for id in session.exec(asked):
        yield Damage(id or 0, "it was added afterwards: it has no seal")


def _marks(session: Session) -> Iterator[Damage]:
    """A signed mark whose seal says something else now: the chain was written anew."""
    for mark in session.exec(select(AuditMark).order_by(col(AuditMark.number))):
        sealed = session.get(AuditSeal, mark.number)
        if sealed is None:
            yield Damage(0, f"the chain was cut: it was signed up to seal {mark.number}")
        elif sealed.chain != mark.chain:
            yield Damage(sealed.line, f"the chain was written anew before seal {mark.number}")
