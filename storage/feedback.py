"""Feedback: what whoever reported has been told, what they were asked, and what they answered."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, Text
from sqlmodel import Field, SQLModel

from storage.life import NotPossible, stored
from storage.times import Utc

ENOUGH = 2
"""So often whoever reported is asked before a case may close without their yes."""


class Became(StrEnum):
    """Did it become good?"""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Feedback(SQLModel, table=True):
    """One of each case, also where nobody knows who reported: the code opens the same dialogue.

    `read_by` is who began: the owner, or whoever acted in their place. `measure` is what is done,
    in both languages, `words` the owner's own, `by` when it will be done. `round` counts the
    proposals to close: a *no* or *partly* ends one, and later another begins. `ask_at` and
    `lapse_at` are when it is asked again, and when it may close unanswered.
    """

    __tablename__ = "feedback"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    received_at: datetime = Field(sa_type=Utc)
    read_at: datetime | None = Field(default=None, sa_type=Utc)
    read_by: str | None = None
    measure: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    words: str | None = Field(default=None, sa_type=Text)
    by: datetime | None = Field(default=None, sa_type=Utc)
    told: int = 0
    round: int = 0
    asked: int = 0
    ask_at: datetime | None = Field(default=None, sa_type=Utc)
    lapse_at: datetime | None = Field(default=None, sa_type=Utc)
    became: Became | None = Field(default=None, sa_type=stored(Became))

    @property
    def asks(self) -> bool:
        """Is an answer waited for?"""
        return self.lapse_at is not None

    def tell(self, measure: dict[str, str], words: str | None, by: datetime) -> None:
        self.measure, self.words, self.by, self.told = measure, words, by, self.told + 1

    def propose(self, ask_at: datetime, lapse_at: datetime) -> None:
        self.round, self.asked, self.became = self.round + 1, 1, None
        self.ask_at, self.lapse_at = ask_at, lapse_at

    def ask_again(self) -> None:
        self.asked, self.ask_at = self.asked + 1, None

    def answer(self, became: Became) -> None:
        if not self.asks:
            raise NotPossible("nothing is asked now")
        self.became, self.ask_at, self.lapse_at = became, None, None

    def may_lapse(self, now: datetime) -> bool:
        """Fourteen days, two asks and no answer (R08)."""
        return self.lapse_at is not None and self.lapse_at <= now and self.asked >= ENOUGH

    def lapse(self) -> None:
        self.ask_at = self.lapse_at = None

    @property
    def next_at(self) -> datetime | None:
        return min((at for at in (self.ask_at, self.lapse_at) if at is not None), default=None)
