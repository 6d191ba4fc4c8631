"""Forms: to whom a step goes, until when it waits, and what is done about a case."""

from bot.actions import Action
from bot.cards import Field, Form
from bot.features import Refused
from bot.plans import When, dated
from bot.staff import Instant
from bot.turn import Turn
from bot.words import Words, say
from handlers.plans import who
from handlers.plans.actions import PutOffTo
from handlers.plans.feedback_actions import Planned
from handlers.plans.pieces import both
from handlers.plans.steps import policy, working_at
from storage.cases import Case
from storage.plans import Plan, PlanStep

DELAYS = {
    "hour": When(within=3600),
    "tomorrow": When(working_days=1, at="09:00"),
    "days": When(working_days=3, at="09:00"),
}
"""When a step comes back; what is for today waits an hour at most."""

ROOM = {"hour": When(within=7200), "tomorrow": When(working_days=1), "days": When(working_days=3)}
"""Until when it may then be done."""

DATES = {"days": When(working_days=3), "week": When(days=7), "weeks": When(days=28)}


def colleague(turn: Turn, case: Case, action: Action) -> Form:
    """Who else may do it, the deputy first."""
    options = tuple((one.ref, str(one.name)) for one in who.others(turn, case, turn.person.ref))
    if not options:
        raise Refused(say("plans.nobody_else"))
    field = Field("person", say("plans.to_whom"), options)
    return Form(say("plans.give_title"), (field,), say("plans.give"), action)


def chosen(turn: Turn, case: Case) -> str:
    """Whom the form names, if it may be them."""
    wanted = turn.inputs.get("person", "")
    if wanted not in {one.ref for one in who.others(turn, case, turn.person.ref)}:
        raise Refused(say("plans.not_them"))
    return wanted


def delay(turn: Turn, case: Case, step: PlanStep) -> Form:
    reasons: tuple[tuple[str, Words], ...] = tuple(
        (one["id"], both(one["text"])) for one in turn.get(Plan, case.number).policy["reasons"]
    )
    times = tuple((key, say(f"plans.time.{key}")) for key in ways(step))
    fields = (
        Field("reason", say("plans.why"), reasons),
        Field("time", say("plans.new_time"), times),
    )
    return Form(
        say("plans.later_title"), fields, say("plans.later"), PutOffTo(step.number, step.snoozes)
    )


def ways(step: PlanStep) -> list[str]:
    return ["hour"] if step.facts["today"] else [*DELAYS]


def delayed(turn: Turn, case: Case, step: PlanStep) -> tuple[str, Instant, Instant, Instant]:
    """The reason, and when it comes back, is due, and is told to those above."""
    reason, time = (turn.inputs.get(name, "") for name in ("reason", "time"))
    plan = policy(turn, case)
    if time not in ways(step) or reason not in {one.id for one in plan.reasons}:
        raise Refused(say("plans.choose_both"))
    working = working_at(turn, case, plan)
    remind, due = (dated(when[time], turn.now, working) for when in (DELAYS, ROOM))
    lift = dated(
        next(one.lift or plan.lift for one in plan.steps if one.id == step.name), due, working
    )
    return reason, remind, due, lift


def measure(turn: Turn, case: Case) -> Form:
    """What is done about it: one tap, a date, and words for whoever has some."""
    measures: tuple[tuple[str, Words], ...] = tuple(
        (one["id"], both(one["text"])) for one in turn.get(Plan, case.number).policy["measures"]
    )
    times = tuple((key, say(f"plans.by.{key}")) for key in DATES)
    fields = (
        Field("measure", say("plans.what_we_do"), measures),
        Field("time", say("plans.by_when"), times),
        Field("words", say("plans.own_words"), required=False, long=True),
    )
    return Form(say("plans.measure_title"), fields, say("plans.tell"), Planned(case.number))


def measured(turn: Turn, case: Case) -> tuple[dict[str, str], str, Instant]:
    """The measure in both languages, own words, and by when."""
    named = {one.id: one.text for one in policy(turn, case).measures}
    chosen, time = (turn.inputs.get(name, "") for name in ("measure", "time"))
    if chosen not in named or time not in DATES:
        raise Refused(say("plans.choose_both"))
    by = dated(DATES[time], turn.now, working_at(turn, case, policy(turn, case)))
    return named[chosen].model_dump(), turn.inputs.get("words", "").strip(), by
