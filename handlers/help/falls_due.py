"""What the clock does: the call's next step is due."""

from typing import assert_never

from bot.effects import Effects
from bot.features import CLOCK
from bot.turn import Turn
from handlers.help import rings, who
from handlers.help.actions import Due, LineDue
from handlers.help.feature import help_calls
from handlers.help.need import fall_short, widen
from handlers.help.steps import let_go, move_on, shown, when_next
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall
from storage.help_life import Wait
from storage.help_waits import next_step
from storage.people import person as find_person


@help_calls.on(Due, may=CLOCK)
def due(turn: Turn, happened: Due) -> Effects:
    call = turn.get(HelpCall, happened.call)
    if call.owner and find_person(turn.session, call.owner) is None:
        let_go(turn, call, said=False)  # the owner does not work here any more
        return shown(turn, call)
    found = next_step(call)
    if found is None or found[0] > turn.now:
        return when_next(call)
    step(turn, call, found[1])
    return shown(turn, call)


@help_calls.on(LineDue, may=CLOCK)
def line_due(turn: Turn, happened: LineDue) -> Effects:
    return shown(turn, turn.get(HelpCall, happened.call))


def step(turn: Turn, call: HelpCall, wait: Wait) -> None:
    match wait:
        case Wait.CLIMB | Wait.EXHAUST:
            move_on(turn, call)
        case Wait.REPEAT:
            call.repeat(turn.now)
            rings.tell_everybody(turn, call)
        case Wait.ASK_AGAIN:
            ask_again(turn, call)
        case Wait.ASK_OWNER | Wait.LET_GO | Wait.PRESSER_QUIET | Wait.LOOK_IN:
            watch(turn, call, wait)
        case Wait.ASK_MORE:
            widen(turn, call)
        case Wait.SHORT:
            fall_short(turn, call)
        case _:
            assert_never(wait)


def watch(turn: Turn, call: HelpCall, wait: Wait) -> None:
    """Somebody of the two has been silent for too long."""
    owner = [call.owner] if call.owner else []
    match wait:
        case Wait.ASK_OWNER:
            call.ask_owner(turn.now)
            rings.tell(turn, call, owner)
        case Wait.LET_GO:
            let_go(turn, call, said=False)
        case Wait.PRESSER_QUIET:
            call.fall_quiet(turn.now)
            rings.tell(turn, call, owner)
        case _:
            call.look_in(turn.now)
            rings.tell(turn, call, [*owner, *nearby(turn, call)])


def nearby(turn: Turn, call: HelpCall) -> list[str]:
    """Rings 1 and 2, as for the highest level: somebody must look at the place."""
    plan = who.plan_for(turn, call)
    reached = [one for number in (1, 2) for one in plan.get(number, ())]
    return [one.ref for one in reached if rings.fresh(one, ())]


def ask_again(turn: Turn, call: HelpCall) -> None:
    """Those who asked for two minutes have had them."""
    given = help_notices.notices(turn.session, call.number).values()
    waiting = [notice for notice in given if notice.later_at is not None]
    ready = [notice for notice in waiting if notice.later_at and notice.later_at <= turn.now]
    later = [notice.later_at for notice in waiting if notice not in ready and notice.later_at]
    pressing = calls.pressers(turn.session)
    if any(notice.person in pressing for notice in ready):
        later.append(turn.after(seconds=30))  # they press themselves just now
    call.again_at = min(later, default=None)
    rings.tell(turn, call, [notice.person for notice in ready])
