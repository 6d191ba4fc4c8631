"""Which help calls are open: whose they are, who owns them, where."""

from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session, col, select

from storage.help import HelpCall
from storage.help_life import Status
from storage.recall import recall

OPEN = "open help calls"


_OPEN = select(HelpCall).where(HelpCall.status != Status.CLOSED).order_by(col(HelpCall.id))


def add(session: Session, call: HelpCall) -> HelpCall:
    """A new call, with its number."""
    others = _all_open(session)
    session.add(call)
    session.flush()
    others.append(call)
    recall(session, ("new help call", call.number), lambda: True)
    return call


def is_new(session: Session, call: int) -> bool:
    """It began in this turn: nobody was told of it before, and nobody has said anything."""
    return recall(session, ("new help call", call), lambda: False)


def open_calls(session: Session) -> list[HelpCall]:
    """Every open call, oldest first, as it is at this moment of the turn."""
    return [call for call in _all_open(session) if call.open]


def _all_open(session: Session) -> list[HelpCall]:
    """Those that were open when they were read, and those that began since."""
    return recall(session, OPEN, lambda: list(session.exec(_OPEN)))


def open_call_of(session: Session, presser: str) -> HelpCall | None:
    mine = [call for call in open_calls(session) if call.presser == presser]
    return mine[-1] if mine else None


def pressers(session: Session) -> set[str]:
    """Everybody who has a call of their own open now."""
    return {call.presser for call in open_calls(session)}


def owned_by(session: Session, person: str) -> list[HelpCall]:
    return [call for call in open_calls(session) if call.owner == person]


def owners(session: Session) -> dict[str, list[int]]:
    """Who owns which open calls."""
    found: dict[str, list[int]] = {}
    for call in open_calls(session):
        if call.owner:
            found.setdefault(call.owner, []).append(call.number)
    return found


def waiting(session: Session) -> list[HelpCall]:
    """The open calls that nobody owns, the most urgent first."""
    found = [call for call in open_calls(session) if call.owner is None]
    return sorted(found, key=lambda call: call.urgency)


def closed_since(session: Session, since: datetime) -> list[HelpCall]:
    asked = select(HelpCall).where(col(HelpCall.closed_at) >= since)
    return list(session.exec(asked.order_by(col(HelpCall.id))))


def median_claim(session: Session, now: datetime) -> float:
    """Seconds from the press to the first answer, in the middle of the last day's calls."""
    since = now - timedelta(days=1)
    asked = select(HelpCall.started_at, HelpCall.answered_at).where(
        HelpCall.started_at >= since, col(HelpCall.answered_at).is_not(None)
    )
    found = [(answered - at).total_seconds() for at, answered in session.exec(asked) if answered]
    return median(found) if found else 0.0
