"""Replicas: several bots on one PostgreSQL, who of them is alive, and which delivery is whose.

Each bot holds a lock of its session for as long as it lives, so a dead one is known at once; and
it says every second that its loop still turns, so one that hangs is known after a while. What a
dead or hanging bot was carrying is taken over by whoever looks first, and by one only.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    case,
    cast,
    column,
    delete,
    func,
    select,
    text,
    update,
)
from sqlalchemy import table as table_of
from sqlmodel import Field, Session, SQLModel

from storage.deliveries import Delivery, read
from storage.quick import inserting, table
from storage.times import Utc

LOCKS = 7105
"""The class of the locks by which replicas show that they live."""

HANGS = timedelta(seconds=15)
"""A bot that has not said anything for so long is taken for dead: longer than any call to a
platform takes, or a slow one would be doubled (`design/durability.md`)."""

CHANNEL = "kollega"
"""Where replicas tell each other that there is something to look at."""

OLD = timedelta(hours=1)


class Replica(SQLModel, table=True):
    """A bot that runs or ran. The time is the database's own: clocks of machines differ."""

    __tablename__ = "replica"

    number: int = Field(primary_key=True)
    seen_at: datetime = Field(sa_type=Utc)


def say_alive(session: Session, number: int) -> int:
    """This bot's loop turns; how many bots are alive, this one among them."""
    replicas = table(Replica)
    here = {"number": number, "seen_at": _now()}
    said = (
        inserting("postgresql", Replica)
        .values(**here)
        .on_conflict_do_update(index_elements=["number"], set_={"seen_at": _now()})
    )
    session.execute(said)
    session.execute(delete(replicas).where(replicas.c.seen_at < _now() - OLD))
    found = session.execute(select(func.count()).select_from(alive().subquery())).scalar_one()
    return max(1, int(found))


def alive() -> Select[tuple[int]]:
    """The numbers of the bots that hold their lock and have said something lately."""
    replicas, locks = table(Replica).c, LOCK_TABLE.c
    return (
        select(replicas.number)
        .join(LOCK_TABLE, cast(locks.objid, BigInteger) == replicas.number)
        .where(
            locks.locktype == "advisory",
            cast(locks.classid, BigInteger) == LOCKS,
            locks.granted,
            replicas.seen_at > _now() - HANGS,
        )
    )


def others_alive(session: Session, number: int, holders: Iterable[int | None]) -> set[int]:
    """Those of the holders that are other bots and alive."""
    asked = {one for one in holders if one is not None and one != number}
    if not asked:
        return set()
    return {one for (one,) in session.execute(alive()) if one in asked}


def claim(
    session: Session, number: int, now: datetime, surfaces: Iterable[str], most: int
) -> list[tuple[Delivery, str | None]]:
    """Deliveries whose time has come and that no other living bot carries; they are this bot's now.

    Alerts first. Two bots that look at the same moment never get the same one.
    """
    outbox = table(Delivery).c
    mine = (
        select(outbox.id)
        .where(
            outbox.next_try_at <= now,
            outbox.given_up.is_(None),
            outbox.surface.in_(list(surfaces)),
            (outbox.holder == number)
            | outbox.holder.is_(None)
            | outbox.holder.not_in(alive().scalar_subquery()),
        )
        .order_by(case((outbox.lane == "alert", 0), else_=1), outbox.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = [id for (id,) in session.execute(mine)]
    taken = update(table(Delivery)).where(
        outbox.id.in_(ids), outbox.holder.is_distinct_from(number)
    )
    session.execute(taken.values(holder=number))
    return read(session, ids)


def tell_others(session: Session, number: int) -> None:
    """With the commit, every other bot looks at its timers and deliveries."""
    session.connection().execute(_TELL, {"channel": CHANNEL, "number": str(number)})


_TELL = text("SELECT pg_notify(:channel, :number)")


LOCK_TABLE = table_of(
    "pg_locks", column("locktype"), column("classid"), column("objid"), column("granted")
)


def _now() -> ColumnElement[datetime]:
    return func.timezone("UTC", func.clock_timestamp())
