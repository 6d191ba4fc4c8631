"""What Teams may ask of the rest of the program, and what it tells it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from bot.actions import Action
from bot.events import Answer, Incoming
from bot.surfaces.patience import Word


@dataclass(frozen=True, slots=True)
class Place:
    """Where we talk with somebody: see `storage.conversations`."""

    conversation: str
    door: str
    page: str = ""
    page_asked: bool = False
    here: bool = True

    def moved(self, conversation: str, door: str) -> "Place":
        """Teams has named another conversation or service address; a page stays in its own."""
        return replace(self, conversation=conversation, door=door, here=True)


class Book(Protocol):
    """The conversations that are known, by address; in memory, and kept."""

    def find(self, address: str) -> Place | None: ...

    async def keep(self, address: str, place: Place) -> None:
        """When this returns it is durable. The same once more costs nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message that somebody chose a command for: where it stands, and never what it says."""

    command: str
    link: str


class Line(StrEnum):
    """The few sentences of the surface itself; content says them, in the person's language."""

    NO_BUTTONS = "no_buttons"
    """The buttons could not be shown: how to get at them by typing."""
    NOT_HERE = "not_here"
    """Nothing can be done with this message."""
    RECEIVED = "received"
    """It has been heard, and there is nothing more to say."""


@dataclass(frozen=True)
class TeamsDoors:
    """`person` finds the ref of somebody of a tenant, or None; `understand` turns typed words into
    an action; `command` a command of the compose box; `about` a message and what was chosen for
    it; `line` says one of our own sentences to a person (by ref, or "" if unknown). `changes`: is
    a new card for this message of theirs on its way? `asks`: their own page is to come anew.
    `left`: somebody put the app away; `back`: they are to be reached again.
    """

    hear: Callable[[Incoming], Awaitable[Answer]]
    person: Callable[[str, str], Awaitable[str | None]]
    understand: Callable[[str], Action | None]
    command: Callable[[str], Action | None]
    about: Callable[[Chosen], Action | None]
    opened: Action
    line: Callable[[str, Line | Word], Awaitable[str]]
    changes: Callable[[str, str, str], bool]
    asks: Callable[[str, str], Awaitable[None]]
    left: Callable[[str], Awaitable[None]]
    back: Callable[[str], Awaitable[None]]
