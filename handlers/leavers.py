"""Leavers: somebody no longer works here, and everything that was theirs goes to somebody else.

It happens at once, in the transaction in which they left or straight after it.
"""

from bot.effects import Effects
from bot.features import CLOCK, Feature
from bot.staff import Left
from bot.turn import Turn
from handlers.help.need import without as calls_without
from handlers.plans.ownership import without as cases_without
from storage.people import person

leavers = Feature("leavers")


@leavers.on(Left, may=CLOCK)
def left(turn: Turn, happened: Left) -> Effects:
    """Whoever has come back meanwhile keeps what they had."""
    if person(turn.session, happened.person) is not None:
        return []
    return [*calls_without(turn, happened.person), *cases_without(turn, happened.person)]
