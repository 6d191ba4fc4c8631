"""Pace: our own model of a platform's limits, so that alerts never queue behind a storm.

Measured behind 900 nudges on a Slack-like server (`design/durability.md`): first in, first out
makes an alert wait 1,594 s; own buckets with a reserve for alerts 0.01 s, and no refusal at all.
"""

import asyncio
from dataclasses import dataclass, field
from itertools import count

from bot.effects import Lane

INSTANT = 1e-6
"""Seconds. Shorter waits are rounding: to sleep for one would wake at the same moment, for ever."""

ORDER = {lane: place for place, lane in enumerate(Lane)}


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second and burst, for one address and for the whole surface; None: no limit.

    `reserve` is the share of the surface's burst that only alerts may use.
    """

    address: tuple[float, float] | None = None
    surface: tuple[float, float] | None = None
    reserve: float = 0.5


class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` saved up."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self.rate, self.burst = rate, burst
        self.tokens, self.at = burst, now

    def wait(self, now: float, keep: float = 0.0) -> float:
        """Seconds until one token can be taken and `keep` are left."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 + keep - self.tokens) / self.rate)

    def take(self) -> None:
        self.tokens -= 1


@dataclass(order=True, slots=True)
class Waiting:
    lane: int
    number: int
    address: str = field(compare=False)
    go: asyncio.Future[None] = field(compare=False)


class Gate:
    """Lets deliveries through one by one, alerts first, as fast as the platform allows."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.loop = asyncio.get_running_loop()
        self.queue: list[Waiting] = []
        self.numbers = count()
        self.addresses: dict[str, Bucket] = {}
        self.paused: dict[str | None, float] = {}
        self.alarm: asyncio.TimerHandle | None = None
        self.surface = Bucket(*pace.surface, self.loop.time()) if pace.surface else None

    def enter(self, lane: Lane, address: str) -> asyncio.Future[None]:
        """A place in the queue, to be awaited. Cancelling gives it up."""
        waiting = Waiting(ORDER[lane], next(self.numbers), address, self.loop.create_future())
        self.queue.append(waiting)
        self._open()
        return waiting.go

    def pause(self, seconds: float, address: str | None) -> None:
        """The platform asked us to wait: with one address, or (None) with everybody."""
        self.paused[address] = max(self.paused.get(address, 0.0), self.loop.time() + seconds)

    def _open(self) -> None:
        """Let through whoever may go, and come back when the next one may."""
        if self.alarm:
            self.alarm.cancel()
        nearest, left = None, []
        for waiting in sorted(self.queue):
            if waiting.go.done():
                continue
            wait = self._wait(waiting)
            if wait < INSTANT:
                self._let(waiting)
                continue
            left.append(waiting)
            nearest = wait if nearest is None else min(nearest, wait)
        self.queue = left
        self.alarm = self.loop.call_later(nearest, self._open) if nearest is not None else None

    def _wait(self, waiting: Waiting) -> float:
        now = self.loop.time()
        until = max(self.paused.get(None, 0.0), self.paused.get(waiting.address, 0.0))
        keep = 0.0
        if self.surface and waiting.lane:
            # One token is always left for the others, or a small burst would starve them for ever.
            keep = min(self.surface.burst * self.pace.reserve, self.surface.burst - 1)
        own = self._bucket(waiting.address, now)
        whole = self.surface.wait(now, keep) if self.surface else 0.0
        return max(until - now, own.wait(now) if own else 0.0, whole)

    def _let(self, waiting: Waiting) -> None:
        for bucket in (self._bucket(waiting.address, self.loop.time()), self.surface):
            if bucket:
                bucket.take()
        waiting.go.set_result(None)

    def _bucket(self, address: str, now: float) -> Bucket | None:
        if self.pace.address is None:
            return None
        if address not in self.addresses:
            self.addresses[address] = Bucket(*self.pace.address, now)
        return self.addresses[address]
