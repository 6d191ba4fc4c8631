"""What Slack may ask of the rest of the program, and what it tells it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.actions import Action
from bot.events import Answer, Incoming
from bot.surfaces.patience import Word


@dataclass(frozen=True, slots=True)
class User:
    """A user of Slack, as a request names them; `name` is what they are called there, if told."""

    team: str
    id: str
    enterprise: str = ""
    name: str = ""


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
    away: bool | None = None
    snoozed: tuple[datetime, datetime] | None = None
    awake: bool = False
    """They will not be snoozed: an event said so."""
    name: str | None = None
    enterprise: str = ""
    machine: bool = False
    """A bot or an app: nobody."""

    @property
    def whom(self) -> User:
        return User(self.team, self.user, self.enterprise, self.name or "")


@dataclass(frozen=True, slots=True)
class Membership:
    """Who came to a channel or user group, and who left it; `whole`: `came` is everybody in it."""

    team: str
    group: str
    came: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Removed:
    """The app was taken out of a workspace, or its token revoked; with `enterprise`: out of all of
    that organisation. It may be told long after `at`.
    """

    team: str
    enterprise: str = ""
    at: datetime | None = field(default=None, compare=False)

    @property
    def place(self) -> str:
        return self.enterprise or self.team


Noticed = Presence | Membership | Removed


@dataclass(frozen=True, slots=True)
class Chosen:
    """A message that somebody chose a shortcut for: where it stands, and never what it says."""

    callback_id: str
    link: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form that lies open: its number, its action, and what was written into it before."""

    id: str
    wire_name: str
    payload: str
    inputs: Mapping[str, str]


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


class Sheets(Protocol):
    """The forms that lie in front of people (by ref); each belongs to one of them."""

    async def lay(self, ref: str, wire_name: str, payload: str) -> Sheet:
        """A sheet for this form, with what was written into it before."""
        ...

    async def sheet(self, ref: str, id: str) -> Sheet | None: ...

    async def keep(self, ref: str, id: str, inputs: Mapping[str, str]) -> None:
        """What stands there now. When this returns it is durable."""
        ...

    async def clear(self, ref: str, id: str) -> None:
        """It was sent off."""
        ...


@dataclass(frozen=True)
class SlackDoors:
    """`person` finds the ref of a Slack user, or None; `understand` turns typed words into an
    action; `shortcut` a global shortcut's callback_id; `report` a message and the shortcut chosen
    for it; `line` says one of our own sentences to a person (by ref, or "" if unknown);
    `authorize` knows a workspace, or the organisation that has us in all of its own.

    `blank`: Slack shows somebody (by ref) no page at all, whatever we believe.
    """

    hear: Callable[[Incoming], Awaitable[Answer]]
    person: Callable[[User], Awaitable[str | None]]
    understand: Callable[[str], Action | None]
    shortcut: Callable[[str], Action | None]
    report: Callable[[Chosen], Action | None]
    opened: Action
    line: Callable[[str, Line | Word], Awaitable[str]]
    authorize: Callable[[str, str], Awaitable[Pass | None]]
    noticed: Callable[[Noticed], Awaitable[None]]
    sheets: Sheets
    blank: Callable[[str], Awaitable[None]]
