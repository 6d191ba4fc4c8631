"""Drafts: the answers of a report that is not sent yet. The next question is computed from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, Session, SQLModel, col, select

from storage.times import Utc


class Draft(SQLModel, table=True):
    """Whatever a person has answered so far in one dialog, kept at each tap.

    `dialog` names it in the content; `answers` are codes, a list of them where several may be
    chosen. What somebody writes is never among them: it stands in `words` and `evidence`. `call` is
    the help call that it comes from. A draft that is sent or thrown away is deleted.
    """

    __tablename__ = "report_draft"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    dialog: str
    answers: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    call: int | None = Field(default=None, index=True)
    words: str | None = Field(default=None, sa_type=Text)
    evidence: str | None = Field(default=None, sa_type=Text)
    begun_at: datetime = Field(sa_type=Utc)
    touched_at: datetime = Field(sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the draft has not been kept yet")
        return self.id

    def answer(self, answers: dict[str, Any], now: datetime) -> None:
        """All the answers as they are now; a JSON column sees only a new value."""
        self.answers, self.touched_at = {**answers}, now


def drafts_of(session: Session, person: str) -> list[Draft]:
    """What a person has begun and not sent, the latest first."""
    asked = select(Draft).where(Draft.person == person)
    return list(session.exec(asked.order_by(col(Draft.touched_at).desc(), col(Draft.id).desc())))


def draft_of_call(session: Session, person: str, call: int) -> Draft | None:
    asked = select(Draft).where(Draft.person == person, Draft.call == call)
    return session.exec(asked).first()
