"""Who the people of Teams are, and where we talk with them: in memory, and kept."""

from dataclasses import replace

from sqlmodel import Session

from bot.effects import HOME
from bot.machine import Machine
from bot.platform_people import PlatformPeople
from bot.surfaces.teams.doors import Place
from storage import conversations, unreached
from storage.conversations import Conversation
from storage.people import Person, at_address

TEAMS = "teams"


class TeamsPeople(PlatformPeople):
    """A `surfaces.teams.doors.Book`. Addresses are object ids of Entra, in lower case.

    `unreached` are those of whom an administrator was told, until they are seen again.
    """

    surface = TEAMS

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, Place] = {}
        self.unreached: set[str] = set()

    async def begin(self, machine: Machine) -> None:
        await super().begin(machine)

        def work() -> tuple[list[Conversation], set[str]]:
            with machine.engine.sessions() as session:
                told = unreached.persons(session, TEAMS)
                return conversations.conversations(session, TEAMS), told

        rows, self.unreached = await machine.writer.do(work)
        self.places = {row.address: place(row) for row in rows}

    def spelled(self, address: str) -> str:
        return address.lower()

    async def person(self, _: str, user: str) -> str | None:
        """The ref of a user; whom we do not know may have been added just now."""

        def ask(session: Session) -> Person | None:
            return at_address(session, TEAMS, user, user.upper())

        found = self.known.get(user) or await self.look_up(user, ask)
        return found.ref if found else None

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
