"""Outcome: a step is done, it is told, and whoever reported says whether it was good."""

from bot.cards import Form
from bot.effects import Effects, Open
from bot.features import CLOCK, May, Refused
from bot.turn import Turn
from bot.words import say
from handlers import today
from handlers.plans import feedback, forms, who
from handlers.plans.falls_due import begin, number_of_late
from handlers.plans.feature import OfCase, follow_up, shown, tell
from handlers.plans.feedback_actions import (
    Became,
    FeedbackDue,
    Planned,
    Propose,
    SayBecame,
    TellPlan,
)
from handlers.plans.pieces import short
from handlers.plans.steps import anew
from storage import feedback as answers
from storage.case_life import Status as CaseStatus
from storage.case_life import What
from storage.cases import Case, CaseEvent
from storage.feedback import Feedback
from storage.plan_life import As, Status
from storage.plans import PlanStep, open_steps

SERIOUS = 3
"""From this severity on a case is closed when all of its plan is done (`spec/content.md` 2.3)."""

WORKED_ON = (CaseStatus.READ, CaseStatus.PLANNED, CaseStatus.ACTED)
MORE_DAYS = 3
"""However late the second question comes, so many days are left to answer it."""


def _runs(turn: Turn, did: OfCase) -> bool:
    case, me = turn.get(Case, did.case), turn.person.ref
    theirs = {case.owner, case.deputy, who.acting(turn, case, case.owner)}
    holders = {step.holder for step in open_steps(turn.session, did.case)}
    return me in theirs | holders and me not in case.kept_from


def _reported(turn: Turn, did: OfCase) -> bool:
    return turn.get(Case, did.case).reporter == turn.person.ref


RUNS = May("runs it", _runs)
REPORTED = May("reported it", _reported)


def finish(turn: Turn, case: Case, step: PlanStep) -> Effects:
    """A step is done; with the last one whoever reported is asked whether it was good."""
    was_late = step.status in (Status.LATE, Status.LIFTED)
    step.do(turn.person.ref, turn.now)
    effects = [*progress(turn, case, step), *shown(turn, step)]
    if was_late:
        effects += number_of_late(turn, case)
    return [*effects, *at_the_end(turn, case)]


def decided(turn: Turn, case: Case, duty: str) -> Effects:
    """The seam for the legal questions: what was decided there is a step done here."""
    effects: Effects = []
    for step in open_steps(turn.session, case.number):
        if step.facts.get("duty") == duty:
            effects += finish(turn, case, step)
    return effects


def progress(turn: Turn, case: Case, step: PlanStep) -> Effects:
    """Whoever does something of it has read it."""
    effects = read(turn, case)
    if case.status in WORKED_ON:
        case.act()
        note(turn, case, What.ACTED, after=step.name)
    return effects


def read(turn: Turn, case: Case) -> Effects:
    """The seam for whatever opens a case: the owner has read it, and whoever reported hears so."""
    if case.status is CaseStatus.RECEIVED:
        case.read(turn.now)
        note(turn, case, What.READ)
    return feedback.read(turn, case)


def note(turn: Turn, case: Case, what: What, **facts: str) -> None:
    """One line of the timeline."""
    by = turn.actor.ref if turn.actor else None
    event = CaseEvent(case=case.number, at=turn.now, what=what, by=by)
    turn.keep(event.sqlmodel_update(facts))


def at_the_end(turn: Turn, case: Case) -> Effects:
    turn.session.flush()
    if case.status not in WORKED_ON or open_steps(turn.session, case.number):
        return []
    return proposed(turn, case)


def proposed(turn: Turn, case: Case) -> Effects:
    effects = feedback.propose(turn, case)
    note(turn, case, What.PROPOSED)
    return [*effects, *today.refresh(turn, [case.owner, case.deputy])]


