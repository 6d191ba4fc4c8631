"""A press over Slack beside the floor.

What is compared with what, in turn and against the same fake Slack (which lives in this process,
together with whoever presses):

  floor  a bare slack-bolt app (KOLLEGA_FLOOR names its folder): a slash command is acknowledged,
         then a task posts twice. Nothing is stored. (`pbr_task` in its own figures.)
  ours   a global shortcut (Vit pärm) by as many people as there are presses, each at an office of
         their own: signature, slack-bolt, router, one durable transaction (an SQLite file, or
         PostgreSQL, with fsync), then the courier posts four cards and writes each delivery down.

Whoever presses does so again as soon as their first alert has arrived; "alert" is the moment at
which the first card for a colleague reaches Slack. Every few presses all calls are over
(uncounted), so that no more calls are open than are being pressed. "50 a second" is the load of the
specification: each press comes at its own moment and none of the calls is over, up to 200. Slack's
own limits are left out on both sides. It speaks to loopback only. With --profile: where one press
spends its time.
"""

import asyncio
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare, results, stores
from benchmarks.results import Section, ends, explained
from benchmarks.slack_load import Bot, Load, Presses, Row, floor_press, our_press

CONCURRENCY = 1, 16, 64, 200
PRESSES = {1: 60, 16: 192, 64: 256, 200: 400}
OFFICES, FEW = 400, 32
ROUNDS = 3
A_SECOND, SECONDS = 50, 4
GOALS = {"ack p99": 2.0, "CPU a press": 2.5, "presses a second": 0.5}
FLOOR = "floor"
T2, T3 = 1_000, {95: 2_000, 99: 5_000}
"""Milliseconds until Slack is answered, always; until the first alert has arrived."""


@dataclass
class Side:
    """One of those that are compared, and what it cost at each number of presses at once."""

    bot: Bot
    press: Presses
    rows: dict[int, Row]


def main() -> None:
    parser = results.arguments(__doc__)
    parser.add_argument("--profile", action="store_true", help="where one press spends its time")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        if asked.profile:
            asyncio.run(profile(Path(folder)))
            return
        found = asyncio.run(run(Path(folder), 1 if asked.small else asked.rounds, asked.small))
    results.keep(found, asked.into)


async def run(folder: Path, rounds: int, small: bool) -> list[Section]:
    load = await Load().open()
    try:
        return [await compare(load, folder, rounds, small)]
    finally:
        await load.close()


def mb(kilobytes: float) -> str:
    return f"{kilobytes / 1024:.0f} MB"


async def compare(load: Load, folder: Path, rounds: int, small: bool) -> Section:
    section = Section("A press over Slack, beside the floor", explained(__doc__), ("", *Row.HEADS))
    sides: dict[str, Side] = {}
    try:
        if where := os.environ.get("KOLLEGA_FLOOR"):
            sides[FLOOR] = Side(await floor(load, Path(where)), floor_press, {})
        else:
            section.note("The floor is missing: KOLLEGA_FLOOR names no folder.")
        for kind in stores.kinds():
            url = stores.fresh(kind, folder / kind)
            section.note(limit(kind, url))
            more = "--offices", str(FEW if small else OFFICES), "--database", url
            sides[kind] = Side(await ours(load, folder / kind, *more, name=kind), our_press, {})
        for _ in range(rounds):
            for many in CONCURRENCY[: 2 if small else None]:
                for side in sides.values():
                    found = await load.round([side.bot], side.press, many, PRESSES[many])
                    side.rows.setdefault(many, Row()).add(found)
                    print(
                        f"  {side.bot.name}: {many} at once, {found.rate[0]:.0f} presses a second"
                    )
        await report(load, section, sides)
        await at_the_load_of_the_specification(load, section, sides, 1 if small else SECONDS)
    finally:
        for side in sides.values():
            await side.bot.stop()
    return section


def limit(kind: str, url: str) -> str:
    """What the store itself takes, in this very run."""
    middle, late, worst = ends(bare.commits(url))
    return f"One bare commit on {kind}: {middle} median, {late} p99, {worst} worst."


