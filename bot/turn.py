"""A turn: one thing that happened, who did it, when, and the memory to answer from."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from secrets import token_bytes
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlmodel import Session, SQLModel

from bot.events import SAID
from bot.words import Dictionary
from storage.people import Colleague, Person

Row = TypeVar("Row", bound=SQLModel)
Shape = TypeVar("Shape", bound=BaseModel)


OLDEST = timedelta(days=1)
"""How long a message may have waited somewhere and still be believed to be of its own time."""


class Gone(Exception):
    """The row that an action names does not exist: an old button, or a forged one."""


class Content(Protocol):
    """What a turn may ask of the content pack."""

    def all(self, shape: type[Shape]) -> Mapping[str, Shape]:
        """Every entry of one shape, by id."""
        ...

    @property
    def cover_words(self) -> Collection[str]:
        """The keys that every word set has."""
        ...


class Pack(Content, Protocol):
    """The content pack as the engine uses it."""

    @property
    def dictionaries(self) -> Mapping[str, Dictionary]:
        """The words, by language."""
        ...


class Shelf(Protocol):
    """Where the pack in use stands; it changes only between two turns."""

    @property
    def current(self) -> Pack: ...


@dataclass(frozen=True)
class Turn:
    """`actor` is None when the clock acts; `now` is aware UTC and the same for the whole turn.

    `surfaces` are those that the bot speaks on now; `address` is where its own pages are reached.
    `sent_at` is what the sender's side says of when it happened; ask `happened_at`. Of an untraced
    act `now` is the full hour.
    """

    actor: Person | None
    now: datetime
    session: Session
    content: Content
    surfaces: Collection[str] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    entropy: Callable[[int], bytes] = token_bytes
    sent_at: datetime | None = None

    @property
    def happened_at(self) -> datetime:
        """When it happened, as far as anybody knows; never later than now.

        A clock that is wrong by more than a day is not believed.
        """
        sent = self.sent_at
        return sent if sent and self.now - OLDEST <= sent <= self.now else self.now

    def secret(self, size: int) -> bytes:
        """So many random bytes; a test hands in its own."""
        return self.entropy(size)

    def digits(self, count: int) -> str:
        """So many random digits, each as likely as the others."""
        found = ""
        while len(found) < count:
            found += "".join(str(byte % 10) for byte in self.secret(count) if byte < 250)
        return found[:count]

    @property
    def said(self) -> str:
        """The line that was typed, where one was; it is kept nowhere."""
        return self.inputs.get(SAID, "")

    @property
    def by_person(self) -> bool:
        return self.actor is not None

    @property
    def person(self) -> Person:
        if self.actor is None:
            raise LookupError("the clock acts here, no person does")
        return self.actor

    def reaches(self, person: Colleague) -> bool:
        """Has this person an address on any surface that the bot speaks on?"""
        return any(surface in person.addresses for surface in self.surfaces)

    def find(self, kind: type[Row], key: object) -> Row | None:
        """The row, locked until this turn is committed, or None."""
        return self.session.get(kind, key, with_for_update=True)

    def get(self, kind: type[Row], key: object) -> Row:
        """The row, locked until this turn is committed; `Gone` when there is none."""
        row = self.find(kind, key)
        if row is None:
            raise Gone(f"no {kind.__name__} {key}")
        return row

    def keep(self, row: Row) -> Row:
        """Remember a new row and give it its number."""
        self.session.add(row)
        self.session.flush()
        return row

    def after(self, **time: float) -> datetime:
        return self.now + timedelta(**time)

    def earlier(self, at: datetime, seconds: float) -> datetime:
        """So many seconds before a time; handlers keep no calendar of their own."""
        return at - timedelta(seconds=seconds)

    def moment(self, written: str) -> datetime:
        """A time that was kept as text in a row's facts; aware UTC."""
        return datetime.fromisoformat(written)

    def day_number(self, zone: str) -> int:
        """The number of today in a time zone: the same all day, and one more tomorrow."""
        return self.now.astimezone(ZoneInfo(zone)).date().toordinal()

    def morning(self, zone: str, days: int = 1, hour: int = 9) -> datetime:
        """That hour in a time zone (an IANA name), so many days from today; aware UTC."""
        today = self.now.astimezone(ZoneInfo(zone))
        then = datetime.combine(today.date() + timedelta(days=days), time(hour), ZoneInfo(zone))
        return then.astimezone(UTC)
