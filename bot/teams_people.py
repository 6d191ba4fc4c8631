"""Who the people of Teams are, and where we talk with them: in memory, and kept."""

from dataclasses import dataclass, replace
from time import monotonic

from bot.effects import HOME
from bot.machine import Machine
from bot.surfaces.teams.doors import Place
from storage import conversations, unreached
from storage.conversations import Conversation
from storage.people import at_address, everybody

TEAMS = "teams"

ASK_AGAIN = 5.0
"""Seconds in which somebody unknown is not looked up again, however often they press."""


@dataclass(frozen=True, slots=True)
class Known:
    ref: str
    address: str
    language: str


class TeamsPeople:
    """A `surfaces.teams.doors.Book`. Addresses are object ids of Entra, in lower case.

    `unreached` are those of whom an administrator was told, until they are seen again.
    """

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        self.refs: dict[str, Known] = {}
        self.places: dict[str, Place] = {}
        self.unreached: set[str] = set()
        self.missed: dict[str, float] = {}

    async def begin(self, machine: Machine) -> None:
        self.machine = machine
        await self.refresh()

        def work() -> tuple[list[Conversation], set[str]]:
            with machine.engine.sessions() as session:
                told = unreached.persons(session, TEAMS)
                return conversations.conversations(session, TEAMS), told

        rows, self.unreached = await machine.writer.do(work)
        self.places = {row.address: place(row) for row in rows}

    async def refresh(self) -> None:
        """People have changed, or may have: read them all anew."""

        def work() -> list[Known]:
            with self.machine.engine.sessions() as session:
                return [
                    Known(one.ref, one.addresses[TEAMS].lower(), one.language)
                    for one in everybody(session)
                    if TEAMS in one.addresses
                ]

        found = await self.machine.writer.do(work)
        self.known = {one.address: one for one in found}
        self.refs = {one.ref: one for one in found}
        self.missed.clear()

    async def person(self, _: str, user: str) -> str | None:
        """The ref of a user; whom we do not know may have been added just now."""
        found = self.known.get(user)
        if found is None and monotonic() >= self.missed.get(user, 0.0):
            found = await self._look_up(user)
        return found.ref if found else None

    def language(self, address: str) -> str:
        found = self.known.get(address.lower())
        return found.language if found else "sv"

    # The book

    def find(self, address: str) -> Place | None:
        return self.places.get(address.lower())

    async def keep(self, address: str, where: Place) -> None:
        address = address.lower()
        if self.places.get(address) == where:
            return

        def work() -> None:
            with self.machine.engine.sessions() as session:
                session.merge(row(address, where))
                session.commit()

        await self.machine.writer.do(work)
        self.places[address] = where

    async def page_anew(self, address: str, ref: str) -> None:
        """Their own page is to come as a new message, though nothing on it has changed."""
        before = self.places.get(address)
        if before is None:
            return
        after = replace(before, page_asked=True)

        def work() -> None:
            with self.machine.engine.sessions() as session:
                session.merge(row(address, after))
                conversations.forget_standing(session, TEAMS, f"{HOME}{ref}")
                session.commit()

        await self.machine.writer.do(work)
        self.places[address] = after

    async def _look_up(self, user: str) -> Known | None:
        def work() -> Known | None:
            with self.machine.engine.sessions() as session:
                found = at_address(session, TEAMS, user, user.upper())
                return Known(found.ref, user, found.language) if found else None

        found = await self.machine.writer.do(work)
        if found is None:
            self.missed[user] = monotonic() + ASK_AGAIN
            return None
        self.known[user] = self.refs[found.ref] = found
        return found


def place(kept: Conversation) -> Place:
    return Place(kept.conversation, kept.door, kept.page, kept.page_asked, kept.here)


def row(address: str, where: Place) -> Conversation:
    return Conversation(
        surface=TEAMS,
        address=address,
        conversation=where.conversation,
        door=where.door,
        page=where.page,
        page_asked=where.page_asked,
        here=where.here,
    )
