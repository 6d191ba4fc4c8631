"""Slack's part of a running bot: its surface, its doors, its listener, and what looks after them.

Slack may be away when we start, and for as long as it likes: nothing here waits for it.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, TypeVar

from aiohttp import web
from pydantic import SecretStr

from bot import commands, feeds
from bot.actions import Action, build
from bot.content import Shelf
from bot.courier import Trouble
from bot.events import Answer, Decision, Incoming
from bot.machine import Machine
from bot.manners import Manners
from bot.slack_news import SlackNews
from bot.slack_people import SLACK, SlackPeople
from bot.surfaces import ShutOut
from bot.surfaces.slack import poll
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Chosen, Line, Pass, SlackDoors
from bot.surfaces.slack.server import SlackServer
from bot.surfaces.slack.settings import SlackSettings
from bot.surfaces.slack.surface import SlackSurface
from bot.surfaces.slack.visit import Visit, may_connect, visit
from bot.troubles import Troubles
from bot.words import LANGUAGES, say

log = logging.getLogger("kollega.slack")

Result = TypeVar("Result")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
LOOK_SECONDS = 60.0
"""How old what we know of people may be."""
LOOKS_A_POLL = 15
"""How many looks pass between two polls of Slack itself."""


class SlackHouse:
    """Made inside a running event loop. `listening` is the socket that Slack's requests come to."""

    def __init__(
        self, known: SlackSettings, shelf: Shelf, listening: socket.socket | None = None
    ) -> None:
        self.shelf, self.listening = shelf, listening
        self.bot_token = secret(known.slack_bot_token)
        self.app_token = secret(known.slack_app_token)
        self.signing_secret = secret(known.slack_signing_secret)
        self.api = SlackApi(known.slack_api_base, self._token)
        self.people = SlackPeople()
        self.surface = SlackSurface(self.api, self._instead, self.people.left)
        self.visit: Visit | None = None
        self.runner: web.AppRunner | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.errands: set[asyncio.Task[None]] = set()

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        self.machine, self.manners, self.troubles = machine, manners, troubles
        machine.observers.append(self._language_chosen)
        self.news = SlackNews(self.people, machine, manners, troubles)
        self.server = SlackServer(self.doors(), self.api, self.signing_secret, self.app_token)

    def doors(self) -> SlackDoors:
        return SlackDoors(
            hear=self._hear,
            person=self.people.person,
            understand=self._understand,
            shortcut=self._shortcut,
            report=self._reported,
            opened=self.manners.opened,
            line=self._line,
            authorize=self._authorize,
            noticed=self.news.take,
        )

    def _reported(self, chosen: Chosen) -> Action:
        """Where the message stands, and not what it says."""
        return self.manners.reported(f"{chosen.channel}/{chosen.ts}")

    async def start(self) -> None:
        """What Slack sends is answered from here on; it need not be there itself."""
        await self.people.begin(self.machine)
        await self.news.begin()
        if self.listening:
            app = self.server.app()
            feeds.add(app, self.machine)
            self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
            await self.runner.setup()
            await web.SockSite(self.runner, self.listening).start()
        self.tasks = [
            asyncio.create_task(self._arrive(), name="slack: arrive"),
            asyncio.create_task(self._look_after(), name="slack: look after people"),
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
        words = say("common.how_to_be_added", address=person.rpartition("/")[2])
        dictionaries = self.shelf.current.dictionaries
        return Answer(tuple(dictionaries[language].read(words) for language in LANGUAGES))

    def _understand(self, text: str) -> Action:
        return commands.understand(self.shelf.current, text) or self.manners.not_understood

    def _shortcut(self, callback_id: str) -> Action | None:
        places = enumerate(commands.shortcuts(self.shelf.current), 1)
        found = {f"shortcut_{place}": command for place, command in places}.get(callback_id)
        return build(found.action, found.values) if found else None

    async def _line(self, ref: str, line: Line) -> str:
        found = self.people.refs.get(ref)
        return self._read(line, found.language if found else "sv")

    async def _instead(self, address: str) -> str:
        return self._read(Line.NO_BUTTONS, self.people.language(address))

    def _read(self, line: Line, language: str) -> str:
        return self.shelf.current.dictionaries[language].read(say(f"common.{line}"))

    async def _token(self, _: str) -> str:
        return self.bot_token

    async def _authorize(self, team: str) -> Pass | None:
        """One workspace. Until Slack has told which, its signature is enough: a press cannot
        wait for that."""
        if self.visit is None:
            return Pass(self.bot_token)
        if team != self.visit.team:
            return None
        return Pass(self.bot_token, self.visit.bot_user, self.visit.bot)

    # What looks after it

    async def _arrive(self) -> None:
        self.visit = await self._until_let_in(lambda: visit(self.api))
        if self.app_token:
            await self._until_let_in(lambda: may_connect(self.api, self.app_token))
            await self.server.connect()
        await self._guarded(self._poll())

    async def _until_let_in(self, ask: Callable[[], Awaitable[Result]]) -> Result:
        """Every reason is said once; one that a person must repair is told to them too."""
        pause, said = FIRST_PAUSE, ""
        while True:
            try:
                return await ask()
            except Exception as no:
                if str(no) != said:
                    log.warning("Slack: %s", no)
                if isinstance(no, ShutOut) and str(no) != said:
                    self.troubles(Trouble(SLACK, None, str(no)))
                said = str(no)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _look_after(self) -> None:
        for look in count(1):
            await asyncio.sleep(LOOK_SECONDS)
            await self._guarded(self.people.refresh())
            await self._guarded(self.news.look())
            if self.visit and look % LOOKS_A_POLL == 0:
                await self._guarded(self._poll())

    async def _poll(self) -> None:
        async for told in poll.everybody(self.api):
            await self.news.take(told)
        users = [address.rpartition("/")[2] for address in self.people.known]
        async for told in poll.quiet_times(self.api, users):
            await self.news.take(told)

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
            log.warning("what Slack knows of people is not read anew: %s", no or type(no).__name__)


def secret(written: SecretStr | None) -> str:
    return written.get_secret_value() if written else ""
