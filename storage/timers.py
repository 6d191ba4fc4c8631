"""Timers: what falls due, and when."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, update
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col

from storage.quick import Values, table, upsert
from storage.times import Utc


class Timer(SQLModel, table=True):
    """An action that falls due; one timer a key."""

    key: str = Field(primary_key=True)
    due: datetime = Field(sa_type=Utc, index=True)
    wire_name: str
    payload: str
    attempts: int = 0


class Due(NamedTuple):
    """A timer as it was read."""

    key: str
    due: datetime
    wire_name: str
    payload: str
    attempts: int


def set_timers(session: Session, rows: Sequence[Values]) -> None:
    upsert(session, Timer, rows, "key")


def drop_timers(session: Session, keys: Iterable[str]) -> None:
    if wanted := [{"old": key} for key in keys]:
        session.connection().execute(_FORGET, wanted)


_FORGET = delete(table(Timer)).where(table(Timer).c.key == bindparam("old"))


HURRIED = timedelta(days=1)
"""What falls due later than this is in no hurry: an open call waits for minutes."""


def hurry_timers(session: Session, now: datetime) -> None:
    """Let what falls due within a day look again now; a handler whose time has not come waits on.

    The steps of plans that lie months ahead are left in peace: there may be a hundred thousand.
    """
    soon = (col(Timer.due) > now) & (col(Timer.due) <= now + HURRIED)
    session.execute(update(Timer).where(soon).values(due=now))


def next_timer(session: Session) -> Due | None:
    """The timer that falls due first, locked against other replicas."""
    row = session.connection().execute(_NEXT_TIMER).first()
    return Due(*row) if row else None


_NEXT_TIMER = (
    sql_select(*(table(Timer).c[name] for name in Due._fields))
    .order_by(table(Timer).c.due, table(Timer).c.key)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def nearest(session: Session) -> datetime | None:
    return session.connection().execute(_NEAREST).scalar()


_NEAREST = sql_select(func.min(table(Timer).c.due))
