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
from bot.events import Answer, Decision, Incoming, NotKept
from bot.outbox import Parcel
from bot.outcome import Outcome
from bot.surfaces import Surface
from bot.writer import Together, Writer
from storage import deliveries, quick, replicas
from storage.database import Sessions, scrub
from storage.untraced import hour_of

log = logging.getLogger("kollega.machine")

SWEPT_AT_ONCE = 1000

HEARING_SECONDS, ALERTS_SECONDS = 3.0, 3.0
"""How long a stop waits for presses that are being decided, and then for alerts on their way.
What has not arrived by then is in the outbox, and the next start carries it at once."""


def since(parcel: Parcel, now: datetime) -> datetime:
    """When a card stands. What was decided without a minute stands without one too."""
    made = parcel.created_at
    return hour_of(now) if made == hour_of(made) else now


class Store:
    """The courier's view of the outbox, on the writer thread.

    `under_way` counts the cards that the courier carries. `holder` is this bot's number among
    several; `bots` is how many of them live.
    """

    def __init__(
        self,
        sessions: Sessions,
        writer: Writer,
        surfaces: list[str],
        under_way: Callable[[], int],
        holder: int | None = None,
    ) -> None:
        self.sessions, self.writer, self.surfaces = sessions, writer, surfaces
        self.holder, self.bots = holder, 1
        self.marks = Together(writer, self._mark, under_way)

    async def due(self, now: datetime) -> list[Parcel]:
        def work() -> list[Parcel]:
            with self.sessions() as session:
                if self.holder is not None:
                    self.bots = replicas.say_alive(session, self.holder)
                owed = outbox.due(session, now, self.surfaces, SWEPT_AT_ONCE, self.holder)
                session.commit()
                return owed

        return await self.writer.do(work)

    async def delivered(self, parcel: Parcel, message: str, now: datetime) -> None:
        if parcel.private:
            await self.writer.do(lambda: self._unsay(parcel))
            return
        where = {"slot": parcel.slot, "surface": parcel.surface, "message": message}
        stands = {**where, "digest": parcel.digest, "delivered_at": since(parcel, now)}
        await self.marks.do((parcel.id, stands))

    def _unsay(self, parcel: Parcel) -> None:
        """Nothing remembers a private card, whether it stands now or will never."""
        with self.sessions() as session:
            deliveries.delivered_privately(session, parcel.id, parcel.slot)
            session.commit()
        scrub(session)

    def _mark(self, cards: list[tuple[int, quick.Values]]) -> None:
        """What arrived while the writer was busy becomes durable with one commit."""
        with self.sessions() as session:
            deliveries.delivered(session, dict(cards))
            session.commit()

    async def try_again(self, parcel: Parcel, at: datetime, attempts: int) -> None:
        def work() -> None:
            with self.sessions() as session:
                deliveries.try_again(session, parcel.id, at, attempts)
                session.commit()

        await self.writer.do(work)

    async def give_up(self, parcel: Parcel, why: str) -> None:
        def work() -> None:
            with self.sessions() as session:
                deliveries.give_up(session, parcel.id, why)
                session.commit()

        await self.writer.do((lambda: self._unsay(parcel)) if parcel.private else work)


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
        self.store = Store(
            engine.apart, writer, [*surfaces], lambda: len(self.courier.tasks), engine.holder
        )
        self.courier = Courier(surfaces, self.store, now)
        self.clock = Clock(self._fire, self._next_due, now)
        if engine.holder is not None:  # another bot may set a timer and die before it tells us
            self.clock.longest_sleep = 1.0
        self.observers: list[Callable[[Decision], None]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.hearing: set[asyncio.Task[Outcome]] = set()

    async def hear(self, heard: Incoming) -> Answer:
        """Something happened. When this returns it is decided and durable.

        A surface that stops waiting (its platform hung up) does not stop what follows.
        """
        return (await self._heard(heard)).answer

    async def hear_for_good(self, heard: Incoming) -> Answer:
        """The same for a platform that sends again what we say was lost: raises `NotKept`."""
        outcome = await self._heard(heard)
        if not outcome.kept:
            raise NotKept(heard.wire_name)
        return outcome.answer

    async def _heard(self, heard: Incoming) -> Outcome:
        task = asyncio.ensure_future(self._hear(heard))
        self.hearing.add(task)
        task.add_done_callback(self.hearing.discard)
        return await asyncio.shield(task)

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

    def look(self) -> None:
        """Another bot on this store has decided something."""
        self.clock.wake()
        self.courier.looks.set()

    def start(self) -> None:
        self.tasks = [
            asyncio.create_task(self.courier.run(), name="courier"),
            asyncio.create_task(self.clock.run(), name="clock"),
        ]

    async def stop(self) -> None:
        """What is in hand is finished: presses are decided and answered, and alerts get a while."""
        if self.hearing:
            await asyncio.wait(self.hearing, timeout=HEARING_SECONDS)
        await self.courier.finish(ALERTS_SECONDS)
        for task in self.tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.courier.stop()
        await self.store.marks.end()

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
        if outcome.wakes_at is not None:
            self.clock.wake(outcome.wakes_at)
        if outcome.decision:
            self._tell(outcome.decision)

    def _tell(self, decision: Decision) -> None:
        """Those who watch can disturb nobody: what they watch has happened already."""
        for observer in self.observers:
            try:
                observer(decision)
            except Exception:
                log.exception("an observer of %s failed", decision.what)
