"""Telling people of a case: plain cards, unless the reader may have a visitor at the desk."""

from bot.cards import Block, Button, Card, Tone
from bot.effects import Lane, Show
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words
from handlers.colleagues import discreet
from storage.cases import Case
from storage.people import Person


def told(turn: Turn, whose: Person, slot: str, card: Card, lane: Lane = Lane.ANSWER) -> Show:
    cover = cover_of(turn.content, whose)
    return Show(slot, whose.ref, discreet(turn, whose.ref, cover, card), lane)


def card(
    turn: Turn,
    whose: Person,
    title: Words,
    body: tuple[Block, ...] = (),
    buttons: tuple[Button, ...] = (),
    tone: Tone = Tone.PLAIN,
) -> Card:
    """A card for somebody who is told; a lock screen shows a neutral line."""
    preview = cover_of(turn.content, whose)("responder_preview")
    return Card(title, preview, body, buttons, tone)


def slot(case: Case, ref: str, number: int = 0) -> str:
    return f"case:{case.number}:{ref}" + (f":{number}" if number else "")
