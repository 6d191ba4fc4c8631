"""Features: which handler answers which action, who may do it, which content it reads."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel

from bot.actions import Action
from bot.cards import Card
from bot.effects import Effects
from bot.turn import Turn
from bot.words import CoverPhrase, Words, say

A = TypeVar("A", bound=Action)
Handler = Callable[[Turn, A], Effects]
Redrawing = Callable[[Turn], Effects]
Drawing = Callable[[Turn], Card]


class Refused(Exception):
    """An expected "no", with the words that tell the person why."""

    def __init__(self, words: Words | CoverPhrase) -> None:
        super().__init__(words)
        self.words = words


NOT_YOURS = say("common.not_yours")


@dataclass(frozen=True, slots=True)
class May:
    """Who may do a thing: a rule over the turn and the action, and what the others are told."""

    name: str
    holds: Callable[[Turn, Any], bool]
    otherwise: Words = NOT_YOURS


ANYONE = May("anyone", lambda turn, _: turn.by_person)
CLOCK = May("clock", lambda turn, _: not turn.by_person)


@dataclass(frozen=True, slots=True)
class Answer:
    """The one handler of an action, and who may cause it."""

    handler: Handler[Any]
    may: May


@dataclass(frozen=True, slots=True)
class View:
    """A card that nobody is sent: whoever asks sees how things are for `turn.person` just then.

    What the drawing writes is never kept.
    """

    name: str
    title: Words
    draw: Drawing


Complaint = tuple[type[BaseModel], str, tuple[str | int, ...], str]
"""A mistake across content files: shape, id, path inside the file, and what is wrong."""


class Feature:
    """One thing the bot does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: dict[type[Action], Answer] = {}
        self.shapes: dict[str, type[BaseModel]] = {}
        self.windows: dict[str, View] = {}
        self.redraw: Redrawing | None = None
        self.check: Callable[[Any], Iterable[Complaint]] | None = None
        self.starts: list[Action] = []

    def on(self, happened: type[A], may: May) -> Callable[[Handler[A]], Handler[A]]:
        """Declare the one handler of an action and who may do it."""

        def register(handler: Handler[A]) -> Handler[A]:
            if happened in self.answers:
                raise ValueError(f"{happened.__name__} already has a handler")
            self.answers[happened] = Answer(handler, may)
            return handler

        return register

    def views(self, name: str, title: Words) -> Callable[[Drawing], Drawing]:
        """Declare a view: `@feature.views("stock", say("shop.view_stock"))`."""

        def register(draw: Drawing) -> Drawing:
            if name in self.windows:
                raise ValueError(f"two views are called {name}")
            self.windows[name] = View(name, title, draw)
            return draw

        return register

    def reads(self, folder: str, shape: type[BaseModel]) -> None:
        """Declare a content folder: each file (or each entry of a list) is one `shape`."""
        self.shapes[folder] = shape

    def redraws(self, redraw: Redrawing) -> Redrawing:
        """Declare how to show a person again all that this feature has open before them."""
        self.redraw = redraw
        return redraw

    def begins(self, happened: Action) -> None:
        """Declare what the clock does first, whenever the bot starts or has read content anew."""
        self.starts.append(happened)

    def checks(self, check: Callable[[Any], Iterable[Complaint]]) -> None:
        """Declare what must hold across the content files of this feature."""
        self.check = check


def answers(features: Iterable[Feature]) -> dict[type[Action], Answer]:
    """Every action's handler; raises ValueError when two features answer the same one."""
    found: dict[type[Action], Answer] = {}
    for happened, answer in _pairs(features):
        if happened in found:
            raise ValueError(f"two features answer {happened.__name__}")
        found[happened] = answer
    return found


def views(features: Iterable[Feature]) -> dict[str, View]:
    """Every view by name; raises ValueError when two features call one the same."""
    found: dict[str, View] = {}
    for view in (view for feature in features for view in feature.windows.values()):
        if view.name in found:
            raise ValueError(f"two views are called {view.name}")
        found[view.name] = view
    return found


def _pairs(features: Iterable[Feature]) -> Iterator[tuple[type[Action], Answer]]:
    for feature in features:
        yield from feature.answers.items()
