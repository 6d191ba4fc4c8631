"""Retention: what is to be erased, who has approved it, what became of it, and what is on hold."""

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Column, Index, func
from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import Life, step, stored
from storage.sealed import Sealed
from storage.times import Utc

UNDECIDED, LINKED = "undecided", "linked"
"""Periods that are no time: the agency has not said, and as long as the item that it belongs to."""


class RunStatus(StrEnum):
    PLANNED = "planned"
    APPROVED = "approved"
    RUNNING = "running"
    DONE = "done"
    DROPPED = "dropped"


RUN_LIFE: Life[RunStatus] = {
    RunStatus.PLANNED: {"approve": RunStatus.APPROVED, "drop": RunStatus.DROPPED},
    RunStatus.APPROVED: {"begin": RunStatus.RUNNING, "drop": RunStatus.DROPPED},
    RunStatus.RUNNING: {"finish": RunStatus.DONE},
    RunStatus.DONE: {},
    RunStatus.DROPPED: {},
}


class RetentionRun(SQLModel, table=True):
    """One list of what is to be erased. `periods` are those of the content when it was made.

    `protocol` is the audit line that tells of the run; lines up to it, and after `followed`, are
    still to be looked at. `lines`: how many have lost their words.
    """

    __tablename__ = "retention_run"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    status: RunStatus = Field(default=RunStatus.PLANNED, sa_type=stored(RunStatus))
    periods: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    planned_at: datetime = Field(sa_type=Utc)
    planned_by: str
    approved_at: datetime | None = Field(default=None, sa_type=Utc)
    approved_by: str | None = None
    protocol: int | None = None
    followed: int = 0
    lines: int = 0
    finished_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the run has not been kept yet")
        return self.id

    def approve(self, by: str, now: datetime) -> None:
        self._step("approve")
        self.approved_by, self.approved_at = by, now

    def drop(self) -> None:
        self._step("drop")

    def begin(self, protocol: int) -> None:
        self._step("begin")
        self.protocol = protocol

    def finish(self, now: datetime) -> None:
        self._step("finish")
        self.finished_at = now

    def _step(self, event: str) -> None:
        self.status = step(RUN_LIFE, self.status, event)


class Became(StrEnum):
    PLANNED = "planned"
    ERASED = "erased"
    KEPT = "kept"
    """Since the list was made it came under a hold, was opened again, or went with something."""


class RetentionItem(SQLModel, table=True):
    """A row of a list, named as the audit names it; `listed` is False for what hung on another.

    It says what there was and never what stood in it, and is kept: it is the protocol.
    """

    __tablename__ = "retention_item"
    __table_args__ = (
        Index("retention_item_row", "row"),
        Index("retention_item_next", "run", "became"),
    )

    run: int = Field(primary_key=True, foreign_key="retention_run.id")
    row: str = Field(primary_key=True)
    by: str
    listed: bool = True
    became: Became = Field(default=Became.PLANNED, sa_type=stored(Became))


class LegalHold(SQLModel, table=True):
    """A row that must not be erased, whatever its age, with all that hangs on it (I18)."""

    __tablename__ = "legal_hold"

    row: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)
    by: str
    reason: str = Field(sa_column=Column(Sealed("legal_hold.reason"), nullable=False))


class RetentionCount(SQLModel, table=True):
    """What is left of erased rows: how many of a kind there were in a month. Nobody is in it."""

    __tablename__ = "retention_count"

    month: str = Field(primary_key=True)
    site: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    count: int = 0


def cutoff(period: str, now: datetime) -> datetime | None:
    """What is older may go; None where no time is written ("90 days", "24 months", "5 years")."""
    if period in (UNDECIDED, LINKED):
        return None
    number, unit = period.split()
    if unit.startswith("day"):
        return now - timedelta(days=int(number))
    months = now.year * 12 + now.month - 1 - int(number) * (12 if unit.startswith("year") else 1)
    year, month = divmod(months, 12)
    day = min(now.day, monthrange(year, month + 1)[1])
    return now.replace(year=year, month=month + 1, day=day)


def open_run(session: Session) -> RetentionRun | None:
    """The list that waits for somebody's yes, or is being worked through."""
    over = [RunStatus.DONE, RunStatus.DROPPED]
    asked = select(RetentionRun).where(col(RetentionRun.status).not_in(over))
    return session.exec(asked.order_by(col(RetentionRun.id).desc()).limit(1)).first()


def under_way(session: Session) -> RetentionRun | None:
    """What has been approved and is not done, locked; the oldest first."""
    going = [RunStatus.APPROVED, RunStatus.RUNNING]
    asked = select(RetentionRun).where(col(RetentionRun.status).in_(going))
    return session.exec(asked.order_by(col(RetentionRun.id)).limit(1).with_for_update()).first()


def counts(session: Session, run: int) -> dict[tuple[str, Became, bool], int]:
    """How many rows of a list by class, what became of them, and whether they were on it."""
    asked = (
        select(RetentionItem.by, RetentionItem.became, RetentionItem.listed, func.count())
        .where(RetentionItem.run == run)
        .group_by(col(RetentionItem.by), col(RetentionItem.became), col(RetentionItem.listed))
    )
    rows = session.exec(asked)
    return {(by, Became(became), listed): many for by, became, listed, many in rows}


def planned(session: Session, run: int) -> dict[str, int]:
    """How many rows of each class a list names."""
    found: dict[str, int] = {}
    for (by, _, listed), many in sorted(counts(session, run).items()):
        if listed:
            found[by] = found.get(by, 0) + many
    return found


def items(session: Session, run: int) -> list[RetentionItem]:
    asked = select(RetentionItem).where(RetentionItem.run == run)
    return list(session.exec(asked.order_by(col(RetentionItem.by), col(RetentionItem.row))))


def holds(session: Session) -> list[LegalHold]:
    return list(session.exec(select(LegalHold).order_by(col(LegalHold.row))))
