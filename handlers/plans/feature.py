"""The feature of plans: what it reads, who may do what, and what everybody sees of a step."""

from typing import Protocol

from bot.effects import Effects, Forget, Later, Show
from bot.features import Feature, Lasting, May, Mine, Refused
from bot.turn import Turn
from handlers import today
from handlers.colleagues import once
from handlers.plans import cards, who
from handlers.plans.actions import StepDue
from handlers.plans.shapes import PlanShape, check_plans
from storage.cases import Case
from storage.nudges import NudgeDay, StandIn
from storage.plan_life import As
from storage.plans import PlanStep, PlanTold, next_step, shown_to, told_of

follow_up = Feature("plans")
follow_up.reads("plans", PlanShape)
follow_up.checks(check_plans)
follow_up.lasts(Lasting.ONE_A_PERSON, NudgeDay, StandIn)
follow_up.owns(Mine(StandIn, ("person",), ("until",)))

REDRAWN_DAYS = 14
"""A card that is older is not drawn anew in another language."""


class OfStep(Protocol):
    """Anything that names a step."""

    @property
    def step(self) -> int: ...


class OfCase(Protocol):
    """Anything that names a case."""

    @property
    def case(self) -> int: ...


def _holds(turn: Turn, did: OfStep) -> bool:
    step, case = found(turn, did.step)
    mine = {who.holder(turn, case, step), step.holder or case.owner}
    return turn.person.ref in mine - {*case.kept_from}


def _told_as(*kinds: As) -> May:
    def holds(turn: Turn, did: OfStep) -> bool:
        told = turn.find(PlanTold, (did.step, turn.person.ref))
        return told is not None and told.told_as in kinds

    return May(" or ".join(kinds), holds)


def _concerned(turn: Turn, did: OfStep) -> bool:
    return _holds(turn, did) or turn.find(PlanTold, (did.step, turn.person.ref)) is not None


def _answers(turn: Turn, did: OfStep) -> bool:
    """Whoever did it goes on answering about it."""
    return turn.get(PlanStep, did.step).done_by == turn.person.ref


HOLDER = May("holder", _holds)
DOER = May("doer", _answers)
OFFERED = May(
    "offered", lambda turn, did: turn.get(PlanStep, did.step).offered_to == turn.person.ref
)
ABOVE = _told_as(As.ABOVE)
ASKED = _told_as(As.ASKED)
CONCERNED = May("concerned", _concerned)


def found(turn: Turn, number: int) -> tuple[PlanStep, Case]:
    step = turn.get(PlanStep, number)
    return step, turn.get(Case, step.case)


def for_work(turn: Turn, did: OfStep) -> tuple[PlanStep, Case]:
    """The open step and its case; on one that is over nothing changes, and one hears who did it."""
    step, case = found(turn, did.step)
    if not step.open:
        raise Refused(cards.over(turn, step))
    return step, case


def tell(turn: Turn, step: PlanStep, ref: str, told_as: As) -> None:
    """Show it to somebody in a message that rings, below what they were shown before."""
    row = turn.find(PlanTold, (step.number, ref))
    if row is None:
        turn.keep(PlanTold(step=step.number, person=ref, told_as=told_as, at=turn.now))
        return
    row.told_as, row.number, row.at = told_as, row.number + 1, turn.now


def shown(turn: Turn, step: PlanStep) -> Effects:
    """The step as everybody sees it who was shown it, and when the clock must look again."""
    case = who.case_of(turn, step)
    refs = once(told_of(turn.session, step.number), [who.holder(turn, case, step), case.owner])
    return [*screens(turn, step), *when_next(step), *today.refresh(turn, refs)]


def screens(turn: Turn, step: PlanStep) -> Effects:
    case = who.case_of(turn, step)
    effects: Effects = []
    for row in told_of(turn.session, step.number).values():
        if row.number:  # none yet: it stands in the list of their day
            effects += cards.screen(turn, case, step, row)
    return effects


def when_next(step: PlanStep) -> Effects:
    upcoming, key = next_step(step), f"plan:{step.case}:{step.number}"
    return [Later(key, upcoming[0], StepDue(step.number))] if upcoming else [Forget(key)]


@follow_up.redraws
def redraw(turn: Turn) -> Effects:
    """Every step that one person was shown of late."""
    me, since = turn.person.ref, turn.after(days=-REDRAWN_DAYS)
    every = [one for step in shown_to(turn.session, me, since) for one in screens(turn, step)]
    return [one for one in every if isinstance(one, Show) and one.to == me]
