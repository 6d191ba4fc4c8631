"""The stage in Slack: the same vocabulary as `tests.stage`, over real sockets on loopback.

Everything is real but the machine's clock, which is moved by hand: engine, courier, slack-bolt,
slack_sdk, HTTP. So time passes in jumps, from one thing that falls due to the next, and after
each the stage waits until nothing is under way any more.

Any story of `tests.stage` can be told here too, with one line: see `tests.slack.stories`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from aiohttp import ClientSession, web
from sqlalchemy import Engine as Database
from sqlmodel import col, select

import handlers
from bot import assembly, commands
from bot.actions import Action, build
from bot.courier import Trouble
from bot.events import Answer, Decision, Incoming
from bot.machine import Machine
from bot.slack_sheets import Sheets
from bot.surfaces.slack.api import ANSWER_SECONDS, SlackApi
from bot.surfaces.slack.doors import Chosen, Line, Noticed, Pass, Presence, SlackDoors, User
from bot.surfaces.slack.server import PATH, SlackServer
from bot.surfaces.slack.surface import SlackSurface
from bot.writer import ThreadWriter
from handlers.home import NotUnderstood, OpenHome
from storage.people import everybody
from storage.queue import Delivery
from tests.databases import fresh_database
from tests.slack.actor import SlackActor, slack_id
from tests.slack.fake import FakeSlack
from tests.slack.hands import Hands
from tests.slack.memory import Message
from tests.stage import demo_shelf
from tests.virtual import START

Result = TypeVar("Result")

SECRET = "invented"
PATIENCE = 20.0
"""Seconds of real time in which everything under way must have come to rest."""


class FaultyWriter(ThreadWriter):
    """A store that takes nothing for so many turns."""

    broken = 0

    async def do(self, work: Callable[[], Result]) -> Result:
        if self.broken:
            self.broken -= 1
            raise OSError("the disk is away")
        return await super().do(work)


class SlackStage:
    def __init__(
        self,
        language: str = "sv",
        socket: bool = False,
        database: Database | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self.language, self.socket, self.patience = language, socket, patience
        self.loop = asyncio.new_event_loop()
        self.at = START
        self.database = database or fresh_database()
        self.decisions: list[Decision] = []
        self.troubles: list[Trouble] = []
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
        self.api = SlackApi(f"{self.slack.url}/api/", self._token, self.patience)
        self.surface = SlackSurface(self.api, self._no_buttons, self.gone.__contains__)
        self.machine = Machine(engine, {"slack": self.surface}, self.writer, self.now)
        self.machine.courier.first_pause = 0.05
        self.machine.courier.observers.append(self.troubles.append)
        self.machine.observers.append(self.decisions.append)
        self.server = SlackServer(self.doors(), self.api, SECRET, self.slack.memory.app_token)
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

    async def _line(self, ref: str, line: Line) -> str:
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

    def now(self) -> datetime:
        return self.at

    def dies(self) -> None:
        """The process is gone: whatever it had in memory and had not committed is lost."""
        self.run(self._dies())

    async def _dies(self) -> None:
        tasks = [*self.machine.tasks, *self.machine.courier.tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.server.stop()
        await self.runner.cleanup()
        await self.api.close()
        self.writer.close()

    def restarts(self) -> None:
        self.dies()
        self.start()
        self.run(self.quiet())

    def passes(self, **time: float) -> None:
        """Let time pass, and everything that falls due along the way happen at its own time."""
        minutes = time.get("minutes", 0) + 60 * time.get("hours", 0)
        until = self.at + timedelta(seconds=time.get("seconds", 0), minutes=minutes)
        self.run(self._pass(until))

    async def _pass(self, until: datetime) -> None:
        await self.quiet()
        while (due := await self.machine.clock.next_due()) is not None and due <= until:
            self._move(max(self.at, due))
            await self.machine.clock.catch_up()
            await self.quiet()
        self._move(until)
        self.machine.clock.wake()
        await self.quiet()

    def _move(self, to: datetime) -> None:
        """The clock jumps, and both sides' patience with each other has grown meanwhile."""
        passed = (to - self.at).total_seconds()
        gate = self.machine.courier.gates["slack"]
        ours = [*gate.addresses.values(), *gate.kinds.values()]
        ours += [gate.surface] if gate.surface else []
        for bucket in ours:
            bucket.at -= passed
        for patience in self.slack.memory.buckets.values():
            patience.at -= passed
        self.at = to

    def forwards(self) -> None:
        """To the next thing that falls due."""
        due = self.machine.engine.next_due()
        assert due, "nothing will fall due"
        self.passes(seconds=(due - self.now()).total_seconds())

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def does(self, *works: Awaitable[None]) -> None:
        """People do this, at the same time; then wait until nothing is under way."""

        async def all_of_it() -> None:
            await asyncio.gather(*works)
            await self.quiet()

        self.run(all_of_it())

    async def quiet(self) -> None:
        try:
            await self.until(self._resting)
        except TimeoutError:
            due = await self.machine.clock.next_due()
            tasks = [task.get_name() for task in self.machine.courier.tasks.values()]
            raise AssertionError(
                f"still busy at {self.now()}: {tasks}, errands {self.server.router.errands}, "
                f"calls {self.slack.busy}, due {due}, owed {await self.writer.do(self.owed)}"
            ) from None

    async def until(self, condition: Callable[[], Awaitable[bool]]) -> None:
        """Poll, for a bounded time; never sleep for luck."""
        async with asyncio.timeout(PATIENCE):
            while not await condition():  # noqa: ASYNC110  (it is the world that we wait for)
                await asyncio.sleep(0.002)

    async def _resting(self) -> bool:
        if self.machine.courier.tasks or self.server.router.errands or self.slack.busy:
            return False
        due = await self.machine.clock.next_due()
        return (due is None or due > self.now()) and not await self.writer.do(self.owed)

    def owed(self) -> list[Delivery]:
        """What has been decided and not yet been delivered (or given up)."""
        with self.machine.engine.sessions() as session:
            waiting = select(Delivery).where(col(Delivery.given_up).is_(None))
            return list(session.exec(waiting))

    def breaks_store(self, turns: int) -> None:
        """The store takes nothing of the next so many requests of Slack."""
        self.store_away = turns

    async def _hear(self, heard: Incoming) -> Answer:
        if self.store_away:
            self.store_away -= 1
            self.writer.broken = 1
        return await self.machine.hear(heard)

    def waits_for(self, condition: Callable[[], bool]) -> None:
        async def holds() -> bool:
            return condition()

        self.run(self.until(holds))

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

    def close(self) -> None:
        self.dies()
        self.run(self.hands.session.close())
        self.run(self.slack.stop())
        self.run(self.loop.shutdown_asyncgens())
        self.loop.close()
        self.database.dispose()
