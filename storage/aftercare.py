"""Aftercare: the first hour after a help call, for the one who pressed."""

from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import NotPossible, stored
from storage.times import Utc

BREAK = timedelta(minutes=15)
MOST_BREAKS = 2
"""How often the break may be made longer."""

WIDER = timedelta(minutes=2)
TELL = timedelta(minutes=5)
"""After so long without a yes to the wish for company more are asked, and those in charge told."""


class Answer(StrEnum):
    """What the person said to "are you okay?". Nothing else about how they feel is kept."""

    YES = "yes"
    COMPANY = "company"
    NO = "no"


class Circle(IntEnum):
    """How wide the circle of those is who were asked for company."""

    NOBODY = 0
    HELPER = 1
    NEAR = 2
    ALL = 3
    IN_CHARGE = 4


class Wait(StrEnum):
    """What the clock must do next."""

    BREAK_OVER = "break over"
    ASK_ALL = "ask all"
    TELL = "tell"


class Aftercare(SQLModel, table=True):
    """One for each call that was meant.

    `round`: how many times it began, because a presser may press again before the call is closed.
    `break_until` is None when there is no break now; `asked_ready_at`: its end was asked about.
    `company_at`: since when company is looked for; `company_by` said that they stay or phone, and
    `company_left` that they no longer can. `circle` is a `Circle`.
    """

    __tablename__ = "aftercare"

    call: int = Field(primary_key=True, foreign_key="help_call.id")
    round: int = 1
    person: str = Field(index=True)
    helper: str | None = None
    site: str
    at_home: bool = False
    started_at: datetime = Field(sa_type=Utc)
    break_until: datetime | None = Field(default=None, sa_type=Utc)
    breaks: int = 0
    asked_ready_at: datetime | None = Field(default=None, sa_type=Utc)
    ready_at: datetime | None = Field(default=None, sa_type=Utc)
    answer: Answer | None = Field(default=None, sa_type=stored(Answer))
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    company_at: datetime | None = Field(default=None, sa_type=Utc)
    company_by: str | None = None
    company_left: str | None = None
    circle: int = Circle.NOBODY
    dropped_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def company_wanted(self) -> bool:
        open = self.dropped_at is None and self.company_by is None
        return open and self.company_at is not None

    @property
    def more_breaks(self) -> bool:
        return self.breaks < MOST_BREAKS

    def say(self, answer: Answer, now: datetime) -> bool:
        """The person answers; False when it says no more than what was said before."""
        self._holds()
        order = list(Answer)
        if self.answer and order.index(answer) <= order.index(self.answer):
            return False
        self.answer, self.answered_at = answer, now
        return True

    def want_company(self, now: datetime) -> None:
        self._holds()
        if self.company_by is None:
            self.company_at, self.circle = now, Circle.NOBODY

    def keep_company(self, by: str) -> None:
        """The first who says yes keeps them company."""
        if not self.company_wanted:
            raise NotPossible("nobody looks for company any more")
        self.company_by, self.company_left = by, None

    def leave(self, now: datetime) -> None:
        """Who kept company no longer can: somebody else is looked for."""
        self._holds()
        self.company_left, self.company_by = self.company_by, None
        self.company_at, self.circle = now, Circle.HELPER

    def be_ready(self, now: datetime) -> None:
        """The break is over, and so is a wish for company that nobody has answered yet.

        Who was not okay is still looked after: one press of a button does not settle that.
        """
        self._holds()
        self.break_until, self.ready_at = None, now
        if self.company_wanted and self.answer is not Answer.NO:
            self.company_at = None

    def rest_on(self, now: datetime) -> None:
        """A quarter of an hour more."""
        self._holds()
        if not self.more_breaks:
            raise NotPossible("the break has been made longer often enough")
        self.breaks, self.ready_at = self.breaks + 1, None
        self.break_until = max(self.break_until or now, now) + BREAK

    def drop(self, now: datetime) -> None:
        """The presser pressed again: it is not over, so nothing comes after it yet."""
        self.dropped_at, self.break_until, self.company_at = now, None, None

    def _holds(self) -> None:
        if self.dropped_at is not None:
            raise NotPossible("this aftercare was dropped")


def next_step(care: Aftercare) -> tuple[datetime, Wait] | None:
    """What the clock must do next, and when."""
    waits: list[tuple[datetime, Wait]] = []
    if care.break_until is not None:
        waits.append((care.break_until, Wait.BREAK_OVER))
    if care.company_at is not None and care.company_wanted:
        if care.circle < Circle.ALL:
            waits.append((care.company_at + WIDER, Wait.ASK_ALL))
        elif care.circle < Circle.IN_CHARGE:
            waits.append((care.company_at + TELL, Wait.TELL))
    return min(waits, default=None)


class AftercareAsked(SQLModel, table=True):
    """Somebody was asked to keep the person company, or told of them as one `in_charge`.

    `number`: how many times; each is a message of its own, which rings.
    """

    __tablename__ = "aftercare_asked"

    call: int = Field(primary_key=True, foreign_key="aftercare.call")
    person: str = Field(primary_key=True, index=True)
    number: int = 1
    in_charge: bool = False
    at: datetime = Field(sa_type=Utc)
    declined_at: datetime | None = Field(default=None, sa_type=Utc)


def asked_for(session: Session, call: int) -> dict[str, AftercareAsked]:
    """Who was asked to keep company after a call, by ref, in the order of asking."""
    asked = select(AftercareAsked).where(AftercareAsked.call == call)
    rows = session.exec(asked.order_by(col(AftercareAsked.at), col(AftercareAsked.person)))
    return {row.person: row for row in rows}


def about(session: Session, person: str, since: datetime) -> list[Aftercare]:
    """Every aftercare that stands before a person: it is theirs, they were there, or were asked."""
    asked = select(AftercareAsked.call).where(AftercareAsked.person == person)
    theirs = (col(Aftercare.person) == person) | (col(Aftercare.helper) == person)
    mine = theirs | col(Aftercare.call).in_(asked)
    found = select(Aftercare).where(mine, col(Aftercare.started_at) > since)
    return list(session.exec(found.order_by(col(Aftercare.call))))


def breaks_of(session: Session, person: str) -> list[Aftercare]:
    """Every aftercare of a person whose break is not over yet."""
    found = select(Aftercare).where(
        Aftercare.person == person, col(Aftercare.break_until).is_not(None)
    )
    return list(session.exec(found.order_by(col(Aftercare.call)).with_for_update()))
