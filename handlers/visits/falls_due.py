"""What the clock does about a visit: the question, the grace, and each rung after it."""

from typing import assert_never

from bot.effects import Effects
from bot.features import CLOCK
from bot.turn import Turn
from handlers.visits.actions import VisitDue
from handlers.visits.duty import on_duty
from handlers.visits.feature import shown, visits, when_next
from handlers.visits.rungs import ring_for
from storage.visit_life import Wait
from storage.visit_told import ring
from storage.visit_waits import next_step
from storage.visits import Visit


@visits.on(VisitDue, may=CLOCK)
def visit_due(turn: Turn, happened: VisitDue) -> Effects:
    visit = turn.get(Visit, happened.visit)
    found = next_step(visit)
    if found is None or found[0] > turn.now:
        return when_next(visit)
    take_step(turn, visit, found[1])
    return shown(turn, visit)


def take_step(turn: Turn, visit: Visit, wait: Wait) -> None:
    match wait:
        case Wait.DROP:
            visit.drop()
        case Wait.ASK:
            visit.ask(turn.now)
        case Wait.LATE:
            visit.fall_late(turn.now)
            ring_for(turn, visit)
        case Wait.CLIMB:
            visit.climb(turn.now)
            ring_for(turn, visit)
        case Wait.RING:
            visit.ring()
            ring_for(turn, visit, again=True)
        case Wait.LOOK:
            visit.look_again(turn.now)
            ring_for(turn, visit)
        case Wait.VOICE:
            ask_for_voice(turn, visit)
        case _:
            assert_never(wait)


def ask_for_voice(turn: Turn, visit: Visit) -> None:
    """The owner first; from the second time on everybody who may decide, too."""
    visit.ring()
    others = on_duty(turn, visit, ["manager"]) if visit.rings > 1 else []
    for ref in dict.fromkeys([visit.owner, *others]):
        ring(turn.session, visit.number, ref, turn.now)
