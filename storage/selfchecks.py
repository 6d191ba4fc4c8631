"""Self-checks: that somebody is asked how it is, that they want no more of it, whom they want to
talk with. How they are is never stored, not even that they have answered.
"""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, String, cast
from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import NotPossible
from storage.times import Utc

ANSWERED_WITHIN = timedelta(minutes=5)
"""So long one person is waited for before the next is asked too (U03)."""


class SelfCheck(SQLModel, table=True):
    """The questions to one person after one case. `days` are those still to come.

    `number` is the latest question; `next_at` when the next is asked, None after the last.
    """

    __tablename__ = "self_check"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    person: str = Field(primary_key=True, index=True)
    started_at: datetime = Field(sa_type=Utc)
    days: list[int] = Field(sa_column=Column(JSON, nullable=False))
    number: int = 0
    next_at: datetime | None = Field(default=None, sa_type=Utc)
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    stopped_at: datetime | None = Field(default=None, sa_type=Utc)

    def ask(self, now: datetime) -> None:
        self.number, self.asked_at = self.number + 1, now

    def stop(self, now: datetime) -> None:
        self.stopped_at, self.next_at = self.stopped_at or now, None


class TalkWish(SQLModel, table=True):
    """Somebody wants to talk. `to` have been asked in this order, `declined` cannot just now.

    `line` are those who may still be asked; `waits_until` is when the next one is.
    """

    __tablename__ = "talk_wish"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id", index=True)
    person: str = Field(index=True)
    asked_at: datetime = Field(sa_type=Utc)
    to: list[str] = Field(sa_column=Column(JSON, nullable=False))
    line: list[str] = Field(sa_column=Column(JSON, nullable=False))
    declined: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    waits_until: datetime | None = Field(default=None, sa_type=Utc)
    taken_by: str | None = None
    taken_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the wish has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.taken_by is None

    def ask_next(self, now: datetime) -> str | None:
        """The next of the line is asked too; None when nobody is left."""
        if not self.line:
            self.waits_until = None
            return None
        to, *self.line = self.line
        self.to = [*self.to, to]
        self.waits_until = now + ANSWERED_WITHIN
        return to

    def take(self, by: str, now: datetime) -> None:
        if self.taken_by is not None and self.taken_by != by:
            raise NotPossible("somebody else was first")
        self.taken_by, self.taken_at, self.waits_until = by, self.taken_at or now, None

    def decline(self, by: str) -> None:
        if by not in self.declined:
            self.declined = [*self.declined, by]


def checks_of(session: Session, person: str) -> list[SelfCheck]:
    asked = select(SelfCheck).where(SelfCheck.person == person)
    return list(session.exec(asked.order_by(col(SelfCheck.case))))


def wishes_after(session: Session, case: int) -> list[TalkWish]:
    asked = select(TalkWish).where(TalkWish.case == case)
    return list(session.exec(asked.order_by(col(TalkWish.id))))


def wishes_to(session: Session, person: str, since: datetime) -> list[TalkWish]:
    """The wishes of late to talk with this person."""
    asked = select(TalkWish).where(col(TalkWish.asked_at) > since)
    named = cast(col(TalkWish.to), String).like(f'%"{person}"%')
    return list(session.exec(asked.where(named).order_by(col(TalkWish.id))))


def wish_of(session: Session, case: int, person: str) -> TalkWish | None:
    """The newest wish of a person after a case."""
    asked = select(TalkWish).where(TalkWish.case == case, TalkWish.person == person)
    return session.exec(asked.order_by(col(TalkWish.id).desc())).first()
