"""An office: the running bot as `kollega serve` builds it, in this process, beside a fake Slack."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession
from sqlmodel import Session, col, select

import handlers
from bot import assembly, serving
from bot.command_line import MANNERS
from bot.house import House, build_house
from bot.slack_house import SlackHouse
from bot.surfaces.slack.server import PATH
from storage.deliveries import Delivery
from storage.unreached import Unreached
from tests.loopback import UNHURRIED
from tests.slack.actor import slack_id
from tests.slack.agency import SECRET, leading_to, populate
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands
from tests.stage import readable

PATIENCE = 4.0


@dataclass
class Office:
    """`url` is the database's; who has an address in Slack has an account there."""

    pack: Path
    url: str
    socket: bool = False
    allowed: str = ""
    slack: FakeSlack = field(default_factory=FakeSlack)

    async def open(self) -> "Office":
        await self.slack.start()
        populate(self.slack, self.pack)
        self.hands = Hands(self.slack, ClientSession(), SECRET, socket=self.socket)
        await self.starts()
        return self

    async def starts(self) -> None:
        shelf = assembly.shelf([assembly.BASE, self.pack], handlers.ALL)
        self.listening = None if self.socket else socket.create_server(("127.0.0.1", 0))
        known = leading_to(self.slack, self.socket, self.allowed)
        self.ours = SlackHouse(known, shelf, self.listening)
        self.house: House = build_house(self.url, shelf, handlers.ALL, MANNERS, slack=self.ours)
        self.ours.server.router.patience = UNHURRIED
        self.house.machine.start()
        await self.ours.start()
        if self.listening:
            self.hands.bot = f"http://127.0.0.1:{self.listening.getsockname()[1]}{PATH}"

    async def stops(self) -> None:
        await serving.stop(self.house)
        if self.listening:
            self.listening.close()
        with self.session() as session:
            session.get_bind().engine.dispose()

    async def restarts(self) -> None:
        await self.stops()
        await self.starts()

    async def close(self) -> None:
        await self.stops()
        await self.hands.session.close()
        await self.slack.stop()

    def session(self) -> Session:
        found = self.house.machine.engine.sessions()
        assert isinstance(found, Session)
        return found

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110  (it is the world that we wait for)
                await asyncio.sleep(0.005)

    async def presses(self, ref: str, place: int) -> None:
        await self.hands.shortcut(slack_id(ref), f"shortcut_{place}")

    async def sees(self, ref: str, text: str) -> None:
        """In Slack, sooner or later."""
        try:
            await self.until(lambda: any(text in line for line in self.lines(ref)))
        except TimeoutError:
            raise AssertionError(f"{ref} sees {self.lines(ref)}") from None

    def lines(self, ref: str) -> list[str]:
        messages = self.slack.memory.channels.get(f"D0{ref.upper()}", [])
        shown = [line for m in messages for line in readable({"text": m.text, "b": m.blocks})]
        return [*shown, *self.slack.memory.whispers.get(slack_id(ref), [])]

    async def reads(self, ref: str, text: str) -> None:
        """In the workspace, sooner or later."""
        await self.until(lambda: any(text in line for line in self.page(ref)))

    def page(self, ref: str) -> list[str]:
        messages = self.house.workspace.screens.messages.values()
        return [line for m in messages if m.to == ref for line in readable(m.slack)]

    def noted(self, ref: str) -> Unreached | None:
        with self.session() as session:
            return session.get(Unreached, ("slack", ref))

    def given_up(self) -> list[str]:
        with self.session() as session:
            rows = session.exec(select(Delivery).where(col(Delivery.given_up).is_not(None)))
            return [row.slot for row in rows]
