"""Steps: a plan is copied onto its case, and each step moves on as its times pass."""

from typing import assert_never

from bot.holidays import calendar_of
from bot.plans import Working, dated, full_hour
from bot.staff import Site
from bot.turn import Turn
from handlers.plans import who
from handlers.plans.dates import Dated, Start, date, planned
from handlers.plans.shapes import OWNERS_OWN, PlanShape, Step
from storage.case_life import Naming
from storage.cases import Case
from storage.plan_life import Kind, Status, Wait
from storage.plans import Plan, PlanStep, next_step, steps_of
from storage.recall import recall


def plan_for(turn: Turn, kind: str) -> tuple[str, PlanShape]:
    """The plan of a kind of case: one that names it, or the one for all others."""
    found = turn.content.all(PlanShape)
    named = ((name, plan) for name, plan in found.items() if kind in plan.kinds)
    others = ((name, plan) for name, plan in found.items() if not plan.kinds)
    return next(iter([*named, *others]))


def policy(turn: Turn, case: Case) -> PlanShape:
    """The plan as it stood when the case began."""

    def read() -> PlanShape:
        return PlanShape.model_validate(turn.get(Plan, case.number).policy)

    return recall(turn.session, ("plan", case.number), read)


def working_at(turn: Turn, case: Case, plan: PlanShape) -> Working:
    """The working time of the site of a case."""
    site = turn.content.all(Site).get(case.site)
    hours = site.hours if site and site.hours else plan.hours
    return Working(site.zone if site else "UTC", tuple(hours), calendar_of(turn.content))


def counted(turn: Turn, case: Case, plan: PlanShape) -> Start:
    """From now on; where nobody may know who reported, from the next full hour and no minute."""
    working = working_at(turn, case, plan)
    at = full_hour(turn.now) if case.anonymous else turn.now
    return Start(at, working, case.severity, who.shift_end(turn, case))


def copy(turn: Turn, case: Case) -> list[PlanStep]:
    """The plan onto the case: from here on content may change and this plan does not."""
    name, plan = plan_for(turn, case.kind)
    policy = plan.model_dump(mode="json")
    start = counted(turn, case, plan)
    turn.keep(Plan(case=case.number, name=name, started_at=start.at, policy=policy))
    return [add(turn, case, one, start) for one in planned(plan, start, case.exposed is not None)]


def add(turn: Turn, case: Case, found: Dated, start: Start) -> PlanStep:
    step = found.step
    row = PlanStep(
        case=case.number,
        name=step.id,
        kind=step.kind,
        who=step.who,
        holder=held(turn, case, found, start),
        text=step.text.model_dump(),
        facts=rules(step, found),
        opens_at=found.opens,
        remind_at=found.remind,
        due_at=found.due,
        lift_at=found.lift,
    )
    if step.kind is Kind.TOLD:
        row.do(None, start.at)
    turn.keep(row)
    return row


def held(turn: Turn, case: Case, found: Dated, start: Start) -> str | None:
    """By name where it is not the owner's; outside working time who is on call is rung for."""
    if found.step.kind is Kind.TOLD:
        return None
    if found.step.who not in OWNERS_OWN:
        return who.of_role(turn, case, found.step.who)
    at_work = start.working.holds(start.at) or case.naming is Naming.MANAGER
    if found.opens is None or at_work:
        return None
    on_call = who.on_call(turn, case)
    return None if on_call in (None, case.owner) else on_call


def rules(step: Step, found: Dated) -> dict[str, object]:
    """What a step goes by, as it stood when it was copied."""
    return {
        "short": step.short.model_dump() if step.short else None,
        "urgent": found.opens is not None,
        "late": step.late,
        "snoozes": step.snoozes,
        "does": step.does,
        "done": step.done,
        "person": step.person,
        "duty": step.duty,
        "card": step.card,
        "today": step.when.same_day is not None,
    }


def anew(turn: Turn, case: Case) -> list[PlanStep]:
    """It did not become good: the plan goes on with what its steps say comes again."""
    plan = policy(turn, case)
    start, named = counted(turn, case, plan), case.exposed is not None
    wanted = [one for one in plan.steps if one.severity <= case.severity and one.anew]
    steps = [date(plan, one, start, one.anew) for one in wanted if named or not one.person]
    return [add(turn, case, one, start) for one in steps]


def raised(turn: Turn, case: Case) -> list[PlanStep]:
    """The case is more serious than it was: the steps that are missing join its plan."""
    plan, known = policy(turn, case), {one.name for one in steps_of(turn.session, case.number)}
    start = counted(turn, case, plan)
    found = planned(plan, start, case.exposed is not None)
    return [add(turn, case, one, start) for one in found if one.step.id not in known]


def step_on(turn: Turn, case: Case, step: PlanStep) -> list[Wait]:
    """Everything whose time has come, in order; nobody is told yet."""
    plan = policy(turn, case)
    working = working_at(turn, case, plan)
    passed: list[Wait] = []
    while (upcoming := next_step(step)) is not None and upcoming[0] <= turn.now:
        passed.append(upcoming[1])
        move_on(turn, step, upcoming[1], plan, working)
    return passed


def move_on(turn: Turn, step: PlanStep, wait: Wait, plan: PlanShape, working: Working) -> None:
    match wait:
        case Wait.OPEN:
            step.ring(turn.now)
        case Wait.REMIND:
            step.remind()
        case Wait.MISS:
            step.miss()
            step.again_at = dated(plan.again, turn.now, working)
        case Wait.LIFT:
            step.lift()
            step.again_at = dated(plan.weekly, turn.now, working)
        case Wait.AGAIN:
            often = plan.weekly if step.status is Status.LIFTED else plan.again
            step.remind_again(dated(often, turn.now, working))
        case _:
            assert_never(wait)
