"""A stage over real sockets on loopback: the vocabulary of `tests.stage`, with a platform's fake.

Everything is real but the machine's clock, which is moved by hand: engine, courier, HTTP. So time
passes in jumps, from one thing that falls due to the next, and after each the stage waits until
nothing is under way any more.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Engine as Database
from sqlmodel import col, select

from bot.courier import Trouble
from bot.events import Decision
from bot.machine import Machine
from bot.surfaces.patience import Patience
from bot.writer import ThreadWriter
from storage.deliveries import Delivery
from tests.virtual import START

Result = TypeVar("Result")

PATIENCE = 20.0
"""Seconds of real time in which everything under way must have come to rest."""


UNHURRIED = Patience(latest=PATIENCE, soon=PATIENCE)
"""How slow this machine is just now is no part of the play."""


class FaultyWriter(ThreadWriter):
    """A store that takes nothing for so many turns."""

    broken = 0

    async def do(self, work: Callable[[], Result]) -> Result:
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is away")
        return await super().do(work)

    def settles(self) -> None:
        """The thread has done what the loop had given it: both share one connection."""
        with suppress(RuntimeError):  # it is closed
            self.thread.submit(int).result()


class LoopbackStage(ABC):
    """`surface` is the platform's; subclasses open and close it."""

    surface_name: str
    machine: Machine

    def __init__(self, language: str, database: Database) -> None:
        self.language, self.database = language, database
        self.loop = asyncio.new_event_loop()
        self.at = START
        self.decisions: list[Decision] = []
        self.troubles: list[Trouble] = []
        self.writer = FaultyWriter()

    @abstractmethod
    def start(self) -> None:
        """A bot on this store, as after a start of the process."""

    @abstractmethod
    async def _dies(self) -> None:
        """The process is gone: whatever it had in memory and had not committed is lost."""

    @abstractmethod
    def busy(self) -> str:
        """What is under way beside the courier; "" for nothing."""

    @abstractmethod
    def patience(self, passed: float) -> None:
        """The platform's own patience has grown by so many seconds."""

    @abstractmethod
    def nothing_went_wrong(self) -> None:
        """Behind the scenes: no refusal, no limit met by our own making, nobody not reached."""

    @abstractmethod
    def close(self) -> None: ...

    def watch(self) -> None:
        self.machine.courier.first_pause = 0.05
        self.machine.courier.observers.append(self.troubles.append)
        self.machine.observers.append(self.decisions.append)

    def now(self) -> datetime:
        return self.at

    def dies(self) -> None:
        self.run(self._dies())

    async def kills(self) -> None:
        """What runs in the machine ends where it stands."""
        tasks = [*self.machine.tasks, *self.machine.courier.tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def restarts(self) -> None:
        self.dies()
        self.start()
        self.run(self.quiet())

    def passes(self, **time: float) -> None:
        """Let time pass, and everything that falls due along the way happen at its own time."""
        minutes = time.get("minutes", 0) + 60 * time.get("hours", 0)
        until = self.at + timedelta(seconds=time.get("seconds", 0), minutes=minutes)
        self.run(self._pass(until))

    async def _pass(self, until: datetime) -> None:
        await self.quiet()
        while (due := await self.machine.clock.next_due()) is not None and due <= until:
            self._move(max(self.at, due))
            await self.machine.clock.catch_up()
            await self.quiet()
        self._move(until)
        self.machine.clock.wake()
        await self.quiet()

    def _move(self, to: datetime) -> None:
        """The clock jumps, and both sides' patience with each other has grown meanwhile."""
        passed = (to - self.at).total_seconds()
        gate = self.machine.courier.gates[self.surface_name]
        ours = [*gate.addresses.values(), *gate.shared.values()]
        for bucket in ours:
            bucket.at -= passed
        self.patience(passed)
        self.at = to

    def forwards(self) -> None:
        """To the next thing that falls due."""
        due = self.machine.engine.next_due()
        assert due, "nothing will fall due"
        self.passes(seconds=(due - self.now()).total_seconds())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        result = self.loop.run_until_complete(work)
        self.writer.settles()
        return result

    def does(self, *works: Awaitable[object]) -> None:
        """People do this, at the same time; then wait until nothing is under way."""

        async def all_of_it() -> None:
            await asyncio.gather(*works)
            await self.quiet()

        self.run(all_of_it())

    async def quiet(self) -> None:
        try:
            await self.until(self._resting)
        except TimeoutError:
            due = await self.machine.clock.next_due()
            tasks = [task.get_name() for task in self.machine.courier.tasks.values()]
            raise AssertionError(
                f"still busy at {self.now()}: {tasks}, {self.busy()}, due {due}, "
                f"owed {await self.writer.do(self.owed)}"
            ) from None

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Poll, for a bounded time; never sleep for luck."""
        async with asyncio.timeout(PATIENCE):
            while not await condition():  # noqa: ASYNC110  (it is the world that we wait for)
                await asyncio.sleep(0.002)

    async def _resting(self) -> bool:
        if self.machine.courier.tasks or self.busy():
            return False
        due = await self.machine.clock.next_due()
        return (due is None or due > self.now()) and not await self.writer.do(self.owed)

    def owed(self) -> list[Delivery]:
        """What has been decided and not yet been delivered (or given up)."""
        with self.machine.engine.sessions() as session:
            waiting = select(Delivery).where(col(Delivery.given_up).is_(None))
            return list(session.exec(waiting))

    def waits_for(self, condition: Callable[[], bool]) -> None:
        async def holds() -> bool:
            return condition()

        self.run(self.until(holds))
