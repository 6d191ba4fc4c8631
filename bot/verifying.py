"""Verifying: the audit against its seals, its marks, and what this machine knows it signed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot import marks
from bot.marks import Kept, marked
from bot.signing import Signer, holds, name_of
from storage.audit import AuditLine
from storage.seals import FIRST, AuditMark, AuditSeal, damages, newest, newest_mark
from storage.wordless import Wordless

LATE = timedelta(hours=1)
"""A line that has no signature for so long is told."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Verdict:
    """`damages` are what does not agree; `notes` what is to be known all the same. `since` is the
    first mark of the file that does not agree (0: none); `places` what is wrong in the database.
    """

    damages: list[str]
    notes: list[str]
    places: list[str]
    since: int


def look(session: Session, signer: Signer, now: datetime) -> Verdict:
    """The file is read first: what it names was committed before."""
    file = marks.beside(signer)
    lines = file.all()
    whole = [one for one in lines if one and one.holds]
    must, yeses = marks.replay(whole)
    places = [
        *map(str, damages(session)),
        *_signatures(session, {signer.public, *(one.key for one in whole)}),
        *_spoiled(file.file.name, lines),
    ]
    accepted = {place for yes in yeses for place in yes.places}
    lost = _lost(session, must)
    found = [*(one for one in places if one not in accepted), *_signed_here(session, lost)]
    notes = [
        *(_yes(yes) for yes in yeses),
        *(f"Accepted: {one}." for one in places if one in accepted),
        *Wordless(session).told(),
        *_unkept(session, file, whole),
        *_torn(file, lines),
        *_unsigned(session, now),
    ]
    return Verdict(found, notes, places, min(lost, default=0))


def yes(session: Session, signer: Signer, now: datetime, why: str, seen: Verdict) -> Kept:
    """The line by which somebody accepts what was seen."""
    last = newest(session)
    number, chain = (last.number, last.chain) if last else (0, FIRST)
    places = tuple(seen.places)
    said = Kept(number, chain, now, signer.public, why=why, since=seen.since, places=places)
    return marks.signed(signer, said)


def _signatures(session: Session, known: set[str]) -> Iterator[str]:
    """Marks in the database that no key of this installation signed."""
    publics = {name_of(public): public for public in known}
    for mark in session.exec(select(AuditMark).order_by(col(AuditMark.number))):
        public = publics.get(mark.key)
        if public is None:
            yield f"audit seal {mark.number}: its mark is of a key that is not known here"
        elif not holds(public, marked(mark.number, mark.chain, mark.at), mark.signature):
            yield f"audit seal {mark.number}: its signature is not of this installation's key"


def _spoiled(name: str, lines: Sequence[Kept | None]) -> Iterator[str]:
    for place, one in enumerate(lines, 1):
        if one and not one.holds:
            yield f"{name}, line {place}: it is not signed by the key that it names"


def _lost(session: Session, must: Sequence[Kept]) -> dict[int, bool]:
    """Seals that this machine signed and that say something else now, or (False) are gone."""
    there: dict[int, str] = {}
    numbers = [one.number for one in must]
    for start in range(0, len(numbers), AT_ONCE):
        wanted = col(AuditSeal.number).in_(numbers[start : start + AT_ONCE])
        there |= dict(session.exec(select(AuditSeal.number, AuditSeal.chain).where(wanted)).all())
    return {one.number: one.number in there for one in must if there.get(one.number) != one.chain}


def _signed_here(session: Session, lost: dict[int, bool]) -> Iterator[str]:
    if anew := [number for number, there in lost.items() if there]:
        yield f"the chain was written anew before seal {min(anew)}, which this machine had signed"
    if gone := [number for number, there in lost.items() if not there]:
        last = newest(session)
        ends = f"it ends at seal {last.number}" if last else "nothing is left of it"
        yield f"the chain was cut: this machine signed up to seal {max(gone)}, and {ends}"


def _yes(yes: Kept) -> str:
    gone = f", without what was signed from seal {yes.since} on" if yes.since else ""
    return f"Accepted on {yes.at:%Y-%m-%d %H:%M} UTC up to seal {yes.number}{gone}: {yes.why}"


def _unkept(session: Session, file: marks.Marks, whole: Sequence[Kept]) -> Iterator[str]:
    """Marks that stand in one place only: no lie by themselves, but to be known."""
    there = set(session.exec(select(AuditMark.number)))
    if there and not whole:
        yield f"{file.file} is not there or empty: only the database says what was signed."
    last = max((place for place, one in enumerate(whole) if one.why), default=-1)
    gone = [one.number for one in whole[last + 1 :] if one.number not in there]
    if gone:
        which = f"seals {min(gone)} to {max(gone)}"
        yield f"{len(gone)} marks that this machine signed are not in the database ({which})."


def _torn(file: marks.Marks, lines: Sequence[Kept | None]) -> Iterator[str]:
    if torn := lines.count(None):
        yield f"{torn} lines of {file.file.name} cannot be read; was the disk full?"


def _unsigned(session: Session, now: datetime) -> Iterator[str]:
    mark = newest_mark(session)
    after = mark.number if mark else 0
    asked = (
        select(AuditLine.at)
        .join(AuditSeal, col(AuditSeal.line) == AuditLine.id)
        .where(AuditSeal.number > after)
    )
    oldest = session.exec(asked.order_by(col(AuditSeal.number)).limit(1)).first()
    if oldest and now - oldest > LATE:
        since = f"{oldest:%Y-%m-%d %H:%M} UTC"
        yield f"Nothing after seal {after} is signed, and that waits since {since}. Does a bot run?"
