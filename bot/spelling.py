"""Spelling: a card for one reader, every phrase in that reader's language and time zone."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, assert_never

from bot.actions import Action
from bot.cards import (
    Block,
    Button,
    Card,
    CoverBlock,
    CoverButton,
    CoverCard,
    CoverKeys,
    CoverLine,
    CoverNote,
    CoverSteps,
    Form,
    Keys,
    Note,
    Steps,
    Text,
)
from bot.words import Both, CoverPhrase, Dictionary, Joined, Phrase, Words

Read = Callable[[Words], str]


def spell(card: Card | CoverCard, words: Dictionary, zone: str) -> Card:
    """The same card as plain text; a cover card becomes an ordinary one here and only here."""

    def read(phrase: Words) -> str:
        return words.read(phrase, zone)

    spelled: Card = _spelled(uncovered(card) if isinstance(card, CoverCard) else card, read)
    return spelled


def spell_form(form: Form, words: Dictionary, zone: str) -> Form:
    spelled: Form = _spelled(form, lambda phrase: words.read(phrase, zone))
    return spelled


def uncovered(card: CoverCard) -> Card:
    """A cover card in the shape that every surface knows; the words stay cover words."""
    body = tuple(_block(part) for part in card.body)
    return Card(card.title, card.preview, body, _buttons(card.buttons))


def _block(part: CoverBlock) -> Block:
    match part:
        case CoverLine(words):
            return Text(words)
        case CoverNote(words):
            return Note(words)
        case CoverSteps(lines):
            return Steps(lines)
        case CoverKeys(buttons):
            return Keys(_buttons(buttons))
        case _:
            assert_never(part)


def _buttons(buttons: tuple[CoverButton, ...]) -> tuple[Button, ...]:
    return tuple(Button(one.label, one.action, hold=one.hold) for one in buttons)


def _spelled(thing: Any, read: Read) -> Any:
    if isinstance(thing, (Phrase, Both, CoverPhrase, Joined)):
        return read(thing)
    if isinstance(thing, tuple):
        return tuple(_spelled(part, read) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, (type, Action)):
        parts = {part.name: _spelled(getattr(thing, part.name), read) for part in fields(thing)}
        return replace(thing, **parts)
    return thing
