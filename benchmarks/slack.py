"""A press over Slack beside the floor: `python -m benchmarks.slack`, part of `make bench`.

What is compared with what, in turn and against the same fake Slack (which lives in this process,
together with whoever presses):

  floor  a bare slack-bolt app (KOLLEGA_FLOOR names its folder): a slash command is acknowledged,
         then a task posts twice. Nothing is stored. (`pbr_task` in its own figures.)
  ours   a global shortcut (Vit pärm) by as many people as there are presses, each at an office of
         their own: signature, slack-bolt, router, one durable transaction (SQLite file, fsync),
         then the courier posts four cards and writes each delivery down.

Whoever presses does so again as soon as their first alert has arrived; "first alert" is the moment
at which a card for a colleague reaches Slack. Every few presses all calls are over (uncounted), so
that no more calls are open than are being pressed. Slack's own limits are left out on both sides.
It stops by itself and speaks to loopback only. With --profile: where one press spends its time.
"""

import argparse
import asyncio
import json
import os
import tempfile
from pathlib import Path

from benchmarks.slack_load import Bot, Load, Presses, Row, floor_press, our_press

CONCURRENCY = 1, 16, 64
PRESSES = {1: 60, 16: 192, 64: 256}
OFFICES = 128
ROUNDS, SAMPLES = 3, 3
GOALS = {"ack p99": 2.0, "CPU per press": 2.5, "presses a second": 0.5}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--profile", action="store_true", help="where one press spends its time")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        asyncio.run(profile(Path(folder)) if asked.profile else run(Path(folder), asked.rounds))


async def run(folder: Path, rounds: int) -> None:
    print(f"load before: {' '.join(f'{one:.2f}' for one in os.getloadavg())}")
    load = await Load().open()
    try:
        await starts(load, folder)
        await compare(load, folder, rounds)
    finally:
        await load.close()


async def starts(load: Load, folder: Path) -> None:
    """The demo agency alone: from nothing, and again on its store."""
    times = []
    for _ in range(SAMPLES):
        bot = await ours(load, folder / "start")
        times.append(bot.started)
        rss = (await load.stats(bot))["rss_kb"] / 1024
        await bot.stop()
    first, *again = times
    print(f"cold start to ready: {first:.2f} s with a new store, {min(again):.2f} s again")
    print(f"resident memory when ready: {rss:.0f} MB")


async def compare(load: Load, folder: Path, rounds: int) -> None:
    sides: list[tuple[Bot, Presses]] = []
    rows: dict[tuple[str, int], Row] = {}
    where = os.environ.get("KOLLEGA_FLOOR")
    try:
        if where:
            sides.append((await floor(load, Path(where)), floor_press))
        else:
            print("floor: skipped, KOLLEGA_FLOOR names no folder")
        sides.append((await ours(load, folder / "many", "--offices", str(OFFICES)), our_press))
        for _ in range(rounds):
            for many in CONCURRENCY:
                for bot, press in sides:
                    row = rows.setdefault((bot.name, many), Row())
                    row.add(await load.round(bot, press, many, PRESSES[many]))
        await report(load, rows, [bot for bot, _ in sides])
    finally:
        for bot, _ in sides:
            await bot.stop()


async def report(load: Load, rows: dict[tuple[str, int], Row], bots: list[Bot]) -> None:
    print(f"load after: {' '.join(f'{one:.2f}' for one in os.getloadavg())}\n")
    print(Row.HEAD)
    for (name, many), row in sorted(rows.items(), key=lambda one: (one[0][1], one[0][0])):
        print(row.line(name, many))
    for many in CONCURRENCY:
        if (floor := rows.get(("floor", many))) is not None:
            print(ratios(many, floor, rows["ours", many]))
    for bot in bots:
        rss = (await load.stats(bot))["rss_kb"] / 1024
        print(f"{bot.name}: resident memory after all presses {rss:.0f} MB")


def ratios(many: int, floor: Row, ours: Row) -> str:
    found = zip(GOALS.items(), ours.against(floor), strict=True)
    told = [f"{name} {ratio:.2f}x (goal {goal}x)" for (name, goal), ratio in found]
    return f"{many:>3} at once, ours to the floor: {', '.join(told)}"


async def profile(folder: Path) -> None:
    """One press at a time, under a profiler: the proportions count, not the sum."""
    load = await Load().open()
    bot = await ours(load, folder / "profile", "--offices", str(OFFICES), "--inline")
    try:
        await load.round(bot, our_press, 1, PRESSES[1])
        await load.get(bot, "/profile/begin")
        row = await load.round(bot, our_press, 1, PRESSES[1], settle=False)
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
    return await load.start("floor", [str(folder / "bolt_floor_app.py")], how)


async def ours(load: Load, folder: Path, *more: str) -> Bot:
    folder.mkdir(exist_ok=True)
    run = ["-m", "benchmarks.slack_bot", load.url, "{port}", str(folder), *more]
    return await load.start("ours", run)


if __name__ == "__main__":
    main()
