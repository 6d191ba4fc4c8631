"""Guidance: the right sentences on the screen in the same second, under a neutral title.

Every card is content (`content/guidance`). The presser sees it as "Form 1", in words that
anybody at the desk may read; colleagues see it by its real name.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.cards import Block, CoverLine, CoverSteps, Note, Steps, Text
from bot.features import Complaint, Feature
from bot.turn import Content
from bot.words import Both, Cover, Coverable, CoverText, say

guidance = Feature("guidance")

MOST_STEPS, MOST_WORDS = 10, 12
"""A card has at most nine steps of twelve words (`spec/content.md` 2.5); 20 has ten there."""


class Guidance(BaseModel):
    """One card. `confirm` is the [C] mark: an agency must approve it before use."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    title: Both
    hint: CoverText
    when: Literal["call", "after", "always"]
    version: int
    owner: str
    confirm: bool
    sources: tuple[str, ...]
    steps: tuple[Coverable, ...]
    avoid: tuple[Coverable, ...] = ()
    phrases: tuple[Coverable, ...] = ()


guidance.reads("guidance", Guidance)

AFTER_CALL = "18"
HOW_IT_WORKS = "36"


def for_calls(content: Content) -> list[Guidance]:
    """The cards that help during a call, in order of their numbers."""
    cards = (card for card in content.all(Guidance).values() if card.when == "call")
    return sorted(cards, key=lambda card: int(card.id))


def covert(card: Guidance, cover: Cover) -> tuple[CoverLine | CoverSteps, ...]:
    """The card as the presser sees it: what to do, what to say, what not to say."""
    body: list[CoverLine | CoverSteps] = [CoverSteps(tuple(cover(s.covert) for s in card.steps))]
    for label, lines in (("say_this", card.phrases), ("say_not", card.avoid)):
        if lines:
            body.append(CoverLine(cover(label)))
            body += [CoverLine(cover(line.covert)) for line in lines]
    return tuple(body)


def plain(card: Guidance) -> tuple[Block, ...]:
    """The card as colleagues see it."""
    body: list[Block] = [Text(card.title), Steps(card.steps)]
    for label, lines in (("guidance.say_this", card.phrases), ("guidance.say_not", card.avoid)):
        body += [Note(say(label)), *(Note(line) for line in lines)] if lines else []
    return tuple(body)


@guidance.checks
def check(content: Content) -> Iterable[Complaint]:
    for id, card in content.all(Guidance).items():
        if not id.isdigit():
            yield Guidance, id, ("id",), "the id of a card is its number"
        if len(card.steps) > MOST_STEPS:
            yield Guidance, id, ("steps",), f"at most {MOST_STEPS} steps fit on a card"
        for place, step in enumerate(card.steps):
            for language in ("sv", "en"):
                if len(step.text(language).split()) > MOST_WORDS:
                    why = f"at most {MOST_WORDS} words a step, so that it can be read in a glance"
                    yield Guidance, id, ("steps", place, language), why
