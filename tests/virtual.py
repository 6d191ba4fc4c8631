"""Virtual time: an event loop that jumps to the next thing that will happen.

The real courier, clock and engine run in it; an hour passes in milliseconds, always alike.
"""

import asyncio
import selectors
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.clock import Wall

Result = TypeVar("Result")

START = datetime(2026, 11, 23, 13, 2, 0, tzinfo=UTC)
"""14:02 in Östersund, as in the journeys."""


class Impatient(selectors.DefaultSelector):
    """A selector that never sleeps: it moves the loop's clock instead."""

    moved = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.moved += timeout
        if not ready and timeout is None:
            raise RuntimeError("nothing will ever happen in this loop")
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`skew` is how far the machine's clock has been set wrong meanwhile; `now` is the bot's own
    time, which goes by it."""

    def __init__(self) -> None:
        self.impatient, self.skew = Impatient(), timedelta()
        self.now = Wall(self.machine, self.time)
        super().__init__(self.impatient)

    def forgets_the_time(self) -> None:
        """A new process: it knows the machine's clock, and what the store tells."""
        self.now = Wall(self.machine, self.time)

    def time(self) -> float:
        return self.impatient.moved

    def machine(self) -> datetime:
        return START + timedelta(seconds=self.time()) + self.skew


class InlineWriter:
    """The writer without its thread, so that nothing happens by chance."""

    async def do(self, work: Callable[[], Result]) -> Result:
        await asyncio.sleep(0)
        return work()

    def close(self) -> None:
        pass
