"""Features: which handler answers which action, who may do it, which content it reads."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlmodel import Session, SQLModel

from bot.actions import Action
from bot.cards import Card, CoverCard, Form
from bot.effects import Effects
from bot.turn import Content, Turn
from bot.words import Cover, CoverPhrase, Words, say
from storage.erasing import Kept

A = TypeVar("A", bound=Action)
Handler = Callable[[Turn, A], Effects]
Asking = Callable[[Turn, A], Form]
Redrawing = Callable[[Turn], Effects]
Drawing = Callable[[Turn], Card]
Reading = Callable[[Session, datetime], float]
Proving = Callable[[Session, datetime], str | None]


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something that a person has at a time (aware UTC); `id` stays the same when it moves.

    Others may see a calendar, so the title is of cover words.
    """

    id: str
    at: datetime
    title: CoverPhrase


Appointing = Callable[[Turn], Iterable[Appointment]]


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
COLLEAGUE = May("colleague", lambda turn, _: turn.by_person and not turn.person.guest)
"""Somebody who is on the list: for whatever shows more than a person's own things."""
CLOCK = May("clock", lambda turn, _: not turn.by_person)


@dataclass(frozen=True, slots=True)
class Answer:
    """The one handler of an action, and who may cause it.

    `form` builds the form that the action submits, for the case that it must come back.
    `untraced`: nothing that is kept of it leads to who did it, or to more than the hour.
    `phones` are the inputs that ask for a phone number, so that one there is no slip.
    """

    handler: Handler[Any]
    may: May
    form: Asking[Any] | None = None
    untraced: bool = False
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """A card that nobody is sent: whoever asks sees how things are for `turn.person` just then.

    What the drawing writes is never kept.
    """

    name: str
    title: Words
    draw: Drawing


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for operators, never about one person; `name` is in Prometheus' spelling."""

    name: str
    read: Reading


@dataclass(frozen=True, slots=True)
class Mine:
    """What of a table is a person's own: the rows where one of `whose` names them.

    `tells` are the columns that say nothing of anybody else; `written` those that only whoever
    stands in the first column of `whose` has written.
    """

    kind: type[SQLModel]
    whose: tuple[str, ...]
    tells: tuple[str, ...]
    written: tuple[str, ...] = ()


class Lasting(StrEnum):
    """Why the rows of a table are never erased by age."""

    ONE_A_PERSON = "one row a person, written over"
    ONE_A_SITE = "one row a site, written over"
    THEIRS = "somebody's own, until they send it or throw it away"
    NOBODY = "about nobody"


Printing = Callable[[Content, str, Cover | None], Card | CoverCard | None]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cards of content that can be printed: one by its id, in neutral words if a cover is given.

    None when there is no such card, or when it is never read at a desk.
    """

    name: str
    draw: Printing
    ids: Callable[[Content], list[str]]


Exporting = Callable[[Session, Mapping[str, Any], datetime], None]

Complaint = tuple[type[BaseModel], str, tuple[str | int, ...], str]
"""A mistake across content files: shape, id, path inside the file, and what is wrong."""


class Feature:
    """One thing the bot does."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: dict[type[Action], Answer] = {}
        self.shapes: dict[str, type[BaseModel]] = {}
        self.windows: dict[str, View] = {}
        self.numbers: list[Measure] = []
        self.sheets: dict[str, Sheet] = {}
        self.redraw: Redrawing | None = None
        self.appoint: Appointing | None = None
        self.check: Callable[[Any], Iterable[Complaint]] | None = None
        self.starts: list[Action] = []
        self.proofs: dict[str, Proving] = {}
        self.kept: list[Kept] = []
        self.lasting: dict[type[SQLModel], Lasting] = {}
        self.own: list[Mine] = []
        self.tell_export: Exporting | None = None

    def on(
        self,
        happened: type[A],
        may: May,
        form: Asking[A] | None = None,
        untraced: bool = False,
        phones: tuple[str, ...] = (),
    ) -> Callable[[Handler[A]], Handler[A]]:
        """Declare the one handler of an action, who may do it, and the form that submits it."""

        def register(handler: Handler[A]) -> Handler[A]:
            if happened in self.answers:
                raise ValueError(f"{happened.__name__} already has a handler")
            self.answers[happened] = Answer(handler, may, form, untraced, phones)
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

    def prints(
        self, name: str, ids: Callable[[Content], list[str]]
    ) -> Callable[[Printing], Printing]:
        """Declare what can be printed: `@feature.prints("card", all_ids)`."""

        def register(draw: Printing) -> Printing:
            self.sheets[name] = Sheet(name, draw, ids)
            return draw

        return register

    def reads(self, folder: str, shape: type[BaseModel]) -> None:
        """Declare a content folder: each file (or each entry of a list) is one `shape`."""
        self.shapes[folder] = shape

    def measures(self, name: str) -> Callable[[Reading], Reading]:
        """Declare a number for operators: `@feature.measures("boxes_open")`."""

        def register(read: Reading) -> Reading:
            self.numbers.append(Measure(name, read))
            return read

        return register

    def proves(self, name: str) -> Callable[[Proving], Proving]:
        """Declare what must hold for the bot to be ready; it returns why not, or None."""

        def register(prove: Proving) -> Proving:
            self.proofs[name] = prove
            return prove

        return register

    def redraws(self, redraw: Redrawing) -> Redrawing:
        """Declare how to show a person again all that this feature has open before them."""
        self.redraw = redraw
        return redraw

    def appoints(self, appoint: Appointing) -> Appointing:
        """Declare what this feature puts into the calendar of `turn.person`."""
        self.appoint = appoint
        return appoint

    def begins(self, happened: Action) -> None:
        """Declare what the clock does first, whenever the bot starts or has read content anew."""
        self.starts.append(happened)

    def keeps(self, *kept: Kept) -> None:
        """Declare which rows belong to which class of retention, and what goes with them."""
        self.kept += kept

    def lasts(self, why: Lasting, *kinds: type[SQLModel]) -> None:
        """Declare that the rows of these tables are never erased by age, and why."""
        self.lasting |= dict.fromkeys(kinds, why)

    def owns(self, *mine: Mine) -> None:
        """Declare what a person gets who asks for their own data."""
        self.own += mine

    def exports(self, tell: Exporting) -> Exporting:
        """Declare what is written down when somebody's own rows (by table) leave the bot."""
        self.tell_export = tell
        return tell

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


def sheets(features: Iterable[Feature]) -> dict[str, Sheet]:
    return {name: sheet for feature in features for name, sheet in feature.sheets.items()}


def kept(features: Iterable[Feature]) -> list[Kept]:
    """Every rule of retention; what hangs on something else comes before it."""
    found = [one for feature in features for one in feature.kept]
    return sorted(found, key=lambda one: (len(one.hangs), one.by))


def _pairs(features: Iterable[Feature]) -> Iterator[tuple[type[Action], Answer]]:
    for feature in features:
        yield from feature.answers.items()
