"""Slack and its people for `benchmarks.slack`: the fake that both bots post to, and the presses.

A press carries its own mark; whoever posts a text with that mark in it has answered that press.
"""

import asyncio
import hashlib
import hmac
import json
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from time import perf_counter, time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, TCPConnector, web

from benchmarks.bots import free_port
from benchmarks.results import at, number

SECRET = "secret"
FORM = "application/x-www-form-urlencoded"
MARK = re.compile(rb"press-\d+")
PATIENCE = 300.0
WARM, FEWEST = 24, 8

Presses = Callable[[int, int], str]
"""The body of the press of person `n`, with a number that no other press has."""


def floor_press(person: int, number: int) -> str:
    said = {"command": "/desk", "text": f"press-{person}", "user_id": "U0STAFF", "token": "x"}
    where = {"team_id": "T1", "channel_id": "C1", "api_app_id": "A1", "response_url": "http://x/"}
    return urlencode({**said, **where, "trigger_id": str(number)})


def our_press(person: int, number: int) -> str:
    said: dict[str, Any] = {
        "type": "shortcut",
        "callback_id": "shortcut_3",
        "user": {"id": f"U0PRESS-{person}", "username": "somebody", "team_id": "T1"},
        "team": {"id": "T1", "domain": "kontor"},
        "api_app_id": "A1",
        "token": "x",
        "is_enterprise_install": False,
        "trigger_id": str(number),
        "action_ts": "1.1",
    }
    return urlencode({"payload": json.dumps(said)})


@dataclass
class Bot:
    """A process that was started here, where it listens, and how long it took to be ready."""

    name: str
    process: asyncio.subprocess.Process
    url: str
    stores: bool
    started: float = 0.0

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()

    async def kill(self) -> None:
        self.process.kill()
        await self.process.wait()


@dataclass
class Row:
    """What a number of presses cost; milliseconds, but for `cpu` (seconds) and `took`."""

    acks: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)
    took: float = 0.0
    posts: int = 0
    bad: int = 0

    HEADS = (
        "at once", "ack p50", "ack p99", "alert p50", "alert p95", "alert p99", "presses/s",
        "CPU a press", "posts",
    )  # fmt: skip

    def add(self, more: "Row") -> None:
        self.acks += more.acks
        self.alerts += more.alerts
        self.cpu += more.cpu
        self.rate += more.rate
        self.posts += more.posts
        self.bad += more.bad

    def cells(self) -> list[str]:
        """Of the rounds the median; of CPU the least, which noise cannot make less."""
        assert not self.bad, f"{self.bad} presses were not acknowledged"
        times = [p50(self.acks), p99(self.acks), p50(self.alerts), at(self.alerts, 95)]
        told = [f"{number(one)} ms" for one in (*times, p99(self.alerts))]
        posts = f"{self.posts / len(self.acks):.1f}"
        return [*told, number(median(self.rate)), f"{min(self.cpu):.2f} ms", posts]

    def against(self, floor: "Row") -> tuple[float, float, float]:
        """The ratios that there are goals for."""
        return (
            p99(self.acks) / p99(floor.acks),
            min(self.cpu) / min(floor.cpu),
            median(self.rate) / median(floor.rate),
        )


def p50(values: list[float]) -> float:
    return median(values)


def p99(values: list[float]) -> float:
    return at(values, 99)


