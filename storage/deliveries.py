"""The outbox: deliveries on their way, and where each card stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Index,
    bindparam,
    case,
    delete,
    func,
    insert,
    null,
    text,
    union_all,
    update,
)
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col, select

from storage.quick import Values, table, upsert
from storage.times import Utc

PLACE = "slot", "surface"
"""What tells a place for a card from every other."""

NEXT = "next_try_at", "surface", "lane"
"""All that the choice of the next deliveries asks: the rows themselves are read afterwards."""

OPEN = text("given_up IS NULL")
"""A look every second must not walk past all that was ever given up."""


class Delivery(SQLModel, table=True):
    """A card on its way to one slot on one surface; a newer card of the slot takes its place.

    `holder` is the replica that carries it, where there are several (`storage/replicas.py`).
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_slot", "slot", "surface", unique=True),
        Index("outbox_next", *NEXT, sqlite_where=OPEN, postgresql_where=OPEN),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    slot: str
    surface: str
    person: str
    address: str
    lane: str
    card: str
    digest: str
    created_at: datetime = Field(sa_type=Utc)
    valid_until: datetime = Field(sa_type=Utc)
    next_try_at: datetime = Field(sa_type=Utc)
    attempts: int = 0
    given_up: str | None = None
    holder: int | None = None


class Standing(SQLModel, table=True):
    """Where a slot's card stands now, so that it can be edited in place."""

    slot: str = Field(primary_key=True)
    surface: str = Field(primary_key=True)
    message: str
    digest: str
    delivered_at: datetime = Field(sa_type=Utc)


class Place(NamedTuple):
    """A slot on a surface: the delivery queued for it (with the digest of its card, unless it was
    given up, and who carries it), and the message that stands there, with its digest."""

    queued: int | None = None
    coming: str | None = None
    holder: int | None = None
    message: str | None = None
    digest: str | None = None


Places = Mapping[tuple[str, str], Place]
NOWHERE = Place()


def queue(session: Session, rows: Sequence[Values], known: Places) -> list[int]:
    """Put deliveries into the outbox, each in place of the older one of its slot; their ids.

    `known`: what `places` said of their slots in this transaction.
    """
    if not rows:
        return []
    connection = session.connection()
    there = [known.get((row["slot"], row["surface"]), NOWHERE).queued for row in rows]
    if old := [{"old": id} for id in there if id is not None]:
        connection.execute(_DROP, old)
    added = {(slot, surface): id for id, slot, surface in connection.execute(_QUEUE, list(rows))}
    return [added[row["slot"], row["surface"]] for row in rows]


_QUEUE = insert(table(Delivery)).returning(*(table(Delivery).c[n] for n in ("id", *PLACE)))
_DROP = delete(table(Delivery)).where(table(Delivery).c.id == bindparam("old"))


def places(session: Session, slots: Iterable[str]) -> Places:
    """What is on its way to these slots and what stands there, in one question."""
    found: dict[tuple[str, str], Place] = {}
    for slot, surface, *rest in session.connection().execute(_PLACES, {"slots": [*slots]}):
        queued, coming, holder, message, digest = rest
        before = found.get((slot, surface), NOWHERE)
        if queued is not None:
            found[slot, surface] = before._replace(queued=queued, coming=coming, holder=holder)
        else:
            found[slot, surface] = before._replace(message=message, digest=digest)
    return found


def _places() -> CompoundSelect[Any]:
    outbox, stands = table(Delivery).c, table(Standing).c
    coming = case((outbox.given_up.is_(None), outbox.digest))
    none = null()
    return union_all(
        sql_select(outbox.slot, outbox.surface, outbox.id, coming, outbox.holder, none, none).where(
            outbox.slot.in_(bindparam("slots", expanding=True))
        ),
        sql_select(
            stands.slot, stands.surface, none, none, none, stands.message, stands.digest
        ).where(stands.slot.in_(bindparam("slots", expanding=True))),
    )


