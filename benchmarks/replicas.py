"""Several bots on one PostgreSQL.

One, two and three bots share one store, and each hears as many presses over Slack as the others
(the bots, the fake Slack and the presses of `benchmarks.slack`, on one machine with as many cores
as it has: more bots than cores cannot be faster). Turns are one at a time on all of them together.

Then one bot is killed with SIGKILL while Slack has not answered its alerts yet. "Goes on" is the
time from the kill until another bot has brought that alert to Slack: the press is the dead bot's,
nobody presses again.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import results, stores
from benchmarks.results import Section, explained
from benchmarks.slack import ours
from benchmarks.slack_load import Bot, Load, Row, our_press, p99
from tests import postgres

MOST, AT_ONCE, PRESSES, ROUNDS, KILLS = 3, 64, 256, 2, 8
OFFICES = 2 * AT_ONCE
GOES_ON = 2.0
"""Seconds (goal 4 of the durability goals); T10 allows 5."""


def main() -> None:
    parser = results.arguments(__doc__)
    parser.add_argument("--kills", type=int, default=KILLS)
    asked = parser.parse_args()
    try:
        url = stores.fresh(stores.POSTGRES, Path())
    except postgres.Missing as why:
        print(why)
        results.keep([], asked.into)
        return
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        found = asyncio.run(run(url, Path(folder), asked.small, 2 if asked.small else asked.kills))
    results.keep(found, asked.into)


async def run(url: str, folder: Path, small: bool, kills: int) -> list[Section]:
    load, bots = await Load().open(), list[Bot]()
    section = Section("Several bots on one PostgreSQL", explained(__doc__), ("bots", *Row.HEADS))
    section.begin()
    rows = dict[int, Row]()
    try:
        while len(bots) < MOST:
            bots.append(await another(load, folder, url, len(bots)))
            row = rows[len(bots)] = Row()
            for _ in range(1 if small else ROUNDS):
                row.add(await load.round(bots, our_press, AT_ONCE, PRESSES))
            section.add(str(len(bots)), str(AT_ONCE), *row.cells())
        compared(section, rows)
        await killed(load, folder, url, bots, kills, section)
    finally:
        for bot in bots:
            await bot.stop()
        await load.close()
    return [section]


async def another(load: Load, folder: Path, url: str, number: int) -> Bot:
    more = "--offices", str(OFFICES), "--database", url
    return await ours(load, folder / f"{number}", *more, name=f"bot {number}")


def compared(section: Section, rows: dict[int, Row]) -> None:
    for many in range(2, MOST + 1):
        rate = median(rows[many].rate) / median(rows[1].rate)
        section.aims(f"{many} bots to one: presses a second", rate, "x", None)
        late = p99(rows[many].alerts) / p99(rows[1].alerts)
        section.aims(f"{many} bots to one: press to first alert, p99", late, "x", None)


async def killed(
    load: Load, folder: Path, url: str, bots: list[Bot], kills: int, section: Section
) -> None:
    """Each of the bots in turn; it is begun anew before the next one dies."""
    found = []
    for kill in range(kills):
        at = kill % len(bots)
        found.append(await goes_on(load, bots, at, kill, kill / kills))
        print(f"  kill {kill + 1}: another bot goes on after {found[-1]:.2f} s", flush=True)
        bots[at] = await another(load, folder, url, at)
    told = f"{median(found):.2f} s median, {max(found):.2f} s longest"
    section.note(f"{kills} kills of one of {len(bots)} bots: another goes on after {told}.")
    section.aims("kill -9 of one bot: another goes on, the longest", max(found), "s", GOES_ON)


async def goes_on(load: Load, bots: Sequence[Bot], at: int, person: int, pause: float) -> float:
    """Slack keeps the doomed bot waiting, and answers whoever comes after it.

    The others look around once a second: the pause lets the kill fall anywhere in between.
    """
    mark = f"press-{person}"
    await load.get(bots[at], "/clear")
    arrives = load.arrived[mark] = asyncio.get_running_loop().create_future()
    load.silence = asyncio.Event()
    posts = load.posts
    assert await load.say(bots[at], our_press(person, next(load.numbers))) == 200
    while load.posts == posts:  # noqa: ASYNC110  (until its alert has reached Slack)
        await asyncio.sleep(0.01)
    await asyncio.sleep(pause)
    began = perf_counter()
    silence, load.silence = load.silence, None
    await bots[at].kill()
    silence.set()
    return float(await asyncio.wait_for(arrives, 60)) - began


if __name__ == "__main__":
    main()
