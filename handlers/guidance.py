"""Guidance: the right sentences on the screen in the same second, under a neutral title.

Every card is content (`content/guidance`). The presser sees it as "Form 1", in words that
anybody at the desk may read; colleagues see it by its real name. A card that is never read at a
desk (`desk: no`) needs no covers.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from bot.cards import Block, Card, CoverCard, CoverLine, CoverSteps, Note, Steps, Text
from bot.content import Day
from bot.features import Complaint, Feature
from bot.turn import Content, Turn
from bot.words import Both, Cover, Coverable, CoverText, Phrase, say

guidance = Feature("guidance")

MOST_STEPS, MOST_WORDS = 9, 12
"""So much can be read in a glance (`spec/content.md` 2.5); a longer card has sections."""


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Step(Coverable):
    """One thing to do. `confirm` is the [C] mark: what the approver must see to."""

    confirm: str = ""


class Section(Strict):
    """A part of a long card: before, during, after."""

    title: Both
    steps: tuple[Step, ...] = Field(min_length=1)


def _said_once(written: object) -> object:
    """A name that is the same in both languages is written once."""
    return {"sv": written, "en": written} if isinstance(written, str) else written


class Guidance(Strict):
    """One card: `steps`, or `sections` of them. After the day `expires` it must be asked about."""

    id: str
    title: Both
    hint: CoverText
    group: Literal["now", "site", "after", "lead", "prevent"]
    when: Literal["call", "after", "always"]
    desk: bool = True
    version: int
    owner: Annotated[CoverText, BeforeValidator(_said_once)]
    expires: Day
    confirm: bool
    sources: tuple[str, ...] = Field(min_length=1)
    steps: tuple[Step, ...] = ()
    sections: tuple[Section, ...] = ()
    avoid: tuple[Coverable, ...] = ()
    phrases: tuple[Coverable, ...] = ()


class Approval(Strict):
    """An agency has read this version of a card and stands for it, for a time."""

    id: str
    version: int
    by: str = Field(min_length=1)
    on: Day
    until: Day


guidance.reads("guidance", Guidance)
guidance.reads("approvals", Approval)

AFTER_CALL = "18"
HOW_IT_WORKS = "36"


def for_calls(content: Content) -> list[Guidance]:
    """The cards that help during a call, in order of their numbers."""
    return [card for card in in_order(content) if card.when == "call"]


def in_order(content: Content) -> list[Guidance]:
    return sorted(content.all(Guidance).values(), key=lambda card: int(card.id))


def approval(content: Content, card: Guidance) -> Approval | None:
    """The agency's approval of just this version."""
    found = content.all(Approval).get(card.id)
    return found if found is not None and found.version == card.version else None


def valid_until(content: Content, card: Guidance) -> Day:
    """The last day: the card's own, or the approval's when that is sooner."""
    approved = approval(content, card)
    return min(card.expires, approved.until) if approved else card.expires


def expired(turn: Turn, card: Guidance) -> bool:
    return turn.now.date() > valid_until(turn.content, card)


def covert(card: Guidance, cover: Cover) -> tuple[CoverLine | CoverSteps, ...]:
    """The card as the presser sees it: what to do, what to say, what not to say.

    Of its sections only the steps: the loader has not looked at their titles for the desk.
    """
    if not card.desk:
        return (CoverLine(cover("form_later")),)
    parts = [part.steps for part in card.sections] + ([card.steps] if card.steps else [])
    body: list[CoverLine | CoverSteps] = [
        CoverSteps(tuple(cover(step.covert) for step in steps)) for steps in parts
    ]
    for label, lines in (("say_this", card.phrases), ("say_not", card.avoid)):
        if lines:
            body.append(CoverLine(cover(label)))
            body += [CoverLine(cover(line.covert)) for line in lines]
    return tuple(body)


def covert_today(turn: Turn, card: Guidance, cover: Cover) -> tuple[CoverLine | CoverSteps, ...]:
    """The same; a card that has expired says so first."""
    asks = CoverLine(cover("form_expired", owner=cover(card.owner)))
    return (asks, *covert(card, cover)) if expired(turn, card) else covert(card, cover)


