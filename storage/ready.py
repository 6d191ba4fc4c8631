"""Ready: since when this store has been in real use, and what is missing since."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from storage.times import Utc

ONE = 1


class Live(SQLModel, table=True):
    """One row, from the first real start on. `missing` is how many things were missing at the last
    look; `told_at` is when administrators were told, as long as anything is."""

    __tablename__ = "live"

    id: int = Field(default=ONE, primary_key=True)
    since: datetime = Field(sa_type=Utc)
    missing: int = 0
    told_at: datetime | None = Field(default=None, sa_type=Utc)


def live(session: Session) -> Live | None:
    return session.get(Live, ONE)


def go_live(session: Session, now: datetime) -> None:
    """From here on a start is never refused for want of people: who is there can press."""
    if live(session) is None:
        session.add(Live(since=now))
