"""Twins: calls that may be about the same visitor, because they are near in place and time."""

from bot.turn import Turn
from storage import help_calls as calls
from storage.help import HelpCall

SAME_EVENT_SECONDS = 90
"""Two presses of one desk zone within this time may be one event (`spec/journeys.md` J6)."""


def alike(one: HelpCall, other: HelpCall) -> bool:
    same_place = one.site["ref"] == other.site["ref"] and one.area == other.area
    apart = abs((one.started_at - other.started_at).total_seconds())
    known = one.area is not None and one.id != other.id
    return known and same_place and apart <= SAME_EVENT_SECONDS


def twin_of(turn: Turn, call: HelpCall) -> HelpCall | None:
    """A call that the owner may be asked about, the most urgent first."""
    found = [
        other
        for other in calls.begun_near(turn.session, call, SAME_EVENT_SECONDS)
        if alike(call, other)
        and other.number not in call.apart
        and call.number not in other.apart
        and not merged(call, other)
    ]
    return min(found, key=lambda other: other.urgency, default=None)


def merged(one: HelpCall, other: HelpCall) -> bool:
    return one.merged_into == other.id or other.merged_into == one.id
