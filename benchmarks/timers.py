"""How punctual a due nudge is while others wait: 20,000 open cases, up to 1,000,000 timers.

An SQLite file with fsync on every commit, the writer thread, the real engine, clock, courier and
plans; nudges fall due one after the other, and a nudge is late by the time from that of its step
until its card leaves. Beside them a bare process sleeps: how late it wakes is the machine's share.
"Claim" is a look for the next timer that finds none due. Growth on both databases is
`benchmarks.growth`.
"""

import asyncio
import multiprocessing
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Engine as Database
from sqlmodel import Session, select

import handlers
from benchmarks import results
from benchmarks.results import Section, at, ends, explained, ms
from bot import assembly
from bot.clock import wall
from bot.effects import Later
from bot.engine import Engine, set_timers
from bot.machine import Machine
from bot.surfaces.workspace.screens import Message, Screens
from bot.surfaces.workspace.surface import WorkspaceSurface
from bot.turn import Turn
from bot.writer import ThreadWriter
from handlers import plans
from handlers.plans.actions import StepDue
from storage.cases import Case
from storage.database import connect
from storage.people import Person
from storage.plans import PlanStep
from storage.timers import Timer

CASES = 20_000
GROWTH = (0, 10_000, 100_000, 1_000_000)
PROBES, EVERY = 40, 0.25
"""So many nudges fall due, one every so many seconds."""
HELD, P99, TIMES = 10_000, 250, 2
"""With so many waiting: p99 in milliseconds, and to that of the empty table."""

LONGEST = 60.0
"""Seconds that one row of the table may take at most."""

BESIDE = f"""
from time import perf_counter, sleep
for _ in range({PROBES}):
    started = perf_counter()
    sleep({EVERY})
    print(perf_counter() - started - {EVERY})
"""


def main() -> None:
    asked = results.arguments(__doc__).parse_args()
    heads = ("timers waiting", "median", "p99", "worst", "CPU each", "claim", "bare wait", "p99")
    section = Section("Punctual among a million", explained(__doc__), heads).begin()
    found = dict[int, float]()
    for waiting in GROWTH[: 2 if asked.small else None]:
        with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
            found[waiting] = row(section, waiting, Path(folder))
    what = f"a nudge's lateness with {HELD:,} waiting, p99"
    section.aims(what, 1000 * found[HELD], "ms", P99)
    section.aims(f"{what}, to none waiting", found[HELD] / found[0], "x", TIMES)
    results.keep([section], asked.into)


def row(section: Section, waiting: int, folder: Path) -> float:
    """How late a nudge is, in seconds, in the 99th of a hundred cases."""
    shelf = assembly.shelf([assembly.BASE, assembly.DEMO], handlers.ALL)
    database = connect(f"sqlite:///{folder / 'kollega.db'}")
    engine = assembly.engine(database, handlers.ALL, shelf, ["workspace"], wall())
    template(engine)
    filling = multiprocessing.get_context("spawn").Process(
        target=crowd, args=(folder / "kollega.db", waiting)
    )
    filling.start()
    filling.join()
    late, bare, cpu = asyncio.run(punctual(engine, database))
    machine = ms(median(bare)), ms(at(bare, 99))
    section.add(f"{waiting:,}", *ends(late), ms(cpu), ms(claim(engine)), *machine)
    database.dispose()
    return at(late, 99)


def template(engine: Engine) -> None:
    """The first case, begun as a report would begin it; the others are copies of it."""
    with engine.sessions() as session:
        turn = Turn(None, wall(), session, engine.shelf.current, engine.surfaces)
        begin(turn, "cia", "anna")
        session.commit()


def begin(turn: Turn, owner: str, deputy: str, severity: int = 4) -> Case:
    facts = {"kind": "hot_direkt", "counted_as": "hot", "proposed": severity, "severity": severity}
    place = {"site": "ostersund", "unit": "Kundcenter", "happened_at": turn.now}
    people = {"reporter": "lisa", "exposed": "lisa", "owner": owner, "deputy": deputy}
    case = turn.keep(Case.model_validate({**facts, **place, **people, "received_at": turn.now}))
    assert isinstance(case, Case)
    set_timers(turn.session, plans.start(turn, case))
    return case


