"""The machine: engine, courier and clock around one store. Surfaces speak to this and no other."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime

from bot import outbox
from bot.clock import Clock, wall
from bot.courier import Courier
from bot.effects import Later
from bot.engine import Engine, set_timers
from bot.events import Answer, Decision, Incoming
from bot.outbox import Parcel
from bot.outcome import Outcome
from bot.surfaces import Surface
from bot.writer import Writer
from storage import queue
from storage.database import Sessions, scrub
from storage.untraced import hour_of

log = logging.getLogger("kollega.machine")

SWEPT_AT_ONCE = 1000


class NotKept(Exception):
    """The store took nothing of it: whoever told us must tell us again."""


def since(parcel: Parcel, now: datetime) -> datetime:
    """When a card stands. What was decided without a minute stands without one too."""
    made = parcel.created_at
    return hour_of(now) if made == hour_of(made) else now


class Store:
    """The courier's view of the outbox, on the writer thread."""

    def __init__(self, sessions: Sessions, writer: Writer, surfaces: list[str]) -> None:
        self.sessions, self.writer, self.surfaces = sessions, writer, surfaces

    async def due(self, now: datetime) -> list[Parcel]:
        def work() -> list[Parcel]:
            with self.sessions() as session:
                return outbox.due(session, now, self.surfaces, SWEPT_AT_ONCE)

        return await self.writer.do(work)

    async def delivered(self, parcel: Parcel, message: str, now: datetime) -> None:
        def work() -> None:
            with self.sessions() as session:
                if parcel.private:
                    queue.delivered_privately(session, parcel.id, parcel.slot)
                    session.commit()
                    scrub(session)
                    return
                queue.delivered(
                    session,
                    id=parcel.id,
                    slot=parcel.slot,
                    surface=parcel.surface,
                    digest=parcel.digest,
                    message=message,
                    now=since(parcel, now),
                )
                session.commit()

        await self.writer.do(work)

    async def try_again(self, parcel: Parcel, at: datetime, attempts: int) -> None:
        def work() -> None:
            with self.sessions() as session:
                queue.try_again(session, parcel.id, at, attempts)
                session.commit()

        await self.writer.do(work)

    async def give_up(self, parcel: Parcel, why: str) -> None:
        def work() -> None:
            with self.sessions() as session:
                if parcel.private:
                    queue.delivered_privately(session, parcel.id, parcel.slot)
                    session.commit()
                    scrub(session)
                    return
                queue.give_up(session, parcel.id, why)
                session.commit()

        await self.writer.do(work)


class Machine:
    """Made inside a running event loop. `now` is aware UTC; the demo passes a clock it can move."""

    def __init__(
        self,
        engine: Engine,
        surfaces: Mapping[str, Surface],
        writer: Writer,
        now: Callable[[], datetime] = wall,
    ) -> None:
        self.engine, self.writer, self.now = engine, writer, now
        store = Store(engine.sessions, writer, list(surfaces))
        self.courier = Courier(surfaces, store, now)
        self.clock = Clock(self._fire, self._next_due, now)
        self.observers: list[Callable[[Decision], None]] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def hear(self, heard: Incoming) -> Answer:
        """Something happened. When this returns it is decided and durable.

        A surface that stops waiting (its platform hung up) does not stop what follows.
        """
        return (await asyncio.shield(self._hear(heard))).answer

    async def hear_for_good(self, heard: Incoming) -> Answer:
        """The same for a platform that sends again what we say was lost: raises `NotKept`."""
        outcome = await asyncio.shield(self._hear(heard))
        if not outcome.kept:
            raise NotKept(heard.wire_name)
        return outcome.answer

    async def _hear(self, heard: Incoming) -> Outcome:
        now = self.now()
        outcome = await self.writer.do(lambda: self.engine.receive(heard, now))
        self._follow(outcome)
        return outcome

    async def cause(self, later: Later) -> None:
        """Something that the machine itself does: a timer, kept and tried again like any other."""

        def work() -> None:
            with self.engine.sessions() as session:
                set_timers(session, [later])
                session.commit()

        await self.writer.do(work)
        self.clock.wake()

    def start(self) -> None:
        self.tasks = [
            asyncio.create_task(self.courier.run(), name="courier"),
            asyncio.create_task(self.clock.run(), name="clock"),
        ]

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.courier.stop()

    async def _fire(self) -> bool:
        now = self.now()
        outcome = await self.writer.do(lambda: self.engine.fire(now))
        if outcome is not None:
            self._follow(outcome)
        return outcome is not None

    async def _next_due(self) -> datetime | None:
        return await self.writer.do(self.engine.next_due)

    def _follow(self, outcome: Outcome) -> None:
        """Straight after the commit: deliveries to the courier, timers to the clock."""
        self.courier.take(outcome.parcels)
        if outcome.timers:
            self.clock.wake()
        if outcome.decision:
            self._tell(outcome.decision)

    def _tell(self, decision: Decision) -> None:
        """Those who watch can disturb nobody: what they watch has happened already."""
        for observer in self.observers:
            try:
                observer(decision)
            except Exception:
                log.exception("an observer of %s failed", decision.what)
