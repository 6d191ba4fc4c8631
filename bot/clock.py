"""The clock: wakes the engine when the nearest timer falls due, and sleeps until then.

A machine's clock can be set back under a running bot. An open call must not wait for those minutes
to pass again, so the bot's own time never goes back: it goes on, a little slower, until both agree.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from time import monotonic

from bot.logs import trouble

log = logging.getLogger("kollega.clock")

LONGEST_SLEEP = 30.0
"""Seconds. A wall clock may be set or a machine may sleep; this bounds what that can cost."""

AFTER_TROUBLE = 1.0


SLOWER = 0.05
"""How much slower the bot's time goes while it is ahead: a rung of 20 s comes after 21 s, and an
hour is made good in less than a day."""

TOLERATED = timedelta(milliseconds=50)
"""A step that nobody notices: time stands still for so long instead."""

TOLD = timedelta(seconds=1)

LONGEST_AHEAD = timedelta(days=1)
"""A store that is further ahead was written under a clock that was wrong itself."""


def machine() -> datetime:
    """What the machine says, aware UTC."""
    return datetime.now(UTC)


class Wall:
    """Now, aware UTC: as the machine's clock says, forward at once and never back.

    `real` is the machine's clock, `steady` counts seconds that nobody can set. `ahead` is how far
    this time was ahead of the machine's when it was asked last.
    """

    def __init__(
        self, real: Callable[[], datetime] = machine, steady: Callable[[], float] = monotonic
    ) -> None:
        self.real, self.steady, self.lock = real, steady, Lock()
        self.at, self.asked, self.ahead = real(), steady(), timedelta()

    def __call__(self) -> datetime:
        with self.lock:
            real, asked = self.real(), self.steady()
            passed = timedelta(seconds=asked - self.asked)
            ahead = self.at + passed - real
            if ahead <= TOLERATED:
                self.at = max(self.at, real)
            else:
                self.at += passed - min(passed * SLOWER, ahead)
            self.asked, before, self.ahead = asked, self.ahead, self.at - real
        if self.ahead > TOLD >= before:
            _tell(self.ahead)
        return self.at

    def not_before(self, at: datetime) -> None:
        """After a start: what the store has seen has been, whatever the machine's clock says."""
        ahead = at - self()
        if ahead > LONGEST_AHEAD:
            log.error("the newest line of the store is of %s: is this machine's clock right?", at)
        elif ahead > timedelta():
            with self.lock:
                self.at = at
            self()


def _tell(ahead: timedelta) -> None:
    log.warning(
        "this machine's clock was set back by %.0f s; Kollega goes on by its own time, and slows "
        "down until both agree",
        ahead.total_seconds(),
    )


wall = Wall()
"""The time of this process."""


class Clock:
    """`fire` lets the most overdue timer happen and says whether there was one."""

    def __init__(
        self,
        fire: Callable[[], Awaitable[bool]],
        next_due: Callable[[], Awaitable[datetime | None]],
        now: Callable[[], datetime],
    ) -> None:
        self.fire, self.next_due, self.now = fire, next_due, now
        self.changed = asyncio.Event()
        self.until: datetime | None = None
        self.longest_sleep = LONGEST_SLEEP
        self.asleep = self.look = False

    def wake(self, at: datetime | None = None) -> None:
        """A timer was set for a time, or (without one) the time itself was: look again.

        Asleep, the clock only sleeps shorter for it: what falls due first is known.
        """
        if at is None or not self.asleep:
            self.look = True
        elif self.until is None or at < self.until:
            self.until = at
        self.changed.set()

    async def run(self) -> None:
        while True:
            try:
                self.asleep = self.look = False
                await self.catch_up()
                self.until = await self.next_due()
                await self._sleep()
            except Exception:
                trouble(log, "the timers could not be read; again in %s s", AFTER_TROUBLE)
                await asyncio.sleep(AFTER_TROUBLE)

    async def catch_up(self) -> None:
        """Let everything that is due happen, the oldest first."""
        while await self.fire():
            pass

    async def _sleep(self) -> None:
        """Until something falls due, or the store must be looked at again."""
        self.asleep = True
        while not self.look:
            self.changed.clear()
            try:
                async with asyncio.timeout(self._wait()):
                    await self.changed.wait()
            except TimeoutError:
                return

    def _wait(self) -> float:
        if self.until is None:
            return self.longest_sleep
        return min(max(0.0, (self.until - self.now()).total_seconds()), self.longest_sleep)
