"""Troubles: what the courier finds out of a surface becomes something that features answer.

Each is a timer that is due at once: kept, tried again if its handler breaks, and one at a time for
one person, however many cards failed.
"""

import asyncio
import logging
from collections.abc import Callable

from bot.actions import Action
from bot.courier import Trouble
from bot.effects import Later
from bot.machine import Machine

log = logging.getLogger("kollega.troubles")

REFUSED = "refused"
"""The reason of every refusal that comes with a code of its own."""


class Troubles:
    """`unreached` is the action of a surface, a person ("" for everybody), a reason and the code of
    a refusal that nobody here knows ("" of all others)."""

    def __init__(
        self,
        machine: Machine,
        unreached: Callable[[str, str, str, str], Action],
        reason: Callable[[str], str],
    ) -> None:
        self.machine, self.unreached, self.reason = machine, unreached, reason
        self.tasks: set[asyncio.Task[None]] = set()

    def __call__(self, trouble: Trouble) -> None:
        """The courier goes on; this follows on its own."""
        why = REFUSED if trouble.code else self.reason(trouble.why)
        told = trouble.surface, trouble.person or "", why, trouble.code
        task = asyncio.create_task(self._guarded(*told))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def note(self, surface: str, person: str, reason: str, code: str = "") -> None:
        """When this returns it is durable."""
        await self.cause(surface, person, self.unreached(surface, person, reason, code))

    async def cause(self, surface: str, person: str, action: Action) -> None:
        key = f"unreached:{surface}:{person}"
        await self.machine.cause(Later(key, self.machine.now(), action))

    async def stop(self) -> None:
        """Let what is under way be written down."""
        await asyncio.gather(*self.tasks)

    async def _guarded(self, surface: str, person: str, reason: str, code: str) -> None:
        try:
            await self.note(surface, person, reason, code)
        except Exception as no:
            log.error(
                "nobody is told that %s on %s is not reached: the store takes nothing (%s)",
                person or "everybody",
                surface,
                type(no).__name__,
            )
