"""Plans: the dated steps of a case, copied from content when it starts, and who was shown what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, delete
from sqlmodel import Field, Session, SQLModel, col, func, select

from storage.cases import Case
from storage.feedback import Feedback
from storage.life import NotPossible, step, stored
from storage.nudges import Nudge
from storage.plan_life import LIFE, OVER, As, Kind, Status, Wait
from storage.times import Utc

Json = dict[str, Any]


class Plan(SQLModel, table=True):
    """The policy of one case, as it stood in content when the case began.

    `asked_at`: whoever reported was asked whether anybody has been in touch; `heard` is the answer.
    """

    __tablename__ = "plan"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    name: str
    started_at: datetime = Field(sa_type=Utc)
    policy: Json = Field(sa_column=Column(JSON, nullable=False))
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    heard: bool | None = None


class PlanStep(SQLModel, table=True):
    """One dated step. `holder` is None while it is the case's owner who does it.

    `text` is in both languages. `facts` are the copied rules of the step. `opens_at` is when it
    rings at once (None: it is only reminded of), `answers` what a manager said in the short
    dialog: whether they talked, whether the person is safe, what is needed today; never how the
    person feels. `offered_to` has been asked by `offered_by` to take it over.
    """

    __tablename__ = "plan_step"
    __table_args__ = (
        Index("plan_step_case", "case", "status"),
        Index("plan_step_holder", "holder", "status"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id")
    name: str
    kind: Kind = Field(default=Kind.TASK, sa_type=stored(Kind))
    who: str
    holder: str | None = None
    text: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    facts: Json = Field(sa_column=Column(JSON, nullable=False))
    status: Status = Field(default=Status.PLANNED, sa_type=stored(Status))
    opens_at: datetime | None = Field(default=None, sa_type=Utc)
    opened_at: datetime | None = Field(default=None, sa_type=Utc)
    remind_at: datetime | None = Field(default=None, sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    lift_at: datetime | None = Field(default=None, sa_type=Utc)
    again_at: datetime | None = Field(default=None, sa_type=Utc)
    snoozes: int = 0
    snoozed_because: str | None = None
    promised_at: datetime | None = Field(default=None, sa_type=Utc)
    offered_to: str | None = None
    offered_by: str | None = None
    helped_by: str | None = None
    answers: Json = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    done_by: str | None = None
    dropped_because: str | None = None

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the step has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.status not in OVER

    @property
    def urgent(self) -> bool:
        return bool(self.facts["urgent"])

    def can(self, event: str) -> bool:
        return event in LIFE[self.status]

    def ring(self, now: datetime) -> None:
        self._step("open")
        self.opened_at = now

    def remind(self) -> None:
        self._step("remind")

    def miss(self) -> None:
        self._step("miss")

    def lift(self) -> None:
        self._step("lift")
        self.lift_at = None

    def remind_again(self, at: datetime) -> None:
        """It was reminded of now, and will be again."""
        self._step("remind again")
        self.again_at = at

    def snooze(self, because: str, remind_at: datetime, due_at: datetime) -> None:
        """Later, with a reason, `facts["snoozes"]` times at most."""
        if self.snoozes >= self.facts["snoozes"]:
            raise NotPossible("this step has been put off often enough")
        self._step("snooze")
        self.snoozes, self.snoozed_because = self.snoozes + 1, because
        self.remind_at, self.due_at, self.again_at = remind_at, due_at, None

    def give(self, holder: str | None) -> None:
        """Somebody else does it from now on."""
        self._step("move")
        self.holder, self.offered_to, self.offered_by = holder, None, None
        self.promised_at = self.helped_by = None

    def offer(self, to: str, by: str) -> None:
        self._step("move")
        self.offered_to, self.offered_by = to, by

    def withdraw(self) -> None:
        self._step("move")
        self.offered_to = self.offered_by = None

    def do(self, by: str | None, now: datetime) -> None:
        self._step("do")
        self.done_by, self.done_at, self.offered_to = by, now, None

    def drop(self, because: str) -> None:
        self._step("drop")
        self.dropped_because, self.offered_to = because, None

    def _step(self, event: str) -> None:
        self.status = step(LIFE, self.status, event)


def next_step(of: PlanStep) -> tuple[datetime, Wait] | None:
    """What the clock must do next about a step, and when; None when it waits for nothing."""
    if not of.open or of.kind is not Kind.TASK:
        return None
    waits: list[tuple[datetime, Wait]] = []
    if of.status in (Status.PLANNED, Status.REMINDED):
        if of.opens_at is not None and of.opened_at is None:
            waits.append((of.opens_at, Wait.OPEN))
        if of.remind_at is not None and of.status is Status.PLANNED:
            waits.append((of.remind_at, Wait.REMIND))
        waits.append((of.due_at, Wait.MISS))
    if of.status is Status.LATE and of.lift_at is not None:
        waits.append((of.lift_at, Wait.LIFT))
    if of.status in (Status.LATE, Status.LIFTED) and of.again_at is not None:
        waits.append((of.again_at, Wait.AGAIN))
    return min(waits, key=lambda wait: (wait[0], list(Wait).index(wait[1])), default=None)


class PlanTold(SQLModel, table=True):
    """Somebody was shown a step. `number` counts the messages: each rings, the newest stands."""

    __tablename__ = "plan_told"

    step: int = Field(primary_key=True, foreign_key="plan_step.id")
    person: str = Field(primary_key=True, index=True)
    told_as: As = Field(sa_type=stored(As))
    number: int = 1
    at: datetime = Field(sa_type=Utc)


def erase(session: Session, case: int) -> None:
    """The plan of a case that is taken back, with what whoever reported was to be told."""
    steps = select(PlanStep.id).where(PlanStep.case == case)
    for kind, key in ((Nudge, Nudge.step), (PlanTold, PlanTold.step)):
        session.execute(delete(kind).where(col(key).in_(steps)))
    for row in (PlanStep, Plan, Feedback):
        session.execute(delete(row).where(col(row.case) == case))


def steps_of(session: Session, case: int) -> list[PlanStep]:
    """The steps of a case in the order in which they fall due."""
    asked = select(PlanStep).where(PlanStep.case == case)
    return list(session.exec(asked.order_by(col(PlanStep.due_at), col(PlanStep.id))))


def open_steps(session: Session, case: int) -> list[PlanStep]:
    """What is still to be done in a case; dates that wait for nobody left out."""
    return [one for one in steps_of(session, case) if one.open and one.kind is Kind.TASK]


def held_by(session: Session, person: str) -> list[PlanStep]:
    """The open tasks that are a person's to do: given to them, or of a case that they own."""
    owned = col(PlanStep.holder).is_(None) & (col(Case.owner) == person)
    theirs = (col(PlanStep.holder) == person) | owned
    asked = (
        select(PlanStep)
        .join(Case, col(Case.id) == col(PlanStep.case))
        .where(theirs, PlanStep.kind == Kind.TASK, col(PlanStep.status).not_in(OVER))
    )
    return list(session.exec(asked.order_by(col(PlanStep.due_at), col(PlanStep.id))))


