"""A press over Teams.

The bot runs as a process of its own: gatekeeper (RS256 checked on every request), router, one
durable transaction (SQLite file, fsync), then the courier posts and edits through the connector.
The fake Microsoft and whoever presses live in this process; Teams' own limits are left out.

  take     "Jag tar" pressed with Action.Execute by a colleague of an open call: the answer carries
           the card that replaces the pressed one (an invoke with its commit, and what follows)
  press    a button whose handler only says a line: the lightest press there is with a commit
  words    a typed word that nobody understands: a message, its commit, one line posted back
  surface  the same invokes answered by a machine that does nothing: the surface's own share

Goal: at most 2 ms CPU for a pressed button with its commit. It stops by itself, on loopback only.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from aiohttp import ClientSession, TCPConnector

from benchmarks import results
from benchmarks.results import Section, ends, explained
from tests.teams.hands import Hands, entra
from tests.teams.microsoft import FakeMicrosoft

GOAL_MS = 2.0
ROUNDS, PRESSES, AT_ONCE = 3, 200, 16
OFFICES = 64

Press = Callable[[int], Awaitable[Any]]


class Bench:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        people = {f"{who}-{n}" for who in ("press", "first", "second") for n in range(OFFICES)}
        self.microsoft = FakeMicrosoft(endless=True, users={entra(ref) for ref in people})

    async def open(self, *more: str) -> "Bench":
        await self.microsoft.start()
        self.http = ClientSession(connector=TCPConnector(limit=0))
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.teams_bot"),
            *(self.microsoft.url, str(self.folder), str(OFFICES), *more),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self.process.stdout
        self.base = (await self.process.stdout.readline()).decode().strip()
        self.hands = Hands(self.microsoft, self.http, f"{self.base}/api/messages")
        self.token = f"Bearer {self.microsoft.signed()}"
        return self

    async def close(self) -> None:
        self.process.terminate()
        await self.process.wait()
        await self.http.close()
        await self.microsoft.stop()

    async def stats(self) -> dict[str, float]:
        async with self.http.get(f"{self.base}/stats") as answer:
            return dict(await answer.json())

    async def settled(self) -> dict[str, float]:
        while (told := await self.stats())["busy"]:  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.01)
        return told

    async def clear(self) -> None:
        async with self.http.get(f"{self.base}/clear"):
            pass

    async def invoke(self, ref: str, verb: str, payload: str, message: str = "1") -> None:
        action = {"type": "Action.Execute", "verb": verb, "data": {"payload": payload}}
        said = self.hands.activity(
            entra(ref),
            "invoke",
            name="adaptiveCard/action",
            value={"action": action},
            replyToId=message,
        )
        status, text = await self.hands.post(said, self.token)
        assert status == 200, text

    async def words(self, ref: str) -> None:
        said = self.hands.said(entra(ref), text="lunch på tisdag")
        assert (await self.hands.post(said, self.token))[0] == 200

    # What is measured

    async def pressed(self, number: int) -> None:
        await self.invoke(f"first-{number % OFFICES}", "home.not_understood", "{}")

    async def typed(self, number: int) -> None:
        await self.words(f"first-{number % OFFICES}")

    async def round(self, press: Press, count: int, at_once: int) -> dict[str, Any]:
        before, times = await self.settled(), list[float]()
        numbers, started = iter(range(count)), perf_counter()

        async def one() -> None:
            for number in numbers:
                begun = perf_counter()
                await press(number)
                times.append(perf_counter() - begun)

        await asyncio.gather(*(one() for _ in range(at_once)))
        spent = perf_counter() - started
        after = await self.settled()
        cpu = (after["cpu_s"] - before["cpu_s"]) / count * 1000
        return {"cpu": cpu, "each": count / spent, "times": times}

    async def takes(self) -> dict[str, Any]:
        """Every office has an open call; its first colleague takes it, on the very card."""
        await self.clear()
        for number in range(OFFICES):
            await self.invoke(f"press-{number}", "help.press", '{"level":2}')
        await self.settled()
        found = {ref: self.card(ref) for ref in (f"first-{n}" for n in range(OFFICES))}

        async def take(number: int) -> None:
            ref = f"first-{number}"
            message, payload = found[ref]
            await self.invoke(ref, "help.take", payload, message)

        return await self.round(take, OFFICES, 1)

    def card(self, ref: str) -> tuple[str, str]:
        """The newest message with the button, and what it carries."""
        for message in reversed(self.microsoft.conversation(entra(ref)).messages):
            told = json.dumps(message.said)
            if "help.take" in told:
                action = next(one for one in walk(message.said) if one.get("verb") == "help.take")
                return message.id, str(action["data"]["payload"])
        raise LookupError(ref)


def walk(part: Any) -> Any:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from walk(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from walk(inner)


async def measure(folder: Path, rounds: int) -> Section:
    heads = ("", "a second", "median", "p99", "worst", "CPU each")
    section = Section("A press over Teams", explained(__doc__), heads).begin()
    bench = await Bench(folder).open()
    try:
        found: dict[str, list[dict[str, Any]]] = {}
        await bench.round(bench.pressed, 50, 1)
        for _ in range(rounds):
            found.setdefault("take, one at a time", []).append(await bench.takes())
            await bench.clear()
            for many in 1, AT_ONCE:
                for name, press in (("press", bench.pressed), ("words", bench.typed)):
                    told = await bench.round(press, PRESSES, many)
                    found.setdefault(f"{name}, {many} at once", []).append(told)
        rss = (await bench.stats())["rss_kb"] / 1024
    finally:
        await bench.close()
    idle = await Bench(folder).open("--idle")
    try:
        await idle.round(idle.pressed, 50, 1)
        for _ in range(rounds):
            told = await idle.round(idle.pressed, PRESSES, AT_ONCE)
            found.setdefault(f"surface alone, {AT_ONCE} at once", []).append(told)
    finally:
        await idle.close()
    for name, rows in found.items():
        tell(section, name, rows)
    section.note(f"Resident after all presses: {rss:.0f} MB.")
    return section


def tell(section: Section, name: str, rows: list[dict[str, Any]]) -> None:
    """The best round: whatever else runs here makes all others slower."""
    cpu, each = min(row["cpu"] for row in rows), max(row["each"] for row in rows)
    times = [time for row in rows for time in row["times"]]
    section.add(name, results.number(each), *ends(times), f"{cpu:.2f} ms")
    if "words" not in name and "surface" not in name:
        section.aims(f"Teams, {name}: CPU each", cpu, "ms", GOAL_MS)


def main() -> None:
    parser = results.arguments(__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        found = asyncio.run(measure(Path(folder), 1 if asked.small else asked.rounds))
    results.keep([found], asked.into)


if __name__ == "__main__":
    main()
