"""Slack's part of a running bot: its surface, its doors, its listener, and what looks after them.

Slack may be away when we start, and for as long as it likes: nothing here waits for it.
"""

import asyncio
import socket

from aiohttp import web
from pydantic import SecretStr

from bot import commands, feeds
from bot.actions import Action, build
from bot.content import Shelf
from bot.courier import Trouble
from bot.events import Answer, Decision, Incoming
from bot.machine import Machine
from bot.manners import Manners
from bot.slack_care import Care, guarded
from bot.slack_news import SlackNews
from bot.slack_people import SLACK, SlackPeople
from bot.slack_sheets import Sheets
from bot.slack_units import SlackUnits
from bot.slack_workspaces import Workspaces
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Chosen, Line, SlackDoors
from bot.surfaces.slack.installing import Installing, Said
from bot.surfaces.slack.oauth import Client
from bot.surfaces.slack.reasons import GONE_APP, PLACE_GONE
from bot.surfaces.slack.server import SlackServer
from bot.surfaces.slack.settings import SlackSettings
from bot.surfaces.slack.surface import SlackSurface
from bot.surfaces.slack.visit import Visit
from bot.troubles import Troubles
from bot.words import LANGUAGES, say


class SlackHouse:
    """Made inside a running event loop. `listening` is the socket that Slack's requests come to."""

    def __init__(
        self, known: SlackSettings, shelf: Shelf, listening: socket.socket | None = None
    ) -> None:
        self.shelf, self.listening = shelf, listening
        self.app_token = secret(known.slack_app_token)
        self.signing_secret = secret(known.slack_signing_secret)
        self.workspaces = Workspaces(
            secret(known.slack_bot_token), client(known), known.slack_allowed, self._lost
        )
        self.api = SlackApi(known.slack_api_base, self.workspaces.token)
        self.people = SlackPeople(shelf, self.workspaces)
        self.surface = SlackSurface(self.api, self._instead, self.people.left)
        self.runner: web.AppRunner | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.errands: set[asyncio.Task[None]] = set()

    @property
    def visit(self) -> Visit | None:
        """The workspace of the token in the settings, once Slack has told which it is."""
        return self.workspaces.visit

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        self.machine, self.manners, self.troubles = machine, manners, troubles
        machine.observers.append(self._language_chosen)
        self.workspaces.begin(machine, self.api)
        self.sheets = Sheets(machine, SLACK)
        self.units = SlackUnits(self.shelf, self.people, self.workspaces, manners)
        self.news = SlackNews(self.people, self.units, self.workspaces, machine, manners, troubles)
        self.server = SlackServer(
            self.doors(), self.api, self.signing_secret, self.app_token, self._installing()
        )
        self.care = Care(
            self.api,
            self.server,
            self.workspaces,
            self.people,
            self.units,
            self.news,
            self.sheets,
            troubles,
        )

    def doors(self) -> SlackDoors:
        return SlackDoors(
            hear=self._hear,
            person=self.people.person,
            understand=self._understand,
            shortcut=self._shortcut,
            report=self._report,
            opened=self.manners.opened,
            line=self._line,
            authorize=self.workspaces.authorize,
            noticed=self.news.take,
            sheets=self.sheets,
            blank=self.sheets.blank,
        )

    async def start(self) -> None:
        """What Slack sends is answered from here on; it need not be there itself."""
        await self.people.begin(self.machine)
        self.units.begin(self.machine)
        await self.news.begin()
        if self.listening:
            app = self.server.app()
            feeds.add(app, self.machine)
            self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            await self.runner.setup()
            await web.SockSite(self.runner, self.listening).start()
        self.tasks = [
            asyncio.create_task(self.care.arrive(), name="slack: arrive"),
            asyncio.create_task(self.care.look_after(), name="slack: look after people"),
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
        await self.api.close()

    # Doors

    async def _hear(self, heard: Incoming) -> Answer:
        answer = await self.machine.hear_for_good(heard)
        stranger = heard.person.startswith(f"{SLACK}:")
        return self._how_to_be_added(heard.person) if stranger else answer

    def _how_to_be_added(self, person: str) -> Answer:
        """In every language: nobody knows yet which they read."""
        place, _, user = person.removeprefix(f"{SLACK}:").partition("/")
        address = user if self.workspaces.alone(place) else f"{place}/{user}"
        words = say("common.how_to_be_added", address=address)
        dictionaries = self.shelf.current.dictionaries
        lines = tuple(dictionaries[language].read(words) for language in LANGUAGES)
        return Answer(lines, refused=True)

    def _understand(self, text: str) -> Action:
        return commands.understand(self.shelf.current, text) or self.manners.not_understood

    def _shortcut(self, callback_id: str) -> Action | None:
        places = enumerate(commands.shortcuts(self.shelf.current), 1)
        found = {f"shortcut_{place}": command for place, command in places}.get(callback_id)
        return build(found.action, found.values) if found else None

    def _report(self, chosen: Chosen) -> Action | None:
        about = self.manners.about
        return about(chosen.link) if about and chosen.link else None

    async def _line(self, ref: str, line: Line) -> str:
        found = self.people.refs.get(ref)
        return self._read(line, found.language if found else "sv")

    async def _instead(self, address: str) -> str:
        return self._read(Line.NO_BUTTONS, self.people.language(address))

    def _read(self, line: Line, language: str) -> str:
        return self.shelf.current.dictionaries[language].read(say(f"common.{line}"))

    # Installing

    def _installing(self) -> Installing | None:
        known = self.workspaces
        if known.client is None:
            return None
        return Installing(
            self.api, known.client, known.set_out, known.arrive, known.let_in, self._page
        )

    def _page(self, said: Said) -> tuple[str, ...]:
        dictionaries = self.shelf.current.dictionaries
        words = say(f"installing.{said}")
        return tuple(dictionaries[language].read(words) for language in LANGUAGES)

    def _lost(self) -> None:
        """A token is dead and cannot be exchanged."""
        others = len(self.workspaces.teams()) > 1
        self.troubles(Trouble(SLACK, None, PLACE_GONE if others else GONE_APP))

    def _language_chosen(self, done: Decision) -> None:
        """Wherever it was: the lines of the surface itself follow."""
        if done.what == self.manners.speak("sv").wire_name and done.outcome == "done":
            self.errands.add(task := asyncio.create_task(guarded(self.people.refresh())))
            task.add_done_callback(self.errands.discard)


def client(known: SlackSettings) -> Client | None:
    if not known.slack_by_oauth:
        return None
    return Client(known.slack_client_id or "", secret(known.slack_client_secret))


def secret(written: SecretStr | None) -> str:
    return written.get_secret_value() if written else ""
