"""Reads: who opened which case, when and by what right; and who broke a glass, with the reason."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Column, Field, Session, SQLModel, col, select

from storage.life import stored
from storage.sealed import Sealed
from storage.times import Utc


class Why(StrEnum):
    """The right by which a case was opened."""

    OWNER = "owner"
    UNIT = "unit"
    SERIOUS = "serious"
    CONSENT = "consent"
    GLASS = "glass"
    EXPORT = "export"


class CaseRead(SQLModel, table=True):
    """Somebody other than those whom it is about has opened a case."""

    __tablename__ = "case_read"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id", index=True)
    person: str
    at: datetime = Field(sa_type=Utc)
    why: Why = Field(sa_type=stored(Why))


class BrokenGlass(SQLModel, table=True):
    """A protected case was opened for a while, with a reason; `told` is the second person."""

    __tablename__ = "broken_glass"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id", index=True)
    person: str
    at: datetime = Field(sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
    told: str
    reason: str = Field(sa_column=Column(Sealed("broken_glass.reason"), nullable=False))


def reads_of(session: Session, case: int) -> list[CaseRead]:
    """Every opening, the newest first."""
    asked = select(CaseRead).where(CaseRead.case == case)
    return list(session.exec(asked.order_by(col(CaseRead.id).desc())))


def is_broken(session: Session, case: int, person: str, now: datetime) -> bool:
    asked = select(BrokenGlass.id).where(BrokenGlass.case == case, BrokenGlass.person == person)
    return session.exec(asked.where(col(BrokenGlass.until) > now)).first() is not None
