"""Help calls: the row, its life, when its next step is due, and who has been told."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.life import Life, NotPossible, step, stored
from storage.times import Utc


class Status(StrEnum):
    RINGING = "ringing"
    OWNED = "owned"
    EXHAUSTED = "exhausted"
    CLOSED = "closed"


LIFE: Life[Status] = {
    Status.RINGING: {
        "climb": Status.RINGING,
        "exhaust": Status.EXHAUSTED,
        "take": Status.OWNED,
        "raise": Status.RINGING,
        "finish": Status.RINGING,
        "revive": Status.RINGING,
        "check": Status.CLOSED,
    },
    Status.OWNED: {
        "ask": Status.OWNED,
        "confirm": Status.OWNED,
        "release": Status.RINGING,
        "raise": Status.OWNED,
        "finish": Status.OWNED,
        "revive": Status.OWNED,
        "check": Status.CLOSED,
    },
    Status.EXHAUSTED: {
        "repeat": Status.EXHAUSTED,
        "take": Status.OWNED,
        "raise": Status.RINGING,
        "call back": Status.EXHAUSTED,
        "finish": Status.EXHAUSTED,
        "revive": Status.RINGING,
        "check": Status.CLOSED,
    },
    Status.CLOSED: {},
}


class Finish(StrEnum):
    """How the presser ended it. Either way a person looks before the call is closed.

    `FORCED` is the polite twin of `WRONG`. The row keeps it as `WRONG`, which is all that the
    presser's screen is made from, and as `forced_at`, which only colleagues are shown.
    """

    DONE = "done"
    WRONG = "wrong"
    FORCED = "forced"


class HelpCall(SQLModel, table=True):
    """One call for help. Level, site and ladder are copies, so that no edit bends a running call.

    `site` holds the site's ref and facts, `ladder` the level's policy (times in seconds).
    `ladder_at` is when the ladder started, at the press or at the latest raise.
    """

    __tablename__ = "help_call"
    __table_args__ = (Index("help_call_open", "status", "presser"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    presser: str
    level: int
    site: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    place: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    ladder: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    status: Status = Field(default=Status.RINGING, sa_type=stored(Status))
    started_at: datetime = Field(sa_type=Utc)
    ladder_at: datetime = Field(sa_type=Utc)
    rung: int = 0
    repeats: int = 0
    form: str | None = None
    owner: str | None = None
    owned_at: datetime | None = Field(default=None, sa_type=Utc)
    owner_heard_at: datetime | None = Field(default=None, sa_type=Utc)
    owner_asked_at: datetime | None = Field(default=None, sa_type=Utc)
    released: str | None = None
    exhausted_at: datetime | None = Field(default=None, sa_type=Utc)
    call_back_at: datetime | None = Field(default=None, sa_type=Utc)
    forced_at: datetime | None = Field(default=None, sa_type=Utc)
    finished_at: datetime | None = Field(default=None, sa_type=Utc)
    finished_as: Finish | None = Field(default=None, sa_type=stored(Finish))
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: str | None = None

    @property
    def number(self) -> int:
        if self.id is None:
            raise ValueError("the call has not been kept yet")
        return self.id

    @property
    def open(self) -> bool:
        return self.status is not Status.CLOSED

    @property
    def last_rung(self) -> bool:
        return self.rung >= len(self.ladder["rungs"])

    def climb(self, now: datetime) -> None:
        """One rung up. When it comes early, those above come as much earlier."""
        self._step("climb")
        self.rung += 1
        self.ladder_at = min(self.ladder_at, now - self._after(self.rung))

    def exhaust(self, now: datetime) -> None:
        """Everybody on the ladder was asked in vain."""
        self._step("exhaust")
        self.exhausted_at, self.repeats = now, 0

    def repeat(self, now: datetime) -> None:
        """Sound again. What was missed while the bot was away is not made up for: once is loud."""
        self._step("repeat")
        every = _seconds(self.ladder["exhausted"]["repeat"])
        self.repeats = (now - (self.exhausted_at or now)) // every

    def take(self, by: str, now: datetime) -> None:
        """The first who takes it owns it."""
        self._step("take")
        self.owner, self.owned_at, self.released = by, now, None
        self._owner_has_time(now)

    def ask_owner(self, now: datetime) -> None:
        self._step("ask")
        self.owner_asked_at = now

    def hear_owner(self, now: datetime) -> None:
        self._step("confirm")
        self._owner_has_time(now)

    def release(self, now: datetime, said: bool) -> None:
        """The owner is gone: the ladder goes on from the rung it had reached.

        `said` when it is the owner's own word; of a silent one nothing may be claimed.
        """
        self._step("release")
        self.released, self.owner = (self.owner if said else None), None
        self.owned_at = self.owner_heard_at = self.owner_asked_at = None
        self.ladder_at = now - self._after(self.rung)

    def raise_to(self, level: int, ladder: dict[str, Any], now: datetime) -> None:
        """A higher level starts its own ladder now."""
        self._step("raise")
        self.level, self.ladder = level, ladder
        self._start_over(now)

    def finish(self, how: Finish, now: datetime) -> None:
        """The presser says that it is over, or that it was never meant."""
        self._step("finish")
        if how is Finish.FORCED:
            self.forced_at, how = self.forced_at or now, Finish.WRONG
        self.finished_at, self.finished_as = now, how
        self._owner_has_time(now)

    def alarm(self, ladder: dict[str, Any], now: datetime) -> None:
        """The presser is forced: the highest ladder from now on, at the level that was pressed."""
        self._step("raise")
        self.ladder = ladder
        self._start_over(now)

    def revive(self, now: datetime) -> None:
        """The presser presses again before anybody has looked: it is not over."""
        self._step("revive")
        self.finished_at, self.finished_as = None, None
        self._start_over(now)

    def wish_call_back(self, now: datetime) -> None:
        self._step("call back")
        self.call_back_at = now

    def check(self, by: str, now: datetime) -> None:
        """A person has looked: the owner at any time, others once the presser has finished.

        What a forced presser says counts for nothing: then only the owner closes.
        """
        if self.owner != by and (self.finished_at is None or self.forced_at is not None):
            raise NotPossible("only who has it can close a call that the presser has not finished")
        self._step("check")
        self.closed_at, self.closed_by = now, by

    def next_step_at(self) -> datetime | None:
        """When the clock must do something about this call; None only when it is closed."""
        match self.status:
            case Status.RINGING if self.last_rung:
                return self.ladder_at + _seconds(self.ladder["exhausted"]["after"])
            case Status.RINGING:
                return self.ladder_at + self._after(self.rung + 1)
            case Status.EXHAUSTED:
                every = _seconds(self.ladder["exhausted"]["repeat"])
                return (self.exhausted_at or self.ladder_at) + every * (self.repeats + 1)
            case Status.OWNED if self.owner_asked_at is not None:
                return self.owner_asked_at + _seconds(self.ladder["owner"]["lapse"])
            case Status.OWNED:
                heard = self.owner_heard_at or self.ladder_at
                return heard + _seconds(self.ladder["owner"]["silent"])
            case Status.CLOSED:
                return None

    def _owner_has_time(self, now: datetime) -> None:
        """The owner gave a sign, or has something new to see to: the silence counts from now."""
        self.owner_heard_at, self.owner_asked_at = now, None

    def _start_over(self, now: datetime) -> None:
        """The ladder begins anew; whoever owns the call keeps it and has time again."""
        self.ladder_at, self.rung, self.repeats = now, 0, 0
        self.exhausted_at = self.call_back_at = self.released = None
        self._owner_has_time(now)

    def _after(self, rung: int) -> timedelta:
        rungs = self.ladder["rungs"]
        return _seconds(rungs[rung - 1]["after"]) if 0 < rung <= len(rungs) else timedelta()

    def _step(self, event: str) -> None:
        self.status = step(LIFE, self.status, event)


class HelpNotice(SQLModel, table=True):
    """One person was told of one call, `number` times: each time a message of its own, which rings.

    One row a person, however long a call rings: a call that nobody answers all night must not
    grow slower.
    """

    __tablename__ = "help_notice"

    call: int = Field(primary_key=True, foreign_key="help_call.id")
    person: str = Field(primary_key=True, index=True)
    number: int = 1
    at: datetime = Field(sa_type=Utc)
    declined_at: datetime | None = Field(default=None, sa_type=Utc)


def open_call_of(session: Session, presser: str) -> HelpCall | None:
    asked = select(HelpCall).where(HelpCall.presser == presser, HelpCall.status != Status.CLOSED)
    return session.exec(asked.order_by(col(HelpCall.id).desc()).with_for_update()).first()


def pressers(session: Session) -> set[str]:
    """Everybody who has a call of their own open now."""
    return set(session.exec(select(HelpCall.presser).where(HelpCall.status != Status.CLOSED)))


def owned_by(session: Session, person: str) -> list[HelpCall]:
    asked = select(HelpCall).where(HelpCall.owner == person, HelpCall.status == Status.OWNED)
    return list(session.exec(asked.order_by(col(HelpCall.id)).with_for_update()))


def open_calls(session: Session) -> list[HelpCall]:
    asked = select(HelpCall).where(HelpCall.status != Status.CLOSED)
    return list(session.exec(asked.order_by(col(HelpCall.id)).with_for_update()))


def open_calls_told_to(session: Session, person: str) -> list[HelpCall]:
    return [call for call in open_calls(session) if was_told(session, call.number, person)]


def calls_told_since(session: Session, person: str, since: datetime) -> list[HelpCall]:
    """The calls that a person was told of and that are open or were closed after a time."""
    told = select(HelpNotice.call).where(HelpNotice.person == person)
    late = or_(col(HelpCall.status) != Status.CLOSED, col(HelpCall.closed_at) >= since)
    asked = select(HelpCall).where(col(HelpCall.id).in_(told), late)
    return list(session.exec(asked.order_by(col(HelpCall.id))))


def notices(session: Session, call: int) -> dict[str, HelpNotice]:
    """Everybody who was told, by ref, in the order in which they were told last."""
    asked = select(HelpNotice).where(HelpNotice.call == call)
    rows = session.exec(asked.order_by(col(HelpNotice.at), col(HelpNotice.person)))
    return {notice.person: notice for notice in rows}


def was_told(session: Session, call: int, person: str) -> bool:
    return session.get(HelpNotice, (call, person)) is not None


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)
