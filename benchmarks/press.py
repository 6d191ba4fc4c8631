"""How long a press takes: to the durable record, and to the first colleague.

The machine alone, on each database with fsync on every commit: engine, writer, courier, and the
workspace as the surface. The limit in the same run is one bare row, committed and read again.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Engine as Database
from sqlalchemy import event
from sqlmodel import Session

import handlers
from benchmarks import bare, results, stores
from benchmarks.bots import Seat
from benchmarks.results import Section, at, ends, explained, number
from benchmarks.slack_bot import more_offices
from bot import assembly
from bot.clock import wall
from bot.events import Incoming
from bot.machine import Machine
from bot.surfaces.workspace.screens import Message, Screens
from bot.surfaces.workspace.surface import WorkspaceSurface
from storage.people import Person, everybody

ONE_BY_ONE, STORMS = 200, (16, 64, 200)
A_SECOND, SECONDS = 50, 4
FEW = 30
T1, SENDING = 300, 10
"""Milliseconds to the durable record; how often a bare commit fits into commit to send."""

HEADS = ("", "median", "p99", "worst", "a second", "CPU each")


def main() -> None:
    asked = results.arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        found = asyncio.run(measure(Path(folder), asked.small))
    results.keep([found], asked.into)


async def measure(folder: Path, small: bool) -> Section:
    section = Section("A press: the machine alone", explained(__doc__), HEADS).begin()
    for name in stores.kinds():
        await on(name, section, folder / name, small)
    return section


async def on(name: str, section: Section, folder: Path, small: bool) -> None:
    """All of it on one kind of store, each part on a store of its own."""
    url = stores.fresh(name, folder / "one")
    limit = bare.commits(url)
    section.add(f"{name}: one bare commit", *ends(limit), "", "")
    async with bot(url, folder / "one") as (machine, screens):
        await one_by_one(name, section, machine, screens, median(limit), FEW if small else 0)
    for many in STORMS[: 1 if small else None]:
        async with bot(stores.fresh(name, folder / f"{many}"), folder / f"{many}") as (machine, _):
            await storm(name, section, machine, many)
    seconds = 1 if small else SECONDS
    for place, offices, presser in (("desk", 0, "p{}"), ("office", A_SECOND * seconds, "press-{}")):
        own, where = folder / place, "at one desk" if place == "desk" else "each at their office"
        async with bot(stores.fresh(name, own), own, offices) as (machine, _):
            await at_a_rate(f"{name}, {where}", section, machine, seconds, presser)


@asynccontextmanager
async def bot(url: str, folder: Path, offices: int = 0) -> AsyncIterator[tuple[Machine, Screens]]:
    """The demo agency, and as many more at one desk as press; or so many offices of three."""
    folder.mkdir(parents=True, exist_ok=True)
    more = more_offices(folder, offices) if offices else []
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO, *more], handlers.ALL)
    seat = Seat(url, shelf, ["workspace"])
    if offices:
        reach(seat.database)
    else:
        hire(seat.database, max(*STORMS, A_SECOND * SECONDS))
    screens = Screens(folder / "screens.jsonl")
    machine = seat.machine({"workspace": WorkspaceSurface(screens, wall)})
    seat.start()
    yield machine, screens
    await seat.stop()


def reach(database: Database) -> None:
    """Everybody has a screen."""
    with Session(database) as session:
        for person in everybody(session):
            person.addresses = {**person.addresses, "workspace": person.ref}
        session.commit()


def hire(database: Database, count: int) -> None:
    with Session(database) as session:
        for number in range(count):
            facts = {"ref": f"p{number}", "name": f"P{number}", "unit": "", "site": "ostersund"}
            lists = {"languages": ["sv"], "roles": ["handler"], "addresses": {}}
            place = {"sv": "plats 1", "en": "seat 1"}
            session.add(Person.model_validate({**facts, **lists, "place": place}))
        session.commit()


async def one_by_one(
    name: str, section: Section, machine: Machine, screens: Screens, bare: float, few: int
) -> None:
    """Press, take, check; then the next."""
    durable, told, waiting, cpu = [], [], asyncio.Event(), process_time()
    commits, sent, count = [0.0], list[float](), few or ONE_BY_ONE

    def watch(message: Message) -> None:
        if message.to == "bo" and message.edited_at is None:
            sent.append(perf_counter() - commits[-1])
            waiting.set()

    event.listen(Session, "after_commit", lambda _: commits.append(perf_counter()))
    screens.watchers.append(watch)
    for press in range(1, count + 1):
        waiting.clear()
        started = perf_counter()
        await machine.hear(Incoming(f"press {press}", "lisa", "help.press", '{"level":3}'))
        durable.append(perf_counter() - started)
        await waiting.wait()
        told.append(perf_counter() - started)
        call = f'{{"call":{press}}}'
        await machine.hear(Incoming(f"take {press}", "bo", "help.take", call))
        await machine.hear(Incoming(f"check {press}", "bo", "help.check", call))
        await asyncio.sleep(0.005)
    cost = f"{number((process_time() - cpu) / count * 1000)} ms"
    section.add(f"{name}: press to durable record", *ends(durable), "", "")
    section.add(f"{name}: press to first colleague", *ends(told), "", cost)
    what = f"commit to the first colleague's screen, p99, to a bare commit's median ({name})"
    section.aims(what, at(sent, 99) / bare, "x", SENDING)
    what = f"press to durable record, median, to a bare commit's median ({name})"
    section.aims(what, median(durable) / bare, "x", None)


async def storm(name: str, section: Section, machine: Machine, many: int) -> None:
    """So many people press in the same moment."""

    async def one(number: int) -> float:
        heard = Incoming(f"storm {number}", f"p{number}", "help.press", '{"level":2}')
        await machine.hear(heard)
        return perf_counter() - started

    started, cpu = perf_counter(), process_time()
    times = await asyncio.gather(*(one(number) for number in range(many)))
    spent = perf_counter() - started
    cost = f"{number((process_time() - cpu) / many * 1000)} ms"
    section.add(f"{name}: {many} press in one moment", *ends(times), number(many / spent), cost)


async def at_a_rate(
    name: str, section: Section, machine: Machine, seconds: int, presser: str
) -> None:
    """So many press in each second, and all their calls stay open (T1, A8)."""

    async def one(number: int) -> float:
        await asyncio.sleep(number / A_SECOND)
        started = perf_counter()
        heard = Incoming(f"rate {number}", presser.format(number), "help.press", '{"level":2}')
        await machine.hear(heard)
        return perf_counter() - started

    count, cpu = A_SECOND * seconds, process_time()
    times = await asyncio.gather(*(one(number) for number in range(count)))
    cost = f"{number((process_time() - cpu) / count * 1000)} ms"
    for title, part in (
        (f"to {count // 2} open calls", times[: count // 2]),
        (f"to {count} open calls", times[count // 2 :]),
    ):
        section.add(f"{name}: {A_SECOND} a second, {title}", *ends(part), "", cost)
    what = f"T1: press to durable record at {A_SECOND} a second, p99 ({name})"
    section.aims(what, at(times, 99) * 1000, "ms", T1)


if __name__ == "__main__":
    main()
