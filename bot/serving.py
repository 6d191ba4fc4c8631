"""Serving: one process with the machine and its surfaces, until somebody stops it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot import assembly, commands, staff
from bot.actions import Action, build
from bot.cards import Card
from bot.clock import wall
from bot.content import Shelf
from bot.events import Decision, Incoming
from bot.features import Feature
from bot.machine import Machine
from bot.manners import Manners
from bot.surfaces import Surface
from bot.surfaces.slack.reasons import reason
from bot.surfaces.workspace.screens import Screens
from bot.surfaces.workspace.server import Doors, Workspace
from bot.surfaces.workspace.surface import WorkspaceSurface
from bot.troubles import Troubles
from bot.turn import Gone
from bot.world import told_views, world
from bot.writer import ThreadWriter
from storage.database import connect
from storage.people import person

if TYPE_CHECKING:  # its packages take half as long to read as everything else
    from bot.slack_house import SlackHouse

log = logging.getLogger("kollega")


@dataclass(frozen=True)
class Demo:
    """What only the demo can do: move its clock, kill the process, begin again."""

    forward: Callable[[Machine, float], Awaitable[None]]
    kill: Callable[[], None]
    reset: Callable[[], None]
    panes: tuple[str, ...]


@dataclass
class House:
    """A running bot, wired together."""

    shelf: Shelf
    machine: Machine
    workspace: Workspace
    troubles: Troubles
    slack: "SlackHouse | None" = None
    errands: set[asyncio.Task[None]] = field(default_factory=set)


def build_house(
    url: str,
    shelf: Shelf,
    features: Sequence[Feature],
    manners: Manners,
    now: Callable[[], datetime] = wall,
    journal: Path | None = None,
    demo: Demo | None = None,
    slack: "SlackHouse | None" = None,
) -> House:
    """Everything but the listening socket. Called inside a running event loop."""
    screens = Screens(journal)
    surfaces: dict[str, Surface] = {"workspace": WorkspaceSurface(screens, now)}
    if slack:
        surfaces["slack"] = slack.surface
    engine = assembly.engine(connect(url), features, shelf, list(surfaces), now())
    assembly.begin(engine, now())
    machine = Machine(engine, surfaces, ThreadWriter(), now)
    troubles = Troubles(machine, manners.unreached, reason)
    machine.courier.observers.append(troubles)
    if slack:
        slack.join(machine, manners, troubles)
    workspace = Workspace(screens, doors(shelf, machine, manners, demo))
    return House(shelf, machine, workspace, troubles, slack)


def doors(shelf: Shelf, machine: Machine, manners: Manners, demo: Demo | None) -> Doors:
    """What the page may ask of this bot."""

    def understand(text: str) -> Action:
        return commands.understand(shelf.current, text) or manners.not_understood

    def shortcut(place: int) -> Action | None:
        command = dict(enumerate(commands.shortcuts(shelf.current), 1)).get(place)
        return build(command.action, command.values) if command else None

    found = Doors(
        hear=machine.hear,
        world=lambda: tell_world(shelf, machine, demo),
        understand=understand,
        shortcut=shortcut,
        speak=manners.speak,
        views=lambda: told_views(machine.engine.views.values(), shelf.current),
        look=lambda name, person: look(machine, name, person),
        now=machine.now,
    )
    if demo is None:
        return found
    forward = demo.forward
    return replace(
        found,
        forward=lambda seconds: forward(machine, seconds),
        kill=demo.kill,
        reset=demo.reset,
    )


async def tell_world(shelf: Shelf, machine: Machine, demo: Demo | None) -> dict[str, Any]:
    panes = list(demo.panes) if demo else []

    def work() -> dict[str, Any]:
        with machine.engine.sessions() as session:
            return world(session, shelf.current, panes, demo is not None)

    return await machine.writer.do(work)


async def look(machine: Machine, name: str, person: str) -> Card | None:
    """A view as it is now, or None when there is none of that name or for that person."""
    try:
        return await machine.writer.do(lambda: machine.engine.look(name, person, machine.now()))
    except Gone:
        return None


async def open_pages(house: House, manners: Manners) -> None:
    """Everybody's own page stands on their screen from the start."""
    opened = manners.opened
    for one in (await house.workspace.doors.world())["people"]:
        heard = Incoming(f"open:{house.workspace.boot}:{one['ref']}", one["ref"], opened.wire_name)
        await house.machine.hear(heard)


