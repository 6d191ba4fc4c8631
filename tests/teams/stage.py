"""The stage in Teams: `tests.loopback` with the bot's own Teams house and a fake Microsoft.

Any story of `tests.stage` can be told here too, with one line: see `tests.stories`.
"""

import socket

from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import Engine as Database

import handlers
from bot import assembly
from bot.command_line import MANNERS
from bot.house import reason
from bot.machine import Machine
from bot.settings import Settings
from bot.surfaces.teams.connector import ANSWER_SECONDS
from bot.surfaces.teams.server import PATH
from bot.teams_house import TeamsHouse
from bot.troubles import Troubles
from storage.people import everybody
from tests.databases import fresh_database
from tests.loopback import UNHURRIED, FaultyWriter, LoopbackStage
from tests.stage import demo_shelf
from tests.teams.actor import TeamsActor
from tests.teams.hands import Hands, entra
from tests.teams.microsoft import APP, SECRET, TENANT, FakeMicrosoft, Json, Message


def leading_to(microsoft: FakeMicrosoft) -> Settings:
    return Settings(
        teams_app_id=APP,
        teams_app_secret=SecretStr(SECRET),
        teams_tenants=TENANT,
        teams_authority=microsoft.authority or "https://127.0.0.1:9",
        teams_metadata_url=f"{microsoft.url}/openid",
        teams_service_url=microsoft.service,
    )


class TeamsStage(LoopbackStage):
    surface_name = "teams"

    def __init__(
        self,
        language: str = "sv",
        database: Database | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        super().__init__(language, database or fresh_database())
        self.answer_seconds = patience
        self.microsoft = FakeMicrosoft()
        self.run(self._open())
        self.start()

    async def _open(self) -> None:
        await self.microsoft.start()
        self.hands = Hands(self.microsoft, ClientSession())

    def start(self) -> None:
        self.run(self._start())

    async def _start(self) -> None:
        self.writer = FaultyWriter()
        engine = assembly.engine(self.database, handlers.ALL, demo_shelf(), ["teams"], self.now())
        with engine.sessions() as session:
            for person in everybody(session):
                person.addresses = {"teams": entra(person.ref)}
                self.microsoft.users.add(entra(person.ref))
            session.commit()
        self.listening = socket.create_server(("127.0.0.1", 0))
        known = leading_to(self.microsoft)
        self.house = TeamsHouse(
            known, demo_shelf(), self.listening, self._token, self.answer_seconds
        )
        self.machine = Machine(engine, {"teams": self.house.surface}, self.writer, self.now)
        self.watch()
        self.told = Troubles(self.machine, MANNERS.unreached, reason)
        self.machine.courier.observers.append(self.told)
        self.house.join(self.machine, MANNERS, self.told)
        self.house.server.router.patience = UNHURRIED
        await self.house.start()
        self.hands.bot = f"http://127.0.0.1:{self.listening.getsockname()[1]}{PATH}"
        self.machine.start()

    def _token(self) -> Json:
        return {"access_token": self.microsoft.token, "expires_in": 3600}

    async def _dies(self) -> None:
        await self.kills()
        await self.house.stop()
        await self.told.stop()
        await self.house.close()
        self.listening.close()
        self.writer.close()

    def busy(self) -> str:
        errands, told = self.house.server.router.errands, self.told.tasks
        calls = self.microsoft.busy
        return f"errands {errands}, calls {calls}, {told}" if errands or calls or told else ""

    def patience(self, passed: float) -> None:
        self.microsoft.skew += passed

    def page(self, user: str) -> str:
        """The message in which somebody's own page stands."""
        found = self.house.people.find(user)
        return found.page.rpartition("/")[2] if found else ""

    def hears(self, person: str, wire_name: str, payload: str) -> None:
        """A forged button: what a client could send, whatever stands on its screen."""
        forged = {"type": "Action.Execute", "verb": wire_name, "data": {"payload": payload}}
        user = entra(person)
        nowhere = Message("1", self.microsoft.conversation(user).id, {})
        self.does(self.hands.press(user, forged, nowhere))

    def person(self, ref: str) -> TeamsActor:
        actor = TeamsActor(self, ref)
        actor.opens_home()
        actor.types("engelska" if self.language == "en" else "svenska")
        return actor

    def nothing_went_wrong(self) -> None:
        assert {call.answer for call in self.microsoft.calls} == {"ok"}
        assert self.troubles == []
        assert {status for status, _ in self.hands.answers} <= {200}

    def close(self) -> None:
        self.dies()
        self.run(self.hands.session.close())
        self.run(self.microsoft.stop())
        self.run(self.loop.shutdown_asyncgens())
        self.loop.close()
        self.database.dispose()
