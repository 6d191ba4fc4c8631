"""Which help calls are open: whose they are, who owns them, where."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
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
    others = _all_open(session)
    session.add(call)
    session.flush()
    _rows(session)[call.number] = call
    others.append(call.number)
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


def brief(session: Session) -> Iterator[OpenCall]:
    """Every open call, oldest first, as it is at this moment of the turn."""
    briefs, rows = _briefs(session), _rows(session)
    for number in _all_open(session):
        found = rows.get(number) or briefs[number]
        if found.open:
            yield found


def numbers(calls: Iterable[OpenCall]) -> list[int]:
    return [call.number for call in calls]


def _all_open(session: Session) -> list[int]:
    """The numbers of those that were open when they were read, and of those begun since."""
    return recall(session, "open help calls", lambda: [*_briefs(session)])


def _briefs(session: Session) -> dict[int, Brief]:
    def read() -> dict[int, Brief]:
        found = map(Brief._make, session.connection().execute(_BRIEFS))
        return {one.number: one for one in found}

    return recall(session, "open help calls in brief", read)


def _rows(session: Session) -> dict[int, HelpCall]:
    """The rows that this turn has read, kept with their changes until it ends."""
    return recall(session, "help calls", dict)


@event.listens_for(HelpCall, "load")
def _read(call: HelpCall, context: Any) -> None:
    _rows(context.session)[call.number] = call


def open_call_of(session: Session, presser: str) -> HelpCall | None:
    mine = [call.number for call in brief(session) if call.presser == presser]
    return whole(session, mine[-1:])[0] if mine else None


def pressers(session: Session) -> set[str]:
    """Everybody who has a call of their own open now."""
    return {call.presser for call in brief(session)}


def owned_by(session: Session, person: str) -> list[HelpCall]:
    return whole(session, [call.number for call in brief(session) if call.owner == person])


def owners(session: Session) -> dict[str, list[int]]:
    """Who owns which open calls."""
    found: dict[str, list[int]] = {}
    for call in brief(session):
        if call.owner:
            found.setdefault(call.owner, []).append(call.number)
    return found


def waiting(session: Session) -> list[int]:
    """The numbers of the open calls that nobody owns, the most urgent first."""
    found = [call for call in brief(session) if call.owner is None]
    return numbers(sorted(found, key=lambda call: call.urgency))


def begun_near(session: Session, call: HelpCall, seconds: float) -> list[HelpCall]:
    """The open calls of the same desk zone that began within so many seconds of this one."""
    span = timedelta(seconds=seconds)
    return whole(
        session,
        [
            other.number
            for other in brief(session)
            if other.area == call.area and abs(other.started_at - call.started_at) <= span
        ],
    )


def median_claim(session: Session, now: datetime) -> float:
    """Seconds from the press to the first answer, in the middle of the last day's calls."""
    since = now - timedelta(days=1)
    asked = select(HelpCall.started_at, HelpCall.answered_at).where(
        HelpCall.started_at >= since, col(HelpCall.answered_at).is_not(None)
    )
    found = [(answered - at).total_seconds() for at, answered in session.exec(asked) if answered]
    return median(found) if found else 0.0
