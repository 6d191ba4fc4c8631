"""Start: the follow-up begins in the same transaction as the case, and nobody can forget it."""

from bot.effects import Effects
from bot.turn import Turn
from handlers import selfchecks
from handlers.plans import feedback, heard, standing_in, steps
from handlers.plans.falls_due import begin
from handlers.plans.shapes import PlanShape
from storage.cases import Case
from storage.plans import Plan


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
