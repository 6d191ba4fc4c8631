"""Patience: how long a person and their platform wait for the store.

A platform that is not answered in time shows an error of its own, and sends a pressed button never
again. So whoever did something hears from us, from memory, when it takes long and when it was lost.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

SOON = 1.0
"""Seconds (T2 of `spec/non-functional.md`): nobody waits longer without a word."""


class Word(StrEnum):
    """Two of the sentences that content says for every surface."""

    SLOW = "slow"
    """Nobody knows yet whether it gets through: there is another way."""
    LOST = "lost"
    """It did not get through, and nobody will send it again: there is another way."""


class NotYet(Exception):
    """It is not committed in time. It may still be: then its cards come all the same."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`latest`: seconds until the platform is answered whatever happens, before it gives up."""

    latest: float
    soon: float = SOON

    @asynccontextmanager
    async def lasts(self) -> AsyncIterator[None]:
        """Raise `NotYet` when the platform can wait no longer; what was begun goes on."""
        waiting = asyncio.timeout(self.latest)
        try:
            async with waiting:
                yield
        except TimeoutError:
            if waiting.expired():
                raise NotYet(f"the store has not answered for {self.latest:g} s") from None
            raise

    @asynccontextmanager
    async def breaks_silence(self, tell: Callable[[Word], None]) -> AsyncIterator[None]:
        """Around what waits for the store: `tell` the person when it takes long, or is lost."""
        telling = asyncio.get_running_loop().call_later(self.soon, tell, Word.SLOW)
        try:
            yield
        except Exception:
            tell(Word.LOST)
            raise
        finally:
            telling.cancel()
