"""Triage: which duties to report a case has, what was decided about each, by whom and why."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import stored
from storage.times import Utc


class Did(StrEnum):
    """What was done about a duty. Each is a reason too: a no is never without one."""

    REPORTED = "reported"
    NOT_COVERED = "not_covered"
    ALREADY = "already"
    OTHERS = "others"
    UNWANTED = "unwanted"


class Duty(SQLModel, table=True):
    """One question about one case, with the answer that was tapped and what came of it.

    `duty` and `answer` are ids of the content, `advice` what it said then: a new version of the
    content bends no decision. From `red_at` on it is late.
    """

    __tablename__ = "duty"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    duty: str = Field(primary_key=True)
    answer: str | None = None
    advice: str | None = None
    red_at: datetime = Field(sa_type=Utc)
    did: Did | None = Field(default=None, sa_type=stored(Did))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Utc)

    def reply(self, answer: str, advice: str) -> None:
        """Another answer opens a decision again."""
        self.answer, self.advice = answer, advice
        self.did = self.decided_by = self.decided_at = None

    def reopen(self) -> None:
        self.answer = self.advice = self.did = self.decided_by = self.decided_at = None

    def decide(self, did: Did, by: str, now: datetime) -> None:
        self.did, self.decided_by, self.decided_at = did, by, now


def duties_of(session: Session, case: int) -> list[Duty]:
    return list(session.exec(select(Duty).where(Duty.case == case).order_by(col(Duty.duty))))


def undecided(session: Session, case: int) -> list[Duty]:
    return [one for one in duties_of(session, case) if one.did is None]
