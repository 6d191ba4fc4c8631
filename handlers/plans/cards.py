"""Cards: one step as each person sees it, in plain and kind words."""

from typing import assert_never

from bot.cards import Block, Button, Card, Facts, Note, Tone
from bot.effects import Effects, Lane, Show
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import discreet, name_of
from handlers.plans import task, who
from handlers.plans.actions import Accept, Assign, Helping, Remind, TakeOver
from handlers.plans.pieces import cover_for, guide, missing, preview, short
from storage.cases import Case
from storage.plan_life import As, Status
from storage.plans import PlanStep, PlanTold


def screen(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Effects:
    """What one person sees; an older message of theirs points to the newer one."""
    ref = row.person
    seen = discreet(turn, ref, cover_for(turn, ref), card(turn, case, step, row))
    lane = Lane.ALERT if step.urgent and step.open else Lane.NUDGE
    slot = f"plan:{case.number}:{step.number}:{ref}"
    effects: Effects = [Show(f"{slot}:{row.number}", ref, seen, lane)]
    if row.number > 1:
        moved = Card(say("plans.moved"), preview(turn, ref), tone=Tone.QUIET)
        effects.append(Show(f"{slot}:{row.number - 1}", ref, moved, lane, only_an_edit=True))
    return effects


def card(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    if case_hidden(case, row.person):
        return quiet(turn, row, say("plans.not_yours_now"))
    if not step.open and not task.talks_on(step, row):
        return quiet(turn, row, over(turn, step))
    match row.told_as:
        case As.HOLDER:
            return held(turn, case, step, row)
        case As.OFFERED:
            return offered(turn, case, step, row)
        case As.ABOVE:
            return lifted(turn, case, step, row)
        case As.INFORMED:
            return informed(turn, case, step, row)
        case As.ASKED:
            return asked(turn, case, step, row)
        case _:
            assert_never(row.told_as)


def case_hidden(case: Case, ref: str) -> bool:
    return ref in case.kept_from


def quiet(turn: Turn, row: PlanTold, words: Words) -> Card:
    return Card(words, preview(turn, row.person), tone=Tone.QUIET)


def over(turn: Turn, step: PlanStep) -> Words:
    if step.status is Status.DROPPED:
        return say("plans.not_needed", step=short(step))
    return say("plans.is_done", step=short(step), name=name_of(turn, step.done_by))


def held(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    """The holder's task; whoever held it before reads, without blame, who has it now."""
    now = who.holder(turn, case, step)
    if step.open and row.person != now:
        key = "late_moved" if step.status in task.LATE and step.facts["late"] == "deputy" else "has"
        return quiet(turn, row, say(f"plans.{key}", name=name_of(turn, now), step=short(step)))
    return task.card(turn, case, step, row)


def offered(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    if step.offered_to != row.person:
        return quiet(turn, row, say("plans.offer_over", step=short(step)))
    title = say("plans.asks_you", name=name_of(turn, step.offered_by), step=short(step))
    yes = Button(say("plans.accept"), Accept(step.number, yes=True), Tone.GOOD)
    no = Button(say("plans.decline"), Accept(step.number, yes=False))
    body = (*task.lines(turn, case, step, row.person), task.facts(turn, case, step, row.person))
    return Card(title, preview(turn, row.person), body, (yes, no))


def lifted(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    """Those above: what is missing, and three ways on. Nothing about how anybody works."""
    now = who.holder(turn, case, step)
    if now == row.person:
        return task.card(turn, case, step, row)
    buttons = (
        Button(say("plans.take"), TakeOver(step.number), Tone.GOOD),
        Button(say("plans.remind"), Remind(step.number)),
        Button(say("plans.assign"), Assign(step.number)),
    )
    has = (say("plans.fact_holder"), name_of(turn, now))
    body: tuple[Block, ...] = (Facts((*task.pairs(turn, case, step, row.person), has)),)
    return Card(missing(turn, step, row.at), preview(turn, row.person), body, buttons)


def informed(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    if step.facts["late"] == "deputy":
        now = name_of(turn, who.holder(turn, case, step))
        title = say("plans.taken_over", step=short(step), name=now)
        return Card(title, preview(turn, row.person), (task.facts(turn, case, step, row.person),))
    body = (task.facts(turn, case, step, row.person), Note(say("plans.informed")))
    return Card(missing(turn, step, row.at), preview(turn, row.person), body)


def asked(turn: Turn, case: Case, step: PlanStep, row: PlanTold) -> Card:
    """A colleague would like some help with a step."""
    name = name_of(turn, who.holder(turn, case, step))
    if step.helped_by == row.person:
        title = say("plans.you_help", name=name)
        return Card(title, preview(turn, row.person), (*guide(turn, step),), tone=Tone.GOOD)
    if step.helped_by is not None:
        return quiet(turn, row, say("plans.helps", name=name_of(turn, step.helped_by)))
    yes = Button(say("plans.i_help"), Helping(step.number), Tone.GOOD)
    body = (*task.lines(turn, case, step, row.person), task.facts(turn, case, step, row.person))
    title = say("plans.wants_help", name=name, step=short(step))
    return Card(title, preview(turn, row.person), body, (yes,))