def plain(card: Guidance) -> tuple[Block, ...]:
    """The card as colleagues see it, with its name."""
    return (Text(card.title), *lines(card))


def plain_today(turn: Turn, card: Guidance) -> tuple[Block, ...]:
    return (Text(card.title), *lines_today(turn, card))


def lines_today(turn: Turn, card: Guidance) -> tuple[Block, ...]:
    """Everything under the name; a card that has expired says so first."""
    day = valid_until(turn.content, card).isoformat()
    asks = Text(say("guidance.expired", day=day, owner=card.owner))
    return (asks, *lines(card)) if expired(turn, card) else lines(card)


def lines(card: Guidance) -> tuple[Block, ...]:
    found: list[Block] = [Steps(card.steps)] if card.steps else []
    for section in card.sections:
        found += [Text(section.title), Steps(section.steps)]
    for label, texts in (("guidance.say_this", card.phrases), ("guidance.say_not", card.avoid)):
        found += [Note(say(label)), *(Note(text) for text in texts)] if texts else []
    return tuple(found)


def foot(content: Content, card: Guidance) -> Phrase:
    """Whose card it is, and who stands for it here."""
    approved, until = approval(content, card), valid_until(content, card).isoformat()
    known = {"version": str(card.version), "owner": card.owner, "until": until}
    if approved is None:
        return say("guidance.unapproved", **known)
    return say("guidance.approved", **known, by=approved.by, day=approved.on.isoformat())


def numbers(content: Content) -> list[str]:
    return [card.id for card in in_order(content)]


@guidance.prints("card", numbers)
def printed(content: Content, id: str, cover: Cover | None) -> Card | CoverCard | None:
    card = content.all(Guidance).get(id)
    if card is None or (cover is not None and not card.desk):
        return None
    if cover is not None:
        return CoverCard(cover("form", number=id), cover("preview"), covert(card, cover))
    about = Note(say("guidance.number", number=id, foot=foot(content, card)))
    return Card(card.title, card.title, lines(card), more=(about,))


@guidance.checks
def check(content: Content) -> Iterable[Complaint]:
    for id, card in content.all(Guidance).items():
        if not id.isdecimal():
            yield Guidance, id, ("id",), "the id of a card is its number"
        if bool(card.steps) == bool(card.sections):
            yield Guidance, id, ("steps",), "write either “steps” or “sections”"
        if card.when == "call" and not card.desk:
            why = "a card for calls is read at the desk; leave “desk: no” out, or change “when”"
            yield Guidance, id, ("desk",), why
        yield from check_lengths(id, card)
    yield from check_approvals(content)


def check_lengths(id: str, card: Guidance) -> Iterator[Complaint]:
    parts: list[tuple[tuple[str | int, ...], tuple[Step, ...]]] = [(("steps",), card.steps)]
    parts += [(("sections", at, "steps"), part.steps) for at, part in enumerate(card.sections)]
    for where, steps in parts:
        if len(steps) > MOST_STEPS:
            why = f"at most {MOST_STEPS} steps fit; write “sections” of steps instead"
            yield Guidance, id, where, why
        for place, step in enumerate(steps):
            for path, text in _texts(step):
                if len(text.split()) > MOST_WORDS:
                    why = f"at most {MOST_WORDS} words a step, so that it can be read in a glance"
                    yield Guidance, id, (*where, place, *path), why


def _texts(step: Step) -> Iterator[tuple[tuple[str, ...], str]]:
    for language in ("sv", "en"):
        yield (language,), step.text(language)
        if step.cover is not None:
            yield ("cover", language), step.cover.text(language)


def check_approvals(content: Content) -> Iterator[Complaint]:
    cards = content.all(Guidance)
    for id, given in content.all(Approval).items():
        if id not in cards:
            yield (
                Approval,
                id,
                ("id",),
                f"there is no card {id}; write the number of a card, or delete this",
            )
        elif given.version > cards[id].version:
            why = f"card {id} has only come to version {cards[id].version}"
            yield Approval, id, ("version",), why
        if given.until <= given.on:
            yield Approval, id, ("until",), "write a later day than the one of the approval"
