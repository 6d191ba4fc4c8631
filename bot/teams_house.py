"""Teams' part of a running bot: surface, doors, listener, and what looks after them."""

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from bot.actions import Action
from bot.content import Shelf
from bot.courier import Trouble
from bot.effects import HOME
from bot.machine import Machine
from bot.manners import Manners
from bot.platform_house import LOOK_SECONDS, PlatformHouse, guarded
from bot.surfaces.teams.connector import ANSWER_SECONDS, Connector
from bot.surfaces.teams.credentials import Asked, Credentials, asking
from bot.surfaces.teams.doors import Chosen, Line, TeamsDoors
from bot.surfaces.teams.gatekeeper import Gatekeeper
from bot.surfaces.teams.keys import Keys
from bot.surfaces.teams.router import Router
from bot.surfaces.teams.server import TeamsServer
from bot.surfaces.teams.settings import TeamsSettings
from bot.surfaces.teams.surface import PACE, TeamsSurface
from bot.teams_people import TEAMS, TeamsPeople
from bot.troubles import Troubles

log = logging.getLogger("kollega.teams")

GONE = "closed"
"""The reason in `content/words/unreached.yaml` for somebody who has put the app away."""


class TeamsHouse(PlatformHouse):
    """`ask` asks for our token, where it is not to be msal that does."""

    people: TeamsPeople

    def __init__(
        self,
        known: TeamsSettings,
        shelf: Shelf,
        listening: socket.socket | None = None,
        ask: Callable[[], Asked] | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        assert known.teams_app_id is not None  # noqa: S101  (nobody builds a house without)
        super().__init__(shelf, listening)
        app_id, services = known.teams_app_id, [known.teams_service_url]
        self.credentials = Credentials(ask or asking(known))
        self.connector = Connector(self.credentials, services, patience)
        self.people = TeamsPeople()
        self.surface = TeamsSurface(
            self.connector,
            self.people,
            app_id,
            known.tenants[0],
            known.teams_service_url,
            self._instead,
            PACE,
        )
        self.keys = Keys(known.teams_metadata_url, self.connector.document)
        self.gatekeeper = Gatekeeper(app_id, known.tenants, services, self.keys)

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        super().join(machine, manners, troubles)
        machine.courier.observers.append(self._not_reached)
        router = Router(self.doors(), self.surface, self.people)
        self.server = TeamsServer(self.gatekeeper, router)

    def doors(self) -> TeamsDoors:
        return TeamsDoors(
            hear=self.hear,
            person=self.people.person,
            understand=self.understand,
            command=self.shortcut,
            about=self._about,
            opened=self.manners.opened,
            line=self.line,
            changes=self._changes,
            asks=self._asks,
            left=self._left,
            back=self._back,
        )

    async def begin(self) -> None:
        await self.people.begin(self.machine)

    def app(self) -> web.Application:
        return self.server.app()

    def cares(self) -> dict[str, Coroutine[Any, Any, None]]:
        return {"arrive": self._arrive(), "look after people": self._look_after()}

    async def stop_hearing(self) -> None:
        await self.server.stop()

    async def close(self) -> None:
        """After the courier has stopped: nothing is sent any more."""
        self.credentials.close()
        await self.connector.close()

    # Doors

    def address(self, stranger: str) -> str:
        return stranger.rpartition("/")[2]

    def _about(self, chosen: Chosen) -> Action | None:
        return self.about(chosen.link)

    async def _instead(self, address: str) -> str:
        return self.read(Line.NO_BUTTONS, self.people.language(address))

    def _changes(self, ref: str, address: str, message: str) -> bool:
        """Is a newer card on its way to this message (or to the page that stands in it)?"""
        courier, where = self.machine.courier, self.people.find(address)
        if where is not None and where.page == message:
            return (f"{HOME}{ref}", TEAMS) in courier.slots
        return courier.changes(TEAMS, message)

    async def _asks(self, tenant: str, user: str) -> None:
        if ref := await self.people.person(tenant, user):
            await self.people.page_anew(user, ref)

    async def _left(self, address: str) -> None:
        """Every call that asks for them asks the next one, at once."""
        if found := self.people.known.get(address):
            self.people.unreached.add(found.ref)
            await self.troubles.note(TEAMS, found.ref, GONE)

    async def _back(self, address: str) -> None:
        """Whoever does something is there again."""
        found = self.people.known.get(address)
        if found and found.ref in self.people.unreached:
            self.people.unreached.discard(found.ref)
            reached = self.manners.reached(TEAMS, found.ref)
            await self.troubles.cause(TEAMS, found.ref, reached)

    def _not_reached(self, trouble: Trouble) -> None:
        if trouble.surface == TEAMS and trouble.person:
            self.people.unreached.add(trouble.person)

    # What looks after it

    async def _arrive(self) -> None:
        """Keys and token are fetched before anybody needs them."""
        await guarded(self.keys.refresh(), TEAMS)
        try:
            await self.credentials.get()
        except Exception as no:
            log.warning("Teams: %s", no)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await guarded(self.people.refresh(), TEAMS)
