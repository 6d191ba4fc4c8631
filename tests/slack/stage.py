"""The stage in Slack: `tests.loopback` with slack-bolt, slack_sdk and a fake Slack.

Any story of `tests.stage` can be told here too, with one line: see `tests.stories`.
"""

from enum import StrEnum

from aiohttp import ClientSession, web
from sqlalchemy import Engine as Database

import handlers
from bot import assembly, commands
from bot.actions import Action, build
from bot.events import Answer, Incoming
from bot.machine import Machine
from bot.slack_sheets import Sheets
from bot.surfaces.slack.api import ANSWER_SECONDS, SlackApi
from bot.surfaces.slack.doors import Chosen, Line, Noticed, Pass, Presence, SlackDoors, User
from bot.surfaces.slack.server import PATH, SlackServer
from bot.surfaces.slack.surface import SlackSurface
from handlers.home import NotUnderstood, OpenHome
from storage.people import everybody
from tests.databases import fresh_database
from tests.loopback import UNHURRIED, FaultyWriter, LoopbackStage
from tests.slack.actor import SlackActor, slack_id
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands
from tests.slack.memory import Message
from tests.stage import demo_shelf

SECRET = "invented"


class SlackStage(LoopbackStage):
    surface_name = "slack"

    def __init__(
        self,
        language: str = "sv",
        socket: bool = False,
        database: Database | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        super().__init__(language, database or fresh_database())
        self.socket, self.answer_seconds = socket, patience
        self.noticed: list[Noticed] = []
        self.gone: set[str] = set()
        self.refs: dict[str, str] = {}
        self.store_away = 0
        self.reported: Action | None = None
        self.slack = FakeSlack()
        self.run(self._open())
        self.start()

    async def _open(self) -> None:
        await self.slack.start()
        self.hands = Hands(self.slack, ClientSession(), SECRET, socket=self.socket)

    def start(self) -> None:
        """A bot on this store, as after a start of the process."""
        self.run(self._start())

    async def _start(self) -> None:
        self.writer = FaultyWriter()
        engine = assembly.engine(self.database, handlers.ALL, demo_shelf(), ["slack"], self.now())
        with engine.sessions() as session:
            for person in everybody(session):
                person.addresses = {"slack": slack_id(person.ref)}
                self.refs[slack_id(person.ref)] = person.ref
            session.commit()
        for user in self.refs:
            self.slack.memory.add(user)
            self.slack.memory.channels.setdefault(f"D0{user[2:]}", [])
        self.api = SlackApi(f"{self.slack.url}/api/", self._token, self.answer_seconds)
        self.surface = SlackSurface(self.api, self._no_buttons, self.gone.__contains__)
        self.machine = Machine(engine, {"slack": self.surface}, self.writer, self.now)
        self.watch()
        self.server = SlackServer(self.doors(), self.api, SECRET, self.slack.memory.app_token)
        self.server.router.patience = UNHURRIED
        await self._serve()
        self.machine.start()

    async def _serve(self) -> None:
        self.runner = web.AppRunner(self.server.app(), access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.hands.bot = f"http://127.0.0.1:{self.runner.addresses[0][1]}{PATH}"
        if self.socket:
            await self.server.connect()

    def doors(self) -> SlackDoors:
        def shortcut(callback_id: str) -> Action | None:
            names = {
                f"shortcut_{place}": command
                for place, command in enumerate(commands.shortcuts(demo_shelf().current), 1)
            }
            found = names.get(callback_id)
            return build(found.action, found.values) if found else None

        def understand(text: str) -> Action:
            return commands.understand(demo_shelf().current, text) or NotUnderstood()

        return SlackDoors(
            hear=self._hear,
            person=self._person,
            understand=understand,
            shortcut=shortcut,
            report=self._report,
            opened=OpenHome(),
            line=self._line,
            authorize=self._authorize,
            noticed=self._notice,
            sheets=Sheets(self.machine, "slack"),
            blank=Sheets(self.machine, "slack").blank,
        )

    async def _token(self, team: str) -> str:
        return self.slack.memory.token

    async def _no_buttons(self, address: str) -> str:
        return await self._line("", Line.NO_BUTTONS)

    async def _line(self, ref: str, line: StrEnum) -> str:
        return f"({line})"

    async def _person(self, user: User) -> str | None:
        return self.refs.get(user.id)

    def _report(self, chosen: Chosen) -> Action | None:
        return self.reported

    async def _authorize(self, team: str, enterprise: str) -> Pass | None:
        return Pass(self.slack.memory.token) if team == self.slack.memory.team else None

    async def _notice(self, noticed: Noticed) -> None:
        self.noticed.append(noticed)
        if isinstance(noticed, Presence) and noticed.deleted:
            self.gone.add(noticed.user)

    async def _dies(self) -> None:
        await self.kills()
        await self.server.stop()
        await self.runner.cleanup()
        await self.api.close()
        self.writer.close()

    def busy(self) -> str:
        errands = self.server.router.errands
        return f"errands {errands}, calls {self.slack.busy}" if errands or self.slack.busy else ""

    def patience(self, passed: float) -> None:
        for patience in self.slack.memory.buckets.values():
            patience.at -= passed

    def breaks_store(self, turns: int) -> None:
        """The store takes nothing of the next so many requests of Slack."""
        self.store_away = turns

    async def _hear(self, heard: Incoming) -> Answer:
        if self.store_away:
            self.store_away -= 1
            self.writer.broken = 1
        return await self.machine.hear(heard)

    def hears(self, person: str, wire_name: str, payload: str) -> None:
        """A forged button: what a client could send, whatever stands on its screen."""
        forged = {"type": "button", "action_id": f"{wire_name}#0", "value": payload}
        somewhere = Message(f"D0{person.upper()}", "1.1", "", [], None)
        self.does(self.hands.press(slack_id(person), forged, somewhere))

    def person(self, ref: str) -> SlackActor:
        actor = SlackActor(self, ref)
        actor.opens_home()
        actor.types("engelska" if self.language == "en" else "svenska")
        return actor

    def nothing_went_wrong(self) -> None:
        memory = self.slack.memory
        assert memory.doubles() == {}
        assert {call.answer for call in memory.calls} == {"ok"}
        assert memory.count("conversations.history") == memory.count("conversations.open") == 0
        assert self.troubles == []
        assert [told for told in self.hands.answers if told[1] != 200] == []

    def close(self) -> None:
        self.dies()
        self.run(self.hands.session.close())
        self.run(self.slack.stop())
        self.run(self.loop.shutdown_asyncgens())
        self.loop.close()
        self.database.dispose()
