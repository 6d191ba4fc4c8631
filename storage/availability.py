"""Availability: what people, or the platforms they are on, say of whether they are free now."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from storage.life import stored
from storage.queue import upsert
from storage.times import Utc


class State(StrEnum):
    """`HOME` says where somebody works and not that they are busy."""

    BUSY = "busy"
    LUNCH = "lunch"
    BREAK = "break"
    SNOOZED = "snoozed"
    AWAY = "away"
    HOME = "home"


OWN, PLACE, CARE = "own", "place", "care"
"""Who said it: the person, the person of their place, the break after a call.
A surface speaks under its own name."""


class Availability(SQLModel, table=True):
    """One statement of one source about one person; it ends by itself (`until` not included)."""

    __tablename__ = "availability"

    person: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    state: State = Field(sa_type=stored(State))
    until: datetime = Field(sa_type=Utc, index=True)


def state(session: Session, person: str, source: str, state: State, until: datetime) -> None:
    """Let a source say what is so until a time."""
    row = {"person": person, "source": source, "state": state, "until": until}
    upsert(session, Availability, [row], "person", "source")


def end(session: Session, person: str, source: str) -> None:
    row = session.get(Availability, (person, source))
    if row is not None:
        session.delete(row)
        session.flush()


def now(session: Session, at: datetime) -> dict[str, list[Availability]]:
    """Everything that holds at a time, by person."""
    asked = select(Availability).where(col(Availability.until) > at)
    found: dict[str, list[Availability]] = {}
    for row in session.exec(fresh(asked)):
        found.setdefault(row.person, []).append(row)
    return found


def of(session: Session, person: str, at: datetime) -> list[Availability]:
    """What holds of one person at a time."""
    asked = select(Availability).where(Availability.person == person, col(Availability.until) > at)
    return list(session.exec(fresh(asked)))


def said(session: Session, person: str, source: str) -> Availability | None:
    """What a source said last, also when it has ended by itself; None when it was taken back."""
    return session.get(Availability, (person, source), populate_existing=True)


def fresh(asked: SelectOfScalar[Availability]) -> SelectOfScalar[Availability]:
    """Statements are written past the session, so what it remembers of them may be old."""
    sooner = asked.order_by(col(Availability.until))
    return sooner.execution_options(populate_existing=True)
