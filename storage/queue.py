"""What is still to be done: deliveries, where each card stands, timers, and what was seen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Table, bindparam, case, delete, func, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel, col, select

from storage.times import Utc


class Delivery(SQLModel, table=True):
    """A card on its way to one slot on one surface; a newer card of the slot takes its place."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("outbox_slot", "slot", "surface", unique=True),
        Index("outbox_next", "next_try_at"),
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


class Standing(SQLModel, table=True):
    """Where a slot's card stands now, so that it can be edited in place."""

    slot: str = Field(primary_key=True)
    surface: str = Field(primary_key=True)
    message: str
    digest: str
    delivered_at: datetime = Field(sa_type=Utc)


class Timer(SQLModel, table=True):
    """An action that falls due; one timer a key."""

    key: str = Field(primary_key=True)
    due: datetime = Field(sa_type=Utc, index=True)
    wire_name: str
    payload: str
    attempts: int = 0


class Seen(SQLModel, table=True):
    """An event that was handled, and what was answered: platforms repeat themselves."""

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc, index=True)
    answer: str


Values = Mapping[str, Any]


def upsert(session: Session, kind: type[SQLModel], rows: Sequence[Values], *key: str) -> None:
    """Insert the rows; where the key is there already, take its place."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    wanted = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table(kind))
    fresh = {name: wanted.excluded[name] for name in rows[0] if name not in key}
    session.execute(wanted.on_conflict_do_update(index_elements=list(key), set_=fresh), list(rows))


def table(kind: type[SQLModel]) -> Table:
    """The machine's own tables are written without the ORM: a tenth of the cost a row."""
    found: Table = kind.__table__  # type: ignore[attr-defined]
    return found


def queue(session: Session, rows: Sequence[Values]) -> list[int]:
    """Put deliveries into the outbox, each in place of the older one of its slot; their ids."""
    if not rows:
        return []
    outbox = table(Delivery)
    places = [{"old_slot": row["slot"], "old_surface": row["surface"]} for row in rows]
    session.execute(
        delete(outbox).where(
            outbox.c.slot == bindparam("old_slot"), outbox.c.surface == bindparam("old_surface")
        ),
        places,
    )
    added = session.execute(
        insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True), list(rows)
    )
    return [id for (id,) in added]


def waiting(session: Session, slots: Iterable[str]) -> dict[tuple[str, str], str]:
    """The digest of the newest card on its way, by slot and surface."""
    asked = select(Delivery.slot, Delivery.surface, Delivery.digest).where(
        col(Delivery.slot).in_(list(slots)), col(Delivery.given_up).is_(None)
    )
    return {(slot, surface): digest for slot, surface, digest in session.exec(asked)}


def standing(session: Session, slots: Iterable[str]) -> dict[tuple[str, str], Standing]:
    asked = select(Standing).where(col(Standing.slot).in_(list(slots)))
    return {(row.slot, row.surface): row for row in session.exec(asked)}


def due_deliveries(
    session: Session, now: datetime, surfaces: Iterable[str], most: int
) -> list[tuple[Delivery, str | None]]:
    """Deliveries whose time has come, alerts first, with the message to edit if there is one."""
    asked = (
        select(Delivery, Standing.message)
        .join(
            Standing,
            (col(Standing.slot) == Delivery.slot) & (col(Standing.surface) == Delivery.surface),
            isouter=True,
        )
        .where(
            Delivery.next_try_at <= now,
            col(Delivery.given_up).is_(None),
            col(Delivery.surface).in_(list(surfaces)),
        )
    )
    alerts_first = case((col(Delivery.lane) == "alert", 0), else_=1)
    return list(session.exec(asked.order_by(alerts_first, col(Delivery.id)).limit(most)))


def delivered(
    session: Session,
    *,
    id: int,
    slot: str,
    surface: str,
    digest: str,
    message: str,
    now: datetime,
) -> None:
    """The card stands: remember where, and take this delivery (no newer one) out of the outbox."""
    place = {"slot": slot, "surface": surface}
    stands = {**place, "message": message, "digest": digest, "delivered_at": now}
    upsert(session, Standing, [stands], "slot", "surface")
    outbox = table(Delivery)
    session.execute(delete(outbox).where(outbox.c.id == id))


def try_again(session: Session, id: int, at: datetime, attempts: int) -> None:
    session.execute(
        update(Delivery).where(col(Delivery.id) == id).values(next_try_at=at, attempts=attempts)
    )


def give_up(session: Session, id: int, why: str) -> None:
    """Keep the delivery as a fact that it did not arrive; nobody tries it again."""
    session.execute(update(Delivery).where(col(Delivery.id) == id).values(given_up=why))


def erase(session: Session, slots: Iterable[str]) -> None:
    """Nothing remembers that a card stood, or was on its way, in these slots."""
    gone = list(slots)
    for kind in Delivery, Standing:
        session.execute(delete(kind).where(col(kind.slot).in_(gone)))


def delivered_privately(session: Session, id: int, slot: str) -> None:
    """The card stands, and nothing remembers it."""
    session.execute(delete(Delivery).where(col(Delivery.id) == id))
    session.execute(delete(Standing).where(col(Standing.slot) == slot))


def unsee(session: Session, ids: Iterable[str]) -> None:
    session.execute(delete(Seen).where(col(Seen.id).in_(list(ids))))


def set_timers(session: Session, rows: Sequence[Values]) -> None:
    upsert(session, Timer, rows, "key")


def drop_timers(session: Session, keys: Iterable[str]) -> None:
    session.execute(delete(Timer).where(col(Timer.key).in_(list(keys))))


HURRIED = timedelta(days=1)
"""What falls due later than this is in no hurry: an open call waits for minutes."""


def hurry_timers(session: Session, now: datetime) -> None:
    """Let what falls due within a day look again now; a handler whose time has not come waits on.

    The steps of plans that lie months ahead are left in peace: there may be a hundred thousand.
    """
    soon = (col(Timer.due) > now) & (col(Timer.due) <= now + HURRIED)
    session.execute(update(Timer).where(soon).values(due=now))


def next_timer(session: Session) -> Timer | None:
    """The timer that falls due first, locked against other replicas."""
    asked = select(Timer).order_by(col(Timer.due), col(Timer.key)).limit(1)
    return session.exec(asked.with_for_update(skip_locked=True)).first()


def nearest(session: Session) -> datetime | None:
    return session.exec(select(func.min(Timer.due))).one()


def remember(session: Session, id: str, at: datetime, answer: str) -> None:
    session.execute(insert(table(Seen)), {"id": id, "at": at, "answer": answer})


def answered(session: Session, id: str) -> str | None:
    """What was answered to this event the first time, or None when it is new."""
    return session.exec(select(Seen.answer).where(Seen.id == id)).first()
