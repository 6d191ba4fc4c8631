"""How long a press takes: to the durable record, and to the first colleague. `make bench`.

File SQLite with fsync on every commit, the writer thread, the courier, the workspace surface.
The floor in the same run is one bare row written and committed with the same pragmas.
"""

import asyncio
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

from sqlalchemy import Engine as Database
from sqlmodel import Session

import handlers
from bot import assembly
from bot.clock import wall
from bot.events import Incoming
from bot.machine import Machine
from bot.surfaces.workspace.screens import Message, Screens
from bot.surfaces.workspace.surface import WorkspaceSurface
from bot.writer import ThreadWriter
from storage.database import connect
from storage.people import Person

ONE_BY_ONE, AT_ONCE = 200, 50
A_SECOND, SECONDS = 50, 4


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        report("floor: one row, one commit", floor(Path(folder) / "floor.db"))
        asyncio.run(presses(Path(folder)))


def floor(file: Path) -> list[float]:
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT)")
    times = []
    for _ in range(ONE_BY_ONE):
        started = perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO row (text) VALUES ('a press')")
        database.execute("COMMIT")
        times.append(perf_counter() - started)
    database.close()
    return times


async def presses(folder: Path) -> None:
    async with bot(folder / "one") as (machine, screens):
        await one_by_one(machine, screens)
        await at_once(machine)
    async with bot(folder / "many") as (machine, _):
        await at_a_rate(machine)


@asynccontextmanager
async def bot(folder: Path) -> AsyncIterator[tuple[Machine, Screens]]:
    """The demo agency, and as many more at one desk as press."""
    folder.mkdir()
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO], handlers.ALL)
    database = connect(f"sqlite:///{folder / 'kollega.db'}")
    engine = assembly.engine(database, handlers.ALL, shelf, ["workspace"], wall())
    hire(database, max(AT_ONCE, A_SECOND * SECONDS))
    screens = Screens(folder / "screens.jsonl")
    machine = Machine(engine, {"workspace": WorkspaceSurface(screens, wall)}, ThreadWriter())
    machine.start()
    yield machine, screens
    await machine.stop()
    machine.writer.close()
    database.dispose()


def hire(database: Database, count: int) -> None:
    with Session(database) as session:
        for number in range(count):
            facts = {"ref": f"p{number}", "name": f"P{number}", "unit": "", "site": "ostersund"}
            lists = {"languages": ["sv"], "roles": ["handler"], "addresses": {}}
            place = {"sv": "plats 1", "en": "seat 1"}
            session.add(Person.model_validate({**facts, **lists, "place": place}))
        session.commit()


async def one_by_one(machine: Machine, screens: Screens) -> None:
    durable, told, waiting, cpu = [], [], asyncio.Event(), process_time()

    def watch(message: Message) -> None:
        if message.to == "bo" and message.edited_at is None:
            waiting.set()

    screens.watchers.append(watch)
    for number in range(1, ONE_BY_ONE + 1):
        waiting.clear()
        started = perf_counter()
        await machine.hear(Incoming(f"press {number}", "lisa", "help.press", '{"level":3}'))
        durable.append(perf_counter() - started)
        await waiting.wait()
        told.append(perf_counter() - started)
        call = f'{{"call":{number}}}'
        await machine.hear(Incoming(f"take {number}", "bo", "help.take", call))
        await machine.hear(Incoming(f"check {number}", "bo", "help.check", call))
        await asyncio.sleep(0.005)
    cost = (process_time() - cpu) / ONE_BY_ONE * 1000
    print(f"{'press, take and check, all CPU':34}{cost:8.1f} ms")
    report("press to durable record", durable)
    report("press to first colleague", told)


async def at_a_rate(machine: Machine) -> None:
    """So many press in each second, and all their calls stay open (T1, A8)."""

    async def one(number: int) -> float:
        await asyncio.sleep(number / A_SECOND)
        started = perf_counter()
        heard = Incoming(f"rate {number}", f"p{number}", "help.press", '{"level":2}')
        await machine.hear(heard)
        return perf_counter() - started

    count, cpu = A_SECOND * SECONDS, process_time()
    times = await asyncio.gather(*(one(number) for number in range(count)))
    report(f"{A_SECOND} a second, to {count // 2} open calls", times[: count // 2])
    report(f"{A_SECOND} a second, to {count} open calls", times[count // 2 :])
    print(f"{'':34}{(process_time() - cpu) / count * 1000:8.1f} ms CPU a press")


async def at_once(machine: Machine) -> None:
    """Fifty people press in the same moment (T1: p99 at most 300 ms)."""

    async def one(number: int) -> float:
        started = perf_counter()
        heard = Incoming(f"storm {number}", f"p{number}", "help.press", '{"level":2}')
        await machine.hear(heard)
        return perf_counter() - started

    started = perf_counter()
    times = await asyncio.gather(*(one(number) for number in range(AT_ONCE)))
    report(f"{AT_ONCE} presses in one moment, each", times)
    print(f"{'':34}{AT_ONCE / (perf_counter() - started):8.0f} presses a second")


def report(name: str, times: Iterable[float]) -> None:
    ms = sorted(time * 1000 for time in times)
    p99 = quantiles(ms, n=100)[98]
    print(f"{name:34}{median(ms):8.1f} ms median {p99:8.1f} ms p99 {ms[-1]:8.1f} ms worst")


if __name__ == "__main__":
    main()
