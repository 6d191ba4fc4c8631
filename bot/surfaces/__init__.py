"""Surfaces: the places where a card can stand, and what the courier may ask of them.

A surface knows cards and actions only; it never learns what a card is about.
"""

from typing import Protocol, runtime_checkable

from bot.cards import Card
from bot.pace import Pace

CODE = 60
"""Letters of a platform's code that are told."""


class SurfaceError(Exception):
    """The platform did not take the card now; the courier tries again.

    `retry_after` is the platform's own wish in seconds, if it said one; `whole` when it holds
    for the whole surface and not only for this address, or for every address that begins with
    `where` ("T1/"); `kind` ("post", "edit", "home") when it holds for such calls only. `unsure`
    when the card may stand there all the same: the answer was lost, not the call.
    """

    def __init__(
        self,
        why: str,
        retry_after: float | None = None,
        whole: bool = False,
        kind: str | None = None,
        unsure: bool | None = None,
        where: str = "",
    ) -> None:
        super().__init__(why)
        self.retry_after, self.whole, self.kind = retry_after, whole, kind
        self.where = where
        self.unsure = retry_after is None if unsure is None else unsure


class ShutOut(SurfaceError):
    """The platform does not let us in at all (a dead token): an operator must repair it.

    It is said once, with the repair, and not for every card that waits.
    """

    def __init__(self, why: str, retry_after: float = 30.0, where: str = "") -> None:
        super().__init__(why, retry_after, whole=True, where=where)


class UnknownRefusal(SurfaceError):
    """The platform says no, with a `code` that nobody here knows. It may heal, so that the courier
    tries on; and a person must know, for it may not."""

    def __init__(self, why: str, code: str) -> None:
        super().__init__(why, unsure=False)
        self.code = "".join(one for one in code if one.isalnum() or one in "_.-")[:CODE]


class CannotTell(SurfaceError):
    """The answer was lost, and the platform has no way to look up whether the card arrived."""

    def __init__(self, why: str) -> None:
        super().__init__(why, unsure=True)


class Unreachable(Exception):
    """This address will not take messages any more; trying again helps nobody."""


class MessageGone(Exception):
    """The message to edit is not there any more: the card is posted anew."""


class Surface(Protocol):
    """`key` is `slot#number`, the same for every attempt of one delivery, so that a double can be
    known; the cards of one place share what stands before the `#`.
    """

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


@runtime_checkable
class Finds(Protocol):
    """A surface whose `post` is not idempotent, and that can look up what stands there."""

    async def find(self, address: str, key: str) -> str | None:
        """The message in which this delivery, or an older one of its place, stands already."""
        ...
