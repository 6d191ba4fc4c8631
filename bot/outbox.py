"""The outbox: cards that were decided become deliveries that commit with the decision."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.actions import Unknown
from bot.cards import Card, CoverCard
from bot.effects import HOME, Lane, Show
from bot.spelling import spell
from bot.wire import digest, from_json, to_json
from bot.words import Dictionary
from storage import deliveries, replicas
from storage.people import Person, people

PRIVATE = '"private":true'


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery on its way; `message` is the platform's id of the message to edit, if any.

    `replaces`: when it was decided, an older card was on its way to its place.
    """

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
    replaces: bool = False
    spelled: Card | None = field(default=None, compare=False, repr=False)
    """The card, where it was made in this process just now."""

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
        if self.spelled is not None:
            return self.spelled
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
    holder: int | None = None,
) -> list[Parcel]:
    """Queue each card on every surface its reader has; what stands there already costs nothing.

    `holder` is this bot among several. A place where another living one is at work stays that
    one's, so that the cards of a place keep their order; only what is ours is returned.
    """
    newest = {show.slot: show for show in shows}
    if not newest:
        return []
    readers = {reader.ref: reader for reader in people(session, [s.to for s in shows])}
    known = deliveries.places(session, newest)
    spelled = Spelled(words)
    fresh = [
        (row, card)
        for show in newest.values()
        if (reader := readers.get(show.to))
        for row, card in _rows(show, reader, now, spelled.of(show.card, reader), surfaces)
        if _is_news(show, row["digest"], _place(row, known))
    ]
    _hold(session, [row for row, _ in fresh], known, holder)
    ids = deliveries.queue(session, [row for row, _ in fresh], known)
    return [
        _parcel(row, id, card, _place(row, known))
        for (row, card), id in zip(fresh, ids, strict=True)
        if row["holder"] == holder
    ]


def _hold(
    session: Session, rows: list[dict[str, Any]], known: deliveries.Places, holder: int | None
) -> None:
    """Who carries each of these."""
    before = [_place(row, known).holder for row in rows]
    others = replicas.others_alive(session, holder, before) if holder is not None else set()
    for row, one in zip(rows, before, strict=True):
        row["holder"] = one if one in others else holder


UNSAID = frozenset({"lane", "next_try_at", "holder"})
"""What a delivery's row has and a parcel has not, or not so."""


class Spelling(NamedTuple):
    """A card in a reader's words, as text, and the mark of that text."""

    card: Card
    text: str
    digest: str


class Spelled:
    """What several people read alike is spelled once."""

    def __init__(self, words: Mapping[str, Dictionary]) -> None:
        self.words = words
        self.known: dict[tuple[Card | CoverCard, str, str], Spelling] = {}

    def of(self, card: Card | CoverCard, reader: Person) -> Spelling:
        mark = card, reader.language, reader.zone
        if mark not in self.known:
            spelled = spell(card, self.words[reader.language], reader.zone)
            text = to_json(spelled)
            self.known[mark] = Spelling(spelled, text, digest(text))
        return self.known[mark]


def due(
    session: Session,
    now: datetime,
    surfaces: Sequence[str],
    most: int,
    holder: int | None = None,
) -> list[Parcel]:
    """What is still owed, alerts first; of several bots, each gets what no other carries."""
    if holder is None:
        found = deliveries.due_deliveries(session, now, surfaces, most)
    else:
        found = replicas.claim(session, holder, now, surfaces, most)
    return [_parcel_of(row, message) for row, message in found]


def _rows(
    show: Show, reader: Person, now: datetime, spelled: Spelling, surfaces: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Card]]:
    for surface in surfaces:
        if surface in reader.addresses:
            row = {
                "slot": show.slot,
                "surface": surface,
                "person": reader.ref,
                "address": reader.addresses[surface],
                "lane": show.lane.value,
                "card": spelled.text,
                "digest": spelled.digest,
                "created_at": now,
                "valid_until": now + show.valid,
                "next_try_at": now,
                "attempts": 0,
            }
            yield row, spelled.card


def _place(row: Mapping[str, Any], known: deliveries.Places) -> deliveries.Place:
    return known.get((row["slot"], row["surface"]), deliveries.NOWHERE)


def _is_news(show: Show, digest: str, place: deliveries.Place) -> bool:
    """It does not stand there already; and there is something to edit, where that is all it may."""
    nothing = place.coming is None and place.message is None
    needs_something = show.only_an_edit or show.only_again
    return (place.coming or place.digest) != digest and not (needs_something and nothing)


def _parcel(row: Mapping[str, Any], id: int, card: Card, place: deliveries.Place) -> Parcel:
    facts = {name: value for name, value in row.items() if name not in UNSAID}
    lane, over = Lane(row["lane"]), place.coming is not None
    return Parcel(id=id, lane=lane, message=place.message, replaces=over, spelled=card, **facts)


def _parcel_of(row: deliveries.Delivery, message: str | None) -> Parcel:
    facts = row.model_dump(exclude={"id", "given_up", *UNSAID})
    return Parcel(id=row.id or 0, lane=Lane(row.lane), message=message, **facts)