_PLACES = _places()


def due_deliveries(
    session: Session, now: datetime, surfaces: Iterable[str], most: int
) -> list[tuple[Delivery, str | None]]:
    """Deliveries whose time has come, alerts first, with the message to edit if there is one."""
    asked = {"now": now, "surfaces": [*surfaces], "most": most}
    return read(session, session.connection().execute(_DUE, asked).scalars().all())


_DUE = (
    sql_select(table(Delivery).c.id)
    .where(
        table(Delivery).c.next_try_at <= bindparam("now"),
        table(Delivery).c.given_up.is_(None),
        table(Delivery).c.surface.in_(bindparam("surfaces", expanding=True)),
    )
    .order_by(case((table(Delivery).c.lane == "alert", 0), else_=1), table(Delivery).c.id)
    .limit(bindparam("most"))
)
"""Asked every second, for ever, and answered from the index alone: sorting whole rows took 16 s
where a million were due."""


def read(session: Session, ids: Sequence[int]) -> list[tuple[Delivery, str | None]]:
    """These deliveries, in this order, each with the message that its card may edit."""
    if not ids:
        return []
    found = {row.id: (row, message) for row, message in session.exec(_READ, params={"ids": ids})}
    return [found[id] for id in ids if id in found]


_READ = (
    select(Delivery, Standing.message)
    .join(
        Standing,
        (col(Standing.slot) == Delivery.slot) & (col(Standing.surface) == Delivery.surface),
        isouter=True,
    )
    .where(col(Delivery.id).in_(bindparam("ids", expanding=True)))
)


def delivered(session: Session, cards: Mapping[int, Values]) -> None:
    """These cards stand: remember where; their deliveries (no newer ones) leave the outbox.

    By the delivery's id: a `Standing`'s slot, surface, message, digest and delivered_at.
    """
    upsert(session, Standing, [*cards.values()], *PLACE)
    session.connection().execute(_DROP, [{"old": id} for id in cards])


def try_again(session: Session, id: int, at: datetime, attempts: int) -> None:
    asked = {"which": id, "at": at, "tries": attempts}
    session.connection().execute(_LATER, asked)


_WHICH = table(Delivery).c.id == bindparam("which")
_LATER = (
    update(table(Delivery))
    .where(_WHICH)
    .values(next_try_at=bindparam("at"), attempts=bindparam("tries"))
)
_GIVE_UP = update(table(Delivery)).where(_WHICH).values(given_up=bindparam("why"))


def give_up(session: Session, id: int, why: str) -> None:
    """Keep the delivery as a fact that it did not arrive; nobody tries it again."""
    session.connection().execute(_GIVE_UP, {"which": id, "why": why})


def erase(session: Session, slots: Iterable[str]) -> None:
    """Nothing remembers that a card stood, or was on its way, in these slots."""
    gone = list(slots)
    for kind in Delivery, Standing:
        session.execute(delete(kind).where(col(kind.slot).in_(gone)))


def delivered_privately(session: Session, id: int, slot: str) -> None:
    """The card stands, and nothing remembers it."""
    session.execute(delete(Delivery).where(col(Delivery.id) == id))
    session.execute(delete(Standing).where(col(Standing.slot) == slot))


def backlog(
    session: Session, surfaces: Iterable[str]
) -> tuple[int, datetime | None, datetime | None]:
    """How many deliveries wait for these surfaces, since when the oldest does, and the oldest
    alert. What waits for one that was taken away waits until it comes back."""
    open = col(Delivery.given_up).is_(None) & col(Delivery.surface).in_([*surfaces])
    count, oldest = session.exec(
        select(func.count(), func.min(Delivery.created_at)).where(open)
    ).one()
    alert = session.exec(
        select(func.min(Delivery.created_at)).where(open, Delivery.lane == "alert")
    ).one()
    return count, oldest, alert
