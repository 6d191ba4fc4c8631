"""Preview: the plan of a severity and a start, dated as a case would get it, told to nobody."""

from bot.holidays import calendar_of
from bot.plans import Working
from bot.staff import Instant
from bot.turn import Content
from handlers.plans.dates import Dated, Start, planned
from handlers.plans.shapes import PlanShape


def preview(content: Content, severity: int, at: Instant, zone: str) -> list[Dated]:
    """The plan for all kinds, where a site writes no working time of its own."""
    plan = next(one for one in content.all(PlanShape).values() if not one.kinds)
    working = Working(zone, tuple(plan.hours), calendar_of(content))
    return planned(plan, Start(at, working, severity))
