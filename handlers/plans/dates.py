"""Dates: the steps of a plan with their times, for a case and for a preview alike."""

from dataclasses import dataclass

from bot.plans import Quiet, When, Working, before, dated
from bot.staff import Instant
from handlers.plans.shapes import Nudges, PlanShape, Step
from storage.plan_life import Kind

EVENING = 1800
"""Seconds before it is due that something rings after hours, when no reminder would come."""


@dataclass(frozen=True)
class Start:
    """From when, where and how seriously a plan is counted; `shift_end` by the roster, if known."""

    at: Instant
    working: Working
    severity: int
    shift_end: Instant | None = None


@dataclass(frozen=True)
class Dated:
    """One step and when it opens, is reminded of, is due, and is told to those above."""

    step: Step
    opens: Instant | None
    remind: Instant | None
    due: Instant
    lift: Instant | None


def planned(plan: PlanShape, start: Start, named: bool = True) -> list[Dated]:
    """Every step that the severity asks for; `named`: it is known who was exposed."""
    steps = [one for one in plan.steps if one.severity <= start.severity]
    return [date(plan, one, start) for one in steps if named or not one.person]


def date(plan: PlanShape, step: Step, start: Start, when: When | None = None) -> Dated:
    """One step, due by its own `when` or by another."""
    loud = start.severity >= plan.loud_from
    due = dated(kept(when or step.when, loud), start.at, start.working, start.shift_end)
    if step.kind is not Kind.TASK:
        return Dated(step, None, None, due, None)
    opens = None if when else opens_at(step, start, due)
    lift = dated(step.lift or plan.lift, due, start.working)
    return Dated(step, opens, remind_at(plan, step, start, due), due, lift)


def opens_at(step: Step, start: Start, due: Instant) -> Instant | None:
    """When it rings at once; what must be done the same evening does so too, after hours."""
    if step.opens:
        return dated(step.opens, start.at, start.working)
    evening = step.when.same_day and step.when.off == "keep" and not start.working.holds(start.at)
    return max(start.at, before(due, EVENING)) if evening else None


def kept(when: When, loud: bool) -> When:
    """What is loud does not wait for the working day."""
    return when.model_copy(update={"off": "keep"}) if loud and when.same_day else when


def remind_at(plan: PlanShape, step: Step, start: Start, due: Instant) -> Instant | None:
    """Never before the start, and never after it is due."""
    if step.ready:
        return min(dated(step.ready, start.at, start.working), due)
    if step.remind is not None:
        return max(start.at, before(due, step.remind))
    if step.opens:
        return None
    morning = start.working.at(start.working.day(due), plan.nudges.morning)
    return max(start.at, min(morning, due))


def quiet(nudges: Nudges, working: Working) -> Quiet:
    """The quiet hours; `working` is in the zone of whoever is reminded."""
    return Quiet(nudges.quiet_from, nudges.quiet_to, working)
