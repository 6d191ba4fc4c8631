"""Nudges: reminders that wait for a kind moment, and who takes whose for a while."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import stored
from storage.plan_life import As
from storage.recall import recall
from storage.times import Utc


class Nudge(SQLModel, table=True):
    """A reminder that waits for its moment. Once it is sent the row is gone: nothing is counted.

    `told_as`: as what the person is reminded.
    """

    __tablename__ = "nudge"

    person: str = Field(primary_key=True)
    step: int = Field(primary_key=True, foreign_key="plan_step.id")
    told_as: As = Field(sa_type=stored(As))
    loud: bool = False
    wanted_at: datetime = Field(sa_type=Utc)


class NudgeDay(SQLModel, table=True):
    """How many reminders a person has had on their latest day; written over on the next."""

    __tablename__ = "nudge_day"

    person: str = Field(primary_key=True)
    day: str
    sent: int = 0


class StandIn(SQLModel, table=True):
    """Somebody takes a person's reminders for a while; `until` is None while it is only asked."""

    __tablename__ = "stand_in"

    person: str = Field(primary_key=True)
    by: str = Field(index=True)
    case: int
    until: datetime | None = Field(default=None, sa_type=Utc)


def stand_ins(session: Session, case: int) -> list[StandIn]:
    asked = select(StandIn).where(StandIn.case == case)
    return list(session.exec(asked.order_by(col(StandIn.person))))


def waiting(session: Session, person: str) -> list[Nudge]:
    """A person's reminders that wait for their moment, the oldest first."""
    asked = select(Nudge).where(Nudge.person == person)
    return list(session.exec(asked.order_by(col(Nudge.wanted_at), col(Nudge.step))))


def stand_in(session: Session, person: str, now: datetime) -> str | None:
    """Who takes a person's reminders now, or None."""
    row = recall(session, ("stand-in", person), lambda: session.get(StandIn, person))
    return row.by if row and row.until is not None and row.until > now else None


def stands_in_for(session: Session, by: str, now: datetime) -> list[str]:
    """Whose reminders a person takes now."""
    asked = select(StandIn.person).where(StandIn.by == by, col(StandIn.until) > now)
    return list(session.exec(asked.order_by(col(StandIn.person))))
