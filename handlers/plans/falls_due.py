"""What the clock does with a step: it rings, reminds, goes to the deputy, is lifted."""

from collections.abc import Iterable

from bot.cards import Card
from bot.effects import Effects, Lane
from bot.features import CLOCK
from bot.turn import Turn
from bot.words import say
from handlers import leaflets
from handlers.plans import nudges, who
from handlers.plans.actions import NudgeDue, StepDue
from handlers.plans.feature import follow_up, found, shown, tell
from handlers.plans.pieces import preview
from handlers.plans.steps import step_on
from storage.case_life import Naming
from storage.cases import Case
from storage.people import Person, at_site, person
from storage.plan_life import As, Wait
from storage.plans import Plan, PlanStep, PlanTold, late_at

RINGS = {Wait.OPEN, Wait.REMIND}
REMINDS = {Wait.REMIND, Wait.AGAIN}


@follow_up.on(StepDue, may=CLOCK)
def step_due(turn: Turn, happened: StepDue) -> Effects:
    step, case = found(turn, happened.step)
    return advance(turn, case, step)


def advance(turn: Turn, case: Case, step: PlanStep) -> Effects:
    """Let the step move on to now, and tell of it once, however much time has passed."""
    passed = {*step_on(turn, case, step)}
    told = told_of(turn, case, step, passed)
    return [*told, *shown(turn, step)]


def begin(turn: Turn, case: Case, steps: Iterable[PlanStep]) -> Effects:
    """New steps: what cannot wait rings now, and each has its time."""
    return [effect for step in steps if step.open for effect in advance(turn, case, step)]


def told_of(turn: Turn, case: Case, step: PlanStep, passed: set[Wait]) -> Effects:
    effects: Effects = []
    if Wait.MISS in passed and step.facts["late"] == "deputy" and may_move(case):
        hand_over(turn, case, step)
    elif step.urgent and (passed & RINGS or kept_by_owner(step, passed)):
        ring(turn, case, step, reminder=Wait.REMIND in passed)
    elif passed & REMINDS:
        effects += nudges.want(turn, case, step, who.holder(turn, case, step), As.HOLDER)
    if Wait.LIFT in passed:
        effects += lift(turn, case, step)
    return effects


def kept_by_owner(step: PlanStep, passed: set[Wait]) -> bool:
    return Wait.MISS in passed and step.facts["late"] == "deputy"


def may_move(case: Case) -> bool:
    """Where only the manager may know who reported, the clock tells nobody else."""
    return case.naming is not Naming.MANAGER


def ring(turn: Turn, case: Case, step: PlanStep, reminder: bool = False) -> None:
    """The first hour is care and waits for no kind moment; a reminder of it counts all the same."""
    ref = who.holder(turn, case, step)
    tell(turn, step, ref, As.HOLDER)
    whose = person(turn.session, ref)
    if reminder and whose is not None:
        nudges.count(turn, whose)


def hand_over(turn: Turn, case: Case, step: PlanStep) -> None:
    """Care before discipline: the deputy does it at once; those above hear that it is seen to."""
    before = who.holder(turn, case, step)
    to = who.next_in_line(turn, case, before, step.holder or case.owner)
    if to is None:
        tell(turn, step, before, As.HOLDER)
        return
    step.give(to)
    tell(turn, step, to, As.HOLDER)
    for ref in who.above(turn, case, before):
        if ref != to:
            tell(turn, step, ref, As.INFORMED)


def lift(turn: Turn, case: Case, step: PlanStep) -> Effects:
    """Those above may take it, remind or assign; from the second day on HR reads of it too."""
    now = who.holder(turn, case, step)
    refs = dict.fromkeys(who.above(turn, case, now), As.ABOVE)
    if turn.get(Plan, case.number).started_at <= turn.after(days=-1):
        refs |= {ref: As.INFORMED for ref in who.nearest(turn, case, "hr")[:1] if ref not in refs}
    effects: Effects = []
    for ref, told_as in refs.items():
        if step.urgent:
            tell(turn, step, ref, told_as)
        else:
            effects += nudges.want(turn, case, step, ref, told_as)
    return [*effects, *number_of_late(turn, case)]


def number_of_late(turn: Turn, case: Case) -> Effects:
    """The safety representatives of the site: how many steps of the unit are late, and no more."""
    turn.session.flush()
    effects: Effects = []
    for one in at_site(turn.session, case.site):
        if "safety_rep" in one.roles and who.may_know(turn, case, one):
            slot = f"plans:late:{case.site}:{case.unit}:{one.ref}"
            of = {"site": case.site, "unit": case.unit}
            effects += leaflets.shown(turn, "plans.late", slot, one.ref, of, Lane.BULK)
    return effects


@leaflets.draws("plans.late")
def late_number(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    count = late_at(turn.session, about["site"], about["unit"])
    title = say("plans.late_number", unit=about["unit"], count=count)
    return Card(title, preview(turn, whose.ref))


@follow_up.on(NudgeDue, may=CLOCK)
def nudge_due(turn: Turn, happened: NudgeDue) -> Effects:
    """What comes by itself is a card that rings; the rest is the person's own day, as one list."""
    alone, listed, effects = nudges.send(turn, happened.person)
    for due in alone:
        tell(turn, due.step, happened.person, due.row.told_as)
        effects += shown(turn, due.step)
    for due in listed:
        remember(turn, due, happened.person)
    return [*effects, *nudges.ring_list(turn, happened.person, listed)]


def remember(turn: Turn, due: nudges.Due, ref: str) -> None:
    """It stands in the list: who reads it there may open it, and is not rung for it again."""
    row = turn.find(PlanTold, (due.step.number, ref))
    if row is None:
        told = PlanTold(step=due.step.number, person=ref, told_as=due.row.told_as, at=turn.now)
        told.number = 0
        turn.keep(told)
    elif row.told_as is not As.HOLDER:
        row.told_as, row.at = due.row.told_as, turn.now
