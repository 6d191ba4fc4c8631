"""A desk: door, router and the fake Microsoft, with whatever answer a test wants to give."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import ClientSession, web

from bot.actions import Action
from bot.cards import Card
from bot.events import Answer, Incoming
from bot.surfaces.teams.connector import Connector
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.doors import Chosen, Place, TeamsDoors
from bot.surfaces.teams.gatekeeper import Gatekeeper
from bot.surfaces.teams.keys import Keys
from bot.surfaces.teams.router import Router
from bot.surfaces.teams.server import PATH, TeamsServer
from bot.surfaces.teams.surface import TeamsSurface
from tests.teams.hands import Hands, entra
from tests.teams.microsoft import APP, TENANT, FakeMicrosoft, Message
from tests.toys import NO_PACE, Count, Guard, Play

ANNA, BO, STRANGER = entra("anna"), entra("bo"), entra("stranger")


class Memory:
    """A book that is forgotten."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.kept = 0

    def find(self, address: str) -> Place | None:
        return self.places.get(address)

    async def keep(self, address: str, place: Place) -> None:
        self.places[address] = place
        self.kept += 1


@dataclass
class Desk:
    """`answer` is what everything that is heard is answered with; `changing` are messages for which
    a newer card is on its way."""

    answer: Answer = field(default_factory=Answer)
    heard: list[Incoming] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    changing: set[str] = field(default_factory=set)
    hear: Callable[[Incoming], Awaitable[Answer]] | None = None
    about: Action | None = None
    patience: float = 5.0

    async def open(self) -> "Desk":
        self.microsoft = FakeMicrosoft()
        await self.microsoft.start()
        self.microsoft.users = {ANNA, BO}
        self.book = Memory()
        self.credentials = Credentials(
            lambda: {"access_token": self.microsoft.token, "expires_in": 3600}
        )
        services = [self.microsoft.service]
        self.connector = Connector(self.credentials, services, self.patience)
        self.surface = TeamsSurface(
            self.connector, self.book, APP, TENANT, services[0], self._instead, NO_PACE
        )
        keys = Keys(f"{self.microsoft.url}/openid", self.connector.document)
        router = Router(self.doors(), self.surface, self.book)
        self.server = TeamsServer(Gatekeeper(APP, [TENANT], services, keys), router)
        self.runner = web.AppRunner(self.server.app(), access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{self.runner.addresses[0][1]}{PATH}"
        self.hands = Hands(self.microsoft, ClientSession(), url)
        return self

    async def close(self) -> None:
        await self.server.stop()
        await self.runner.cleanup()
        await self.connector.close()
        self.credentials.close()
        await self.hands.session.close()
        await self.microsoft.stop()

    def doors(self) -> TeamsDoors:
        commands: dict[str, Action] = {"shortcut_1": Count(1)}

        async def tell(what: str, address: str) -> None:
            self.told.append((what, address))

        return TeamsDoors(
            hear=self._hear,
            person=self._person,
            understand=lambda text: None if text == "?" else Play(text),
            command=commands.get,
            about=self._about,
            opened=Guard("hem"),
            line=self._line,
            changes=lambda ref, address, message: message in self.changing,
            asks=lambda _, user: tell("asks", user),
            left=lambda address: tell("left", address),
            back=lambda address: tell("back", address),
        )

    async def errands(self) -> None:
        """Until everything that comes after the answer is done."""
        while self.server.router.errands:
            await asyncio.wait(self.server.router.errands)

    def posted(self, user: str) -> list[Message]:
        return self.microsoft.conversation(user).messages

    def said(self, user: str) -> list[str]:
        return [message.said["text"] for message in self.posted(user) if message.content is None]

    def whispered(self, user: str) -> list[str]:
        return self.hands.whispers.get(user, [])

    async def shows(self, user: str, card: Card) -> tuple[str, Message]:
        """A card of ours in front of somebody: how we name it, and how they see it."""
        name = await self.surface.post(user, card, "slot#1")
        return name, self.posted(user)[-1]

    async def _hear(self, heard: Incoming) -> Answer:
        self.heard.append(heard)
        return await self.hear(heard) if self.hear else self.answer

    async def _person(self, _: str, user: str) -> str | None:
        return {ANNA: "anna", BO: "bo"}.get(user)

    def _about(self, chosen: Chosen) -> Action | None:
        self.chosen.append(chosen)
        return self.about

    async def _line(self, ref: str, line: StrEnum) -> str:
        return f"{ref}: {line}"

    async def _instead(self, _: str) -> str:
        return "Skriv hem."
