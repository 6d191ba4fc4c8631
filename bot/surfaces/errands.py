"""Errands: what a person is shown beside the answer, each on its own.

Any of them may fail, and none is the only record of anything.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from typing import Any

LAST_SECONDS = 1


class Errands:
    def __init__(self, log: logging.Logger) -> None:
        self.log, self.tasks = log, set[asyncio.Task[None]]()

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        return iter(self.tasks)

    def __len__(self) -> int:
        return len(self.tasks)

    def run(self, work: Coroutine[Any, Any, object], what: str) -> None:
        task = asyncio.create_task(self._guarded(work, what), name=what)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, object], what: str) -> None:
        try:
            await work
        except Exception as no:
            self.log.warning("%s was not shown (%s)", what, no or type(no).__name__)

    async def stop(self) -> None:
        """Let what is under way come to its end, briefly."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=LAST_SECONDS)
        for task in self.tasks:
            task.cancel()
