"""Drafts: the answers of a report that is not sent yet. The next question is computed from them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, Session, SQLModel, col, select

from storage.sealed import Sealed, SealedJson
from storage.times import Utc


class Draft(SQLModel, table=True):
    """Whatever a person has answered so far in one dialog, kept at each tap.

    `dialog` names it in the content; `answers` are codes, a list of them where several may be
    chosen. `at` is the question that stands open though it has an answer: one that is corrected,
    or of which several may be chosen. What somebody writes is never among them: it stands in
    `words` and `evidence`. `window` is the number of the first message that it stood in.
    `happened_at` is sure to the minute if `exact`, or else to the day. `call` is the help call
    that it comes from. A draft that is sent or thrown away is deleted.
    """

    __tablename__ = "report_draft"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    dialog: str
    answers: dict[str, Any] = Field(
        default_factory=dict,
        sa_column=Column(SealedJson("report_draft.answers"), nullable=False),
    )
    at: str | None = None
    window: int = 1
    happened_at: datetime | None = Field(default=None, sa_type=Utc)
    exact: bool = False
    call: int | None = Field(default=None, index=True)
    words: str | None = Field(default=None, sa_column=Column(Sealed("report_draft.words")))
    evidence: str | None = Field(default=None, sa_column=Column(Sealed("report_draft.evidence")))
    begun_at: datetime = Field(sa_type=Utc)
    touched_at: datetime = Field(sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the draft has not been kept yet")
        return self.id

    @property
    def when(self) -> datetime:
        return self.happened_at or self.begun_at

    def answer(self, answers: Mapping[str, Any], at: str | None, now: datetime) -> None:
        """All the answers as they are now; a JSON column sees only a new value."""
        self.answers, self.at, self.touched_at = {**answers}, at, now


class Window(SQLModel, table=True):
    """The one message in which a person reports and reads cases; `number` counts its messages.

    It is edited in place, and says nothing of which draft or case it shows.
    """

    __tablename__ = "report_window"

    person: str = Field(primary_key=True)
    number: int = 1


def drafts_of(session: Session, person: str) -> list[Draft]:
    """What a person has begun and not sent, the latest first."""
    asked = select(Draft).where(Draft.person == person)
    return list(session.exec(asked.order_by(col(Draft.touched_at).desc(), col(Draft.id).desc())))


def draft_of_call(session: Session, person: str, call: int) -> Draft | None:
    asked = select(Draft).where(Draft.person == person, Draft.call == call)
    return session.exec(asked).first()
