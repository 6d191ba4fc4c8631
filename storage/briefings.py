"""Briefings: what a shift is told before it begins, who has read it, and a site's raised level."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.help import HelpCall
from storage.times import Utc


class Briefing(SQLModel, table=True):
    """One shift of one site. `facts` are what was true when it was written: counts, refs, words.

    `people`: whom it is for, in the order of sending; `sent`: how many of them have it.
    """

    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(index=True)
    shift_at: datetime = Field(sa_type=Utc)
    written_at: datetime = Field(sa_type=Utc, index=True)
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    people: list[str] = Field(sa_column=Column(JSON, nullable=False))
    leads: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sent: int = 0

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the briefing has not been kept yet")
        return self.id


class BriefingReceipt(SQLModel, table=True):
    """Somebody has read it; asked about it; or works alone."""

    __tablename__ = "briefing_receipt"

    briefing: int = Field(primary_key=True, foreign_key="briefing.id")
    person: str = Field(primary_key=True)
    read_at: datetime = Field(sa_type=Utc)
    question: str | None = None
    alone_at: datetime | None = Field(default=None, sa_type=Utc)


class SiteLevel(SQLModel, table=True):
    """A raised level of a site, until it ends."""

    __tablename__ = "site_level"

    site: str = Field(primary_key=True)
    since: datetime = Field(sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
    by: str

    def holds(self, now: datetime) -> bool:
        return self.since <= now < self.until


class SiteNote(SQLModel, table=True):
    """What the next shifts of a site shall know, in its leads' own words."""

    __tablename__ = "site_note"

    site: str = Field(primary_key=True)
    know: str | None = None
    alarm: str | None = None
    until: datetime = Field(sa_type=Utc)


def receipts(session: Session, briefing: int) -> int:
    """How many have read it. Who it was is not asked for."""
    asked = select(func.count()).where(BriefingReceipt.briefing == briefing)
    return session.exec(asked).one()


def receipt(session: Session, briefing: int, ref: str) -> BriefingReceipt | None:
    return session.get(BriefingReceipt, (briefing, ref))


def briefings_since(session: Session, since: datetime) -> list[Briefing]:
    asked = select(Briefing).where(col(Briefing.written_at) > since)
    return list(session.exec(asked.order_by(col(Briefing.id))))


def briefed(session: Session, site: str, shift_at: datetime) -> bool:
    asked = select(Briefing.id).where(Briefing.site == site, Briefing.shift_at == shift_at)
    return session.exec(asked).first() is not None


def help_calls_since(session: Session, site: str, since: datetime) -> dict[int, int]:
    """How many calls for help a site has had, by level; the seam for reports, when they count."""
    asked = select(HelpCall).where(HelpCall.started_at >= since)
    levels = [call.level for call in session.exec(asked) if call.site["ref"] == site]
    return {level: levels.count(level) for level in sorted(set(levels))}
