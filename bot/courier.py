"""The courier: brings the outbox to the surfaces, each delivery on its own.

Every delivery is a task, so that a failed, slow or rate-limited one never holds up another.
It waits for two things only: the delivery before it in the same slot, and the platform's pace.
The store is the backup: what a crash left behind is swept up at the start and every second.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.actions import Unknown
from bot.effects import ALERT_VALID, Lane
from bot.logs import trouble
from bot.outbox import Parcel
from bot.pace import Gate
from bot.slots import Place, Slot
from bot.surfaces import (
    Finds,
    MessageGone,
    ShutOut,
    Surface,
    SurfaceError,
    UnknownRefusal,
    Unreachable,
)
from bot.tally import Tally

log = logging.getLogger("kollega.courier")

SWEEP_SECONDS = 1.0
PLATFORM_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
FIND_SECONDS, MOST_SEARCHES = 4.0, 5
"""How long a look-up may take, and how often it may fail before a double is the smaller evil."""
TOO_OLD = "too old to be sent as new"


class Store(Protocol):
    """Where the outbox lives; `bots` is how many carry what is in it."""

    bots: int

    async def due(self, now: datetime) -> list[Parcel]: ...

    async def delivered(self, parcel: Parcel, message: str, now: datetime) -> None: ...

    async def try_again(self, parcel: Parcel, at: datetime, attempts: int) -> None: ...

    async def give_up(self, parcel: Parcel, why: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """What a person must know or repair; `person` is None when nobody is reached there at all.

    `code`: the platform's own, of a refusal that nobody here knows; with None for `person` it is
    about something else than new messages to one.
    """

    surface: str
    person: str | None
    why: str
    code: str = ""


class NothingStands(Exception):
    """What is too old to come as new was looked up, and there is nothing to edit."""


def not_looked_up(why: SurfaceError | TimeoutError) -> SurfaceError:
    """As long as the platform asks to wait, which holds for looking up alone."""
    wish = None if isinstance(why, TimeoutError | ShutOut) else why.retry_after
    return SurfaceError(f"it could not be looked up: {why}", wish, kind="find", unsure=True)


class Courier:
    """`observers` are told what an operator or an administrator must know."""

    def __init__(
        self, surfaces: Mapping[str, Surface], store: Store, now: Callable[[], datetime]
    ) -> None:
        self.surfaces, self.store, self.now = surfaces, store, now
        self.gates = {name: Gate(surface.pace) for name, surface in surfaces.items()}
        self.tasks: dict[int, asyncio.Task[None]] = {}
        self.alerts: set[int] = set()
        self.slots: dict[Place, Slot] = {}
        self.shut: dict[tuple[str, str | None, str], str] = {}
        self.observers: list[Callable[[Trouble], None]] = []
        self.tally = Tally()
        self.puzzled: set[int] = set()
        self.looks = asyncio.Event()
        self.sweep_seconds, self.first_pause = SWEEP_SECONDS, FIRST_PAUSE

    def take(self, parcels: Iterable[Parcel], doubt: bool = False) -> None:
        """Carry these, now. A parcel that is under way already is left alone.

        `doubt`: somebody else (a process that died) may have carried them already. What has
        replaced a card that nobody here carries (any more) is asked of the store once more: that
        card may stand since.
        """
        for parcel in parcels:
            if parcel.id in self.tasks:
                continue
            if parcel.replaces and parcel.place not in self.slots:
                self.looks.set()
                continue
            slot = self.slots.setdefault(parcel.place, Slot())
            slot.message = slot.message or parcel.message
            slot.doubt |= doubt or parcel.attempts > 0
            slot.add(parcel.id)
            task = asyncio.create_task(self._carry(parcel, slot), name=f"carry {parcel.told[0]}")
            self.tasks[parcel.id] = task
            if parcel.lane is Lane.ALERT:
                self.alerts.add(parcel.id)

    def share(self, bots: int) -> None:
        """So many bots carry cards now, and share the platforms' limits."""
        for gate in self.gates.values():
            gate.share(bots)

    def changes(self, surface: str, message: str) -> bool:
        """Is a newer card for this message on its way?"""
        return any(
            place[1] == surface and slot.message == message and message not in slot.gone
            for place, slot in self.slots.items()
        )

    async def run(self) -> None:
        """Sweep up what is owed, at once and then every second, for ever.

        The first sweep takes along what was resting before a next try: what the platform was
        like before the restart is old news.
        """
        rest = timedelta(seconds=LONGEST_PAUSE)
        while True:
            try:
                self.take(await self.store.due(self.now() + rest), doubt=True)
                self.share(self.store.bots)
                rest = timedelta()
            except Exception:
                trouble(log, "the outbox could not be read; again in %s s", self.sweep_seconds)
            with suppress(TimeoutError):
                async with asyncio.timeout(self.sweep_seconds):
                    await self.looks.wait()
            self.looks.clear()

    async def finish(self, seconds: float) -> None:
        """Let the alerts that are on their way arrive, but no longer than this."""
        urgent = [self.tasks[id] for id in self.alerts if id in self.tasks]
        if urgent:
            await asyncio.wait(urgent, timeout=seconds)

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
        self.alerts.discard(parcel.id)
        self.puzzled.discard(parcel.id)
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
                kind = slot.kind(parcel)
                slot.message = await self._send(parcel, slot)
                self._let_in(parcel, kind)
                self._count(parcel)
                await self.store.delivered(parcel, slot.message, self.now())
                return None
            except NothingStands:
                await self.store.give_up(parcel, TOO_OLD)
                return None
            except (Unreachable, Unknown) as never:
                self.tally.missed(parcel.surface, never)
                await self._never(parcel, never)
                return None
            except SurfaceError as later:
                self.tally.missed(parcel.surface, later)
                if slot.would_double(parcel, later):
                    await self.store.give_up(parcel, f"it may have arrived: {later}")
                    return None
                slot.doubt |= later.unsure
                self._puzzle(parcel, later, slot.kind(parcel))
                return await self._limited(parcel, attempts, later)
            except Exception as broken:
                self.tally.missed(parcel.surface, broken)
                slot.doubt = True
                return await self._again(parcel, attempts, broken)

    def _count(self, parcel: Parcel) -> None:
        now = self.now()
        took = (now - parcel.created_at).total_seconds()
        self.tally.arrived(parcel.surface, parcel.lane, took, now)

    async def _pointless(self, parcel: Parcel, slot: Slot) -> bool:
        """A newer card of the slot is under way, or this one is too old to be sent as new."""
        if slot.newest > parcel.id:
            return True
        if not slot.too_old(parcel, self.now()) or self._may_be_found(parcel, slot):
            return False
        await self.store.give_up(parcel, TOO_OLD)
        return True

    def _may_be_found(self, parcel: Parcel, slot: Slot) -> bool:
        """An alert whose answer was lost would go on asking beside the card that took over."""
        lately = self.now() - parcel.created_at < ALERT_VALID
        return slot.doubt and lately and isinstance(self.surfaces[parcel.surface], Finds)

    async def _enter(self, parcel: Parcel, slot: Slot) -> None:
        """Wait for the platform's pace, or until a newer card of the slot comes."""
        gate = self.gates[parcel.surface]
        slot.at_gate = gate.enter(parcel.lane, parcel.address, slot.kind(parcel))
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
        async with asyncio.timeout(PLATFORM_SECONDS):
            if parcel.is_home:
                await surface.home(parcel.address, card)
                return "home"
            message = slot.stands_in(parcel) or await self._found(surface, parcel, slot, key)
            if message is not None:
                try:
                    await surface.edit(parcel.address, message, card, key)
                    return message
                except MessageGone:  # somebody deleted it: the card is posted anew
                    slot.gone.add(message)
            if self.now() > parcel.valid_until:
                raise NothingStands
            return await surface.post(parcel.address, card, key)

    async def _found(self, surface: Surface, parcel: Parcel, slot: Slot, key: str) -> str | None:
        """Before a second attempt: does the card stand already, though we were never told?

        An alert does not wait for a look-up that fails: a double is better than a miss. What is
        too old to come as new does: it is nothing without what it may find.
        """
        if not (slot.doubt and isinstance(surface, Finds)):
            return None
        try:
            async with asyncio.timeout(FIND_SECONDS):
                message = await surface.find(parcel.address, key)
        except (SurfaceError, TimeoutError) as unknown:
            slot.searches += 1
            hurries = parcel.lane is Lane.ALERT or slot.searches >= MOST_SEARCHES
            if not hurries or slot.too_old(parcel, self.now()):
                raise not_looked_up(unknown) from unknown
            log.warning("%s may stand twice: not looked up (%s)", parcel.told[0], unknown)
            return None
        slot.doubt = False
        if message is not None and message not in slot.gone:
            slot.message = message  # also when the edit that follows fails
        return slot.stands_in(parcel)

    async def _never(self, parcel: Parcel, why: Exception) -> None:
        log.warning("%s cannot be reached on %s: %s", parcel.told[1], parcel.surface, why)
        if not parcel.private:
            self._tell(Trouble(parcel.surface, parcel.person, str(why)))
        await self.store.give_up(parcel, str(why))

    def _puzzle(self, parcel: Parcel, why: SurfaceError, kind: str) -> None:
        """Said once a delivery, however often it is tried: each call asks the next one at once."""
        if not isinstance(why, UnknownRefusal) or parcel.id in self.puzzled or parcel.private:
            return
        self.puzzled.add(parcel.id)
        person = parcel.person if kind == "post" else None
        self._tell(Trouble(parcel.surface, person, str(why), why.code))

    async def _limited(self, parcel: Parcel, attempts: int, why: SurfaceError) -> float:
        if why.retry_after is not None:
            address = (why.where or None) if why.whole else parcel.address
            self.gates[parcel.surface].pause(why.retry_after, address, why.kind)
        if isinstance(why, ShutOut):
            self._shut_out(parcel.surface, why)
        return await self._again(parcel, attempts, why, why.retry_after)

    def _shut_out(self, surface: str, why: ShutOut) -> None:
        """Said once, with its repair, however many cards wait."""
        known = str(why) in self.shut.values()
        self.shut[surface, why.kind, why.where] = str(why)
        if not known:
            log.error("%s does not let us in: %s", surface, why)
            self._tell(Trouble(surface, None, str(why)))

    def _let_in(self, parcel: Parcel, kind: str) -> None:
        for surface, what, where in list(self.shut):
            here = surface == parcel.surface and parcel.address.startswith(where)
            if here and what in (kind, None):
                del self.shut[surface, what, where]
                log.warning("%s lets us in again", surface)

    def _tell(self, trouble: Trouble) -> None:
        for observer in self.observers:
            try:
                observer(trouble)
            except Exception:
                log.exception("an observer of %s failed", trouble.surface)

    async def _again(
        self, parcel: Parcel, attempts: int, why: Exception, wish: float | None = None
    ) -> float:
        pause = min(self.first_pause * 2.0 ** min(attempts, 20), LONGEST_PAUSE)
        if wish is not None:
            pause = max(wish, self.first_pause)  # "no wait at all" would become a storm of tries
        log.log(
            logging.DEBUG if isinstance(why, ShutOut) else logging.WARNING,
            "%s to %s on %s did not arrive (%s), again in %.1f s",
            *parcel.told,
            parcel.surface,
            str(why) or type(why).__name__,
            pause,
        )
        try:
            await self.store.try_again(parcel, self.now() + timedelta(seconds=pause), attempts + 1)
        except Exception:
            trouble(log, "the outbox could not be written; the delivery goes on from memory")
        return pause
