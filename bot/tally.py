"""Tally: what is counted as the bot goes, for whoever operates it. Numbers, no names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.effects import Lane

BUCKETS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds. T3 asks for 2 at 95 % and 5 at 99 % (`spec/non-functional.md`)."""


@dataclass(slots=True)
class Spread:
    """How long something took, counted into buckets."""

    buckets: Counter[float] = field(default_factory=Counter)
    total: float = 0.0
    count: int = 0

    def add(self, seconds: float) -> None:
        self.total, self.count = self.total + seconds, self.count + 1
        for edge in BUCKETS:
            if seconds <= edge:
                self.buckets[edge] += 1
                return
        self.buckets[float("inf")] += 1


@dataclass(slots=True)
class Tally:
    """`lived` is when a surface last took a card: its proof of life."""

    delivered: Counter[tuple[str, str]] = field(default_factory=Counter)
    failed: Counter[tuple[str, str]] = field(default_factory=Counter)
    alerts: dict[str, Spread] = field(default_factory=dict)
    lived: dict[str, datetime] = field(default_factory=dict)

    def arrived(self, surface: str, lane: Lane, seconds: float, now: datetime) -> None:
        """A card stands; `seconds` since it was decided."""
        self.delivered[surface, lane.value] += 1
        self.lived[surface] = now
        if lane is Lane.ALERT:
            self.alerts.setdefault(surface, Spread()).add(max(seconds, 0.0))

    def missed(self, surface: str, why: Exception) -> None:
        self.failed[surface, type(why).__name__] += 1


@dataclass(slots=True)
class Decided:
    """What was decided, by action and outcome, and how long each took in the store."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    took: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True)
class State:
    """How the store stands: seconds late, seconds waiting, and how many wait."""

    timer_lag: float
    outbox_age: float
    alert_age: float
    waiting: int
    measures: Mapping[str, float]
    proofs: Mapping[str, str | None]
