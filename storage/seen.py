"""Seen: the events that were handled, and what was answered; platforms repeat themselves."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, insert
from sqlalchemy import select as sql_select
from sqlmodel import Field, Session, SQLModel, col

from storage.quick import table
from storage.times import Utc


class Seen(SQLModel, table=True):
    """An event that was handled, and what was answered: platforms repeat themselves."""

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc, index=True)
    answer: str


def unsee(session: Session, ids: Iterable[str]) -> None:
    session.execute(delete(Seen).where(col(Seen.id).in_(list(ids))))


def remember(session: Session, id: str, at: datetime, answer: str) -> None:
    session.connection().execute(_REMEMBER, {"id": id, "at": at, "answer": answer})


_REMEMBER = insert(table(Seen))


def answered(session: Session, id: str) -> str | None:
    """What was answered to this event the first time, or None when it is new."""
    return session.connection().execute(_ANSWERED, {"id": id}).scalar()


_ANSWERED = sql_select(table(Seen).c.answer).where(table(Seen).c.id == bindparam("id"))