class Load:
    """The fake Slack and everybody who presses, in one event loop."""

    def __init__(self) -> None:
        self.arrived: dict[str, asyncio.Future[float]] = {}
        self.numbers = count(1)
        self.posts = 0
        self.url = ""
        self.silence: asyncio.Event | None = None

    async def open(self) -> "Load":
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.api)
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"
        limits = ClientTimeout(total=PATIENCE)
        self.session = ClientSession(connector=TCPConnector(limit=0), timeout=limits)
        return self

    async def close(self) -> None:
        await self.session.close()
        await self.runner.cleanup()

    async def api(self, request: web.Request) -> web.Response:
        """Nothing is checked here: `tests/slack` does that, and both bots get the same."""
        at, said = perf_counter(), await request.read()
        if self.silence:
            self.posts += 1
            await self.silence.wait()
            raise web.HTTPServiceUnavailable
        if request.match_info["method"] == "conversations.open":
            return web.json_response({"ok": True, "channel": {"id": "D1"}})
        if request.match_info["method"] == "conversations.history":
            return web.json_response({"ok": True, "messages": []})
        self.posts += 1
        if (mark := MARK.search(said)) and not self._ours(said, mark.group()):
            waiting = self.arrived.get(mark.group().decode())
            if waiting and not waiting.done():
                waiting.set_result(at)
        told = {"ok": True, "channel": "D1", "ts": f"1.{next(self.numbers):06d}"}
        return web.json_response(told)

    def _ours(self, said: bytes, mark: bytes) -> bool:
        """A card to the presser is no alert."""
        return b"U0" + mark.upper() in said

    async def start(
        self,
        name: str,
        arguments: list[str],
        more: dict[str, str] | None = None,
        stores: bool = True,
    ) -> Bot:
        port = free_port()
        how = {**os.environ, "FAKE": self.url, "PORT": str(port), **(more or {})}
        run = [one.format(port=port) for one in arguments]
        began = perf_counter()
        process = await asyncio.create_subprocess_exec(sys.executable, *run, env=how)
        bot = Bot(name, process, f"http://127.0.0.1:{port}", stores)
        await self._ready(bot)
        bot.started = perf_counter() - began
        return bot

    async def _ready(self, bot: Bot) -> None:
        async with asyncio.timeout(PATIENCE):
            while bot.process.returncode is None:
                try:
                    await self.get(bot, "/stats")
                    return
                except ClientConnectionError:
                    await asyncio.sleep(0.01)
        raise SystemExit(f"{bot.name} did not start")

    async def get(self, bot: Bot, path: str) -> str:
        async with self.session.get(bot.url + path) as answer:
            return await answer.text()

    async def stats(self, bot: Bot) -> dict[str, Any]:
        return dict(json.loads(await self.get(bot, "/stats")))

    async def cpu(self, bots: Sequence[Bot]) -> float:
        return sum([float((await self.stats(bot))["cpu_s"]) for bot in bots])

    async def round(
        self, bots: Sequence[Bot], press: Presses, many: int, presses: int, settle: bool = True
    ) -> Row:
        """So many presses by so many people at once; before them some that do not count.

        Where there are several bots on one store, each hears as many. The presses come in batches;
        after each, uncounted, every call is over: as many calls are open at once as are being
        pressed, and not as many as have ever been.
        """
        if settle:
            await self._batch(bots, press, many, max(WARM, many))
        row, took = Row(), 0.0
        size = max(FEWEST, 2 * many)
        batches = max(1, presses // size)
        for _ in range(batches):
            found = await self._batch(bots, press, many, size)
            took += found.took
            row.add(found)
        row.cpu = [sum(row.cpu) / len(row.acks) * 1e3]
        row.rate = [len(row.acks) / took]
        return row

    async def steady(self, bot: Bot, press: Presses, a_second: int, presses: int) -> Row:
        """So many presses, each at its own moment, whatever has become of those before it."""
        await self.get(bot, "/clear")
        row, loop, before = Row(), asyncio.get_running_loop(), await self.cpu([bot])
        self.posts, began = 0, perf_counter()

        async def somebody(person: int) -> None:
            await asyncio.sleep(began + person / a_second - perf_counter())
            await self.press(bot, press(person, next(self.numbers)), f"press-{person}", row)

        await asyncio.gather(*(loop.create_task(somebody(one)) for one in range(presses)))
        row.took, row.posts = perf_counter() - began, self.posts
        await self._quiet(bot)
        row.cpu = [(await self.cpu([bot]) - before) / presses * 1e3]
        row.rate = [presses / row.took]
        return row

    async def _batch(self, bots: Sequence[Bot], press: Presses, many: int, presses: int) -> Row:
        if bots[0].stores:
            await self.get(bots[0], "/clear")
        row, people, before = Row(), iter(range(presses)), await self.cpu(bots)
        self.posts = 0

        async def somebody() -> None:
            for person in people:
                bot, body = bots[person % len(bots)], press(person, next(self.numbers))
                await self.press(bot, body, f"press-{person}", row)

        began = perf_counter()
        await asyncio.gather(*(somebody() for _ in range(many)))
        row.took = perf_counter() - began
        for bot in bots:
            await self._quiet(bot)
        row.cpu = [await self.cpu(bots) - before]
        row.posts = self.posts
        return row

    async def press(self, bot: Bot, body: str, mark: str, row: Row) -> None:
        arrives: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.arrived[mark] = arrives
        began = perf_counter()
        row.bad += await self.say(bot, body) != 200
        row.acks.append((perf_counter() - began) * 1e3)
        row.alerts.append((await asyncio.wait_for(arrives, PATIENCE) - began) * 1e3)

    async def say(self, bot: Bot, body: str) -> int:
        url, headers = f"{bot.url}/slack/events", signed(body)
        async with self.session.post(url, data=body, headers=headers) as told:
            await told.read()
            return told.status

    async def _quiet(self, bot: Bot) -> None:
        """Until the bot has nothing under way, and nothing more arrives here."""
        async with asyncio.timeout(PATIENCE):
            before = -1
            while (await self.stats(bot)).get("busy", 0) or before != self.posts:
                before = self.posts
                await asyncio.sleep(0.02)


def signed(body: str) -> dict[str, str]:
    stamp = str(int(time()))
    mark = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    signature = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mark}"}
    return {**signature, "Content-Type": FORM}
