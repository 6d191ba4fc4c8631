"""Teams' part of a running bot: its surface, its doors, its listener, and what looks after them.

Microsoft may be away when we start, and for as long as it likes: nothing here waits for it.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot import commands
from bot.actions import Action, build
from bot.content import Shelf
from bot.courier import Trouble
from bot.effects import HOME
from bot.events import Answer, Decision, Incoming
from bot.machine import Machine
from bot.manners import Manners
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
from bot.words import LANGUAGES, say

log = logging.getLogger("kollega.teams")

LOOK_SECONDS = 60.0
"""How old what we know of people may be."""
GONE = "closed"
"""The reason in `content/words/unreached.yaml` for somebody who has put the app away."""


class TeamsHouse:
    """Made inside a running event loop. `listening` is the socket that Teams' requests come to;
    `ask` asks for our token, where it is not to be msal that does.
    """

    def __init__(
        self,
        known: TeamsSettings,
        shelf: Shelf,
        listening: socket.socket | None = None,
        ask: Callable[[], Asked] | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        assert known.teams_app_id is not None  # noqa: S101  (nobody builds a house without)
        self.shelf, self.listening, app_id = shelf, listening, known.teams_app_id
        services = [known.teams_service_url]
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
        self.runner: web.AppRunner | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.errands: set[asyncio.Task[None]] = set()

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        self.machine, self.manners, self.troubles = machine, manners, troubles
        machine.observers.append(self._language_chosen)
        machine.courier.observers.append(self._not_reached)
        router = Router(self.doors(), self.surface, self.people)
        self.server = TeamsServer(self.gatekeeper, router)

    def doors(self) -> TeamsDoors:
        return TeamsDoors(
            hear=self._hear,
            person=self.people.person,
            understand=self._understand,
            command=self._command,
            about=self._about,
            opened=self.manners.opened,
            line=self._line,
            changes=self._changes,
            asks=self._asks,
            left=self._left,
            back=self._back,
        )

    async def start(self) -> None:
        """What Teams sends is answered from here on; Microsoft need not be there itself."""
        await self.people.begin(self.machine)
        if self.listening:
            self.runner = web.AppRunner(self.server.app(), access_log=None, shutdown_timeout=1)
            await self.runner.setup()
            await web.SockSite(self.runner, self.listening).start()
        self.tasks = [
            asyncio.create_task(self._arrive(), name="teams: arrive"),
            asyncio.create_task(self._look_after(), name="teams: look after people"),
        ]

    async def stop(self) -> None:
        """Nothing more is heard; what was heard is still shown."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, *self.errands, return_exceptions=True)
        await self.server.stop()
        if self.runner:
            await self.runner.cleanup()

    async def close(self) -> None:
        """After the courier has stopped: nothing is sent any more."""
        self.credentials.close()
        await self.connector.close()

    # Doors

    async def _hear(self, heard: Incoming) -> Answer:
        answer = await self.machine.hear_for_good(heard)
        stranger = heard.person.startswith(f"{TEAMS}:")
        return self._how_to_be_added(heard.person) if stranger else answer

    def _how_to_be_added(self, person: str) -> Answer:
        """In every language: nobody knows yet which they read."""
        words = say("common.how_to_be_added", address=person.rpartition("/")[2])
        dictionaries = self.shelf.current.dictionaries
        lines = tuple(dictionaries[language].read(words) for language in LANGUAGES)
        return Answer(lines, refused=True)

    def _understand(self, text: str) -> Action:
        return commands.understand(self.shelf.current, text) or self.manners.not_understood

    def _command(self, name: str) -> Action | None:
        places = enumerate(commands.shortcuts(self.shelf.current), 1)
        found = {f"shortcut_{place}": command for place, command in places}.get(name)
        return build(found.action, found.values) if found else None

    def _about(self, chosen: Chosen) -> Action | None:
        about = self.manners.about
        return about(chosen.link) if about and chosen.link else None

    async def _line(self, ref: str, line: Line) -> str:
        found = self.people.refs.get(ref)
        return self._read(line, found.language if found else "sv")

    async def _instead(self, address: str) -> str:
        return self._read(Line.NO_BUTTONS, self.people.language(address))

    def _read(self, line: Line, language: str) -> str:
        return self.shelf.current.dictionaries[language].read(say(f"common.{line}"))

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
        await self._guarded(self.keys.refresh())
        try:
            await self.credentials.get()
        except Exception as no:
            log.warning("Teams: %s", no)

    async def _look_after(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self._guarded(self.people.refresh())

    def _language_chosen(self, done: Decision) -> None:
        """Wherever it was: the lines of the surface itself follow."""
        if done.what == self.manners.speak("sv").wire_name and done.outcome == "done":
            self.errands.add(task := asyncio.create_task(self._guarded(self.people.refresh())))
            task.add_done_callback(self.errands.discard)

    async def _guarded(self, work: Awaitable[Any]) -> None:
        """What fails here harms no call: it is tried again at the next look."""
        try:
            await work
        except Exception as no:
            log.warning("what is known of people in Teams is not read anew: %s", no)
