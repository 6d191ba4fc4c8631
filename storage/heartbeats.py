"""Heartbeats: whether a trial card goes the whole way to each surface, and who was told if not."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.deliveries import Standing
from storage.times import Utc


class Heartbeat(SQLModel, table=True):
    """One row a surface. `slot` is where the trial card was to stand since `at`; `misses` in a row.

    `told_at`: people were told to use the other way, and not yet that it works again.
    """

    surface: str = Field(primary_key=True)
    slot: str
    at: datetime = Field(sa_type=Utc)
    misses: int = 0
    told_at: datetime | None = Field(default=None, sa_type=Utc)


def beats(session: Session) -> list[Heartbeat]:
    return list(session.exec(select(Heartbeat).order_by(col(Heartbeat.surface))))


def arrived(session: Session, beat: Heartbeat) -> bool:
    """Has the platform taken the trial card?"""
    stands = session.get(Standing, (beat.slot, beat.surface))
    return stands is not None and stands.delivered_at >= beat.at


def silent(session: Session) -> list[str]:
    """The surfaces that people were told not to trust."""
    return [one.surface for one in beats(session) if one.told_at is not None]
