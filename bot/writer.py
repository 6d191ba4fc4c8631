"""The writer: one thread on which every piece of database work runs, one after the other.

One synchronous writer was measured at 838 transactions a second against 266 for fifty
connections (`design/durability.md`), and two who press at once can never both win.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Writer(Protocol):
    async def do(self, work: Callable[[], Result]) -> Result:
        """Run the work; it has committed when this returns."""
        ...

    def close(self) -> None: ...


class ThreadWriter:
    """The writer of a running bot."""

    def __init__(self) -> None:
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kollega-writer")

    async def do(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.thread, work)

    def close(self) -> None:
        self.thread.shutdown(wait=True)
