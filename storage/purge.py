"""Purging: the machine's own tables forget by themselves, after short and fixed times.

These are technical (no agency decides them) and say nothing of what happened to anybody; they are
told in docs/retention.md. An unanswered call writes hundreds of `standing` rows an hour.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, select, tuple_
from sqlmodel import Session, SQLModel, col

from storage.availability import Availability
from storage.deliveries import Delivery, Standing
from storage.installations import InstallState
from storage.leaflets import Leaflet
from storage.people import RosterSlot
from storage.quick import table
from storage.seen import Seen
from storage.timers import Timer
from storage.unreached import Unreached

AT_ONCE = 200
"""Rows in one transaction; one statement for all stalls every press for 1.4 s
(`design/durability.md`)."""

SEEN = timedelta(days=7)
"""No platform repeats an event for longer than hours; a message may wait a day on a phone."""
STOOD = timedelta(days=30)
"""A card that nobody has touched for so long is posted anew if it is ever shown again."""
GIVEN_UP = timedelta(days=30)
OVERDUE = timedelta(days=30)
"""A timer that has failed for a month was logged every five minutes (`LONGEST_PAUSE`)."""
FAILED = OVERDUE // timedelta(minutes=5)
OVER = timedelta(days=1)
ROSTER = timedelta(days=400)
"""Who was on duty is asked for last year's figures at the most."""
TOLD = timedelta(days=90)
READ = timedelta(days=14)
"""So long a message is covered while its reader presses (`storage/plain.py`)."""

TECHNICAL: Mapping[type[SQLModel], timedelta] = {
    Seen: SEEN,
    Standing: STOOD,
    Delivery: GIVEN_UP,
    Timer: OVERDUE,
    Availability: OVER,
    InstallState: OVER,
    RosterSlot: ROSTER,
    Unreached: TOLD,
    Leaflet: READ,
}

PAGES = "home:"
"""The slots of everybody's own page stand for ever."""


def purge(session: Session, now: datetime) -> int:
    """The next rows of the first table that has old ones; how many they were."""
    for kind, old in _old(now):
        keys = list(table(kind).primary_key.columns)
        found = session.execute(select(*keys).where(old).limit(AT_ONCE)).all()
        if found:
            gone = [tuple(key) for key in found]
            session.execute(delete(table(kind)).where(tuple_(*keys).in_(gone)))
            return len(gone)
    return 0


def _old(now: datetime) -> Iterator[tuple[type[SQLModel], ColumnElement[Any]]]:
    times = {kind: now - after for kind, after in TECHNICAL.items()}
    coming = exists().where(col(Delivery.slot) == col(Standing.slot))
    yield Seen, col(Seen.at) < times[Seen]
    yield (
        Standing,
        (col(Standing.delivered_at) < times[Standing])
        & ~col(Standing.slot).startswith(PAGES)
        & ~coming,
    )
    yield (
        Delivery,
        col(Delivery.given_up).is_not(None) & (col(Delivery.valid_until) < times[Delivery]),
    )
    yield Timer, col(Timer.attempts) >= FAILED
    yield Availability, col(Availability.until) < times[Availability]
    yield InstallState, col(InstallState.until) < times[InstallState]
    yield RosterSlot, col(RosterSlot.ends) < times[RosterSlot]
    yield Unreached, col(Unreached.told_at) < times[Unreached]
    yield Leaflet, col(Leaflet.at) < times[Leaflet]


LASTING: Mapping[str, str] = {
    "audit": "class R-I: its words go with what they tell of, the line and its seal stay",
    "audit_seal": "class R-I: the chain",
    "audit_mark": "class R-I: the chain's signatures",
    "retention_run": "the protocol",
    "retention_item": "the protocol: row numbers, never what stood in them",
    "retention_count": "numbers of a month, about nobody",
    "legal_hold": "lifted by a person",
    "untraced_count": "numbers of an hour, about nobody",
    "passing_key": "thrown away after 24 hours by the engine",
    "untraced_mark": "goes with its passing_key",
    "wrong_code": "goes with its passing_key",
    "sheet": "thrown away by whoever keeps open forms",
    "replica": "thrown away after an hour by the replicas",
    "edition": "a number a kind",
    "secret": "one a name; goes with the store",
    "installation": "until the platform's workspace removes the bot",
    "conversation": "one a person: where to write to them",
    "unit_member": "as the platform's group is now",
    "person": "the agency's staff list; who has left stays as a name in what they did",
}
"""Tables that no class and no fixed time empties, and why. `kollega retention tables` prints it."""
