"""Nudges: reminders wait for a kind moment, and several at once become one list.

At most so many a day and person, none at night or on days off, each in the person's own time
zone. What is serious enough comes at any hour; of those a few come by themselves and the rest as
the list. What was due while nothing could be sent comes once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.effects import Effects, Later
from bot.holidays import calendar_of
from bot.plans import Quiet, Working
from bot.staff import Instant
from bot.turn import Turn
from bot.words import Joined, Words, say
from handlers import today
from handlers.plans import who
from handlers.plans.actions import NudgeDue
from handlers.plans.dates import quiet
from handlers.plans.pieces import short
from handlers.plans.shapes import PlanShape
from handlers.plans.steps import policy
from storage.cases import Case
from storage.nudges import Nudge, NudgeDay, waiting
from storage.people import Person, person
from storage.plan_life import As, Status
from storage.plans import Plan, PlanStep

MOST_NAMES = 3
"""So many steps are named in the line above a list; more would not be read."""


@dataclass(frozen=True)
class Due:
    """One reminder with what it is about."""

    row: Nudge
    step: PlanStep
    case: Case


def want(turn: Turn, case: Case, step: PlanStep, ref: str, told_as: As) -> Effects:
    """Remind somebody at the next kind moment; said twice it is still one reminder."""
    if not who.fit(turn, case, [ref]):
        return []
    row = turn.find(Nudge, (ref, step.number))
    if row is None:
        loud = case.severity >= turn.get(Plan, case.number).policy["loud_from"]
        kept = Nudge(person=ref, step=step.number, told_as=told_as, loud=loud, wanted_at=turn.now)
        turn.keep(kept)
    else:
        row.told_as = told_as
    return [look(ref, turn.now)]


def look(ref: str, at: Instant) -> Later:
    """Timers of one moment fall due in the order of their keys: all steps (`plan:`) come first."""
    return Later(f"remind:{ref}", at, NudgeDue(ref))


def send(turn: Turn, ref: str) -> tuple[list[Due], list[Due], Effects]:
    """Whose moment has come: what comes by itself, what comes as a list, and when to look again."""
    whose, found = person(turn.session, ref), still_true(turn, ref)
    if whose is None or not found:
        return [], [], []
    plan = policy(turn, found[0].case)
    then = moment(turn, whose, plan)
    ready = [due for due in found if due.row.loud or then == turn.now]
    for due in ready:
        turn.session.delete(due.row)
    if any(not due.row.loud for due in ready):
        count(turn, whose)
    again = [look(ref, then)] if len(ready) < len(found) else []
    alone, listed = shared_out(ready, plan.nudges.at_once)
    return alone, listed, [*again]


def still_true(turn: Turn, ref: str) -> list[Due]:
    """The reminders that hold, oldest first; what has been done meanwhile is forgotten."""
    found = []
    for row in waiting(turn.session, ref):
        step = turn.get(PlanStep, row.step)
        case = who.case_of(turn, step)
        if holds(turn, case, step, row):
            found.append(Due(row, step, case))
        else:
            turn.session.delete(row)
    return sorted(found, key=lambda due: (due.row.wanted_at, due.step.due_at, due.step.number))


def holds(turn: Turn, case: Case, step: PlanStep, row: Nudge) -> bool:
    if not step.open or not who.fit(turn, case, [row.person]):
        return False
    if row.told_as is As.HOLDER:
        return who.holder(turn, case, step) == row.person
    return step.status is Status.LIFTED


def shared_out(ready: Sequence[Due], at_once: int) -> tuple[list[Due], list[Due]]:
    """The oldest of what is serious comes by itself; a single reminder always does."""
    if len(ready) == 1:
        return list(ready), []
    alone = [due for due in ready if due.row.loud][:at_once]
    return alone, [due for due in ready if due not in alone]


def moment(turn: Turn, whose: Person, plan: PlanShape) -> Instant:
    """Now, or when the person may be reminded next."""
    calm = calm_hours(turn, whose, plan)
    day = turn.find(NudgeDay, whose.ref)
    full = day is not None and day.day == today_of(turn, whose) and day.sent >= plan.nudges.a_day
    if full:
        return calm.next_morning(turn.now, plan.nudges.morning)
    return calm.over(turn.now, plan.nudges.morning)


def calm_hours(turn: Turn, whose: Person, plan: PlanShape) -> Quiet:
    working = Working(whose.zone, tuple(plan.hours), calendar_of(turn.content))
    return quiet(plan.nudges, working)


def count(turn: Turn, whose: Person) -> None:
    """One more today. Yesterday's number is written over: nobody's reminders are counted up."""
    day, row = today_of(turn, whose), turn.find(NudgeDay, whose.ref)
    if row is None:
        row = turn.keep(NudgeDay(person=whose.ref, day=day))
    row.sent = row.sent + 1 if row.day == day else 1
    row.day = day


def today_of(turn: Turn, whose: Person) -> str:
    return Working(whose.zone, (), calendar_of(turn.content)).day(turn.now).isoformat()


def list_title(turn: Turn, whose: Person, listed: Sequence[Due]) -> Words:
    """The list in one line; where all of it is for today, the line says so (mgr.n2)."""
    names = tuple(dict.fromkeys(short(due.step) for due in listed))
    working = Working(whose.zone, (), calendar_of(turn.content))
    for_today = all(working.day(due.step.due_at) == working.day(turn.now) for due in listed)
    mine = all(due.row.told_as is As.HOLDER for due in listed)
    key = "left_today" if for_today and mine else "waiting" if mine else "late_many"
    if len(names) > MOST_NAMES:
        return say(f"plans.{key}_many", count=len(listed))
    return say(f"plans.{key}", count=len(listed), steps=Joined(names))


def ring_list(turn: Turn, ref: str, listed: Sequence[Due]) -> Effects:
    whose = person(turn.session, ref)
    return today.ring(turn, whose, list_title(turn, whose, listed)) if whose and listed else []
