"""The bot as `benchmarks.teams` measures it: one process, everything real but Microsoft.

    python -m benchmarks.teams_bot MICROSOFT FOLDER OFFICES [--idle]

TeamsHouse, Machine, all handlers, an SQLite file with fsync on every commit. The people are the
demo agency's and those of OFFICES further offices. --idle: what is heard is answered without a
machine, so that the surface's own share can be seen.
"""

import argparse
import asyncio
import socket
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

import handlers
from benchmarks import bots
from benchmarks.slack_bot import more_offices
from bot import assembly
from bot.clock import wall
from bot.command_line import MANNERS
from bot.events import Answer, Incoming
from bot.house import reason
from bot.machine import Machine
from bot.pace import Pace
from bot.settings import Settings
from bot.teams_house import TeamsHouse
from bot.troubles import Troubles
from bot.writer import ThreadWriter
from storage.database import connect
from storage.people import everybody
from tests.teams.hands import entra
from tests.teams.microsoft import APP, TENANT

KEPT = {"person", "roster_slot", "conversation", "edition"}


class Bot:
    def __init__(self, microsoft: str, folder: Path, offices: int, idle: bool) -> None:
        packs = [assembly.BASE, assembly.DEMO, *more_offices(folder, offices)]
        shelf = assembly.shelf(packs, handlers.ALL)
        database = connect(f"sqlite:///{folder / 'kollega.db'}")
        engine = assembly.engine(database, handlers.ALL, shelf, ["teams"], wall())
        with engine.sessions() as session:
            for person in everybody(session):
                person.addresses = {"teams": entra(person.ref)}
            session.commit()
        known = Settings(
            teams_app_id=APP,
            teams_app_secret=SecretStr("invented"),
            teams_tenants=TENANT,
            teams_metadata_url=f"{microsoft}/openid",
            teams_service_url=f"{microsoft}/teams/",
        )
        self.house = TeamsHouse(known, shelf, None, token)
        self.house.surface.pace = Pace()  # Teams' limits are left out: it is our cost that counts
        self.machine = Machine(engine, {"teams": self.house.surface}, ThreadWriter())
        self.house.join(self.machine, MANNERS, Troubles(self.machine, MANNERS.unreached, reason))
        if idle:
            object.__setattr__(self.house.server.router.doors, "hear", nothing)

    def app(self) -> web.Application:
        app = self.house.server.app()
        app.router.add_get("/stats", self.stats)
        app.router.add_get("/clear", self.clear)
        return app

    async def stats(self, _: web.Request) -> web.Response:
        return bots.used(len(self.machine.courier.tasks) + len(self.house.server.router.errands))

    async def clear(self, _: web.Request) -> web.Response:
        return await bots.clear(self.machine, KEPT)


def token() -> dict[str, object]:
    return {"access_token": "token-1", "expires_in": 3600}


async def nothing(_: Incoming) -> Answer:
    return Answer()


async def serve(asked: argparse.Namespace) -> None:
    bot = Bot(asked.microsoft, asked.folder, asked.offices, asked.idle)
    listening = socket.create_server(("127.0.0.1", 0))
    await bot.house.start()
    runner = web.AppRunner(bot.app(), access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    bot.machine.start()
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("microsoft")
    parser.add_argument("folder", type=Path)
    parser.add_argument("offices", type=int)
    parser.add_argument("--idle", action="store_true")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
