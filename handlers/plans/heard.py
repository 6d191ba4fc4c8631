"""Heard: a week on, whoever reported is asked whether anybody has been in touch, and may choose."""

from bot.cards import Button, Card, Note, Text, Tone
from bot.effects import Effects, Lane, Later, Show
from bot.features import CLOCK, Refused
from bot.plans import dated
from bot.turn import Turn
from bot.words import say
from handlers.colleagues import discreet, name_of
from handlers.plans import ownership, who
from handlers.plans.actions import ChooseManager, Heard, HeardDue
from handlers.plans.dates import date
from handlers.plans.falls_due import begin
from handlers.plans.feature import follow_up, tell
from handlers.plans.outcome import REPORTED
from handlers.plans.pieces import cover_for, preview
from handlers.plans.steps import add, counted, policy, working_at
from storage.cases import Case
from storage.people import Person, people, person
from storage.plan_life import As, Status
from storage.plans import Plan, open_steps

MOST_CHOICES = 3


def ask_later(turn: Turn, case: Case) -> Later:
    plan = policy(turn, case)
    at = dated(plan.heard, turn.now, working_at(turn, case, plan))
    return Later(f"heard:{case.number}", at, HeardDue(case.number))


@follow_up.on(HeardDue, may=CLOCK)
def heard_due(turn: Turn, happened: HeardDue) -> Effects:
    """Asked only where something is late: who is looked after is not asked."""
    case, plan = turn.get(Case, happened.case), turn.get(Plan, happened.case)
    late = (Status.LATE, Status.LIFTED)
    if not any(one.status in late for one in open_steps(turn.session, case.number)):
        return []
    plan.asked_at = plan.asked_at or turn.now
    return question(turn, case, plan)


def again(turn: Turn, case: Case) -> Effects:
    """The question as it stands, where it was asked."""
    plan = turn.find(Plan, case.number)
    return question(turn, case, plan) if plan and plan.asked_at else []


def question(turn: Turn, case: Case, plan: Plan) -> Effects:
    whose = person(turn.session, case.reporter) if case.reporter else None
    if whose is None or not turn.reaches(whose):
        return []
    card = discreet(turn, whose.ref, cover_for(turn, whose.ref), asked(turn, case, plan, whose.ref))
    return [Show(f"heard:{case.number}", whose.ref, card, Lane.NUDGE)]


def asked(turn: Turn, case: Case, plan: Plan, ref: str) -> Card:
    name, see = name_of(turn, case.owner), preview(turn, ref)
    note = Note(say("feedback.case", case=str(case.number)))
    if plan.heard is None:
        yes = Button(say("plans.heard_yes"), Heard(case.number, yes=True), Tone.GOOD)
        no = Button(say("plans.heard_no"), Heard(case.number, yes=False))
        return Card(say("plans.heard", name=name), see, (note,), (yes, no))
    if plan.heard:
        return Card(say("plans.heard_good"), see, (note,))
    choices = tuple(
        Button(say("plans.choose", name=one.name), ChooseManager(case.number, one.ref))
        for one in choosable(turn, case)
    )
    return Card(say("plans.heard_sorry"), see, (Text(say("plans.heard_next")), note), choices)


def choosable(turn: Turn, case: Case) -> list[Person]:
    refs = who.nearest(turn, case, "manager", "upper_manager", "on_call")
    wanted = [ref for ref in refs if ref != case.owner]
    return people(turn.session, wanted[:MOST_CHOICES])


@follow_up.on(Heard, may=REPORTED)
def heard(turn: Turn, said: Heard) -> Effects:
    """The first answer counts. *No*: whoever is above makes the contact, and is told at once."""
    case, plan = turn.get(Case, said.case), turn.get(Plan, said.case)
    if plan.heard is None:
        plan.heard = said.yes
        if not said.yes:
            return [*question(turn, case, plan), *seen_to(turn, case)]
    return question(turn, case, plan)


def seen_to(turn: Turn, case: Case) -> Effects:
    plan = policy(turn, case)
    asked_for = next((one for one in plan.steps if one.does == "contact" and one.anew), None)
    if asked_for is None or not case.open:
        return []
    start = counted(turn, case, plan)
    step = add(turn, case, date(plan, asked_for, start, asked_for.anew), start)
    step.holder = next(iter(who.above(turn, case, case.owner)), None)
    tell(turn, step, who.holder(turn, case, step), As.HOLDER)
    return begin(turn, case, [step])


@follow_up.on(ChooseManager, may=REPORTED)
def choose_manager(turn: Turn, said: ChooseManager) -> Effects:
    """Nobody has to say why they would rather have another manager."""
    case, plan = turn.get(Case, said.case), turn.get(Plan, said.case)
    if plan.heard is not False or not case.open:
        raise Refused(say("common.old_button"))
    if said.person == case.owner:
        return question(turn, case, plan)
    if said.person not in [one.ref for one in choosable(turn, case)]:
        raise Refused(say("common.old_button"))
    deputy = ownership.deputy_of(turn, case, said.person)
    given = ownership.give(turn, case, said.person, deputy)
    return [*given, *question(turn, case, plan)]