def crowd(file: Path, waiting: int) -> None:
    """20,000 cases, and so many timers of their steps, from tomorrow to a year ahead."""
    if hasattr(os, "nice"):
        os.nice(10)
    database = sqlite3.connect(file)
    database.create_function("spread", 1, lambda at: spread(int(at)))
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(incident_case)")]
    copied = ", ".join(name for name in columns if name != "id")
    counting = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    database.execute(
        f"{counting} INSERT INTO incident_case ({copied}) "
        f"SELECT {copied} FROM incident_case, n WHERE id = 1",
        (CASES - 1,),
    )
    database.execute("DELETE FROM timer")
    database.execute(
        f"{counting} INSERT INTO timer (key, due, wire_name, payload, attempts) "
        "SELECT 'plan:' || (1 + i % 20000) || ':9' || i, spread(i), 'plans.due', "
        """'{"step":1}', 0 FROM n""",
        (waiting,),
    )
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def spread(at: int) -> str:
    ahead = timedelta(days=1 + at * 7919 % 364, seconds=at % 86_400)
    return f"{(wall() + ahead).replace(tzinfo=None):%Y-%m-%d %H:%M:%S.%f}"


async def punctual(engine: Engine, database: Database) -> tuple[list[float], list[float], float]:
    """Seconds from each step's own time to its card, and CPU seconds for each.

    Between them: how late a bare sleep wakes on this machine meanwhile, in a process of its own.
    """
    screens = Screens(None)
    machine = Machine(engine, {"workspace": WorkspaceSurface(screens, wall)}, ThreadWriter())
    due = probes(engine, database)
    late: dict[str, float] = {}
    done = asyncio.Event()

    def watch(message: Message) -> None:
        if message.to in due and message.to not in late and message.edited_at is None:
            late[message.to] = (wall() - due[message.to]).total_seconds()
            if len(late) == len(due):
                done.set()

    screens.watchers.append(watch)
    machine.start()
    started = process_time()
    beside = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BESIDE), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(LONGEST):
        await done.wait()
    cpu = (process_time() - started) / len(due)
    told, _ = await beside.communicate()
    await machine.stop()
    machine.writer.close()
    return list(late.values()), [float(one) for one in told.split()], cpu


def probes(engine: Engine, database: Database) -> dict[str, datetime]:
    """Managers of their own, each with one step that is to be reminded of soon."""
    due: dict[str, datetime] = {}
    with Session(database, expire_on_commit=False) as session:
        for at in range(PROBES):
            hire(session, f"p{at}")
        session.commit()
        turn = Turn(None, wall(), session, engine.shelf.current, engine.surfaces)
        cases = [begin(turn, f"p{at}", "anna") for at in range(PROBES)]
        first = wall() + timedelta(seconds=4)
        for at, case in enumerate(cases):
            due[f"p{at}"] = first + timedelta(seconds=at * EVERY)
            remind(session, case, due[f"p{at}"])
        session.commit()
    return due


def hire(session: Session, ref: str) -> None:
    facts = {"ref": ref, "name": ref, "unit": "Kundcenter", "site": "ostersund"}
    lists = {"languages": ["sv"], "roles": ["manager"], "addresses": {"workspace": ref}}
    session.add(Person.model_validate({**facts, **lists, "place": {"sv": "rum", "en": "room"}}))


def remind(session: Session, case: Case, at: datetime) -> None:
    """Of all its steps only the feedback falls due now."""
    asked = select(PlanStep).where(PlanStep.case == case.number)
    for step in session.exec(asked):
        timer = session.get(Timer, f"plan:{case.number}:{step.number}")
        if step.name == "feedback":
            step.remind_at = at
            key = f"plan:{case.number}:{step.number}"
            set_timers(session, [Later(key, at, StepDue(step.number))])
        elif timer is not None:
            session.delete(timer)


def claim(engine: Engine) -> float:
    """Seconds to look for the next timer and find that none is due."""
    started = perf_counter()
    times: Iterable[int] = range(100)
    for _ in times:
        engine.fire(wall() - timedelta(days=1))
    return (perf_counter() - started) / 100


if __name__ == "__main__":
    main()