@follow_up.on(TellPlan, may=RUNS)
def tell_plan(turn: Turn, pressed: TellPlan) -> Effects:
    return [Open(forms.measure(turn, turn.get(Case, pressed.case)))]


def measure_form(turn: Turn, said: Planned) -> Form:
    return forms.measure(turn, turn.get(Case, said.case))


@follow_up.on(Planned, may=RUNS, form=measure_form)
def planned(turn: Turn, said: Planned) -> Effects:
    """What is done is told to whoever reported (fb.3), and its date becomes the plan's."""
    case = turn.get(Case, said.case)
    measure, words, by = forms.measured(turn, case)
    effects = read(turn, case)
    if case.status in WORKED_ON:
        case.plan()
        note(turn, case, What.PLANNED)
    turn.get(Feedback, case.number).tell(measure, words or None, by)
    for step in open_steps(turn.session, case.number):
        if step.facts["does"] == "feedback":
            step.do(turn.person.ref, turn.now)
            effects += shown(turn, step)
        elif step.who == "owners":
            step.due_at, step.remind_at = by, by
            effects += shown(turn, step)
    return [*effects, *feedback.shown(turn, case), *at_the_end(turn, case)]


@follow_up.on(Propose, may=RUNS)
def propose(turn: Turn, pressed: Propose) -> Effects:
    """Whoever reported decides, and is asked when what is due has been done."""
    case = turn.get(Case, pressed.case)
    if case.status is CaseStatus.CLOSING:
        return feedback.shown(turn, case)
    left = [one for one in open_steps(turn.session, case.number) if holds_up(turn, case, one)]
    if left:
        raise Refused(say("feedback.first", step=short(left[0])))
    return [*read(turn, case), *proposed(turn, case)]


def holds_up(turn: Turn, case: Case, step: PlanStep) -> bool:
    return case.severity >= SERIOUS or step.due_at <= turn.now


@follow_up.on(SayBecame, may=REPORTED)
def say_became(turn: Turn, said: SayBecame) -> Effects:
    case = turn.get(Case, said.case)
    told = turn.get(Feedback, case.number)
    if told.round != said.round or not told.asks:
        raise Refused(feedback.answer_line(told))
    return became(turn, case, said.became)


def became(turn: Turn, case: Case, answer: Became) -> Effects:
    """The seam for the dialogue by code too: *yes* closes, all else goes on with the plan."""
    told = turn.get(Feedback, case.number)
    told.answer(answers.Became(answer))
    if told.became is answers.Became.YES:
        return closed(turn, case)
    case.reopen()
    note(turn, case, What.REOPENED, reason=answer)
    new = anew(turn, case)
    effects = begin(turn, case, new)
    for step in new[:1]:
        tell(turn, step, who.holder(turn, case, step), As.HOLDER)
        effects += shown(turn, step)
    return [*effects, *feedback.shown(turn, case), *today.refresh(turn, [case.owner, case.deputy])]


def closed(turn: Turn, case: Case) -> Effects:
    """What was still planned is not needed, and says so."""
    case.close(turn.now)
    note(turn, case, What.CLOSED)
    effects: Effects = []
    for step in open_steps(turn.session, case.number):
        step.drop("closed")
        effects += shown(turn, step)
    return [*effects, *feedback.shown(turn, case), *today.refresh(turn, [case.owner, case.deputy])]


@follow_up.on(FeedbackDue, may=CLOCK)
def feedback_due(turn: Turn, happened: FeedbackDue) -> Effects:
    """Asked once more; and after two weeks and two asks without an answer it may close."""
    case, told = turn.get(Case, happened.case), turn.get(Feedback, happened.case)
    if told.ask_at is not None and told.ask_at <= turn.now:
        told.ask_again()
        told.lapse_at = max(told.lapse_at or turn.now, turn.after(days=MORE_DAYS))
    elif told.may_lapse(turn.now):
        told.lapse()
        return closed(turn, case)
    return feedback.shown(turn, case)
