"""Spelling: a card for one reader, every phrase in that reader's language and time zone."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
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
    kind: Any = type(thing)
    if kind is tuple:
        return tuple([_spelled(part, read) for part in thing])
    if _is_words(kind):
        return read(thing)
    if parts := _parts(kind):
        return kind(*[_spelled(getattr(thing, part), read) for part in parts])
    return thing


@cache
def _is_words(kind: Any) -> bool:
    return issubclass(kind, (Phrase, Both, CoverPhrase, Joined))


@cache
def _parts(kind: Any) -> tuple[str, ...]:
    """The names of what a part of a card is made of; an action is no part but goes as it is."""
    plain = issubclass(kind, Action) or not is_dataclass(kind)
    return () if plain else tuple(part.name for part in fields(kind))
