"""What every platform's part of a running bot does: it hears, says its few lines, and looks after
what it knows of people.

The platform may be away when we start, and for as long as it likes: nothing here waits for it.
"""

import asyncio
import logging
import socket
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Coroutine
from enum import StrEnum
from typing import Any

from aiohttp import web

from bot import commands
from bot.actions import Action, build
from bot.content import Shelf
from bot.events import Answer, Decision, Incoming
from bot.machine import Machine
from bot.manners import Manners
from bot.platform_people import PlatformPeople
from bot.troubles import Troubles
from bot.words import LANGUAGES, Phrase, say

LOOK_SECONDS = 60.0
"""How old what we know of people may be."""


class PlatformHouse(ABC):
    """Made inside a running event loop. `listening` is the socket that requests come to."""

    people: PlatformPeople

    def __init__(self, shelf: Shelf, listening: socket.socket | None) -> None:
        self.shelf, self.listening = shelf, listening
        self.runner: web.AppRunner | None = None
        self.tasks: list[asyncio.Task[None]] = []
        self.errands: set[asyncio.Task[None]] = set()

    def join(self, machine: Machine, manners: Manners, troubles: Troubles) -> None:
        self.machine, self.manners, self.troubles = machine, manners, troubles
        machine.observers.append(self._language_chosen)

    @abstractmethod
    def app(self) -> web.Application:
        """What answers the platform's requests."""

    @abstractmethod
    async def begin(self) -> None:
        """What must be known before anything is heard."""

    @abstractmethod
    def cares(self) -> dict[str, Coroutine[Any, Any, None]]:
        """What runs beside, by name, for as long as the house stands."""

    @abstractmethod
    async def stop_hearing(self) -> None: ...

    @abstractmethod
    def address(self, stranger: str) -> str:
        """What an administrator must write down for a stranger, whose ref the platform made up."""

    async def start(self) -> None:
        """What the platform sends is answered from here on; it need not be there itself."""
        await self.begin()
        if self.listening:
            self.runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=1)
            await self.runner.setup()
            await web.SockSite(self.runner, self.listening).start()
        self.tasks = [
            asyncio.create_task(care, name=f"{self.people.surface}: {name}")
            for name, care in self.cares().items()
        ]

    async def stop(self) -> None:
        """Nothing more is heard; what was heard is still shown."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, *self.errands, return_exceptions=True)
        await self.stop_hearing()
        if self.runner:
            await self.runner.cleanup()

    # Doors that are alike

    async def hear(self, heard: Incoming) -> Answer:
        answer = await self.machine.hear_for_good(heard)
        stranger = heard.person.startswith(f"{self.people.surface}:")
        return self._how_to_be_added(heard.person) if stranger else answer

    def _how_to_be_added(self, stranger: str) -> Answer:
        words = say("common.how_to_be_added", address=self.address(stranger))
        return Answer(self.in_every_language(words), refused=True)

    def in_every_language(self, words: Phrase) -> tuple[str, ...]:
        """For somebody of whom nobody knows yet which they read."""
        dictionaries = self.shelf.current.dictionaries
        return tuple(dictionaries[language].read(words) for language in LANGUAGES)

    def understand(self, text: str) -> Action:
        return commands.understand(self.shelf.current, text) or self.manners.not_understood

    def shortcut(self, name: str) -> Action | None:
        """The platform's own command without words, as its manifest numbers them."""
        places = enumerate(commands.shortcuts(self.shelf.current), 1)
        found = {f"shortcut_{place}": command for place, command in places}.get(name)
        return build(found.action, found.values) if found else None

    def about(self, link: str) -> Action | None:
        """Somebody chose a message, which stands here."""
        about = self.manners.about
        return about(link) if about and link else None

    async def line(self, ref: str, line: StrEnum) -> str:
        """One of the surface's own sentences, to a person ("" if unknown)."""
        found = self.people.refs.get(ref)
        return self.read(line, found.language if found else "sv")

    def read(self, line: StrEnum, language: str) -> str:
        return self.shelf.current.dictionaries[language].read(say(f"common.{line}"))

    def _language_chosen(self, done: Decision) -> None:
        """Wherever it was: the lines of the surface itself follow."""
        if self.manners.language_changes(done.what) and done.outcome == "done":
            work = guarded(self.people.refresh(), self.people.surface)
            self.errands.add(task := asyncio.create_task(work))
            task.add_done_callback(self.errands.discard)


async def guarded(work: Awaitable[Any], surface: str) -> None:
    """What fails here harms no call: it is tried again at the next look."""
    try:
        await work
    except Exception as no:
        log = logging.getLogger(f"kollega.{surface}")
        log.warning("what is known of people is not read anew: %s", no or type(no).__name__)
