"""Visit waits: what the clock must do next about a visit, computed from the row alone."""

from datetime import datetime

from storage.visit_life import Status, Wait
from storage.visits import Visit


def next_step(visit: Visit) -> tuple[datetime, Wait] | None:
    """When the clock must do what about this visit; None only when it is over.

    Nobody who is on the way is ever left without a next step.
    """
    match visit.status:
        case Status.PLANNED:
            return visit.planned_at + visit.seconds("forget"), Wait.DROP
        case Status.STARTED | Status.ARRIVED:
            return _calm(visit)
        case Status.LATE | Status.CONTACT:
            return _since(visit) + visit.seconds("rungs", visit.status, "patience"), Wait.CLIMB
        case Status.DECISION | Status.SUPPORT | Status.FORCED:
            return _loud(visit)
        case Status.SAID_DONE:
            return _since(visit) + visit.seconds("voice") * (visit.rings + 1), Wait.VOICE
        case Status.DONE | Status.CLOSED | Status.DROPPED:
            return None


def _calm(visit: Visit) -> tuple[datetime, Wait]:
    """The question at the end of the silence, and the grace after it."""
    if visit.asked_at is None:
        return visit.until, Wait.ASK
    return max(visit.until, visit.asked_at) + visit.seconds("grace"), Wait.LATE


def _loud(visit: Visit) -> tuple[datetime, Wait]:
    """Until somebody has decided it sounds; what was decided is looked at again in its time."""
    rung = ("rungs", visit.status)
    if visit.decision is not None and visit.decided_at is not None:
        return visit.decided_at + visit.seconds("look", visit.decision), Wait.LOOK
    if visit.relayed_at is not None and visit.relayed_at >= _since(visit):
        return visit.relayed_at + visit.seconds("look", "police"), Wait.LOOK
    if visit.status is Status.SUPPORT and visit.taken_by is not None:
        return _since(visit) + visit.seconds("look", "taken"), Wait.LOOK
    patience = visit.seconds(*rung, "patience")
    return _since(visit) + patience + visit.seconds(*rung, "repeat") * visit.rings, Wait.RING


def _since(visit: Visit) -> datetime:
    return visit.rung_at or visit.until