def given_to(session: Session, person: str) -> list[PlanStep]:
    """The open steps that a person was given by name, or has been asked to take over."""
    theirs = (PlanStep.holder == person) | (PlanStep.offered_to == person)
    asked = select(PlanStep).where(theirs, col(PlanStep.status).not_in(OVER))
    return list(session.exec(asked.order_by(col(PlanStep.id))))


def told_of(session: Session, step: int) -> dict[str, PlanTold]:
    """Who was shown a step, by ref."""
    asked = select(PlanTold).where(PlanTold.step == step)
    return {row.person: row for row in session.exec(asked.order_by(col(PlanTold.person)))}


def shown_to(session: Session, person: str, since: datetime) -> list[PlanStep]:
    """The steps that a person was shown since a time."""
    asked = (
        select(PlanStep)
        .join(PlanTold, col(PlanTold.step) == col(PlanStep.id))
        .where(PlanTold.person == person, col(PlanTold.at) > since)
    )
    return list(session.exec(asked.order_by(col(PlanStep.id))))


def late_at(session: Session, site: str, unit: str) -> int:
    """How many steps of a unit are late. A number and nothing else: nobody is named (P8)."""
    asked = (
        select(func.count())
        .select_from(PlanStep)
        .join(Case, col(Case.id) == col(PlanStep.case))
        .where(
            Case.site == site,
            Case.unit == unit,
            col(PlanStep.status).in_([Status.LATE, Status.LIFTED]),
        )
    )
    return session.exec(asked).one()


def lifted_for(session: Session, person: str, told_as: As) -> list[PlanStep]:
    """The late steps that somebody was told of as one of those above."""
    asked = (
        select(PlanStep)
        .join(PlanTold, col(PlanTold.step) == col(PlanStep.id))
        .where(
            PlanTold.person == person,
            PlanTold.told_as == told_as,
            PlanStep.status == Status.LIFTED,
        )
    )
    return list(session.exec(asked.order_by(col(PlanStep.due_at), col(PlanStep.id))))
