"""Resting: a store in memory that nobody has written to is not asked the same thing again.

A run in virtual time looks thousands of times at what falls due and what is owed, and mostly
nothing has changed since. Every change goes through the one connection, which counts the rows that
it has changed: while that number stands still, the bot's own last answer is still the answer.
Nothing is left out while the store is ill or a mine lies at one of the next commits.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine as Database

from bot.engine import Engine
from bot.machine import Machine, Store
from bot.outbox import Parcel
from bot.outcome import Outcome
from bot.surfaces import Surface
from tests.databases import counts_changes, thrown_away
from tests.stage import Stage

EVER = timedelta(days=3650)


class Resting:
    """What the bot said last, and how much had been written by then."""

    def __init__(self, database: Database, calm: Callable[[], bool]) -> None:
        self.changes, self.calm = counts_changes(database), calm
        self.knows_due = self.owes_nothing = -1

    def same(self, known_at: int) -> bool:
        return known_at == self.changes() and self.calm()

    def over(self, engine: Engine) -> None:
        """The clock looks only where something may have become due."""
        fire, next_due, nearest = engine.fire, engine.next_due, None

        def looks() -> datetime | None:
            nonlocal nearest
            if not self.same(self.knows_due):
                nearest = next_due()
                self.knows_due = self.changes()
            return nearest

        def fires(now: datetime) -> Outcome | None:
            idle = self.same(self.knows_due) and (nearest is None or nearest > now)
            return None if idle and now < engine.swept_at else fire(now)

        engine.fire, engine.next_due = fires, looks  # type: ignore[method-assign]

    def outbox(self, store: Store) -> None:
        """The courier looks only where something may be owed, now or ever."""
        due, asked = store.due, -1

        async def owed(now: datetime) -> list[Parcel]:
            nonlocal asked
            if self.same(self.owes_nothing):
                return []
            if self.same(asked) and not await due(now + EVER):
                self.owes_nothing = asked
                return []
            found = await due(now)
            asked = -1 if found else self.changes()
            return found

        store.due = owed  # type: ignore[method-assign]


class RestingStage(Stage):
    """The stage on such a store."""

    def calm(self) -> bool:
        return True

    async def _machine(self, engine: Engine, surface: Surface) -> Machine:
        resting = Resting(self.database, self.calm)
        resting.over(engine)
        machine = await super()._machine(engine, surface)
        resting.outbox(machine.store)
        return machine

    def close(self) -> None:
        super().close()
        thrown_away(self.database)
