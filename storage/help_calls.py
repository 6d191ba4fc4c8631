"""Which help calls are open: whose they are, who owns them, where."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import event, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from storage.help import HIGHEST, HelpCall
from storage.help_life import OPEN
from storage.quick import table
from storage.recall import recall


class Brief(NamedTuple):
    """What every turn asks of every open call; the whole row has copies of its site and ladders."""

    number: int
    presser: str
    owner: str | None
    area: str | None
    level: int
    forced_at: datetime | None
    started_at: datetime
    joined: int

    @property
    def open(self) -> bool:
        return True

    @property
    def shown_level(self) -> int:
        return HIGHEST if self.forced_at else self.level

    @property
    def urgency(self) -> tuple[int, datetime]:
        return -self.shown_level, self.started_at


OpenCall = Brief | HelpCall
"""The whole row once this turn has read it: it may have changed since."""

_BRIEFS = (
    sql_select(*(table(HelpCall).c["id" if name == "number" else name] for name in Brief._fields))
    .where(or_(*(table(HelpCall).c.status == status for status in OPEN)))
    .order_by(table(HelpCall).c.id)
)


def add(session: Session, call: HelpCall) -> HelpCall:
    """A new call, with its number."""
    session.add(call)
    session.flush()
    _open(session).rows[call.number] = call
    recall(session, ("new help call", call.number), lambda: True)
    return call


def is_new(session: Session, call: int) -> bool:
    """It began in this turn: nobody was told of it before, and nobody has said anything."""
    return recall(session, ("new help call", call), lambda: False)


def whole(session: Session, numbers: Iterable[int]) -> list[HelpCall]:
    """The rows of these calls, in this order."""
    wanted, rows = [*numbers], _rows(session)
    if missing := [number for number in wanted if number not in rows]:
        found = session.exec(select(HelpCall).where(col(HelpCall.id).in_(missing)))
        rows.update((call.number, call) for call in found)  # also one that was only just kept
    return [rows[number] for number in wanted if number in rows]


Lookup = dict[str | None, list[int]]
"""The numbers of the open calls, by one of their facts."""


class OpenCalls:
    """The open calls as they were read, oldest first, looked up by what every turn asks of them;
    and the rows that this turn has read since, whose facts may have changed.

    However many calls are open, a turn is about a few: no question walks over all of them.
    """

    def __init__(self, briefs: Iterable[Brief], rows: dict[int, HelpCall]) -> None:
        self.briefs, self.rows = {one.number: one for one in briefs}, rows
        self.lookups: dict[str, Lookup] = {}

    def __iter__(self) -> Iterator[OpenCall]:
        """Every open call as it is at this moment of the turn."""
        return self.of(sorted(self.briefs.keys() | self.rows.keys()))

    def of(self, numbers: Iterable[int]) -> Iterator[OpenCall]:
        """Those of these calls that are open, as they are now."""
        return (found for number in numbers if (found := self.get(number)))

    def get(self, number: int) -> OpenCall | None:
        """A call as it is now, if it is open."""
        found = self.rows.get(number) or self.briefs.get(number)
        return found if found and found.open else None

    def by(self, fact: str, wanted: str | None) -> list[int]:
        """Those of which this is so now."""
        unread = [one for one in self._lookup(fact).get(wanted, ()) if one not in self.rows]
        read = [one for one, row in self._read() if getattr(row, fact) == wanted]
        return sorted(unread + read) if read else unread

    def every(self, fact: str) -> set[str]:
        """What is so of any open call now."""
        found = {*self._lookup(fact)}
        for number in self.rows.keys() & self.briefs.keys():
            before = getattr(self.briefs[number], fact)
            if not self.by(fact, before):
                found.discard(before)
        found.update(getattr(row, fact) for _, row in self._read())
        return {one for one in found if one is not None}

    def joined(self) -> list[int]:
        """Those to which somebody comes in addition to the owner."""
        unread = [one for one in self._all_joined if one not in self.rows]
        return sorted([*unread, *(number for number, row in self._read() if row.joined)])

    @cached_property
    def _all_joined(self) -> list[int]:
        return [number for number, one in self.briefs.items() if one.joined]

    def _read(self) -> Iterator[tuple[int, HelpCall]]:
        return ((number, row) for number, row in self.rows.items() if row.open)

    def _lookup(self, fact: str) -> Lookup:
        if fact not in self.lookups:
            found = self.lookups[fact] = {}
            for number, one in self.briefs.items():
                found.setdefault(getattr(one, fact), []).append(number)
        return self.lookups[fact]


def brief(session: Session) -> Iterator[OpenCall]:
    """Every open call, oldest first, as it is at this moment of the turn."""
    return iter(_open(session))


def alone(session: Session) -> bool:
    """Is one call open at most?"""
    return len([*islice(brief(session), 2)]) < 2


def numbers(calls: Iterable[OpenCall]) -> list[int]:
    return [call.number for call in calls]


def _open(session: Session) -> OpenCalls:
    def read() -> OpenCalls:
        found = map(Brief._make, session.connection().execute(_BRIEFS))
        return OpenCalls(found, _rows(session))

    return recall(session, "open help calls", read)


def _rows(session: Session) -> dict[int, HelpCall]:
    """The rows that this turn has read, kept with their changes until it ends."""
    return recall(session, "help calls", dict)


@event.listens_for(HelpCall, "load")
def _read(call: HelpCall, context: Any) -> None:
    _rows(context.session)[call.number] = call


def open_call_of(session: Session, presser: str) -> HelpCall | None:
    mine = _open(session).by("presser", presser)
    return whole(session, mine[-1:])[0] if mine else None


def pressers(session: Session) -> set[str]:
    """Everybody who has a call of their own open now."""
    return _open(session).every("presser")


def owned_by(session: Session, person: str) -> list[HelpCall]:
    return whole(session, _open(session).by("owner", person))


def owners(session: Session) -> dict[str, list[int]]:
    """Who owns which open calls."""
    found = _open(session)
    return {one: found.by("owner", one) for one in found.every("owner")}


def joined(session: Session) -> list[int]:
    """The numbers of the open calls to which somebody comes in addition to the owner."""
    return _open(session).joined()


def is_open(session: Session, number: int) -> bool:
    return _open(session).get(number) is not None


def waiting(session: Session, told: Iterable[int] | None = None) -> list[int]:
    """The numbers of the open calls that nobody owns, the most urgent first: all, or of these."""
    now = _open(session)
    asked = now if told is None else now.of(told)
    found = [call for call in asked if call.owner is None]
    return numbers(sorted(found, key=lambda call: call.urgency))


def begun_near(session: Session, call: HelpCall, seconds: float) -> list[HelpCall]:
    """The open calls of the same desk zone that began within so many seconds of this one."""
    span, now = timedelta(seconds=seconds), _open(session)
    near = now.of(now.by("area", call.area))
    found = [other for other in near if abs(other.started_at - call.started_at) <= span]
    return whole(session, numbers(found))


def median_claim(session: Session, now: datetime) -> float:
    """Seconds from the press to the first answer, in the middle of the last day's calls."""
    since = now - timedelta(days=1)
    asked = select(HelpCall.started_at, HelpCall.answered_at).where(
        HelpCall.started_at >= since, col(HelpCall.answered_at).is_not(None)
    )
    found = [(answered - at).total_seconds() for at, answered in session.exec(asked) if answered]
    return median(found) if found else 0.0
