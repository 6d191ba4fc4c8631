"""Serving: one process with the machine and its surfaces, until somebody stops it."""

import asyncio
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from aiohttp import web

from bot import assembly, feeds, keys, ready, staff
from bot.events import Decision, Incoming
from bot.house import House
from bot.manners import Manners
from storage.people import person
from storage.ready import go_live, live
from storage.resealing import foreign

log = logging.getLogger("kollega")

STOP_SECONDS = 12.0
"""For presses under way, alerts on their way, and the last seals; all of it takes a blink when the
store answers."""


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


def locked(house: House) -> list[str]:
    """What cannot be read for want of a key. Help goes on without, so the bot starts."""
    with house.machine.engine.sessions() as session:
        lost = foreign(session)
    said = f"{lost} sealed values cannot be read: their key is missing. Add it to {keys.SETTING}."
    return [said] if lost else []


def blockers(house: House) -> list[str]:
    """What stands in the way of going live, in English, as an operator reads the rest."""
    engine, pack = house.machine.engine, house.shelf.current
    with engine.sessions() as session:
        missing = ready.blockers(session, pack, engine.surfaces)
    return [pack.dictionaries["en"].read(line) for line in missing]


def is_live(house: House) -> bool:
    with house.machine.engine.sessions() as session:
        return live(session) is not None


def remember_live(house: House) -> None:
    """For every later start."""
    with house.machine.engine.sessions() as session:
        go_live(session, house.machine.now())
        session.commit()


async def serve(
    house: House,
    manners: Manners,
    listening: socket.socket,
    until: Callable[[], Awaitable[None]] | None = None,
    address: str | None = None,
) -> None:
    """Answer until SIGINT or SIGTERM (or `until` returns); SIGHUP reads the content anew.

    `address` is where the public part is reached from outside; without one it is the page's.
    """
    stopped = _signals(house)
    runner = web.AppRunner(page_of(house), shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    house.machine.engine.address = address or f"http://127.0.0.1:{listening.getsockname()[1]}"
    if house.member:
        house.member.listen(house.machine.look)
    house.machine.start()
    beside = house.beside()
    if await _first(stopped, _open(house, manners)):
        await _until(stopped, until)
    await runner.cleanup()
    for task in beside:
        task.cancel()
    await stop(house)


async def _open(house: House, manners: Manners) -> None:
    """Everybody is heard from here on."""
    for platform in house.platforms:
        await platform.start()
    if house.shown:
        await open_pages(house, manners)
        house.machine.observers.append(house.workspace.watch)
        house.machine.observers.append(lambda done: _tell_language(house, done, manners))


async def _first(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Was the work done before somebody asked us to stop? A silent store must not keep us."""
    working, stop = asyncio.ensure_future(work), asyncio.ensure_future(stopped.wait())
    await asyncio.wait([working, stop], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not working.done():
        working.cancel()
        return False
    working.result()
    return True


def page_of(house: House) -> web.Application:
    """The page of this machine: the workspace has no login, so it is there for trying out only;
    otherwise operations and calendars are all there is."""
    if house.shown:
        app = house.workspace.app()
        app.add_routes(house.operations.routes())
    else:
        app = house.operations.app()
    feeds.add(app, house.machine)
    return app


async def stop(house: House) -> None:
    """A store that is silent holds up no stop: what is not in it comes again."""
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await _finish(house)
    except TimeoutError:
        log.warning("the store does not answer; what was in hand is taken up at the next start")
    if house.member:
        house.member.leave()
    house.machine.writer.close()


async def _finish(house: House) -> None:
    """First nothing new is heard, then nothing more is sent, and the store is closed last."""
    for platform in house.platforms:
        await platform.stop()
    await house.machine.stop()
    for platform in house.platforms:
        await platform.close()
    await asyncio.gather(*house.errands, return_exceptions=True)
    await house.troubles.stop()
    await house.sealer.finish()


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
    if not problems:
        await asyncio.to_thread(house.keep_pack)
    for gap in await house.machine.writer.do(lambda: gaps(house)):
        log.warning("%s", gap)
    for platform in house.platforms:
        await platform.people.refresh()
    if house.slack:
        await house.slack.units.look()
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

    if manners.language_changes(done.what) and done.outcome == "done":
        house.errands.add(task := asyncio.create_task(tell()))
        task.add_done_callback(house.errands.discard)
