"""The bot as `benchmarks.slack` measures it: one process, everything real but Slack and its pace.

    python -m benchmarks.slack_bot SLACK PORT FOLDER [--offices N] [--inline] [--database URL]

aiohttp, SlackServer, SlackSurface, Machine, all handlers, an SQLite file with fsync on every
commit, or another store. The people are the demo agency's and, with --offices, N further offices
with one presser and two responders each. --inline: the database work stays on the event loop's
thread, so that one profiler sees all of it.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from cProfile import Profile
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from aiohttp import web
from sqlmodel import Session

import handlers
from benchmarks import bots, slack_parts
from benchmarks.bots import Seat
from bot import assembly, commands
from bot.actions import Action, build
from bot.content import Shelf
from bot.machine import Machine
from bot.pace import Pace
from bot.slack_sheets import Sheets
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Line, Noticed, Pass, SlackDoors, User
from bot.surfaces.slack.server import SlackServer
from bot.surfaces.slack.surface import SlackSurface
from handlers.home import NotUnderstood, OpenHome
from storage.people import everybody

Result = TypeVar("Result")

SECRET, TOKEN = "secret", "xoxb-invented"
KEPT = {"person", "roster_slot", "replica"}
UNLIMITED = Pace()
"""Slack's limits are left out, as the floor has none: it is our own cost that is measured."""


class InlineWriter:
    async def do(self, work: Callable[[], Result]) -> Result:
        return work()

    def close(self) -> None: ...


class Bot:
    def __init__(self, slack: str, folder: Path, offices: int, inline: bool, url: str) -> None:
        packs = [assembly.BASE, assembly.DEMO, *(more_offices(folder, offices) if offices else [])]
        self.shelf = assembly.shelf(packs, handlers.ALL)
        self.seat = Seat(url, self.shelf, ["slack"])
        with self.seat.engine.sessions() as session:
            self.refs = hire(session)
        api = SlackApi(f"{slack}/api/", token)
        surface = SlackSurface(api, lambda _: line("", Line.NO_BUTTONS), pace=UNLIMITED)
        self.machine = self.seat.machine({"slack": surface}, InlineWriter() if inline else None)
        self.server = SlackServer(doors(self.shelf, self.machine, self.refs), api, SECRET)
        self.profile = Profile(time.thread_time)

    def app(self) -> web.Application:
        app = self.server.app()
        for path, answer in (
            ("/stats", self.stats),
            ("/clear", self.clear),
            ("/profile/begin", self.begin),
            ("/profile/end", self.end),
        ):
            app.router.add_get(path, answer)
        return app

    async def stats(self, _: web.Request) -> web.Response:
        return bots.used(len(self.machine.courier.tasks) + len(self.server.router.errands))

    async def clear(self, _: web.Request) -> web.Response:
        return await bots.clear(self.machine, KEPT)

    async def begin(self, _: web.Request) -> web.Response:
        self.profile.enable()
        return web.Response()

    async def end(self, _: web.Request) -> web.Response:
        self.profile.disable()
        return web.json_response(slack_parts.tell(self.profile))


def more_offices(folder: Path, count: int) -> list[Path]:
    """Offices like the demo's, where whoever is near is asked."""
    pattern = (assembly.DEMO / "sites" / "ostersund.yaml").read_text("utf-8")
    for name in "sites", "people":
        (folder / "offices" / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / "offices" / "sites" / f"office-{number}.yaml").write_text(pattern, "utf-8")
    staff = "".join(staff_of(number) for number in range(count))
    (folder / "offices" / "people" / "offices.yaml").write_text(staff, "utf-8")
    return [folder / "offices"]


def staff_of(office: int) -> str:
    """One who presses, and two who are near."""
    roles = {"press": "handler", "first": "responder", "second": "responder"}
    return "".join(
        f"- {{id: {who}-{office}, name: {who}-{office}, languages: [sv], roles: [{role}], "
        f"unit: Kundcenter, site: office-{office}, place: {{sv: plats 1, en: seat 1}}, "
        "area: zon A, addresses: {}}\n"
        for who, role in roles.items()
    )


def hire(session: Session) -> dict[str, str]:
    """Everybody gets a Slack id; whom it belongs to is returned."""
    refs = {}
    for person in everybody(session):
        person.addresses = {"slack": f"U0{person.ref.upper()}"}
        refs[person.addresses["slack"]] = person.ref
    session.commit()
    return refs


def doors(shelf: Shelf, machine: Machine, refs: dict[str, str]) -> SlackDoors:
    found = enumerate(commands.shortcuts(shelf.current), 1)
    shortcuts = {f"shortcut_{place}": command for place, command in found}

    def shortcut(callback_id: str) -> Action | None:
        command = shortcuts.get(callback_id)
        return build(command.action, command.values) if command else None

    async def person(user: User) -> str | None:
        return refs.get(user.id)

    async def authorize(_: str, __: str) -> Pass | None:
        return Pass(TOKEN)

    async def noticed(_: Noticed) -> None: ...

    return SlackDoors(
        hear=machine.hear,
        person=person,
        understand=lambda text: commands.understand(shelf.current, text) or NotUnderstood(),
        shortcut=shortcut,
        report=lambda _: None,
        opened=OpenHome(),
        line=line,
        authorize=authorize,
        noticed=noticed,
        sheets=Sheets(machine, "slack"),
        blank=Sheets(machine, "slack").blank,
    )


async def token(_: str) -> str:
    return TOKEN


async def line(_: str, which: StrEnum) -> str:
    return f"({which})"


async def serve(asked: argparse.Namespace) -> None:
    url = asked.database or f"sqlite:///{asked.folder / 'kollega.db'}"
    bot = Bot(asked.slack, asked.folder, asked.offices, asked.inline, url)
    runner = web.AppRunner(bot.app(), access_log=None)
    await runner.setup()
    bot.seat.start()
    await web.TCPSite(runner, "127.0.0.1", asked.port).start()
    await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("slack")
    parser.add_argument("port", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--offices", type=int, default=0)
    parser.add_argument("--inline", action="store_true")
    parser.add_argument("--database")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
