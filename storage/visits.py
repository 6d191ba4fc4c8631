"""Visits: the row, its facts and its steps; a lone day at work is one too."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from storage.life import NotPossible, step, stored
from storage.times import Utc
from storage.visit_life import CALM, LATE, LIFE, LOUD, OVER, Colour, Decision, Status


class Kind(StrEnum):
    VISIT = "visit"
    ALONE = "alone"


class Visit(SQLModel, table=True):
    """One visit that is watched over, from the plan until somebody knows that it ended well.

    Where it is and whom it is to stand in the agency's own system and never here. `watch` is a copy
    of the policy (times in seconds), so that no edit bends a running visit. `until` is the end of
    the planned silence; `asked_at`: the visitor was asked; `late_at`: the grace ended. `rung_at` is
    when the present rung began and `rings` how often it has sounded since. `arrived_at` and
    `done_at` are the visitor's own times, `arrived_heard_at` and `done_heard_at` ours: a message
    may come late. `route`, `second` and `car` may hold the visitor's own words.
    """

    __table_args__ = (Index("visit_open", "status", "visitor"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    kind: Kind = Field(default=Kind.VISIT, sa_type=stored(Kind))
    visitor: str = Field(index=True)
    contact: str
    manager: str | None = None
    site: str
    watch: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    answers: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    colour: Colour | None = Field(default=None, sa_type=stored(Colour))
    permit_asked_at: datetime | None = Field(default=None, sa_type=Utc)
    permit_at: datetime | None = Field(default=None, sa_type=Utc)
    permit_denied_at: datetime | None = Field(default=None, sa_type=Utc)
    status: Status = Field(default=Status.PLANNED, sa_type=stored(Status))
    planned_at: datetime = Field(sa_type=Utc)
    started_at: datetime | None = Field(default=None, sa_type=Utc)
    until: datetime = Field(sa_type=Utc)
    choices: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    place: str | None = None
    route: str | None = None
    car: str | None = None
    second: str | None = None
    covered: bool = True
    arrived_at: datetime | None = Field(default=None, sa_type=Utc)
    arrived_heard_at: datetime | None = Field(default=None, sa_type=Utc)
    asked: int = 0
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    late_at: datetime | None = Field(default=None, sa_type=Utc)
    rung_at: datetime | None = Field(default=None, sa_type=Utc)
    rings: int = 0
    taken_by: str | None = None
    decision: Decision | None = Field(default=None, sa_type=stored(Decision))
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=Utc)
    relayed_at: datetime | None = Field(default=None, sa_type=Utc)
    relayed_by: str | None = None
    forced_at: datetime | None = Field(default=None, sa_type=Utc)
    screen: str = "planned"
    done_at: datetime | None = Field(default=None, sa_type=Utc)
    done_heard_at: datetime | None = Field(default=None, sa_type=Utc)
    learned: bool = False
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str | None = None

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the visit has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.status not in OVER

    @property
    def running(self) -> bool:
        return self.open and self.status is not Status.PLANNED

    @property
    def away(self) -> bool:
        """Is a person beside the phone, as far as the visitor's own screen says?"""
        return self.kind is Kind.VISIT and self.screen in ("started", "arrived", "support")

    @property
    def calm(self) -> bool:
        return self.status in CALM

    @property
    def late(self) -> bool:
        return self.status in LATE

    @property
    def loud(self) -> bool:
        return self.status in LOUD

    @property
    def permitted(self) -> bool:
        return self.permit_at is not None

    @property
    def owner(self) -> str:
        """Who must hear the visitor's voice: whoever decided, or took it, or the contact."""
        return self.decided_by or self.taken_by or self.contact

    def seconds(self, *path: str) -> timedelta:
        """A length of time of the policy."""
        found: Any = self.watch
        for name in path:
            found = found[name]
        return timedelta(seconds=found)

    # The plan

    def assess(self, question: str, answer: str, colour: Colour | None) -> None:
        """An answer; whatever was allowed before was allowed for other answers."""
        self._step("plan")
        self.answers = {**self.answers, question: answer}
        self.colour = colour
        self.permit_asked_at = self.permit_at = self.permit_denied_at = None

    def plan(self, **facts: Any) -> None:
        self._step("plan")
        self.sqlmodel_update(facts)

    def ask_permit(self, manager: str, now: datetime) -> None:
        self._step("plan")
        self.manager, self.permit_asked_at = manager, now
        self.permit_at = self.permit_denied_at = None

    def permit(self, allowed: bool, now: datetime) -> None:
        self._step("plan")
        self.permit_at, self.permit_denied_at = (now, None) if allowed else (None, now)

    def start(self, now: datetime) -> None:
        self._step("start")
        self.started_at, self.screen = now, Status.STARTED.value

    def drop(self) -> None:
        self._step("drop")
        self.screen = Status.DROPPED.value

    # What the visitor says

    def arrive(self, at: datetime, now: datetime) -> None:
        """The first time counts. A sign of life that comes late ends what was begun without it."""
        self._step("arrive")
        if self.arrived_at is None:
            self.arrived_at, self.arrived_heard_at = at, now
        self._calm(self.until)
        self.screen = Status.ARRIVED.value

    def more_time(self, until: datetime) -> None:
        self._step("more time")
        self._calm(until)
        self.screen = self._running_screen()

    def fine(self, until: datetime) -> None:
        """All is well: the silence begins anew."""
        self._step("fine")
        self._calm(until)

    def want_support(self, now: datetime) -> None:
        forced = self.status is Status.FORCED
        self._step("support")
        self.screen = Status.SUPPORT.value
        if not forced:  # then 112 is on its way, and only the screen follows
            self._begin(now)

    def finish(self, at: datetime, now: datetime) -> None:
        """It is over. What a forced visitor says afterwards changes nothing."""
        self._step("done")
        self.done_at, self.done_heard_at = at, now
        self.rung_at, self.rings, self.screen = now, 0, Status.DONE.value

    def force(self, at: datetime, now: datetime) -> None:
        """The polite word. The visitor's screen says what it says for the plain one (I17)."""
        self._step("force")
        self.forced_at = self.forced_at or at
        self.done_at, self.done_heard_at = self.done_at or at, self.done_heard_at or now
        self._begin(now)
        self.screen = Status.DONE.value

    # What the clock and the colleagues do

    def ask(self, now: datetime) -> None:
        self._step("ask")
        self.asked, self.asked_at = self.asked + 1, now

    def fall_late(self, now: datetime) -> None:
        self._step("late")
        self.late_at = now
        self._begin(now)

    def climb(self, now: datetime) -> None:
        self._step("climb")
        self._next_rung(now)

    def no_answer(self, now: datetime) -> None:
        """Whoever was asked has phoned in vain."""
        self._step("no answer")
        self._next_rung(now)

    def ring(self) -> None:
        self._step("ring")
        self.rings += 1

    def look_again(self, now: datetime) -> None:
        """What was decided has had its time: it is asked anew."""
        self._step("ring")
        self.decision = None
        self._next_rung(now)

    def take(self, by: str) -> None:
        """Somebody sees to it; the first counts."""
        self._step("take")
        if self.taken_by is not None:
            raise NotPossible("somebody sees to it already")
        self.taken_by = by

    def decide(self, what: Decision, by: str, now: datetime) -> None:
        self._step("decide")
        self.decision, self.decided_by, self.decided_at = what, by, now
        self.rings = 0

    def log_police(self, by: str, now: datetime) -> None:
        """Somebody has called 112."""
        self._step("log")
        self.relayed_at, self.relayed_by = self.relayed_at or now, self.relayed_by or by
        self.rings = 0

    def talk(self, by: str, now: datetime) -> None:
        """Somebody has heard the visitor's own voice."""
        self._step("talk")
        self._close(by, now)

    def meet(self, by: str, now: datetime) -> None:
        self._step("meet")
        self._close(by, now)

    def _close(self, by: str, now: datetime) -> None:
        self.closed_at, self.closed_by, self.screen = now, by, Status.DONE.value

    def _calm(self, until: datetime) -> None:
        """The watch goes on from here; what was asked before has been answered."""
        self.until, self.asked_at, self.rung_at, self.rings = until, None, None, 0
        self.decision = self.decided_by = self.decided_at = self.taken_by = None

    def _begin(self, now: datetime) -> None:
        self._next_rung(now)
        self.decision = self.decided_by = self.decided_at = self.taken_by = None

    def _next_rung(self, now: datetime) -> None:
        self.rung_at, self.rings = now, 0

    def _running_screen(self) -> str:
        return Status.STARTED.value if self.arrived_at is None else Status.ARRIVED.value

    def _step(self, event: str) -> None:
        self.status = step(LIFE, self.status, event)
