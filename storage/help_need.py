"""The need of a help call: people wanted in addition to the owner, and those who come."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.times import Utc

MOST_HELPERS = 5
"""People asked for in addition to the owner: more would be a crowd."""


class HelpNeed(SQLModel):
    """A part of the call's row. `short_at`: it was said that not enough come."""

    needed: int = 0
    joined: int = 0
    need_at: datetime | None = Field(default=None, sa_type=Utc)
    widened_at: datetime | None = Field(default=None, sa_type=Utc)
    short_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def lacking(self) -> int:
        """How many of the people asked for have not said that they come."""
        return max(0, self.needed - self.joined)

    def need(self, more: int, now: datetime) -> None:
        """So many people more are wanted than have said that they come."""
        self._step("need")
        self.needed = min(MOST_HELPERS, self.joined + more)
        self.need_at, self.widened_at, self.short_at = now, None, None

    def widen(self, now: datetime) -> None:
        self._step("need")
        self.widened_at = now

    def fall_short(self, now: datetime) -> None:
        """It must be said that not enough come."""
        self._step("need")
        self.widened_at, self.short_at = self.widened_at or now, now

    def join(self) -> None:
        self._step("need")
        self.joined += 1

    def leave(self) -> None:
        """One of those who came cannot go on."""
        self._step("need")
        self.joined = max(0, self.joined - 1)

    def _step(self, event: str) -> None:
        """The call's own table says whether this can happen now."""
        raise NotImplementedError(event)
