"""The outbox: cards that were decided become deliveries that commit with the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from bot.actions import Unknown
from bot.cards import Card
from bot.effects import HOME, Lane, Show
from bot.spelling import spell
from bot.wire import digest, from_json, to_json
from bot.words import Dictionary
from storage import queue
from storage.people import Person, people

PRIVATE = '"private":true'


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery on its way; `message` is the platform's id of the message to edit, if any."""

    id: int
    slot: str
    surface: str
    person: str
    address: str
    lane: Lane
    card: str
    digest: str
    created_at: datetime
    valid_until: datetime
    attempts: int
    message: str | None

    @property
    def place(self) -> tuple[str, str]:
        return self.slot, self.surface

    @property
    def is_home(self) -> bool:
        return self.slot.startswith(HOME)

    @property
    def private(self) -> bool:
        """Of a card that nothing remembers; inside a text the quotation marks would be escaped."""
        return PRIVATE in self.card

    @property
    def told(self) -> tuple[str, str]:
        """What a log may say of it: its slot and whom it is for."""
        return ("a private card", "somebody") if self.private else (self.slot, self.person)

    def unwrap(self) -> Card:
        """The card itself; raises `bot.actions.Unknown` when no release knows it any more."""
        try:
            card: Card = from_json(self.card)
        except (KeyError, TypeError, ValueError) as forgotten:
            raise Unknown(self.slot) from forgotten
        return card


def put(
    session: Session,
    shows: Sequence[Show],
    now: datetime,
    words: Mapping[str, Dictionary],
    surfaces: Sequence[str],
) -> list[Parcel]:
    """Queue each card on every surface its reader has; what stands there already costs nothing."""
    newest = {show.slot: show for show in shows}
    readers = {reader.ref: reader for reader in people(session, [s.to for s in shows])}
    rows = [
        row
        for show in newest.values()
        if show.to in readers
        for row in _rows(show, readers[show.to], now, words, surfaces)
    ]
    pending = queue.waiting(session, newest)
    stands = queue.standing(session, newest)
    fresh = [row for row in rows if not _there_already(row, pending, stands)]
    ids = queue.queue(session, fresh)
    return [
        _parcel(row, id, stands.get((row["slot"], row["surface"])))
        for row, id in zip(fresh, ids, strict=True)
    ]


def due(session: Session, now: datetime, surfaces: Sequence[str], most: int) -> list[Parcel]:
    """What is still owed, alerts first."""
    found = queue.due_deliveries(session, now, surfaces, most)
    return [_parcel_of(row, message) for row, message in found]


def _rows(
    show: Show,
    reader: Person,
    now: datetime,
    words: Mapping[str, Dictionary],
    surfaces: Sequence[str],
) -> list[dict[str, Any]]:
    card = to_json(spell(show.card, words[reader.language], reader.zone))
    return [
        {
            "slot": show.slot,
            "surface": surface,
            "person": reader.ref,
            "address": reader.addresses[surface],
            "lane": show.lane.value,
            "card": card,
            "digest": digest(card),
            "created_at": now,
            "valid_until": now + show.valid,
            "next_try_at": now,
            "attempts": 0,
        }
        for surface in surfaces
        if surface in reader.addresses
    ]


def _there_already(
    row: Mapping[str, Any],
    pending: Mapping[tuple[str, str], str],
    stands: Mapping[tuple[str, str], queue.Standing],
) -> bool:
    place = row["slot"], row["surface"]
    if place in pending:
        return bool(pending[place] == row["digest"])
    return place in stands and bool(stands[place].digest == row["digest"])


def _parcel(row: Mapping[str, Any], id: int, stands: queue.Standing | None) -> Parcel:
    facts = {name: value for name, value in row.items() if name not in ("lane", "next_try_at")}
    message = stands.message if stands else None
    return Parcel(id=id, lane=Lane(row["lane"]), message=message, **facts)


def _parcel_of(row: queue.Delivery, message: str | None) -> Parcel:
    facts = row.model_dump(exclude={"id", "lane", "next_try_at", "given_up"})
    return Parcel(id=row.id or 0, lane=Lane(row.lane), message=message, **facts)
