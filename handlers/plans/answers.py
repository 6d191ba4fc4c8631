"""What the holder of a step says: done, later, somebody else, help."""

from bot.effects import Effects, Notice, Open
from bot.features import Refused
from bot.turn import Turn
from bot.words import say
from handlers.plans import forms, outcome, who
from handlers.plans.actions import (
    Absent,
    Accept,
    Delegate,
    Done,
    Helping,
    NeedHelp,
    Offer,
    Promise,
    PutOff,
    PutOffTo,
    ShowStep,
)
from handlers.plans.falls_due import hand_over
from handlers.plans.feature import (
    ASKED,
    CONCERNED,
    HOLDER,
    OFFERED,
    follow_up,
    for_work,
    found,
    shown,
    tell,
)
from storage.plan_life import As
from storage.plans import PlanStep, PlanTold


@follow_up.on(ShowStep, may=CONCERNED)
def show_step(turn: Turn, pressed: ShowStep) -> Effects:
    """Last in the chat, as what they are to it."""
    step, case = found(turn, pressed.step)
    me = turn.person.ref
    row = turn.find(PlanTold, (step.number, me))
    mine = step.open and who.holder(turn, case, step) == me
    tell(turn, step, me, As.HOLDER if mine or row is None else row.told_as)
    return shown(turn, step)


@follow_up.on(Done, may=HOLDER)
def done(turn: Turn, pressed: Done) -> Effects:
    """The same press twice is one answer; some steps ask a little more first."""
    step, case = found(turn, pressed.step)
    if step.done_by == turn.person.ref:
        return shown(turn, step)
    for_work(turn, pressed)
    if step.facts["does"] == "feedback":
        return [Open(forms.measure(turn, case))]
    return outcome.finish(turn, case, step)


@follow_up.on(Promise, may=HOLDER)
def promise(turn: Turn, pressed: Promise) -> Effects:
    """A promise is kept in mind; when the time is up without a contact, the deputy makes it."""
    step, _ = for_work(turn, pressed)
    step.promised_at = step.promised_at or turn.now
    return shown(turn, step)


@follow_up.on(Absent, may=HOLDER)
def absent(turn: Turn, pressed: Absent) -> Effects:
    """Nobody has to explain it: the deputy makes the contact now."""
    step, case = for_work(turn, pressed)
    hand_over(turn, case, step)
    return shown(turn, step)


@follow_up.on(Delegate, may=HOLDER)
def delegate(turn: Turn, pressed: Delegate) -> Effects:
    step, case = for_work(turn, pressed)
    return [Open(forms.colleague(turn, case, Offer(step.number)))]


@follow_up.on(Offer, may=HOLDER)
def offer(turn: Turn, asked: Offer) -> Effects:
    """It stays with the holder until the other has said yes."""
    step, case = for_work(turn, asked)
    to = forms.chosen(turn, case)
    before = step.offered_to
    step.offer(to, turn.person.ref)
    if before is not None and before != to:
        tell_again(turn, step, before)
    tell(turn, step, to, As.OFFERED)
    return shown(turn, step)


def tell_again(turn: Turn, step: PlanStep, ref: str) -> None:
    row = turn.find(PlanTold, (step.number, ref))
    if row is not None:
        row.at = turn.now


@follow_up.on(Accept, may=OFFERED)
def accept(turn: Turn, said: Accept) -> Effects:
    """A yes moves it; a no needs no reason, and whoever asked hears it in a message that rings."""
    step, case = for_work(turn, said)
    asked_by = step.offered_by or case.owner
    if said.yes:
        step.give(turn.person.ref)
        row = turn.get(PlanTold, (step.number, turn.person.ref))
        row.told_as, row.at = As.HOLDER, turn.now
        return shown(turn, step)
    step.withdraw()
    step.answers = {**step.answers, "declined": turn.person.ref}
    tell(turn, step, asked_by, As.HOLDER)
    return shown(turn, step)


@follow_up.on(PutOff, may=HOLDER)
def put_off(turn: Turn, pressed: PutOff) -> Effects:
    step, case = for_work(turn, pressed)
    if step.snoozes >= step.facts["snoozes"]:
        raise Refused(say("plans.not_again" if step.snoozes else "plans.not_later"))
    return [Open(forms.delay(turn, case, step))]


@follow_up.on(PutOffTo, may=HOLDER)
def put_off_to(turn: Turn, said: PutOffTo) -> Effects:
    """A reason and a new time; what was late is no longer."""
    step, case = for_work(turn, said)
    if step.snoozes != said.snoozes:
        return shown(turn, step)
    if step.snoozes >= step.facts["snoozes"]:
        raise Refused(say("plans.not_again" if step.snoozes else "plans.not_later"))
    reason, remind_at, due_at, lift_at = forms.delayed(turn, case, step)
    step.snooze(reason, remind_at, due_at)
    step.lift_at = lift_at
    return [*shown(turn, step), Notice(say("plans.put_off_to", time=remind_at))]


@follow_up.on(NeedHelp, may=HOLDER)
def need_help(turn: Turn, pressed: NeedHelp) -> Effects:
    """The deputy and those above are asked at once, and the card with what to do is opened."""
    step, case = for_work(turn, pressed)
    me = turn.person.ref
    step.answers = {**step.answers, "help": True}
    for ref in who.helpers(turn, case, me):
        row = turn.find(PlanTold, (step.number, ref))
        if row is None or row.told_as is not As.ABOVE:
            tell(turn, step, ref, As.ASKED)
    return shown(turn, step)


@follow_up.on(Helping, may=ASKED)
def helping(turn: Turn, said: Helping) -> Effects:
    """The first counts; whoever comes second hears that somebody was first."""
    step, case = for_work(turn, said)
    if step.helped_by is None:
        step.helped_by = turn.person.ref
        tell(turn, step, who.holder(turn, case, step), As.HOLDER)
    return shown(turn, step)
