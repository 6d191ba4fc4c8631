"""The writer: one thread on which every piece of database work runs, one after the other.

One synchronous writer was measured at 838 transactions a second against 266 for fifty
connections (`design/durability.md`), and two who press at once can never both win.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")


class Writer(Protocol):
    async def do(self, work: Callable[[], Result]) -> Result:
        """Run the work; it has committed when this returns."""
        ...

    def close(self) -> None: ...


class ThreadWriter:
    """The writer of a running bot; more than one thread only where the store itself keeps order."""

    def __init__(self, threads: int = 1) -> None:
        self.thread = ThreadPoolExecutor(threads, thread_name_prefix="kollega-writer")

    async def do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    def close(self) -> None:
        """What has begun is ended; what still waits would wait for a store that does not answer."""
        self.thread.shutdown(wait=True, cancel_futures=True)


class InTurn:
    """Work of one kind, one after the other also where the writer has several threads: the newer
    word must be the last."""

    def __init__(self, writer: Writer) -> None:
        self.writer, self.turn = writer, asyncio.Lock()

    async def do(self, work: Callable[[], Result]) -> Result:
        async with self.turn:
            return await self.writer.do(work)


GATHER_SECONDS = 0.02
"""How long the first of those that wait together waits for the others at most."""


class Together(Generic[Item]):
    """Small things of one kind: all that wait when the writer is free are one piece of work.

    `coming` tells how many are under way, with those that wait here: the last of them begins.
    """

    def __init__(
        self,
        writer: Writer,
        work: Callable[[list[Item]], None],
        coming: Callable[[], int] = lambda: 0,
    ) -> None:
        self.writer, self.work, self.coming = writer, work, coming
        self.waiting: deque[tuple[Item, asyncio.Future[None]]] = deque()
        self.running: asyncio.Task[None] | None = None
        self.complete = asyncio.Event()

    async def do(self, item: Item) -> None:
        """It is done, with whatever waited beside it, when this returns; or all of it failed."""
        done = asyncio.get_running_loop().create_future()
        self.waiting.append((item, done))
        if self._all_here():
            self.complete.set()
        if self.running is None or self.running.done():
            self.running = asyncio.create_task(self._run(), name="together")
        await done

    async def end(self) -> None:
        """Until nothing waits any more."""
        if self.running is not None:
            await self.running

    async def _run(self) -> None:
        while self.waiting:
            await self._gather()
            taken: list[tuple[Item, asyncio.Future[None]]] = []
            try:
                await self.writer.do(lambda taken=taken: self._all(taken))  # type: ignore[misc]
                failed = None
            except Exception as broken:
                failed = broken
                taken = taken or self._take()
            for _, done in taken:
                if not done.done():
                    done.set_exception(failed) if failed else done.set_result(None)

    async def _gather(self) -> None:
        """A card that a platform holds back holds up nobody for longer than the blink of an eye."""
        self.complete.clear()
        if not self._all_here():
            with suppress(TimeoutError):
                async with asyncio.timeout(GATHER_SECONDS):
                    await self.complete.wait()

    def _all_here(self) -> bool:
        return len(self.waiting) >= self.coming()

    def _all(self, taken: list[tuple[Item, asyncio.Future[None]]]) -> None:
        taken += self._take()
        self.work([item for item, _ in taken])

    def _take(self) -> list[tuple[Item, asyncio.Future[None]]]:
        """Also on the writer's thread, while more arrive."""
        return [self.waiting.popleft() for _ in range(len(self.waiting))]
