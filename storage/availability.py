"""Availability: what people, or the platforms they are on, say of whether they are free now."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import stored
from storage.quick import upsert
from storage.recall import forget, recall
from storage.times import Utc


class State(StrEnum):
    """`HOME` says where somebody works and not that they are busy, `AWAY` only that nobody moves at
    their screen: they are asked after the others."""

    BUSY = "busy"
    LUNCH = "lunch"
    BREAK = "break"
    SNOOZED = "snoozed"
    AWAY = "away"
    HOME = "home"


OWN, PLACE, CARE = "own", "place", "care"
"""Who said it: the person, the person of their place, the break after a call.
A surface speaks under its own name."""


NOW = "availability now"
Known = dict[datetime, dict[str, list["Availability"]]]
"""What one session has read, by the time that it was asked for."""


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
    forget(session, NOW)
    upsert(session, Availability, [row], "person", "source")


def end(session: Session, person: str, source: str) -> None:
    row = session.get(Availability, (person, source))
    if row is not None:
        session.delete(row)
        session.flush()
        forget(session, NOW)


def now(session: Session, at: datetime) -> dict[str, list[Availability]]:
    """Everything that holds at a time, by person, what ends first before the rest."""
    known: Known = recall(session, NOW, dict)
    if at not in known:
        known[at] = _now(session, at)
    return known[at]


def _now(session: Session, at: datetime) -> dict[str, list[Availability]]:
    found: dict[str, list[Availability]] = {}
    for row in session.exec(_HOLDS, params={"at": at}):
        found.setdefault(row.person, []).append(row)
    return found


def of(session: Session, person: str, at: datetime) -> list[Availability]:
    """What holds of one person at a time."""
    return now(session, at).get(person, [])


def said(session: Session, person: str, source: str) -> Availability | None:
    """What a source said last, also when it has ended by itself; None when it was taken back."""
    return session.get(Availability, (person, source), populate_existing=True)


_HOLDS = (
    select(Availability)
    .where(col(Availability.until) > bindparam("at"))
    .order_by(col(Availability.until))
    .execution_options(populate_existing=True)
)
"""Statements are written past the session, so what it remembers of them may be old."""
