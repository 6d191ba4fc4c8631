"""Task: the card of whoever does a step, and the short dialog after a first contact."""

from collections.abc import Iterator

from bot.actions import Action
from bot.cards import Block, Button, Card, Facts, Keys, Note, Text, Tone
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import name_of
from handlers.plans import who
from handlers.plans.actions import (
    Absent,
    Delegate,
    Done,
    Need,
    NeedHelp,
    NeedsSaid,
    Promise,
    PutOff,
    SaySafe,
)
from handlers.plans.pieces import both, guide, needs, preview, short
from storage.cases import Case
from storage.plan_life import Status
from storage.plans import Plan, PlanStep, PlanTold

LATE = (Status.LATE, Status.LIFTED)
MINUTE = 60


def card(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    if talks_on(step, row):
        return dialog(turn, case, step, row)
    tone = Tone.URGENT if step.urgent else Tone.PLAIN
    more = guide(turn, step) if step.urgent or step.answers.get("help") else ()
    ref, buttons = row.person, tuple(work(step))
    body = (*lines(turn, case, step, ref), facts(turn, case, step, ref), *notes(turn, step))
    return Card(title(turn, case, step, ref), preview(turn, ref), body, buttons, tone, more)


def title(turn: Turn, case: Case, step: PlanStep, ref: str) -> Words:
    if step.facts["does"] == "contact":
        return contact_title(turn, case, step, ref)
    if step.status is Status.REMINDED and step.facts["today"]:
        return say("plans.missing_today", step=short(step))
    return both(step.text)


def contact_title(turn: Turn, case: Case, step: PlanStep, ref: str) -> Words:
    name = who.name_of_exposed(turn, case, ref)
    if not step.urgent:
        return say("plans.contact_again", name=name)
    if step.status in LATE:
        return say("plans.contact_now", name=name)
    if step.promised_at is not None:
        return say("plans.promised", name=name, time=step.due_at)
    if step.status is Status.REMINDED and step.remind_at is not None:
        left = int((step.due_at - step.remind_at).total_seconds()) // MINUTE
        return say("plans.minutes_left", count=left, name=name)
    given = int((step.due_at - (step.opens_at or step.due_at)).total_seconds()) // MINUTE
    return say("plans.needs_you", name=name, count=given)


def lines(turn: Turn, case: Case, step: PlanStep, ref: str) -> tuple[Block, ...]:
    """What is to be done, where the title says something else."""
    said = both(step.text)
    return () if title(turn, case, step, ref) == said else (Text(said),)


def facts(turn: Turn, case: Case, step: PlanStep, ref: str) -> Facts:
    return Facts(tuple(pairs(turn, case, step, ref)))


def pairs(turn: Turn, case: Case, step: PlanStep, ref: str) -> Iterator[tuple[Words, Words]]:
    """Which case, whom it is about where the step is about them, and until when."""
    yield say("plans.fact_case"), str(case.number)
    if step.facts["person"] and case.exposed:
        yield say("plans.fact_person"), who.name_of_exposed(turn, case, ref)
    yield say("plans.fact_due"), say("plans.when", time=step.due_at)


def notes(turn: Turn, step: PlanStep) -> Iterator[Note]:
    if step.status in LATE and step.facts["late"] != "deputy":
        yield Note(say("plans.late"))
    if step.offered_to is not None:
        yield Note(say("plans.is_asked", name=name_of(turn, step.offered_to)))
    if (no := step.answers.get("declined")) and step.offered_to is None:
        yield Note(say("plans.declined_by", name=name_of(turn, no)))
    if step.helped_by is not None:
        yield Note(say("plans.helps_you", name=name_of(turn, step.helped_by)))
    elif step.answers.get("help"):
        yield Note(say("plans.help_asked"))
    if step.snoozes:
        yield Note(say("plans.put_off_times", count=step.snoozes, most=step.facts["snoozes"]))


def work(step: PlanStep) -> Iterator[Button]:
    """What the holder may press, the way on first."""
    number = step.number
    yield button(f"done.{step.facts['done']}", Done(number), Tone.GOOD)
    contact = step.urgent and step.facts["does"] == "contact"
    if contact and step.promised_at is None and step.status not in LATE:
        yield Button(say("plans.promise", time=step.due_at), Promise(number))
    yield button("delegate", Delegate(number))
    if step.snoozes < step.facts["snoozes"]:
        yield button("later", PutOff(number))
    elif step.urgent and step.facts["late"] == "deputy" and step.status not in LATE:
        yield button("absent", Absent(number))
    yield button("help", NeedHelp(number))


def button(key: str, action: Action, tone: Tone = Tone.PLAIN) -> Button:
    return Button(say(f"plans.{key}"), action, tone)


# The short dialog after a contact (`spec/content.md` 2.8)


def talks_on(step: PlanStep, row: PlanTold) -> bool:
    """Has whoever made the contact more to say?"""
    contact = step.facts["does"] == "contact" and step.status is Status.DONE
    return contact and step.done_by == row.person and not step.answers.get("said")


def dialog(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    name, see = who.name_of_exposed(turn, case, row.person), preview(turn, row.person)
    if "safe" not in step.answers:
        yes = button("safe_yes", SaySafe(step.number, safe=True), Tone.GOOD)
        no = button("safe_no", SaySafe(step.number, safe=False), Tone.URGENT)
        return Card(
            say("plans.safe", name=name), see, (Note(say("plans.contact_thanks")),), (yes, no)
        )
    wanted = step.answers.get("needs", [])
    choices = Keys(
        tuple(
            Button(
                say("plans.need_chosen", need=text) if id in wanted else text,
                Need(step.number, id, wanted=id not in wanted),
            )
            for id, text in needs(turn.get(Plan, case.number))
        )
    )
    key = "needs_done" if wanted else "needs_none"
    told = () if step.answers["safe"] else (Text(say("plans.unsafe_told")),)
    said = button(key, NeedsSaid(step.number), Tone.GOOD)
    return Card(say("plans.needs", name=name), see, (*told, choices), (said,))
