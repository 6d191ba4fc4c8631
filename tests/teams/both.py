"""An office that has both: Slack and Teams in one running bot, as `kollega serve` builds it."""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiohttp import ClientSession
from sqlmodel import Session

import handlers
from bot import assembly, serving
from bot.command_line import MANNERS
from bot.house import build_house
from bot.slack_house import SlackHouse
from bot.surfaces.slack.server import PATH as SLACK_PATH
from bot.surfaces.teams.server import PATH as TEAMS_PATH
from bot.teams_house import TeamsHouse
from storage.people import everybody
from tests.slack.actor import buttons, slack_id
from tests.slack.agency import SECRET, leading_to
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands as SlackHands
from tests.slack.memory import Message as SlackMessage
from tests.stage import readable
from tests.teams.actor import actions
from tests.teams.hands import Hands as TeamsHands
from tests.teams.hands import entra
from tests.teams.microsoft import FakeMicrosoft, Message
from tests.teams.stage import leading_to as leading_to_teams

PATIENCE = 5.0


@dataclass
class BothOffices:
    pack: Path
    url: str
    slack: FakeSlack = field(default_factory=FakeSlack)
    microsoft: FakeMicrosoft = field(default_factory=FakeMicrosoft)

    async def open(self) -> "BothOffices":
        await self.slack.start()
        await self.microsoft.start()
        shelf = assembly.shelf([assembly.BASE, self.pack], handlers.ALL)
        self.doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        ours = SlackHouse(leading_to(self.slack), shelf, self.doors[0])
        theirs = TeamsHouse(leading_to_teams(self.microsoft), shelf, self.doors[1], self._token)
        self.teams = theirs
        self.house = build_house(self.url, shelf, handlers.ALL, MANNERS, slack=ours, teams=theirs)
        with self.session() as session:
            for person in everybody(session):
                person.addresses = {
                    "slack": slack_id(person.ref),
                    "teams": entra(person.ref),
                    "workspace": person.ref,
                }
                self.slack.memory.add(slack_id(person.ref))
                self.slack.memory.channels[f"D0{person.ref.upper()}"] = []
                self.microsoft.users.add(entra(person.ref))
            session.commit()
        self.house.machine.start()
        await ours.start()
        await theirs.start()
        urls = [f"http://127.0.0.1:{door.getsockname()[1]}" for door in self.doors]
        self.session_ = ClientSession()
        self.in_slack = SlackHands(self.slack, self.session_, SECRET, f"{urls[0]}{SLACK_PATH}")
        self.in_teams = TeamsHands(self.microsoft, self.session_, f"{urls[1]}{TEAMS_PATH}")
        return self

    async def close(self) -> None:
        await serving.stop(self.house)
        for door in self.doors:
            door.close()
        with self.session() as session:
            session.get_bind().engine.dispose()
        await self.session_.close()
        await self.slack.stop()
        await self.microsoft.stop()

    def session(self) -> Session:
        found = self.house.machine.engine.sessions()
        assert isinstance(found, Session)
        return found

    def _token(self) -> dict[str, object]:
        return {"access_token": self.microsoft.token, "expires_in": 3600}

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not holds():  # noqa: ASYNC110  (it is the world that we wait for)
                await asyncio.sleep(0.005)

    async def sees(self, ref: str, text: str) -> None:
        """On both platforms, sooner or later."""
        for platform, lines in (("Slack", self.slack_lines), ("Teams", self.teams_lines)):
            try:
                await self.until(partial(self._stands, lines, ref, text))
            except TimeoutError:
                raise AssertionError(f"in {platform} {ref} sees {lines(ref)}") from None

    def _stands(self, lines: Callable[[str], list[str]], ref: str, text: str) -> bool:
        return any(text in one for one in lines(ref))

    def slack_lines(self, ref: str) -> list[str]:
        return [
            line
            for m in self._slack_messages(ref)
            for line in readable({"t": m.text, "b": m.blocks})
        ]

    def teams_lines(self, ref: str) -> list[str]:
        return [line for m in self._teams_messages(ref) for line in readable(m.said)]

    async def presses_in_slack(self, ref: str, label: str) -> None:
        found = [
            (one, m)
            for m in self._slack_messages(ref)
            for one in buttons({"b": m.blocks})
            if one["text"]["text"] == label
        ]
        element, message = found[-1]
        await self.in_slack.press(slack_id(ref), element, message)

    async def presses_in_teams(self, ref: str, label: str) -> None:
        found = [
            (one, m)
            for m in self._teams_messages(ref)
            for one in actions(m.said)
            if one["title"] == label
        ]
        action, message = found[-1]
        await self.in_teams.press(entra(ref), action, message)

    def _slack_messages(self, ref: str) -> list[SlackMessage]:
        return self.slack.memory.channels[f"D0{ref.upper()}"]

    def _teams_messages(self, ref: str) -> list[Message]:
        return self.microsoft.conversation(entra(ref)).messages
