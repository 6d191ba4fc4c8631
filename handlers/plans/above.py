"""Above: what those may do who are told of a step that is late: take it, remind, or assign it."""

from bot.effects import Effects, Notice, Open
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import name_of
from handlers.plans import forms, who
from handlers.plans.actions import Assign, Assigned, Remind, TakeOver
from handlers.plans.feature import ABOVE, follow_up, for_work, shown, tell
from storage.plan_life import As


@follow_up.on(TakeOver, may=ABOVE)
def take_over(turn: Turn, pressed: TakeOver) -> Effects:
    step, case = for_work(turn, pressed)
    if who.holder(turn, case, step) != turn.person.ref:
        step.give(turn.person.ref)
    return shown(turn, step)


@follow_up.on(Remind, may=ABOVE)
def remind(turn: Turn, pressed: Remind) -> Effects:
    """A person asks, so it comes at once and counts as nobody's nudge."""
    step, case = for_work(turn, pressed)
    holder = who.holder(turn, case, step)
    tell(turn, step, holder, As.HOLDER)
    return [*shown(turn, step), Notice(say("plans.reminded", name=name_of(turn, holder)))]


@follow_up.on(Assign, may=ABOVE)
def assign(turn: Turn, pressed: Assign) -> Effects:
    step, case = for_work(turn, pressed)
    return [Open(forms.colleague(turn, case, Assigned(step.number)))]


@follow_up.on(Assigned, may=ABOVE)
def assigned(turn: Turn, said: Assigned) -> Effects:
    """Whoever is above decides: no acceptance is waited for, and the person may still delegate."""
    step, case = for_work(turn, said)
    to = forms.chosen(turn, case)
    if who.holder(turn, case, step) != to:
        step.give(to)
        tell(turn, step, to, As.HOLDER)
    return shown(turn, step)
