"""Help calls: the row, its facts, and when its next step is due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from storage.help_life import LIFE, Finish, Status
from storage.help_need import HelpNeed
from storage.life import NotPossible, step, stored
from storage.times import Utc

HIGHEST = 3
"""The level that means danger."""

STAYS = "stays"


class HelpCall(HelpNeed, table=True):
    """One call for help. Level, site and ladder are copies, so that no edit bends a running call.

    `site` holds the site's ref and facts, `ladder` the level's policy (times in seconds).
    `ladder_at` is when the ladder started, at the press or at the latest raise. `area` is the
    desk zone. `heard_at`: the presser's latest tap after the press; `quiet_at`: the owner was told
    that there was none; `seen_at`: the owner has seen to it. `relay_at`: 112 was asked for, last;
    `relayed_at`: first called. `screen_ladder` is the one that a forced presser goes on reading
    (with who stays, once they were done), and `revived_at` when the latest press said that it is
    not over.
    """

    __tablename__ = "help_call"
    __table_args__ = (Index("help_call_open", "status", "presser"), {"sqlite_autoincrement": True})

    id: int | None = Field(default=None, primary_key=True)
    presser: str
    level: int
    area: str | None = None
    at_home: bool = False
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
    screen_ladder: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    revived_at: datetime | None = Field(default=None, sa_type=Utc)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    released: str | None = None
    again_at: datetime | None = Field(default=None, sa_type=Utc)
    heard_at: datetime | None = Field(default=None, sa_type=Utc)
    quiet_at: datetime | None = Field(default=None, sa_type=Utc)
    look_at: datetime | None = Field(default=None, sa_type=Utc)
    seen_at: datetime | None = Field(default=None, sa_type=Utc)
    phoned_at: datetime | None = Field(default=None, sa_type=Utc)
    relay_at: datetime | None = Field(default=None, sa_type=Utc)
    relayed_at: datetime | None = Field(default=None, sa_type=Utc)
    relayed_by: str | None = None
    relayed_again_at: datetime | None = Field(default=None, sa_type=Utc)
    merged_into: int | None = None
    apart: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
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
    def urgency(self) -> tuple[int, datetime]:
        """What is sorted by it has the most urgent first."""
        return -self.shown_level, self.started_at

    @property
    def shown_level(self) -> int:
        """The level as colleagues see it: whoever is forced is in danger, whatever was pressed."""
        return HIGHEST if self.forced_at else self.level

    @property
    def quiet(self) -> bool:
        """The presser has not touched anything since the press, and nobody has seen to it."""
        return self.quiet_at is not None and self.heard_at is None and self.seen_at is None

    @property
    def last_rung(self) -> bool:
        return self.rung >= len(self.ladder["rungs"])

    @property
    def pressed_ladder(self) -> dict[str, Any]:
        """What the presser's screen is made from: being forced must not show there (I17)."""
        return self.screen_ladder or self.ladder

    @property
    def stays(self) -> str | None:
        """Who stays, as the presser's screen says since they were done, until that one lets go.

        If it named whoever has the call now, an owner who is only asked because the presser is
        forced, and says nothing, would change it (I17).
        """
        return None if self.released else self.pressed_ladder.get(STAYS)

    @property
    def relay_wanted(self) -> bool:
        """112 was asked for, and nobody has called since."""
        called = self.relayed_again_at or self.relayed_at
        return self.relay_at is not None and (called is None or called < self.relay_at)

    def climb(self, now: datetime) -> None:
        """One rung up. When it comes early, those above come as much earlier."""
        if self.last_rung:
            raise NotPossible("there is no rung above the last one")
        self._step("climb")
        self.rung += 1
        self.ladder_at = min(self.ladder_at, now - self.after(self.rung))

    def exhaust(self, now: datetime) -> None:
        """Everybody on the ladder was asked in vain."""
        self._step("exhaust")
        self.exhausted_at, self.repeats = now, 0

    def repeat(self, now: datetime) -> None:
        """Sound again. What was missed while the bot was away is not made up for: once is loud."""
        self._step("repeat")
        every = timedelta(seconds=self.ladder["exhausted"]["repeat"])
        self.repeats = (now - (self.exhausted_at or now)) // every

    def take(self, by: str, now: datetime) -> None:
        """The first who takes it owns it."""
        self._step("take")
        self.owner, self.owned_at, self.released = by, now, None
        self.answered_at, self.again_at = self.answered_at or now, None
        self._says_who_stays()
        self._owner_has_time(now)

    def ask_owner(self, now: datetime) -> None:
        self._step("ask")
        self.owner_asked_at = now

    def hear_owner(self, now: datetime, seen: bool = True) -> None:
        """A sign of life; `seen`: it also says that the presser is seen to."""
        self._step("confirm")
        self._owner_has_time(now)
        if seen:
            self.seen_at = now

    def hear_press(self, now: datetime) -> None:
        """The owner has pressed something: no answer to what was asked, but somebody is there."""
        if self.owner_asked_at is not None:
            self.owner_asked_at = now
        else:
            self.owner_heard_at = now

    def release(self, now: datetime, said: bool) -> None:
        """The owner is gone: the ladder goes on from the rung it had reached.

        `said` when it is the owner's own word; of a silent one nothing may be claimed.
        """
        self._step("release")
        self.released, self.owner = (self.owner if said else None), None
        self.owned_at = self.owner_heard_at = self.owner_asked_at = None
        self.phoned_at = self.seen_at = self.quiet_at = self.look_at = None
        self.merged_into = None
        self.ladder_at = now - self.after(self.rung)

    def raise_to(
        self, level: int, ladder: dict[str, Any], shown: dict[str, Any], now: datetime
    ) -> None:
        """A higher level starts its own ladder now; `shown` is what the presser's screen tells."""
        self._step("raise")
        self.level, self.ladder, self.merged_into = level, ladder, None
        if self.forced_at is not None:
            self.screen_ladder = shown
        if self.revived_at is not None:
            self.revived_at = now
        self._start_over(now)

    def finish(self, how: Finish, now: datetime) -> None:
        """The presser says that it is over, or that it was never meant."""
        self._step("finish")
        if how is Finish.FORCED:
            self.forced_at, how = self.forced_at or now, Finish.WRONG
        self.finished_at, self.finished_as = now, how
        self._says_who_stays()
        self._owner_has_time(now)

    def force(self, now: datetime) -> None:
        """The polite word came after another: the screen stays as it is."""
        self._step("finish")
        self.forced_at = self.forced_at or now

    def alarm(self, ladder: dict[str, Any], now: datetime) -> None:
        """The presser is forced: the highest ladder from now on, at the level that was pressed."""
        self._step("raise")
        self.screen_ladder = self.pressed_ladder
        self.ladder, self.merged_into = ladder, None
        self._start_over(now)

    def revive(self, now: datetime) -> None:
        """The presser presses again before anybody has looked: it is not over."""
        self._step("revive")
        self.finished_at, self.finished_as = None, None
        self.revived_at, self.merged_into = now, None
        if self.forced_at is None:
            self.screen_ladder = None
        self.need_at = now if self.lacking else self.need_at
        self._start_over(now)

    def tap(self, now: datetime) -> None:
        """The presser has touched something: they are there."""
        self._step("note")
        self.heard_at = now

    def fall_quiet(self, now: datetime) -> None:
        self._step("note")
        self.quiet_at = now

    def look_in(self, now: datetime) -> None:
        """Still nothing: those nearby are asked to look."""
        self._step("note")
        self.look_at = now

    def phone(self, now: datetime) -> None:
        """The owner has phoned a presser who works at home."""
        self._step("confirm")
        self._owner_has_time(now)
        self.phoned_at = self.seen_at = now

    def ask_relay(self, now: datetime) -> None:
        """112 must be called by a colleague."""
        self._step("note")
        self.relay_at = now

    def relay(self, by: str, now: datetime) -> None:
        """A colleague has called 112."""
        self._step("note")
        if self.relayed_at is None:
            self.relay_at, self.relayed_at, self.relayed_by = self.relay_at or now, now, by
        else:
            self.relayed_again_at = now

    def wish_call_back(self, now: datetime) -> None:
        self._step("call back")
        self.call_back_at = now

    def check(self, by: str, now: datetime) -> None:
        """A person has looked: the owner at any time, others once the presser has finished.

        What a forced presser says counts for nothing: then only the owner closes.
        """
        if self.owner != by and (self.finished_at is None or self.forced_at):
            raise NotPossible("only who has it can close a call that the presser has not finished")
        self._step("check")
        self.closed_at, self.closed_by = now, by

    def _says_who_stays(self) -> None:
        if self.finished_as is Finish.DONE and self.owner and not self.stays:
            self.screen_ladder = {**self.pressed_ladder, STAYS: self.owner}

    def _owner_has_time(self, now: datetime) -> None:
        """The owner gave a sign, or has something new to see to: the silence counts from now."""
        self.owner_heard_at, self.owner_asked_at = now, None

    def _start_over(self, now: datetime) -> None:
        """The ladder begins anew; whoever owns the call keeps it and has time again."""
        self.ladder_at, self.rung, self.repeats = now, 0, 0
        self.exhausted_at = self.call_back_at = self.released = None
        self._owner_has_time(now)

    def after(self, rung: int) -> timedelta:
        """How long after the start of the ladder a rung is due."""
        rungs = self.ladder["rungs"]
        return (
            timedelta(seconds=rungs[rung - 1]["after"]) if 0 < rung <= len(rungs) else timedelta()
        )

    def _step(self, event: str) -> None:
        self.status = step(LIFE, self.status, event)
