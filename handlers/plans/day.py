"""Day: what the follow-up puts on a person's own day: tasks, decisions, cases, own reports."""

from collections.abc import Iterator

from bot.cards import Button
from bot.features import Appointment
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import name_of
from handlers.plans import who
from handlers.plans.actions import Accept, ShowStep
from handlers.plans.feature import follow_up
from handlers.plans.feedback_actions import Propose, TellPlan
from handlers.plans.pieces import missing, short
from handlers.today import Line, Section, adds
from storage import nudges, plans
from storage.case_life import Status as CaseStatus
from storage.cases import Case, answered_for, cases_of
from storage.people import Person
from storage.plan_life import As, Status
from storage.plans import PlanStep, lifted_for, open_steps

DAYS_AHEAD = 7
"""Tasks that are due later are counted and not listed."""


@adds(10)
def follow_up_day(turn: Turn, whose: Person) -> Iterator[Section]:
    held = tasks(turn, whose.ref)
    soon = [step for step in held if step.due_at <= turn.after(days=DAYS_AHEAD)]
    lines = [task_line(step) for step in soon]
    if later := len(held) - len(soon):
        lines.append(Line(say("today.later", count=later)))
    yield Section(say("today.tasks"), tuple(lines))
    yield Section(say("today.asked"), tuple(asked(turn, whose)))
    yield Section(say("today.informed"), tuple(informed(turn, whose)))
    yield Section(say("today.cases"), tuple(owned(turn, whose)))
    yield Section(say("today.reports"), tuple(reported(turn, whose)))


@follow_up.appoints
def appointments(turn: Turn) -> Iterator[Appointment]:
    """Their own steps, by a neutral name: a calendar is often shared."""
    cover = cover_of(turn.content, turn.person)
    for step in tasks(turn, turn.person.ref):
        title = cover("calendar_entry", number=str(step.case))
        yield Appointment(f"step-{step.number}", step.due_at, title)


def tasks(turn: Turn, ref: str) -> list[PlanStep]:
    """Their own, and those of whoever they stand in for."""
    refs = [ref, *nudges.stands_in_for(turn.session, ref, turn.now)]
    found = [step for one in refs for step in plans.held_by(turn.session, one)]
    mine = [one for one in found if who.holder(turn, who.case_of(turn, one), one) == ref]
    return sorted(mine, key=lambda step: (step.due_at, step.number))


def task_line(step: PlanStep) -> Line:
    late = step.status in (Status.LATE, Status.LIFTED)
    key = "today.task_late" if late else "today.task"
    words = say(key, step=short(step), case=str(step.case), time=step.due_at)
    return Line(words, opens=ShowStep(step.number))


def asked(turn: Turn, whose: Person) -> Iterator[Line]:
    """What waits for a yes or for a decision of this person."""
    for step in plans.given_to(turn.session, whose.ref):
        if step.offered_to == whose.ref:
            name = name_of(turn, step.offered_by)
            words = say("plans.asks_you", name=name, step=short(step))
            yield Line(words, (Button(say("plans.accept"), Accept(step.number, yes=True)),))
    for step in lifted_for(turn.session, whose.ref, As.ABOVE):
        if who.holder(turn, who.case_of(turn, step), step) != whose.ref:
            late = missing(turn, step, turn.now)
            yield Line(late, opens=ShowStep(step.number))


def informed(turn: Turn, whose: Person) -> Iterator[Line]:
    """What is late elsewhere, for those who only need to know of it."""
    for step in lifted_for(turn.session, whose.ref, As.INFORMED):
        yield Line(missing(turn, step, turn.now))


def owned(turn: Turn, whose: Person) -> Iterator[Line]:
    for case in answered_for(turn.session, whose.ref):
        if whose.ref in case.kept_from:
            continue
        role = say("today.owner" if case.owner == whose.ref else "today.deputy")
        words = say("today.case", case=str(case.number), role=role, next=upcoming(turn, case))
        yield Line(words, tuple(case_buttons(case, whose)))


def upcoming(turn: Turn, case: Case) -> Words:
    """What comes next in a case."""
    if case.status is CaseStatus.CLOSING:
        return say("today.waits_for_answer")
    left = open_steps(turn.session, case.number)
    return (
        say("today.next", step=short(left[0]), time=left[0].due_at) if left else say("today.done")
    )


def case_buttons(case: Case, whose: Person) -> Iterator[Button]:
    if case.owner == whose.ref and case.status is not CaseStatus.CLOSING:
        yield Button(say("today.tell"), TellPlan(case.number))
        yield Button(say("today.propose"), Propose(case.number))


def reported(turn: Turn, whose: Person) -> Iterator[Line]:
    """Their own reports that are not closed: who has it, and how far it is."""
    for case in cases_of(turn.session, whose.ref):
        if case.open and case.reporter == whose.ref:
            state = say(f"today.state.{case.status}")
            name = name_of(turn, case.owner)
            yield Line(say("today.report", case=str(case.number), state=state, name=name))
