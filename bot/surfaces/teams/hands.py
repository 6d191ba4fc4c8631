"""Hands: the answer to a press can carry the card that replaces the pressed one.

While a press is being answered its message is held. The courier's edit of that message waits until
it is decided whether the answer has room for it; if so it is put there instead of being sent, and
counts as delivered only when the answer has gone out.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.surfaces import SurfaceError
from bot.surfaces.shapes import Json

LOST = "the answer that carried the card did not go out"


class Hand:
    """Waits for one card; whoever brings it waits until the answer is gone."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.wanted: asyncio.Future[bool] = loop.create_future()
        self.card: asyncio.Future[Json] = loop.create_future()
        self.gone: asyncio.Future[bool] = loop.create_future()

    async def wait(self, seconds: float) -> Json | None:
        """The card, or None when it has not come by then: it finds its own way."""
        self.wanted.set_result(True)
        await asyncio.wait([self.card], timeout=seconds)
        if self.card.done():
            return self.card.result()
        self.card.cancel()
        return None

    def not_needed(self) -> None:
        if not self.wanted.done():
            self.wanted.set_result(False)

    def answered(self, went_out: bool) -> None:
        if not self.gone.done():
            self.gone.set_result(went_out)


class Hands:
    def __init__(self) -> None:
        self.held: dict[str, Hand] = {}

    @contextmanager
    def holding(self, message: str) -> Iterator[Hand | None]:
        """None where another press on the same message is being answered already."""
        if not message or message in self.held:
            yield None
            return
        hand = self.held[message] = Hand()
        try:
            yield hand
        finally:
            hand.not_needed()
            self.held.pop(message, None)

    async def take(self, message: str, content: Json) -> bool:
        """Was the card carried by an answer? Raises SurfaceError where that answer was lost."""
        hand = self.held.get(message)
        if hand is None or not await hand.wanted or hand.card.done():
            return False
        hand.card.set_result(content)
        if not await hand.gone:
            raise SurfaceError(LOST, unsure=True)
        return True
