"""Shapes: a follow-up plan as content writes it, and what must hold in it."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.content import Seconds
from bot.features import Complaint
from bot.plans import Hour, When
from bot.staff import readable
from bot.turn import Content
from bot.words import Both
from storage.plan_life import Kind

Severity = Annotated[int, Field(ge=0, le=5)]

Who = Literal[
    "manager", "security", "hr", "peer", "helper", "exposed", "team", "owners", "agency", "upper"
]
"""Who does a step. The manager is whoever owns the case; who owns the actions is asked by them."""

OWNERS_OWN = ("manager", "team", "owners")
"""Steps that the owner of the case sees to."""

DoneLabel = Literal["done", "contacted", "decided", "received", "tell"]


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(Strict):
    """One thing to choose: a reason, something that is needed, a measure."""

    id: str = Field(min_length=1)
    text: Both


class Nudges(Strict):
    """`a_day` reminders a person at most, none in the quiet hours or on days off.

    More than one at once become a list; of those that cannot wait `at_once` come by themselves.
    """

    a_day: Annotated[int, Field(ge=1, le=10)]
    quiet_from: Hour
    quiet_to: Hour
    morning: Hour
    at_once: Annotated[int, Field(ge=1, le=10)]


class Step(Strict):
    """One step. `severity` is the least that asks for it.

    It is due as `when` says, counted from the start. It is reminded of when it is `ready`, or
    `remind` before it is due, or on the morning of the day that it is due. What has `opens`
    cannot wait: it rings then, at any hour. When it is `late`, the deputy takes it at once, or
    whoever is above is told as `lift` says, counted from the due time. `does` names a dialog of
    its own. `person`: it is no step where nobody may know who was exposed.
    `duty` is the legal question whose decision is this step. `anew`: it comes
    again, counted from then, when the person says that it did not become good.
    """

    id: str = Field(min_length=1)
    who: Who
    severity: Severity
    text: Both
    short: Both | None = None
    kind: Kind = Kind.TASK
    when: When
    opens: When | None = None
    ready: When | None = None
    remind: Seconds | None = None
    late: Literal["wait", "deputy", "above"] = "wait"
    lift: When | None = None
    snoozes: Annotated[int, Field(ge=0, le=9)] = 2
    does: Literal["task", "contact", "feedback"] = "task"
    done: DoneLabel = "done"
    person: bool = False
    card: str | None = None
    duty: str | None = None
    anew: When | None = None


class Checks(Strict):
    """From a severity on: after how many days somebody is asked how it is."""

    severity: Severity
    days: list[Annotated[int, Field(ge=1, le=366)]] = Field(min_length=1)


class PlanShape(Strict):
    """A plan for the `kinds` of cases that it names, or for all others.

    `hours` are the working time where a site writes none. From `loud_from` on reminders come at
    any hour. What is late is reminded of `again`, then `weekly`; `lift` is when those above are
    told of it; `heard` is when whoever reported is asked whether anybody has been in touch.
    `unsafe` joins the plan when whoever made the contact says that the person is not safe.
    """

    name: Both
    kinds: list[str] = []
    hours: list[Annotated[str, AfterValidator(readable)]] = Field(min_length=1)
    loud_from: Annotated[int, Field(ge=0, le=6)]
    nudges: Nudges
    again: When
    weekly: When
    lift: When
    heard: When
    reasons: list[Choice] = Field(min_length=1)
    needs: list[Choice] = []
    measures: list[Choice] = Field(min_length=1)
    unsafe: Step
    checks: list[Checks] = []
    steps: list[Step] = Field(min_length=1)


def check_plans(content: Content) -> Iterator[Complaint]:
    plans = content.all(PlanShape)
    if sum(not plan.kinds for plan in plans.values()) != 1:
        for name in list(plans)[:1]:
            why = "exactly one plan must be for every kind; leave “kinds” out of one plan only"
            yield PlanShape, name, ("kinds",), why
    for name, plan in plans.items():
        yield from check_once(name, plan)
        yield from check_ways_on(name, plan)


def check_once(name: str, plan: PlanShape) -> Iterator[Complaint]:
    for part in ("reasons", "needs", "measures", "steps"):
        seen: set[str] = set()
        for at, one in enumerate(getattr(plan, part)):
            if one.id in seen:
                yield PlanShape, name, (part, at, "id"), f"“{one.id}” is written twice"
            seen.add(one.id)


def check_ways_on(name: str, plan: PlanShape) -> Iterable[Complaint]:
    """Whatever happens to a case, its plan goes on."""
    for severity in range(6):
        wanted = [one for one in plan.steps if one.severity <= severity and one.kind is Kind.TASK]
        if not [one for one in wanted if not one.person and one.who == "manager"]:
            why = f"severity {severity} has no task for the manager; a case needs a next step"
            yield PlanShape, name, ("steps",), why
    if not any(one.anew and not one.person for one in plan.steps):
        why = "no step comes anew; a case that did not become good needs one with “anew”"
        yield PlanShape, name, ("steps",), why
