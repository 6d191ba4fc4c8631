"""What Slack may ask of the rest of the program, and what it tells it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.actions import Action
from bot.events import Answer, Incoming


@dataclass(frozen=True, slots=True)
class Presence:
    """What became known of a user; None is what this event does not tell.

    `snoozed` is from when until when no message of a bot makes a sound.
    """

    team: str
    user: str
    deleted: bool | None = None
    locale: str | None = None
    zone: str | None = None
    in_huddle: bool | None = None
    snoozed: tuple[datetime, datetime] | None = None
    awake: bool = False
    """They will not be snoozed: an event said so."""


@dataclass(frozen=True, slots=True)
class Membership:
    """Who came to a channel or user group, and who left it."""

    team: str
    group: str
    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """The app was taken out of a workspace, or its token revoked."""

    team: str


Noticed = Presence | Membership | Removed


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message that somebody chose a shortcut for."""

    callback_id: str
    channel: str
    ts: str
    text: str


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets us into a workspace."""

    token: str
    bot_user: str = ""
    bot: str = ""


class Line(StrEnum):
    """The few sentences of the surface itself; content says them, in the person's language."""

    NO_BUTTONS = "no_buttons"
    """The buttons could not be shown: how to get at them by typing."""
    NO_FORM = "no_form"
    """The form could not be opened: press again."""
    NOT_HERE = "not_here"
    """Nothing can be done with this message."""


@dataclass(frozen=True)
class SlackDoors:
    """`person` finds the ref of a Slack user of a team, or None; `understand` turns typed words
    into an action; `shortcut` a global shortcut's callback_id; `report` a message and the shortcut
    chosen for it; `line` says one of our own sentences to a person (by ref, or "" if unknown).
    """

    hear: Callable[[Incoming], Awaitable[Answer]]
    person: Callable[[str, str], Awaitable[str | None]]
    understand: Callable[[str], Action | None]
    shortcut: Callable[[str], Action | None]
    report: Callable[[Chosen], Action | None]
    opened: Action
    line: Callable[[str, Line], Awaitable[str]]
    authorize: Callable[[str], Awaitable[Pass | None]]
    noticed: Callable[[Noticed], Awaitable[None]]
