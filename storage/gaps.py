"""Gaps: calls that nobody answered in time, kept until somebody has said why."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.help import HelpCall
from storage.help_life import Finish
from storage.life import stored
from storage.times import Utc


class Reason(StrEnum):
    """Why nobody answered in time: what was missing, never who."""

    LUNCH = "lunch"
    FEW = "few"
    CALLS = "calls"
    NOTICE = "notice"
    OTHER = "other"


class Gap(SQLModel, table=True):
    """`facts` are counts of how many were free, busy or off: nobody is named (P8).

    `answered_after` is in seconds, None while nobody has answered. `asked_at`: those in charge
    were asked why.
    """

    __tablename__ = "gap"

    call: int = Field(primary_key=True, foreign_key="help_call.id")
    site: str = Field(index=True)
    pressed_at: datetime = Field(sa_type=Utc)
    answered_after: int | None = None
    facts: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    reason: Reason | None = Field(default=None, sa_type=stored(Reason))
    said_by: str | None = None
    said_at: datetime | None = Field(default=None, sa_type=Utc)

    def say(self, reason: Reason, by: str, now: datetime) -> None:
        self.reason, self.said_by, self.said_at = reason, by, now


class Practice(SQLModel, table=True):
    """A site was asked whether it wants to practise, `number` times so far; the latest answer."""

    __tablename__ = "practice"

    site: str = Field(primary_key=True)
    number: int = 1
    count: int
    asked_at: datetime = Field(sa_type=Utc)
    wanted: bool | None = None
    said_by: str | None = None

    def ask(self, count: int, now: datetime) -> None:
        self.number, self.count, self.asked_at = self.number + 1, count, now
        self.wanted = self.said_by = None


def count_since(session: Session, site: str, since: datetime) -> int:
    """How many presses at a site were not answered in time, from a time on."""
    asked = select(func.count()).select_from(Gap)
    return session.exec(asked.where(Gap.site == site, col(Gap.pressed_at) >= since)).one()


def asked_since(session: Session, since: datetime) -> list[Gap]:
    """Gaps about which people were asked after a time, oldest first."""
    asked = select(Gap).where(col(Gap.asked_at) > since)
    return list(session.exec(asked.order_by(col(Gap.call))))


def wrong_presses(session: Session, site: str, since: datetime) -> int:
    """How many calls of a site were closed as wrong presses from a time on; no duress counts."""
    asked = (
        select(func.count())
        .select_from(HelpCall)
        .where(
            col(HelpCall.site)["ref"].as_string() == site,
            HelpCall.finished_as == Finish.WRONG,
            col(HelpCall.forced_at).is_(None),
            col(HelpCall.closed_at) >= since,
        )
    )
    return session.exec(asked).one()
