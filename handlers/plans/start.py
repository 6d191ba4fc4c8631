"""Start: the follow-up begins in the same transaction as the case, and nobody can forget it."""

from bot.cards import Card, Tone
from bot.effects import Effects, Forget
from bot.turn import Turn
from bot.words import say
from handlers import leaflets, selfchecks
from handlers.plans import feedback, heard, standing_in, steps
from handlers.plans.falls_due import begin
from handlers.plans.pieces import preview
from handlers.plans.shapes import PlanShape
from storage import plans
from storage.cases import Case
from storage.people import Person
from storage.plans import Plan, steps_of, told_of


def start(turn: Turn, case: Case) -> Effects:
    """The seam: whoever keeps a new case calls this. Said twice it begins once."""
    if turn.find(Plan, case.number) is not None:
        return []
    rows = steps.copy(turn, case)
    plan = steps.policy(turn, case)
    return [
        *feedback.received(turn, case),
        *begin(turn, case, rows),
        heard.ask_later(turn, case),
        *selfchecks.begin(turn, case, check_days(plan, case.severity)),
        *standing_in.offer(turn, case),
    ]


def is_told(turn: Turn, case: Case) -> bool:
    """Has anybody been asked to do a step of it already?"""
    return any(told_of(turn.session, one.number) for one in steps_of(turn.session, case.number))


def take_back(turn: Turn, case: Case) -> Effects:
    """The seam for a case that was a slip, which nobody has read: nothing of it goes on."""
    keys = [f"plan:{case.number}:{one.number}" for one in steps_of(turn.session, case.number)]
    keys += [f"heard:{case.number}", f"feedback:{case.number}"]
    plans.erase(turn.session, case.number)
    effects: Effects = [Forget(key) for key in keys]
    if case.reporter:
        slot = f"feedback:{case.number}:received"
        effects += leaflets.shown(turn, "plans.undone", slot, case.reporter)
    return effects


@leaflets.draws("plans.undone")
def undone(turn: Turn, whose: Person, _: leaflets.About) -> Card:
    return Card(say("reports.undone"), preview(turn, whose.ref), tone=Tone.QUIET)


def raised(turn: Turn, case: Case) -> Effects:
    """The seam for a severity that has risen: what it asks for besides joins the plan."""
    plan = steps.policy(turn, case)
    new = steps.raised(turn, case)
    return [
        *begin(turn, case, new),
        *selfchecks.begin(turn, case, check_days(plan, case.severity)),
    ]


def check_days(plan: PlanShape, severity: int) -> list[int]:
    """The days of the highest severity that this one reaches."""
    found = [one for one in plan.checks if one.severity <= severity]
    return max(found, key=lambda one: one.severity).days if found else []
