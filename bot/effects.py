"""Effects: what a handler asks for. Nothing here happens until the engine has committed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.actions import Action
from bot.cards import Card, CoverCard, Form
from bot.words import CoverPhrase, Words


class Lane(StrEnum):
    """How urgent a delivery is; a lane never waits for the ones below it."""

    ALERT = "alert"
    ANSWER = "answer"
    NUDGE = "nudge"
    BULK = "bulk"


ALERT_VALID = timedelta(hours=24)
"""An alert older than this is never sent as new (invariant I5)."""

TASK_VALID = timedelta(days=14)
"""The same for anything that is not an alert (invariant I5)."""


NEVER_NEW = timedelta(seconds=-1)
"""Too old from the beginning."""


@dataclass(frozen=True, slots=True)
class Show:
    """Let this card stand in a named slot: posted the first time, edited after that.

    An edit rings nobody: what must wake a person gets a slot of its own. `to` is a person's
    ref. The same card again costs nothing, so handlers show freely what the row says. What is
    `only_an_edit` is never posted where nothing stands: it would point from nowhere. Nor is what is
    shown `only_again`; but where that is on its way as new, it still comes as new.
    """

    slot: str
    to: str
    card: Card | CoverCard
    lane: Lane = Lane.ANSWER
    only_an_edit: bool = False
    only_again: bool = False

    @property
    def valid(self) -> timedelta:
        """How long it may still come as new."""
        if self.only_an_edit:
            return NEVER_NEW
        return ALERT_VALID if self.lane is Lane.ALERT else TASK_VALID


HOME = "home:"
"""Slots that begin so are a person's own page (Slack's App Home), not a message."""


def home(ref: str, card: Card | CoverCard) -> Show:
    """Let this card be the person's own page."""
    return Show(f"{HOME}{ref}", ref, card)


@dataclass(frozen=True, slots=True)
class Later:
    """Let this action happen at a time (aware UTC). One timer per key: a new one replaces it."""

    key: str
    at: datetime
    action: Action


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop the timer with this key."""

    key: str


@dataclass(frozen=True, slots=True)
class Redraw:
    """Show a person again all that stands open before them (a new language, somebody at the desk).

    `of` is a person's ref; without one it is this turn's person.
    """

    of: str | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """Open a form in front of the person who acted."""

    form: Form


@dataclass(frozen=True, slots=True)
class Notice:
    """A line that only the person who acted can see, now. Never the only record of anything."""

    words: Words | CoverPhrase


@dataclass(frozen=True, slots=True)
class Erase:
    """Forget that cards ever stood in these slots, and who touched these rows.

    `rows` are named as the audit names them (`table:key`); their lines keep the act and the hour.
    `tried` are the beginnings of wire names: what `by` did of these without changing anything (a
    form opened, a press refused) is blanked alike.
    """

    slots: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    by: str = ""


Effect = Show | Later | Forget | Redraw | Open | Notice | Erase
Effects = list[Effect]
