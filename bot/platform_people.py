"""Who the people of a platform are: kept in memory, so that no press waits for a look-up."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from sqlmodel import Session

from bot.machine import Machine
from storage.people import Person, everybody

ASK_AGAIN = 5.0
"""Seconds in which somebody unknown is not looked up again, however often they press."""


@dataclass(frozen=True, slots=True)
class Known:
    """`chosen`: they said themselves which language they read."""

    ref: str
    address: str
    language: str
    chosen: bool
    guest: bool


class PlatformPeople:
    """Everybody with an address on this surface, by address (`known`) and by ref (`refs`)."""

    surface: str

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.refs: dict[str, Known] = {}
        self.missed: dict[str, float] = {}

    async def begin(self, machine: Machine) -> None:
        self.machine = machine
        await self.refresh()

    async def refresh(self) -> None:
        """People have changed, or may have: read them all anew."""

        def work() -> list[Known]:
            with self.machine.engine.sessions() as session:
                there = (one for one in everybody(session) if self.surface in one.addresses)
                return [self.as_known(one) for one in there]

        found = sorted(await self.machine.writer.do(work), key=lambda one: not one.guest)
        self.known = {one.address: one for one in found}  # who is on the list goes before a guest
        self.refs = {one.ref: one for one in found}
        self.missed.clear()

    def as_known(self, one: Person) -> Known:
        chosen = one.chosen_language is not None
        address = self.spelled(one.addresses[self.surface])
        return Known(one.ref, address, one.language, chosen, one.guest)

    def spelled(self, address: str) -> str:
        """An address as we compare it."""
        return address

    def language(self, address: str) -> str:
        """Of whom we write to at this address."""
        found = self.known.get(self.spelled(address))
        return found.language if found else "sv"

    async def look_up(self, key: str, find: Callable[[Session], Person | None]) -> Known | None:
        """Whom we do not know may have been added just now; `key` tells strangers apart."""
        if monotonic() < self.missed.get(key, 0.0):
            return None

        def work() -> Known | None:
            with self.machine.engine.sessions() as session:
                found = find(session)
                session.commit()
                return self.as_known(found) if found else None

        found = await self.machine.writer.do(work)
        if found is None:
            self.missed[key] = monotonic() + ASK_AGAIN
            return None
        self.known[found.address] = self.refs[found.ref] = found
        return found
