"""Checklists: a run of a list, its points, who was asked, and what the clock has looked at."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import Life, step, stored
from storage.times import Utc

LAPSE = timedelta(days=14)
"""A list that nobody has finished so long after its deadline is taken off the screens."""


class RunStatus(StrEnum):
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    LAPSED = "lapsed"


RUN_LIFE: Life[RunStatus] = {
    RunStatus.OPEN: {
        "tick": RunStatus.OPEN,
        "late": RunStatus.OVERDUE,
        "finish": RunStatus.DONE,
    },
    RunStatus.OVERDUE: {
        "tick": RunStatus.OVERDUE,
        "finish": RunStatus.DONE,
        "lapse": RunStatus.LAPSED,
    },
    # A point may be taken back by mistake's owner; then it is not finished after all.
    RunStatus.DONE: {"tick": RunStatus.DONE, "reopen": RunStatus.OPEN},
    RunStatus.LAPSED: {},
}


class ChecklistRun(SQLModel, table=True):
    """One list at one place, once. Title and points are copies: a new version bends no open run.

    `site` is "" for the whole agency. `about`: what it is about, where the list alone does not
    say. `evidence` holds lines of `by`, `at` and `text`.
    """

    __tablename__ = "checklist_run"
    __table_args__ = (Index("checklist_open", "status", "site"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    checklist: str = Field(index=True)
    site: str
    title: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    about: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    points: list[dict[str, str]] = Field(sa_column=Column(JSON, nullable=False))
    asks_evidence: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    evidence: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    status: RunStatus = Field(default=RunStatus.OPEN, sa_type=stored(RunStatus))
    begun_at: datetime = Field(sa_type=Utc, index=True)
    deadline: datetime = Field(sa_type=Utc)
    finished_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the run has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.status in (RunStatus.OPEN, RunStatus.OVERDUE)

    def ticked(self, settled: int, now: datetime) -> None:
        """So many points are settled now; with the last one the list is finished."""
        self._step("tick")
        if settled >= len(self.points) and self.open:
            self._step("finish")
            self.finished_at = now
        elif settled < len(self.points) and self.status is RunStatus.DONE:
            self._step("reopen")
            self.finished_at = None

    def prove(self, by: str, text: str, now: datetime) -> None:
        self.evidence = [*self.evidence, {"by": by, "at": now.isoformat(), "text": text}]

    def fall_late(self) -> None:
        self._step("late")

    def lapse(self) -> None:
        self._step("lapse")

    def next_look(self) -> datetime | None:
        """When the clock must look at it; None when it is over."""
        match self.status:
            case RunStatus.OPEN:
                return self.deadline
            case RunStatus.OVERDUE:
                return self.deadline + LAPSE
            case _:
                return None

    def _step(self, event: str) -> None:
        self.status = step(RUN_LIFE, self.status, event)


class ChecklistTick(SQLModel, table=True):
    """A settled point; with a `reason` it was skipped."""

    __tablename__ = "checklist_tick"

    run: int = Field(primary_key=True, foreign_key="checklist_run.id")
    point: int = Field(primary_key=True)
    by: str
    at: datetime = Field(sa_type=Utc)
    reason: str | None = None


class ChecklistAsked(SQLModel, table=True):
    """Somebody has the list before them; a `deputy` has it since it was overdue."""

    __tablename__ = "checklist_asked"

    run: int = Field(primary_key=True, foreign_key="checklist_run.id")
    person: str = Field(primary_key=True, index=True)
    unit: str
    deputy: bool = False


class RoutineClock(SQLModel, table=True):
    """Until when the schedules of a site ("" for the agency's) have been looked at."""

    __tablename__ = "routine_clock"

    site: str = Field(primary_key=True)
    looked_at: datetime = Field(sa_type=Utc)


class RoutineKnown(SQLModel, table=True):
    """Something that starts a list when it is new: a person, or a card and its version."""

    __tablename__ = "routine_known"

    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    version: int = 0


def ticks(session: Session, run: int) -> dict[int, ChecklistTick]:
    asked = select(ChecklistTick).where(ChecklistTick.run == run)
    return {row.point: row for row in session.exec(asked.order_by(col(ChecklistTick.point)))}


def asked_of(session: Session, run: int) -> dict[str, ChecklistAsked]:
    asked = select(ChecklistAsked).where(ChecklistAsked.run == run)
    return {row.person: row for row in session.exec(asked.order_by(col(ChecklistAsked.person)))}


def runs_before(session: Session, ref: str, since: datetime) -> list[ChecklistRun]:
    """The runs that stand before a person: those open, and those begun lately."""
    asked = select(ChecklistAsked.run).where(ChecklistAsked.person == ref)
    lately = col(ChecklistRun.begun_at) > since
    now = col(ChecklistRun.status).in_([RunStatus.OPEN, RunStatus.OVERDUE]) | lately
    found = select(ChecklistRun).where(col(ChecklistRun.id).in_(asked), now)
    return list(session.exec(found.order_by(col(ChecklistRun.id))))


def open_run(session: Session, checklist: str, site: str) -> ChecklistRun | None:
    """The newest run of a list at a place that is not finished."""
    asked = select(ChecklistRun).where(
        ChecklistRun.checklist == checklist,
        ChecklistRun.site == site,
        col(ChecklistRun.status).in_([RunStatus.OPEN, RunStatus.OVERDUE]),
    )
    return session.exec(asked.order_by(col(ChecklistRun.id).desc()).limit(1)).first()


def last_done(session: Session, checklist: str, site: str) -> datetime | None:
    asked = select(ChecklistRun.finished_at).where(
        ChecklistRun.checklist == checklist,
        ChecklistRun.site == site,
        col(ChecklistRun.finished_at).is_not(None),
    )
    return session.exec(asked.order_by(col(ChecklistRun.finished_at).desc()).limit(1)).first()


def between(
    session: Session, since: datetime, until: datetime
) -> list[tuple[ChecklistRun, ChecklistAsked]]:
    """Every run begun in a time, with each of those asked at first."""
    asked = (
        select(ChecklistRun, ChecklistAsked)
        .join(ChecklistAsked, col(ChecklistAsked.run) == col(ChecklistRun.id))
        .where(
            ChecklistRun.begun_at >= since,
            ChecklistRun.begun_at < until,
            col(ChecklistAsked.deputy).is_(False),
        )
    )
    return list(session.exec(asked.order_by(col(ChecklistRun.id))))


def known_of(session: Session, kind: str) -> dict[str, int]:
    """Everything of a kind that is known already, with its version."""
    rows = session.exec(select(RoutineKnown).where(RoutineKnown.kind == kind))
    return {row.id: row.version for row in rows}
