"""Pace: our own model of a platform's limits, so that alerts never queue behind a storm.

Measured behind 900 nudges on a Slack-like server (`design/durability.md`): first in, first out
makes an alert wait 1,594 s; own buckets with a reserve for alerts 0.01 s, and no refusal at all.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import TypeVar

from bot.effects import Lane

Key = TypeVar("Key")

INSTANT = 1e-6
"""Seconds. Shorter waits are rounding: to sleep for one would wake at the same moment, for ever."""

ORDER = {lane: place for place, lane in enumerate(Lane)}


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second and burst, for one address and for the whole surface; None: no limit.

    `reserve` is the share of a burst that only alerts may use. A kind of call ("edit", "home")
    with a limit of its own in `kinds` answers to that one alone. Where addresses begin with a
    workspace ("T1/") the platform counts each workspace by itself.
    """

    address: tuple[float, float] | None = None
    surface: tuple[float, float] | None = None
    reserve: float = 0.5
    kinds: Mapping[str, tuple[float, float]] = field(default_factory=dict)


class Bucket:
    """A token bucket: `rate` tokens a second, at most `burst` saved up."""

    def __init__(self, rate: float, burst: float, now: float, parts: int = 1) -> None:
        self.whole = rate, burst
        self.share(parts)
        self.tokens, self.at = self.burst, now

    def share(self, parts: int) -> None:
        """So many bots have this limit together: this one keeps to its part of it."""
        rate, burst = self.whole
        self.rate, self.burst = rate / parts, max(1.0, burst / parts)

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
    kind: str = field(compare=False)
    go: asyncio.Future[None] = field(compare=False)

    @property
    def together(self) -> str:
        """The workspace that the address begins with ("T1/"), if it does."""
        return self.address[: self.address.rfind("/") + 1]


class Gate:
    """Lets deliveries through one by one, alerts first, as fast as the platform allows."""

    def __init__(self, pace: Pace) -> None:
        self.pace = pace
        self.loop = asyncio.get_running_loop()
        self.queue: list[Waiting] = []
        self.numbers = count()
        self.addresses: dict[str, Bucket] = {}
        self.paused: dict[tuple[str | None, str | None], float] = {}
        self.alarm: asyncio.TimerHandle | None = None
        self.parts = 1
        self.shared: dict[tuple[str, str], Bucket] = {}

    def enter(self, lane: Lane, address: str, kind: str = "post") -> asyncio.Future[None]:
        """A place in the queue, to be awaited. Cancelling gives it up."""
        go = self.loop.create_future()
        waiting = Waiting(ORDER[lane], next(self.numbers), address, kind, go)
        self.queue.append(waiting)
        self._open_at(self.loop.time())
        return waiting.go

    def pause(self, seconds: float, address: str | None, kind: str | None = None) -> None:
        """The platform asked us to wait: with one address, with all that begin alike ("T1/") or
        (None) with everybody, and with one kind of call or (None) with all of them.
        """
        until = self.loop.time() + seconds
        self.paused[address, kind] = max(self.paused.get((address, kind), 0.0), until)

    def share(self, parts: int) -> None:
        """So many bots speak to this platform now, and share its limits."""
        if parts == self.parts:
            return
        self.parts = parts
        for bucket in (*self.shared.values(), *self.addresses.values()):
            bucket.share(parts)

    def _open_at(self, when: float) -> None:
        """Once for all who come in one turn of the loop: a crowd is not looked through for each."""
        if self.alarm and self.alarm.when() <= when:
            return
        if self.alarm:
            self.alarm.cancel()
        self.alarm = self.loop.call_at(when, self._open)

    def _open(self) -> None:
        """Let through whoever may go, and come back when the next one may."""
        self.alarm = None
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
        if nearest is not None:
            self._open_at(self.loop.time() + nearest)

    def _wait(self, waiting: Waiting) -> float:
        now = self.loop.time()
        whose = (None, waiting.together, waiting.address)
        asked = [(who, what) for who in whose for what in (None, waiting.kind)]
        until = max(self.paused.get(one, 0.0) for one in asked)
        waits = (bucket.wait(now, keep) for bucket, keep in self._buckets(waiting, now))
        return max(until - now, *waits, 0.0)

    def _let(self, waiting: Waiting) -> None:
        for bucket, _ in self._buckets(waiting, self.loop.time()):
            bucket.take()
        waiting.go.set_result(None)

    def _buckets(self, waiting: Waiting, now: float) -> Iterator[tuple[Bucket, float]]:
        """The limits this one answers to, and what it must leave in each."""
        for bucket in self._all_buckets(waiting, now):
            yield bucket, self._reserve(bucket) if waiting.lane else 0.0

    def _all_buckets(self, waiting: Waiting, now: float) -> Iterator[Bucket]:
        own = waiting.kind in self.pace.kinds
        shared = self.pace.kinds[waiting.kind] if own else self.pace.surface
        if shared is not None:
            key = waiting.together, waiting.kind if own else ""
            yield self._bucket(self.shared, key, shared, now)
        if not own and self.pace.address is not None:
            yield self._bucket(self.addresses, waiting.address, self.pace.address, now)

    def _reserve(self, bucket: Bucket) -> float:
        # One token is always left for the others, or a small burst would starve them for ever.
        return min(bucket.burst * self.pace.reserve, bucket.burst - 1)

    def _bucket(
        self, known: dict[Key, Bucket], key: Key, limit: tuple[float, float], now: float
    ) -> Bucket:
        if key not in known:
            known[key] = Bucket(*limit, now, self.parts)
        return known[key]
