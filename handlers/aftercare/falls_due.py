"""What the clock does after a call: the end of a break, and a wish for company nobody answers."""

from typing import assert_never

from bot.effects import Effects
from bot.features import CLOCK
from bot.turn import Turn
from handlers import cues
from handlers.aftercare import company
from handlers.aftercare.actions import CareDue
from handlers.aftercare.feature import after_calls, shown, when_next
from storage import availability
from storage.aftercare import Aftercare, Circle, Wait, next_step
from storage.availability import CARE


@after_calls.on(CareDue, may=CLOCK)
def care_due(turn: Turn, happened: CareDue) -> Effects:
    care = turn.get(Aftercare, happened.call)
    found = next_step(care)
    if found is None or found[0] > turn.now:
        return when_next(care)
    offered: Effects = []
    match found[1]:
        case Wait.BREAK_OVER:
            break_over(turn, care)
            offered = cues.offer_report(turn, care.call)
        case Wait.ASK_ALL:
            company.reach(turn, care, Circle.ALL)
            company.search(turn, care)
        case Wait.TELL:
            company.reach(turn, care, Circle.IN_CHARGE)
        case _:
            assert_never(found[1])
    return [*shown(turn, care), *offered]


def break_over(turn: Turn, care: Aftercare) -> None:
    """Asked once, and not at all while the break after another call goes on."""
    said = availability.said(turn.session, care.person, CARE)
    if said is not None and said.until <= turn.now:
        care.asked_ready_at = care.asked_ready_at or turn.now
    care.break_until = None
