"""Dialogues: which case a staff meeting drew, and what it decided. Nobody is named."""

from collections import Counter
from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.times import Utc


class Dialogue(SQLModel, table=True):
    """One meeting of a unit at a site; `minutes` is 15 or 30. Without a decision it is None."""

    __tablename__ = "dialogue"

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(index=True)
    unit: str
    case: str
    minutes: int
    drawn_at: datetime = Field(sa_type=Utc)
    decision: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise LookupError("it has no number before it is kept")
        return self.id

    def decide(self, decision: str, now: datetime) -> None:
        self.decision, self.decided_at = decision, now


def drawn(session: Session, site: str, unit: str) -> Counter[str]:
    """How often each case has been drawn by a unit."""
    asked = select(Dialogue.case, func.count()).where(Dialogue.site == site, Dialogue.unit == unit)
    return Counter(dict(session.exec(asked.group_by(Dialogue.case)).all()))


def shares(session: Session, since: datetime) -> list[tuple[str, str, int, int]]:
    """Site, unit, meetings from a time on, and how many of them decided something."""
    asked = select(
        Dialogue.site, Dialogue.unit, func.count(), func.count(col(Dialogue.decision))
    ).where(col(Dialogue.drawn_at) >= since)
    grouped = asked.group_by(Dialogue.site, Dialogue.unit)
    return list(session.exec(grouped.order_by(Dialogue.site, Dialogue.unit)).all())
