"""Slots: the places for cards that deliveries are under way to, and what may be sent there."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from bot.effects import Lane
from bot.outbox import Parcel
from bot.surfaces import CannotTell, SurfaceError

Place = tuple[str, str]


@dataclass(slots=True)
class Slot:
    """A slot with deliveries under way: the newest of them, and the message it stands in.

    `doubt`: a card of it may stand on the platform without our knowing, because an answer was
    lost or the process died in between. `gone` are messages that can be edited no more.
    """

    newest: int = 0
    message: str | None = None
    under_way: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    at_gate: asyncio.Future[None] | None = None
    doubt: bool = False
    searches: int = 0
    gone: set[str] = field(default_factory=set)

    def add(self, id: int) -> None:
        """One more. A newer one does not wait behind an older one that waits for the pace."""
        if self.at_gate and id > self.newest:
            self.at_gate.cancel()
        self.newest, self.under_way = max(id, self.newest), self.under_way + 1

    def stands_in(self, parcel: Parcel) -> str | None:
        """The message that this delivery would edit."""
        known = self.message or parcel.message
        return None if known in self.gone else known

    def kind(self, parcel: Parcel) -> str:
        """What the platform will be asked for, by which it may have limits of its own."""
        return "home" if parcel.is_home else "edit" if self.stands_in(parcel) else "post"

    def too_old(self, parcel: Parcel, now: datetime) -> bool:
        """It would come as new, long after its time."""
        never_shown = parcel.message is None and self.message is None
        return never_shown and now > parcel.valid_until

    def would_double(self, parcel: Parcel, why: SurfaceError) -> bool:
        """Where nothing can be looked up, what nobody waits for is not risked twice: it heals at
        its next step. Alerts and answers are: a double is better than a miss.
        """
        careless = parcel.lane in (Lane.ALERT, Lane.ANSWER)
        return isinstance(why, CannotTell) and not careless and self.kind(parcel) == "post"
