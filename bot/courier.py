"""The courier: brings the outbox to the surfaces, each delivery on its own.

Every delivery is a task, so that a failed, slow or rate-limited one never holds up another.
It waits for two things only: the delivery before it in the same slot, and the platform's pace.
The store is the backup: what a crash left behind is swept up at the start and every second.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.actions import Unknown
from bot.outbox import Parcel
from bot.pace import Gate
from bot.surfaces import MessageGone, Surface, SurfaceError, Unreachable

log = logging.getLogger("kollega.courier")

SWEEP_SECONDS = 1.0
PLATFORM_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0

Place = tuple[str, str]


class Store(Protocol):
    """Where the outbox lives."""

    async def due(self, now: datetime) -> list[Parcel]: ...

    async def delivered(self, parcel: Parcel, message: str, now: datetime) -> None: ...

    async def try_again(self, parcel: Parcel, at: datetime, attempts: int) -> None: ...

    async def give_up(self, parcel: Parcel, why: str) -> None: ...


@dataclass(slots=True)
class Slot:
    """A slot with deliveries under way: the newest of them, and the message it stands in."""

    newest: int = 0
    message: str | None = None
    under_way: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    at_gate: asyncio.Future[None] | None = None

    def add(self, id: int) -> None:
        """One more. A newer one does not wait behind an older one that waits for the pace."""
        if self.at_gate and id > self.newest:
            self.at_gate.cancel()
        self.newest, self.under_way = max(id, self.newest), self.under_way + 1


class Courier:
    def __init__(
        self, surfaces: Mapping[str, Surface], store: Store, now: Callable[[], datetime]
    ) -> None:
        self.surfaces, self.store, self.now = surfaces, store, now
        self.gates = {name: Gate(surface.pace) for name, surface in surfaces.items()}
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.slots: dict[Place, Slot] = {}
        self.sweep_seconds = SWEEP_SECONDS

    def take(self, parcels: Iterable[Parcel]) -> None:
        """Carry these, now. A parcel that is under way already is left alone."""
        for parcel in parcels:
            if parcel.id in self.tasks:
                continue
            slot = self.slots.setdefault(parcel.place, Slot())
            slot.add(parcel.id)
            task = asyncio.create_task(self._carry(parcel, slot), name=f"carry {parcel.slot}")
            self.tasks[parcel.id] = task

    async def run(self) -> None:
        """Sweep up what is owed, at once and then every second, for ever.

        The first sweep takes along what was resting before a next try: what the platform was
        like before the restart is old news.
        """
        rest = timedelta(seconds=LONGEST_PAUSE)
        while True:
            try:
                self.take(await self.store.due(self.now() + rest))
                rest = timedelta()
            except Exception:
                log.exception("the outbox could not be read; again in %s s", self.sweep_seconds)
            await asyncio.sleep(self.sweep_seconds)

    async def stop(self) -> None:
        for task in list(self.tasks.values()):
            task.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)

    async def _carry(self, parcel: Parcel, slot: Slot) -> None:
        try:
            attempts = parcel.attempts
            while (pause := await self._attempt(parcel, slot, attempts)) is not None:
                attempts += 1
                await asyncio.sleep(pause)
        finally:
            self._forget(parcel, slot)

    def _forget(self, parcel: Parcel, slot: Slot) -> None:
        del self.tasks[parcel.id]
        slot.under_way -= 1
        if not slot.under_way:
            del self.slots[parcel.place]

    async def _attempt(self, parcel: Parcel, slot: Slot, attempts: int) -> float | None:
        """Try once. None when there is nothing more to do, else seconds until the next try."""
        async with slot.turn:
            if await self._pointless(parcel, slot):
                return None
            await self._enter(parcel, slot)
            if await self._pointless(parcel, slot):
                return None
            try:
                slot.message = await self._send(parcel, slot)
                await self.store.delivered(parcel, slot.message, self.now())
                return None
            except (Unreachable, Unknown) as never:
                await self._never(parcel, never)
                return None
            except SurfaceError as later:
                return await self._limited(parcel, attempts, later)
            except Exception as broken:
                return await self._again(parcel, attempts, broken)

    async def _pointless(self, parcel: Parcel, slot: Slot) -> bool:
        """A newer card of the slot is under way, or this one is too old to be sent as new."""
        if slot.newest > parcel.id:
            return True
        if not self._too_old(parcel, slot):
            return False
        await self.store.give_up(parcel, "too old to be sent as new")
        return True

    async def _enter(self, parcel: Parcel, slot: Slot) -> None:
        """Wait for the platform's pace, or until a newer card of the slot comes."""
        slot.at_gate = self.gates[parcel.surface].enter(parcel.lane, parcel.address)
        try:
            await slot.at_gate
        except asyncio.CancelledError:
            if slot.newest == parcel.id:
                raise  # it is the courier that stops
        finally:
            slot.at_gate = None

    async def _send(self, parcel: Parcel, slot: Slot) -> str:
        surface, card = self.surfaces[parcel.surface], parcel.unwrap()
        key = f"{parcel.slot}#{parcel.id}"
        message = slot.message or parcel.message
        async with asyncio.timeout(PLATFORM_SECONDS):
            if parcel.is_home:
                await surface.home(parcel.address, card)
                return "home"
            if message is not None:
                with suppress(MessageGone):  # somebody deleted it: the card is posted anew
                    await surface.edit(parcel.address, message, card, key)
                    return message
            return await surface.post(parcel.address, card, key)

    async def _never(self, parcel: Parcel, why: Exception) -> None:
        log.warning("%s cannot be reached on %s: %s", parcel.person, parcel.surface, why)
        await self.store.give_up(parcel, str(why))

    async def _limited(self, parcel: Parcel, attempts: int, why: SurfaceError) -> float:
        if why.retry_after is not None:
            address = None if why.whole else parcel.address
            self.gates[parcel.surface].pause(why.retry_after, address)
        return await self._again(parcel, attempts, why, why.retry_after)

    async def _again(
        self, parcel: Parcel, attempts: int, why: Exception, wish: float | None = None
    ) -> float:
        pause = min(FIRST_PAUSE * 2.0 ** min(attempts, 20), LONGEST_PAUSE)
        if wish is not None:
            pause = max(wish, FIRST_PAUSE)  # "no wait at all" would become a storm of tries
        log.warning(
            "%s to %s on %s did not arrive (%s), again in %.1f s",
            parcel.slot,
            parcel.person,
            parcel.surface,
            why or type(why).__name__,
            pause,
        )
        try:
            await self.store.try_again(parcel, self.now() + timedelta(seconds=pause), attempts + 1)
        except Exception:
            log.exception("the outbox could not be written; the delivery goes on from memory")
        return pause

    def _too_old(self, parcel: Parcel, slot: Slot) -> bool:
        never_shown = parcel.message is None and slot.message is None
        return never_shown and self.now() > parcel.valid_until
