"""The clock: wakes the engine when the nearest timer falls due, and sleeps until then."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

log = logging.getLogger("kollega.clock")

LONGEST_SLEEP = 30.0
"""Seconds. A wall clock may be set or a machine may sleep; this bounds what that can cost."""

AFTER_TROUBLE = 1.0


def wall() -> datetime:
    """Now, aware UTC."""
    return datetime.now(UTC)


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
                log.exception("the timers could not be read; again in %s s", AFTER_TROUBLE)
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
