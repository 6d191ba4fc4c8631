"""Pieces that the cards of plans share: names of steps, previews, the guidance beside them."""

from bot.cards import Block
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Both, Cover, Words
from handlers.guidance import Guidance, plain
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


def needs(plan: Plan) -> list[tuple[str, Both]]:
    """What may be needed today, as the plan of the case says it."""
    return [(need["id"], both(need["text"])) for need in plan.policy["needs"]]
