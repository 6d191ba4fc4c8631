"""Cases: what was reported, who owns it, how serious it is, and which of them are whose."""

from datetime import datetime

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, Session, SQLModel, col, select

from storage.case_life import LIFE, Behalf, Effect, Naming, Secrecy, Status, What
from storage.life import NotPossible, step, stored
from storage.sealed import Sealed
from storage.times import Utc

LEAST, MOST = 0, 5
"""Severities, from an observation to danger for life (`spec/content.md` 2.1, axis 3)."""


class Case(SQLModel, table=True):
    """One thing that happened, from the moment that somebody may read it.

    `kind` is a code of the taxonomy and `also` up to two more; `channel` and `factors` are codes
    too. `counted_as` is its group in statistics. `unit` is "" where naming it would say who.
    `happened_at` is sure to the minute or, where not `exact`, to the day. `proposed` is the
    severity that the rules gave, `severity` the one that holds. `reporter` and `exposed` are refs,
    or None where nobody may know them. `owner` and `deputy` are never empty (I13). `kept_from` are
    those who may never see the case: it is about them. `source` is the agency's own number or a
    random code, never a name; `evidence` says where proof is kept. `wishes` is what the person
    asked for at the end ("talk", "handover"). `call` is the help call that came before, `helper`
    whoever was there, `called_112` None where nobody knows.
    """

    __tablename__ = "incident_case"
    __table_args__ = (
        Index("incident_case_owner", "owner", "status"),
        Index("incident_case_place", "site", "unit"),
        {"sqlite_autoincrement": True},
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    counted_as: str
    also: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    channel: str | None = None
    effect: Effect | None = Field(default=None, sa_type=stored(Effect))
    factors: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    wishes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    proposed: int
    severity: int
    secrecy: int = Secrecy.K1
    site: str
    unit: str
    place: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    happened_at: datetime = Field(sa_type=Utc)
    exact: bool = True
    received_at: datetime = Field(sa_type=Utc)
    reporter: str | None = Field(default=None, index=True)
    exposed: str | None = Field(default=None, index=True)
    on_behalf: Behalf = Field(default=Behalf.SELF, sa_type=stored(Behalf))
    naming: Naming = Field(default=Naming.NAMED, sa_type=stored(Naming))
    owner: str
    deputy: str
    kept_from: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: Status = Field(default=Status.RECEIVED, sa_type=stored(Status))
    call: int | None = Field(default=None, index=True)
    helper: str | None = None
    called_112: bool | None = None
    source: str | None = Field(default=None, index=True)
    words: str | None = Field(default=None, sa_column=Column(Sealed("incident_case.words")))
    evidence: str | None = Field(default=None, sa_column=Column(Sealed("incident_case.evidence")))
    read_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the case has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.status is not Status.CLOSED

    @property
    def anonymous(self) -> bool:
        return self.naming is Naming.ANONYMOUS

    def read(self, now: datetime) -> None:
        """The owner has read it."""
        self._step("read")
        self.read_at = self.read_at or now

    def plan(self) -> None:
        """What will be done has been decided."""
        self._step("plan")

    def act(self) -> None:
        """Something of it has been done."""
        self._step("act")

    def propose(self) -> None:
        """The owner thinks that it can be closed."""
        self._step("propose")

    def close(self, now: datetime) -> None:
        self._step("close")
        self.closed_at = now

    def reopen(self) -> None:
        """It did not become good."""
        self._step("reopen")
        self.closed_at = None

    def rate(self, severity: int, by: str | None, reason: str | None) -> None:
        """Another severity; it never falls without a named reason (I15)."""
        if not LEAST <= severity <= MOST:
            raise NotPossible("there is no such severity")
        if severity < self.severity and not (by and (reason or "").strip()):
            raise NotPossible("a severity falls only with somebody's name and reason")
        self._step("rate")
        self.severity = severity

    def give(self, owner: str, deputy: str) -> None:
        """Somebody else owns it from now on; a case always has an owner and a deputy (I13)."""
        if not owner or not deputy:
            raise NotPossible("a case has an owner and a deputy")
        if {owner, deputy} & {*self.kept_from}:
            raise NotPossible("the case is about them")
        self._step("give")
        self.owner, self.deputy = owner, deputy

    def _step(self, event: str) -> None:
        self.status = step(LIFE, self.status, event)


class CaseEvent(SQLModel, table=True):
    """One line of the timeline. `by` is None where the clock acted or nobody may know who did.

    `before` and `after` hold what changed (a severity, an owner's ref); `reason` is free text.
    """

    __tablename__ = "case_event"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id", index=True)
    at: datetime = Field(sa_type=Utc)
    what: What = Field(sa_type=stored(What))
    by: str | None = None
    role: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = Field(default=None, sa_column=Column(Sealed("case_event.reason")))


class CaseWatch(SQLModel, table=True):
    """Somebody outside the chain who was told of a case, and as what.

    A `safety_rep` is told without a name; `wants_at`: they asked to read it, and `consent` is what
    the person it is about said to that. A `lead` is told that somebody is alone; who `follows` goes
    there.
    """

    __tablename__ = "case_watch"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    person: str = Field(primary_key=True)
    role: str
    told_at: datetime = Field(sa_type=Utc)
    follows: bool = False
    asked_at: datetime | None = Field(default=None, sa_type=Utc)
    wants_at: datetime | None = Field(default=None, sa_type=Utc)
    consent: bool | None = None


def watchers(session: Session, case: int, role: str) -> list[CaseWatch]:
    asked = select(CaseWatch).where(CaseWatch.case == case, CaseWatch.role == role)
    return list(session.exec(asked.order_by(col(CaseWatch.person))))


def told_of(session: Session, person: str) -> bool:
    """Does anything about an open case stand before this person, as owner or as one told?"""
    told = select(CaseWatch.case).where(CaseWatch.person == person)
    theirs = (col(Case.owner) == person) | col(Case.id).in_(told)
    return (
        session.exec(select(Case.id).where(theirs, Case.status != Status.CLOSED)).first()
        is not None
    )


def watched_by(session: Session, person: str, role: str) -> list[Case]:
    """The open cases that a person was told of as one of those outside the chain."""
    told = select(CaseWatch.case).where(CaseWatch.person == person, CaseWatch.role == role)
    asked = select(Case).where(col(Case.id).in_(told), Case.status != Status.CLOSED)
    return list(session.exec(asked.order_by(col(Case.id))))


def near(session: Session, person: str, since: datetime, grave: int | None) -> list[Case]:
    """Whatever a person may have been told of: what they answer for, reported or were exposed to
    until it has been closed since then, and what they were told of that came since, with all that
    was as `grave`.
    """
    told = select(CaseWatch.case).where(CaseWatch.person == person)
    answers = (col(Case.owner) == person) | (col(Case.deputy) == person)
    concerned = (col(Case.reporter) == person) | (col(Case.exposed) == person)
    others = concerned | col(Case.id).in_(told)
    if grave is not None:
        others |= col(Case.severity) >= grave
    lately = (col(Case.received_at) > since) & others
    going = (col(Case.status) != Status.CLOSED) | (col(Case.closed_at) > since)
    asked = select(Case).where(((answers | concerned) & going) | lately)
    return list(session.exec(asked.order_by(col(Case.id))))


def erase(session: Session, case: Case) -> None:
    """Take back a case that nobody has read, with all that hangs on it."""
    for kind in (CaseWatch, CaseEvent):
        for row in session.exec(select(kind).where(kind.case == case.number)):
            session.delete(row)
    session.flush()
    session.delete(case)


def timeline(session: Session, case: int) -> list[CaseEvent]:
    """What has happened with a case, oldest first."""
    asked = select(CaseEvent).where(CaseEvent.case == case)
    return list(session.exec(asked.order_by(col(CaseEvent.id))))


def cases_of(session: Session, person: str) -> list[Case]:
    """What a person has reported or was exposed to, newest first; nothing anonymous is found."""
    mine = (col(Case.reporter) == person) | (col(Case.exposed) == person)
    return list(session.exec(select(Case).where(mine).order_by(col(Case.id).desc())))


def owned_by(session: Session, person: str) -> list[Case]:
    """The open cases that a person owns, the most serious first."""
    asked = select(Case).where(Case.owner == person, Case.status != Status.CLOSED)
    return list(session.exec(asked.order_by(col(Case.severity).desc(), col(Case.id))))


def answered_for(session: Session, person: str) -> list[Case]:
    """The open cases that a person owns or is the deputy of."""
    theirs = (col(Case.owner) == person) | (col(Case.deputy) == person)
    asked = select(Case).where(theirs, Case.status != Status.CLOSED)
    return list(session.exec(asked.order_by(col(Case.severity).desc(), col(Case.id))))


def at_unit(session: Session, site: str, unit: str) -> list[Case]:
    """Every case of a unit, newest first."""
    asked = select(Case).where(Case.site == site, Case.unit == unit)
    return list(session.exec(asked.order_by(col(Case.id).desc())))


def every_case(session: Session) -> list[Case]:
    """Every case, newest first: for whoever reads across units, and then filters what they may."""
    return list(session.exec(select(Case).order_by(col(Case.id).desc())))


def of_call(session: Session, call: int) -> list[Case]:
    """What was reported of one help call."""
    return list(session.exec(select(Case).where(Case.call == call).order_by(col(Case.id))))


def same_source(session: Session, source: str, since: datetime) -> list[Case]:
    """The cases of one source since a time, oldest first: a series."""
    asked = select(Case).where(Case.source == source, col(Case.happened_at) >= since)
    return list(session.exec(asked.order_by(col(Case.id))))