def gaps(house: House) -> list[str]:
    """What is missing right now for a call to be answered, in plain words."""
    pack = house.shelf.current
    if not pack.all(staff.Site):
        return ["There is no site. Write one in sites/ of a pack and name it with KOLLEGA_CONTENT."]
    engine = house.machine.engine
    with engine.sessions() as session:
        return staff.gaps(session, pack, house.machine.now(), engine.surfaces)


async def serve(
    house: House,
    manners: Manners,
    listening: socket.socket,
    until: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """Answer until SIGINT or SIGTERM (or `until` returns); SIGHUP reads the content anew."""
    stopped = _signals(house)
    runner = web.AppRunner(house.workspace.app(), shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    house.machine.start()
    if house.slack:
        await house.slack.start()
    await open_pages(house, manners)
    house.machine.observers.append(house.workspace.watch)
    house.machine.observers.append(lambda done: _tell_language(house, done, manners))
    await _until(stopped, until)
    await runner.cleanup()
    await stop(house)


async def stop(house: House) -> None:
    """First nothing new is heard, then nothing more is sent, and the store is closed last."""
    if house.slack:
        await house.slack.stop()
    await house.machine.stop()
    if house.slack:
        await house.slack.close()
    await asyncio.gather(*house.errands, return_exceptions=True)
    await house.troubles.stop()
    house.machine.writer.close()


def _signals(house: House) -> asyncio.Event:
    """Set when somebody asks us to stop, also while we are still starting."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    with suppress(NotImplementedError):  # Windows has no such signals; Ctrl-C works there too
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.create_task(reload(house)))
    return stopped


async def _until(stopped: asyncio.Event, until: Callable[[], Awaitable[None]] | None) -> None:
    waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(stopped.wait())]
    if until:
        waits.append(asyncio.ensure_future(until()))
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


async def reload(house: House) -> None:
    """Read the content anew, between two turns; with mistakes the pack in use stays."""
    problems = await house.machine.writer.do(lambda: _read_anew(house))
    for problem in problems:
        log.warning("%s", problem)
    log.warning("content: %s", "kept as it was" if problems else "read anew")
    for gap in await house.machine.writer.do(lambda: gaps(house)):
        log.warning("%s", gap)
    if house.slack:
        await house.slack.people.refresh()
    house.machine.clock.wake()


def _read_anew(house: House) -> list[str]:
    """The new pack and its people, or neither: nobody may lose the site that they work at."""
    shelf, before = house.shelf, house.shelf.current
    problems = [str(problem) for problem in shelf.reload()]
    with house.machine.engine.sessions() as session:
        staff.sync(session, shelf.current, house.machine.now())
        session.flush()
        problems += staff.homeless(session, shelf.current)
        if problems:
            shelf.current = before
        else:
            session.commit()
    if not problems:
        assembly.begin(house.machine.engine, house.machine.now())
    return problems


def _tell_language(house: House, done: Decision, manners: Manners) -> None:
    """The page shows a pane in the language its person chose, wherever they chose it."""

    def work() -> str | None:
        with house.machine.engine.sessions() as session:
            found = person(session, done.who)
            return found.language if found else None

    async def tell() -> None:
        language = await house.machine.writer.do(work)
        house.workspace.tell("person", {"ref": done.who, "language": language})

    if done.what == manners.speak("sv").wire_name and done.outcome == "done":
        house.errands.add(task := asyncio.create_task(tell()))
        task.add_done_callback(house.errands.discard)
