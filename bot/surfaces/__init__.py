"""Surfaces: the places where a card can stand, and what the courier may ask of them.

A surface knows cards and actions only; it never learns what a card is about.
"""

from typing import Protocol

from bot.cards import Card
from bot.pace import Pace


class SurfaceError(Exception):
    """The platform did not take the card now; the courier tries again.

    `retry_after` is the platform's own wish in seconds, if it said one; `whole` when it holds
    for the whole surface and not only for this address.
    """

    def __init__(self, why: str, retry_after: float | None = None, whole: bool = False) -> None:
        super().__init__(why)
        self.retry_after = retry_after
        self.whole = whole


class Unreachable(Exception):
    """This address will not take messages any more; trying again helps nobody."""


class MessageGone(Exception):
    """The message to edit is not there any more: the card is posted anew."""


class Surface(Protocol):
    """`key` is the same for every attempt of one delivery, so that a double can be known."""

    name: str
    pace: Pace

    async def post(self, address: str, card: Card, key: str) -> str:
        """Show the card as a new message; the platform's id of it."""
        ...

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        """Show the card in place of an older one."""
        ...

    async def home(self, address: str, card: Card) -> None:
        """Show the card as the person's own page."""
        ...
