"""Spelling: a card for one reader, every phrase in that reader's language and time zone."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.actions import Action
from bot.cards import Button, Card, CoverCard, CoverLine, CoverSteps, Form, Steps, Text
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
    body = tuple(
        Text(part.words) if isinstance(part, CoverLine) else _steps(part) for part in card.body
    )
    buttons = tuple(Button(button.label, button.action) for button in card.buttons)
    return Card(card.title, card.preview, body, buttons)


def _steps(part: CoverSteps) -> Steps:
    return Steps(part.lines)


def _spelled(thing: Any, read: Read) -> Any:
    if isinstance(thing, (Phrase, Both, CoverPhrase, Joined)):
        return read(thing)
    if isinstance(thing, tuple):
        return tuple(_spelled(part, read) for part in thing)
    if is_dataclass(thing) and not isinstance(thing, (type, Action)):
        parts = {part.name: _spelled(getattr(thing, part.name), read) for part in fields(thing)}
        return replace(thing, **parts)
    return thing
