"""Reach: is a phone silent, or does a person not answer? Two things that need two answers (J10)."""

from bot.turn import Turn
from storage.deliveries import places
from storage.visits import Visit

LATE_SECONDS = 120
"""A message that is so much older than its arrival has waited for a signal."""


def without_signal(turn: Turn, visit: Visit) -> bool:
    """No coverage was planned for, or the question has not reached any phone."""
    if not visit.covered:
        return True
    slot = f"visit:{visit.number}:asked:{visit.asked}"
    return all(place.message is None for place in places(turn.session, [slot]).values())


def silent_place(visit: Visit) -> bool:
    """Has this visit shown that phones are silent there? Said before, or seen on the way."""
    pairs = (visit.arrived_at, visit.arrived_heard_at), (visit.done_at, visit.done_heard_at)
    waits = [(heard - at).total_seconds() for at, heard in pairs if at and heard]
    return not visit.covered or any(wait >= LATE_SECONDS for wait in waits)
