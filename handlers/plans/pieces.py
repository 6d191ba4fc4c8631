"""Pieces that the cards of plans share: names of steps, previews, the guidance beside them."""

from bot.cards import Block
from bot.plans import nights
from bot.staff import Instant, Site, cover_of
from bot.turn import Turn
from bot.words import Both, Cover, Words, say
from handlers.guidance import Guidance, plain
from storage.cases import Case
from storage.people import known
from storage.plans import Plan, PlanStep


def both(text: dict[str, str]) -> Both:
    return Both(**text)


def short(step: PlanStep) -> Both:
    """What a step is called inside a sentence."""
    return both(step.facts["short"] or step.text)


def cover_for(turn: Turn, ref: str) -> Cover:
    """The cover words of a person's own site."""
    whose = known(turn.session, ref)
    if whose is None:
        raise LookupError(ref)
    return cover_of(turn.content, whose)


def preview(turn: Turn, ref: str) -> Words:
    return cover_for(turn, ref)("responder_preview")


def guide(turn: Turn, step: PlanStep) -> tuple[Block, ...]:
    """The lines of the guidance card that belongs to a step, where the pack has it."""
    card = turn.content.all(Guidance).get(step.facts["card"] or "")
    return plain(card) if card else ()


def missing(turn: Turn, step: PlanStep, at: Instant) -> Words:
    """What those above read of a step that is late at a time: what is missing, and where."""
    site = turn.content.all(Site).get(case_site(turn, step))
    days = nights(site.zone if site else "UTC", step.due_at, at)
    if days > 0:
        return say("plans.late_days", count=days, step=short(step), case=str(step.case))
    return say("plans.missing", step=short(step), case=str(step.case))


def case_site(turn: Turn, step: PlanStep) -> str:
    found = turn.session.get(Case, step.case)
    return found.site if found else ""


def needs(plan: Plan) -> list[tuple[str, Both]]:
    """What may be needed today, as the plan of the case says it."""
    return [(need["id"], both(need["text"])) for need in plan.policy["needs"]]
