"""Outcome: what one transaction left to do, and what those who watch are told of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter

from bot.cards import Card
from bot.effects import Effect, Show
from bot.events import Answer, Decision
from bot.outbox import Parcel
from bot.traces import Trace

NOBODY = "nobody"
"""Who acted, where it is not told."""

NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one transaction left to do: things to deliver, and whether the clock must look.

    `kept` is False where the store took nothing at all: nobody will know that it was heard.
    """

    answer: Answer = NOTHING
    parcels: tuple[Parcel, ...] = ()
    timers: bool = False
    decision: Decision | None = None
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Watch:
    """Who does what, and since when: from it a decision is told to those who watch.

    `trace` is what it leaves behind. Of an untraced act nobody is told who, nor the exact time.
    """

    at: datetime
    who: str
    what: str
    trace: Trace
    started: float = field(default_factory=perf_counter)

    def told(self, outcome: Outcome, how: str, effects: Sequence[Effect] = ()) -> Outcome:
        ms = (perf_counter() - self.started) * 1000
        told = () if self.who == NOBODY else tuple(one for one in effects if not private(one))
        decision = Decision(self.at, self.who, self.what, how, told, ms)
        return replace(outcome, decision=decision)


def private(effect: Effect) -> bool:
    """Does it show a card that nobody may know to have been shown?"""
    return isinstance(effect, Show) and isinstance(effect.card, Card) and effect.card.private
