"""How long the next timer and the next delivery take to claim while the store grows.

On each database, with fsync, one store grows to 1,000,000 pending and 5,000,000 finished. Pending
are as many timers and as many deliveries, due from tomorrow to a year ahead; finished are cards
that were delivered and still stand, and as many lines of the audit. All are copies of what one
real press left behind; PostgreSQL's vacuum has its turn after each growth. Medians at each size:

  timer     one is due; it is claimed, dropped and committed
  delivery  one is due; it is claimed, marked as delivered, and both are committed
  look      nothing is due, as nearly always when the courier and the clock look
  press     a whole press decided and durable in this store
  backlog   all deliveries are due at once (a platform was away); the first thousand are claimed
  bare      one bare commit, by which the disk's mood can be told from ours

At the end the look again, with deliveries that were given up and stay in the outbox as a fact.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

import handlers
from benchmarks import bare, results, stores
from benchmarks.bots import Seat
from benchmarks.results import Section, explained, ms
from bot import assembly
from bot.clock import wall
from bot.events import Incoming
from bot.surfaces.workspace.screens import Screens
from bot.surfaces.workspace.surface import WorkspaceSurface
from storage import timers

GROWTH = ((0, 0), (10_000, 50_000), (100_000, 500_000), (1_000_000, 5_000_000))
GIVEN_UP = 100_000
CLAIMS, WARM, PRESSES, BACKLOGS, BATCH = 50, 10, 20, 3, 250_000
FLAT, IDLE = 1.5, 2
"""To the empty store at most; per cent of a core that nothing to do may take."""
IDLE_AT, IDLE_SECONDS = 10_000, 10.0

HEADS = (
    "pending / finished", "timer", "delivery", "look", "press", "backlog", "bare", "filled in",
)  # fmt: skip
SOON = "2000-01-01 00:00:00.000000"
"""Long due, as both databases write it."""

AHEAD = "86400 + i * 7919 % 364 * 86400 + i % 86400"
IN_A_YEAR = {
    stores.SQLITE: f"strftime('%Y-%m-%d %H:%M:%S.000000', 'now', ({AHEAD}) || ' seconds')",
    stores.POSTGRES: f"timezone('UTC', now()) + make_interval(secs => {AHEAD})",
}
COUNTING = {
    stores.SQLITE: "(WITH RECURSIVE n(i) AS "
    "(SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last) SELECT i FROM n) numbers",
    stores.POSTGRES: "generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) numbers(i)",
}

Step = Callable[[], Awaitable[object]]


def main() -> None:
    asked = results.arguments(__doc__).parse_args()
    section = Section("Growth of timers and outbox", explained(__doc__), HEADS).begin()
    for kind in stores.kinds():
        with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
            asyncio.run(grow(kind, section, Path(folder), asked.small))
    results.keep([section], asked.into)


async def grow(kind: str, section: Section, folder: Path, small: bool) -> None:
    crowd = Crowd(kind, folder)
    await crowd.begin()
    await claims(crowd, WARM)
    sizes = GROWTH[: 2 if small else None]
    times = [await row(crowd, section, *size) for size in sizes]
    for name in ("timer", "delivery", "look"):
        what = f"{kind}: {name} at {sizes[-1][0]:,} / {sizes[-1][1]:,}, to the empty store"
        section.aims(what, times[-1][name] / times[0][name], "x", FLAT)
    many = 20_000 if small else GIVEN_UP
    before = times[-1]["look"]
    crowd.give_up(many)
    after = await timed(crowd.look, CLAIMS)
    section.note(f"{kind}: look with {many:,} given up: {ms(after)}; before: {ms(before)}.")
    section.aims(f"{kind}: look with {many:,} given up, to none", after / before, "x", FLAT)
    await crowd.end()


async def row(crowd: "Crowd", section: Section, pending: int, finished: int) -> dict[str, float]:
    started = perf_counter()
    crowd.fill(pending, finished)
    filled = perf_counter() - started
    found = {
        **await claims(crowd, CLAIMS),
        "press": await timed(crowd.press, PRESSES, crowd.over),
        "backlog": await timed(crowd.backlog, BACKLOGS),
        "bare": median(bare.commits(crowd.url, CLAIMS)),
    }
    told = [ms(seconds) for seconds in found.values()]
    section.add(f"{crowd.kind}: {pending:,} / {finished:,}", *told, f"{filled:.0f} s")
    if pending == IDLE_AT:
        share = await crowd.idle()
        what = f"{crowd.kind}: idle with {pending:,} pending, of a core"
        section.aims(what, share * 100, "%", IDLE)
    return found


async def claims(crowd: "Crowd", times: int) -> dict[str, float]:
    """What is to stay as quick as it was in the empty store."""
    return {
        "timer": await timed(crowd.next_timer, times, crowd.set_timer),
        "delivery": await timed(crowd.next_delivery, times, crowd.queue_delivery),
        "look": await timed(crowd.look, times),
    }


async def timed(step: Step, times: int, before: Step | None = None) -> float:
    """The median of so many, in seconds; what comes before each is not counted."""
    found = []
    for _ in range(times):
        if before:
            await before()
        started = perf_counter()
        await step()
        found.append(perf_counter() - started)
    return median(found)


class Crowd:
    """A store that grows, with a bot on it whose courier and clock stand still.

    What is not measured is written by a hand of its own, which waits for no disk.
    """

    def __init__(self, kind: str, folder: Path) -> None:
        shelf = assembly.shelf([assembly.BASE, assembly.DEMO], handlers.ALL)
        self.url = stores.fresh(kind, folder)
        self.kind, self.pending, self.finished, self.calls = kind, 0, 0, 0
        self.seat = Seat(self.url, shelf, ["workspace"])
        self.machine = self.seat.machine({"workspace": WorkspaceSurface(Screens(None), wall)})
        self.hand = create_engine(self.url, isolation_level="AUTOCOMMIT").connect()
        lite = kind == stores.SQLITE
        self.does("PRAGMA synchronous=OFF" if lite else "SET synchronous_commit=off")

    async def begin(self) -> None:
        """The patterns: one row of each table, as a press leaves it."""
        self.seat.engine.receive(self.pressed(), wall())
        self.does("CREATE TEMP TABLE outbox_row AS SELECT * FROM outbox LIMIT 1")
        self.does("DELETE FROM outbox")
        await self.over()
        await self.press()
        await self.over()
        for table in "timer", "standing", "audit":
            self.does(f"CREATE TEMP TABLE {table}_row AS SELECT * FROM {table} LIMIT 1")

    async def end(self) -> None:
        self.hand.close()
        self.hand.engine.dispose()
        await self.seat.stop()

    # What is measured

    async def next_timer(self) -> None:
        def work() -> None:
            with self.seat.engine.sessions() as session:
                found = timers.next_timer(session)
                assert found is not None and found.key == "next 1", found
                timers.drop_timers(session, [found.key])
                session.commit()

        await self.machine.writer.do(work)

    async def next_delivery(self) -> None:
        found = await self.machine.store.due(wall())
        assert [one.slot for one in found] == ["next 1"], found
        await self.machine.store.delivered(found[0], "m1", wall())

    async def look(self) -> None:
        assert not await self.machine.store.due(wall())
        await self.machine.writer.do(self.seat.engine.next_due)

    async def press(self) -> None:
        assert not (await self.machine.hear(self.pressed())).refused

    async def backlog(self) -> None:
        found = await self.machine.store.due(wall() + timedelta(days=800))
        assert len(found) == min(self.pending, 1_000), len(found)

    async def idle(self) -> float:
        """The share of a core that the clock and the courier take with nothing to do."""
        self.seat.start()
        await asyncio.sleep(1)
        started, cpu = perf_counter(), process_time()
        await asyncio.sleep(IDLE_SECONDS)
        share = (process_time() - cpu) / (perf_counter() - started)
        for task in self.machine.tasks:
            task.cancel()
        await asyncio.gather(*self.machine.tasks, return_exceptions=True)
        return share

    # What comes before each

    def pressed(self) -> Incoming:
        self.calls += 1
        return Incoming(f"press {self.calls}", "lisa", "help.press", '{"level":3}')

    async def over(self) -> None:
        """The call before is over, and every card has arrived."""
        for what in "take", "check":
            call = f'{{"call":{self.calls}}}'
            heard = Incoming(f"{what} {self.calls}", "bo", f"help.{what}", call)
            assert not (await self.machine.hear(heard)).refused
        while self.machine.courier.tasks:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    async def set_timer(self) -> None:
        self.copy("timer", 1, 1, key="'next ' || i", due=f"'{SOON}'")

    async def queue_delivery(self) -> None:
        self.copy("outbox", 1, 1, slot="'next ' || i", next_try_at=f"'{SOON}'")

    # How it grows

    def fill(self, pending: int, finished: int) -> None:
        later = IN_A_YEAR[self.kind]
        self.copy("timer", self.pending + 1, pending, key="'copy ' || i", due=later)
        self.copy("outbox", self.pending + 1, pending, slot="'copy ' || i", next_try_at=later)
        self.copy("standing", self.finished + 1, finished, slot="'copy ' || i")
        self.copy("audit", self.finished + 1, finished)
        self.pending, self.finished = pending, finished
        self.tidy()

    def give_up(self, many: int) -> None:
        facts = {"next_try_at": f"'{SOON}'", "given_up": "'nobody there'"}
        self.copy("outbox", 1, many, slot="'given up ' || i", **facts)
        self.tidy()

    def copy(self, table: str, first: int, last: int, **changed: str) -> None:
        """Copies of the pattern, with numbers i; `changed` is SQL, by column."""
        names = [one.name for one in SQLModel.metadata.tables[table].columns if one.name != "id"]
        told = ", ".join(changed.get(name, f"one.{name}") for name in names)
        for at in range(first, last + 1, BATCH):
            self.does(
                f"INSERT INTO {table} ({', '.join(names)}) "
                f"SELECT {told} FROM {COUNTING[self.kind]}, {table}_row one",
                first=at,
                last=min(at + BATCH - 1, last),
            )

    def tidy(self) -> None:
        lite = self.kind == stores.SQLITE
        self.does("PRAGMA wal_checkpoint(TRUNCATE)" if lite else "VACUUM ANALYZE")

    def does(self, sql: str, **values: int) -> None:
        self.hand.execute(text(sql), values)


if __name__ == "__main__":
    main()