async def report(load: Load, section: Section, sides: dict[str, Side]) -> None:
    section.begin()
    measured = [many for many in CONCURRENCY if all(many in one.rows for one in sides.values())]
    for many in measured:
        for name, side in sides.items():
            section.add(name, str(many), *side.rows[many].cells())
    kinds = {name: side for name, side in sides.items() if name != FLOOR}
    for name, side in kinds.items():
        for many in measured if FLOOR in sides else ():
            ratios(section, name, many, side.rows[many], sides[FLOOR].rows[many])
        times(section, f"{measured[-1]} at once, {name}", side.rows[measured[-1]])
    for name, side in sides.items():
        rss = mb((await load.stats(side.bot))["rss_kb"])
        section.note(f"Resident after all presses, {name}: {rss}.")


def ratios(section: Section, name: str, many: int, ours: Row, floor: Row) -> None:
    for (what, goal), ratio in zip(GOALS.items(), ours.against(floor), strict=True):
        more = what == "presses a second"
        section.aims(f"Slack, {many} at once, {name} to the floor: {what}", ratio, "x", goal, more)


async def at_the_load_of_the_specification(
    load: Load, section: Section, sides: dict[str, Side], seconds: int
) -> None:
    """T1 says the load, T2 and T3 what is to hold under it."""
    for name, side in sides.items():
        if name != FLOOR:
            row = await load.steady(side.bot, side.press, A_SECOND, A_SECOND * seconds)
            section.add(name, f"{A_SECOND} a second", *row.cells())
            times(section, f"{A_SECOND} a second, {name}", row)


def times(section: Section, where: str, row: Row) -> None:
    """The goals that are no ratios."""
    section.aims(f"T2: Slack answered, the slowest of {where}", max(row.acks), "ms", T2)
    for percent, goal in T3.items():
        what = f"T3: press to first alert at Slack, p{percent}, {where}"
        section.aims(what, results.at(row.alerts, percent), "ms", goal)


async def profile(folder: Path) -> None:
    """One press at a time, under a profiler: the proportions count, not the sum."""
    load = await Load().open()
    bot = await ours(load, folder / "profile", "--offices", str(OFFICES), "--inline")
    try:
        await load.round([bot], our_press, 1, PRESSES[1])
        await load.get(bot, "/profile/begin")
        row = await load.round([bot], our_press, 1, PRESSES[1], settle=False)
        told = json.loads(await load.get(bot, "/profile/end"))
    finally:
        await bot.stop()
        await load.close()
    presses = len(row.acks)
    sent, commits = told["statements"] / presses, told["commits"] / presses
    print(f"{sent:.1f} statements and {commits:.1f} commits a press; CPU by who asked for it:\n")
    busy = {part: seconds for part, seconds in told["parts"].items() if part != "waiting"}
    whole = sum(busy.values())
    for part, seconds in sorted(busy.items(), key=lambda one: -one[1]):
        print(f"{part:32}{seconds / presses * 1e3:8.2f} ms a press {seconds / whole:7.0%}")
    print(f"{'all (a profiler slows)':32}{whole / presses * 1e3:8.2f} ms a press\n")
    for seconds, calls, name in told["top"]:
        print(f"{seconds / presses * 1e3:8.2f} ms {calls / presses:8.1f} calls  {name}")


async def floor(load: Load, folder: Path) -> Bot:
    """`pbr_task`: what a durable bot would do too, acknowledging before it posts."""
    how = {"PBR": "1", "TASK": "1", "SESSION": "shared"}
    return await load.start(FLOOR, [str(folder / "bolt_floor_app.py")], how, stores=False)


async def ours(load: Load, folder: Path, *more: str, name: str = "ours") -> Bot:
    folder.mkdir(exist_ok=True)
    run = ["-m", "benchmarks.slack_bot", load.url, "{port}", str(folder), *more]
    return await load.start(name, run)


if __name__ == "__main__":
    main()
