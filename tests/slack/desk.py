"""A desk: slack-bolt, our router and the fake Slack, with whatever answer a test wants to give."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from aiohttp import ClientSession, web

from bot.actions import Action
from bot.events import Answer, Incoming
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Chosen, Noticed, Pass, Sheet, SlackDoors, User
from bot.surfaces.slack.server import PATH, SlackServer
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands
from tests.slack.memory import Message
from tests.toys import Count, Play

SECRET = "invented"
ANNA, BO = "U0ANNA", "U0BO"


@dataclass
class Drawer:
    """Sheets in memory: `wrote` is what was kept, in order."""

    laid: dict[str, tuple[str, Sheet]] = field(default_factory=dict)
    wrote: list[dict[str, str]] = field(default_factory=list)

    async def lay(self, ref: str, wire_name: str, payload: str) -> Sheet:
        for owner, one in self.laid.values():
            if (owner, one.wire_name, one.payload) == (ref, wire_name, payload):
                return one
        new = Sheet(f"sheet-{len(self.laid) + 1}", wire_name, payload, {})
        self.laid[new.id] = ref, new
        return new

    async def sheet(self, ref: str, id: str) -> Sheet | None:
        owner, found = self.laid.get(id, ("", None))
        return found if owner == ref else None

    async def keep(self, ref: str, id: str, inputs: Mapping[str, str]) -> None:
        if found := await self.sheet(ref, id):
            self.laid[id] = ref, replace(found, inputs=inputs)
            self.wrote.append(dict(inputs))

    async def clear(self, ref: str, id: str) -> None:
        if await self.sheet(ref, id):
            del self.laid[id]


@dataclass
class Desk:
    """`answer` is what everything that is heard is answered with."""

    answer: Answer = field(default_factory=Answer)
    heard: list[Incoming] = field(default_factory=list)
    noticed: list[Noticed] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)
    hear: Callable[[Incoming], Awaitable[Answer]] | None = None
    authorize: Callable[[str, str], Awaitable[Pass | None]] | None = None
    report: Action | None = None
    socket: bool = False
    blanks: list[str] = field(default_factory=list)
    sheets: Drawer = field(default_factory=Drawer)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def open(self) -> "Desk":
        self.slack = FakeSlack()
        await self.slack.start()
        self.slack.memory.add(ANNA, BO)
        self.slack.memory.channels = {"D0ANNA": [], "D0BO": [], "C0KONTOR": []}
        self.api = SlackApi(f"{self.slack.url}/api/", self._token)
        self.server = SlackServer(self.doors(), self.api, SECRET, self.slack.memory.app_token)
        self.runner = web.AppRunner(self.server.app(), access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.hands = Hands(self.slack, ClientSession(), SECRET, f"{self.url}{PATH}", self.socket)
        if self.socket:
            await self.server.connect()
        return self

    async def close(self) -> None:
        await self.server.stop()
        await self.runner.cleanup()
        await self.api.close()
        await self.hands.session.close()
        await self.slack.stop()

    def doors(self) -> SlackDoors:
        shortcuts: dict[str, Action] = {"shortcut_1": Count(1)}
        return SlackDoors(
            hear=self._hear,
            person=self._person,
            understand=lambda text: None if text == "?" else Play(text),
            shortcut=shortcuts.get,
            report=self._report,
            opened=Play("opened"),
            line=self._line,
            authorize=self.authorize or self._authorize,
            noticed=self._notice,
            sheets=self.sheets,
            blank=self._blank,
        )

    async def errands(self) -> None:
        """Until everything that comes after the acknowledgement is done."""
        while self.server.router.errands:
            await asyncio.wait(self.server.router.errands)

    def posted(self, user: str) -> list[str]:
        return [message.text for message in self.slack.memory.channels[f"D0{user[2:]}"]]

    def whispered(self, user: str) -> list[str]:
        return self.slack.memory.whispers.get(user, [])

    def message(self, user: str) -> Message:
        found = Message(f"D0{user[2:]}", self.slack.memory.ts(), "Hej", [], None)
        self.slack.memory.channels[found.channel].append(found)
        return found

    async def _hear(self, heard: Incoming) -> Answer:
        self.heard.append(heard)
        return await self.hear(heard) if self.hear else self.answer

    async def _token(self, team: str) -> str:
        return self.slack.memory.token

    async def _person(self, user: User) -> str | None:
        return {ANNA: "anna"}.get(user.id)

    async def _blank(self, ref: str) -> None:
        self.blanks.append(ref)

    def _report(self, chosen: Chosen) -> Action | None:
        self.chosen.append(chosen)
        return self.report

    async def _line(self, ref: str, line: StrEnum) -> str:
        return f"{ref}: {line}"

    async def _authorize(self, team: str, enterprise: str) -> Pass | None:
        return Pass(self.slack.memory.token) if team == "T0KOLLEGA" else None

    async def _notice(self, noticed: Noticed) -> None:
        self.noticed.append(noticed)


BUTTON: dict[str, Any] = {
    "type": "button",
    "action_id": "toy.count#0",
    "value": '{"number":7}',
    "text": {"type": "plain_text", "text": "Ja"},
}
