"""Slack and its people for `benchmarks.slack`: the fake that both bots post to, and the presses.

A press carries its own mark; whoever posts a text with that mark in it has answered that press.
"""

import asyncio
import hashlib
import hmac
import json
import os
import re
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from statistics import median, quantiles
from time import perf_counter, time
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, TCPConnector, web

SECRET = "secret"
FORM = "application/x-www-form-urlencoded"
MARK = re.compile(rb"press-\d+")
PATIENCE = 60.0
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
    started: float = 0.0

    async def stop(self) -> None:
        if self.process.returncode is None:
            self.process.terminate()
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

    HEAD = (
        "       at once | ack p50     p99 | first alert p50     p99 | presses/s (best)"
        " | CPU a press (least) | posts a press"
    )

    def add(self, more: "Row") -> None:
        self.acks += more.acks
        self.alerts += more.alerts
        self.cpu += more.cpu
        self.rate += more.rate
        self.posts += more.posts
        self.bad += more.bad

    def line(self, name: str, many: int) -> str:
        ack, alert = f"{p50(self.acks):7.1f} {p99(self.acks):7.1f}", f"{p50(self.alerts):15.1f}"
        rate = f"{median(self.rate):7.0f} ({max(self.rate):5.0f})"
        cpu = f"{median(self.cpu):8.2f} ({min(self.cpu):6.2f}) ms"
        posts = f"{self.posts / len(self.acks):5.1f}"
        bad = f"  {self.bad} NOT ACKNOWLEDGED" if self.bad else ""
        last = f"{alert} {p99(self.alerts):7.1f} | {rate:>16} | {cpu:>19} | {posts}{bad}"
        return f"{name:6} {many:7} | {ack} | {last}"

    def against(self, floor: "Row") -> tuple[float, float, float]:
        """The ratios that there are goals for; of CPU the least, which noise cannot make less."""
        return (
            p99(self.acks) / p99(floor.acks),
            min(self.cpu) / min(floor.cpu),
            median(self.rate) / median(floor.rate),
        )


def p50(values: list[float]) -> float:
    return median(values)


def p99(values: list[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[98]


class Load:
    """The fake Slack and everybody who presses, in one event loop."""

    def __init__(self) -> None:
        self.arrived: dict[str, asyncio.Future[float]] = {}
        self.numbers = count(1)
        self.posts = 0
        self.url = ""

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
        if request.match_info["method"] == "conversations.open":
            return web.json_response({"ok": True, "channel": {"id": "D1"}})
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
        self, name: str, arguments: list[str], more: dict[str, str] | None = None
    ) -> Bot:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        how = {**os.environ, "FAKE": self.url, "PORT": str(port), **(more or {})}
        run = [one.format(port=port) for one in arguments]
        began = perf_counter()
        process = await asyncio.create_subprocess_exec(sys.executable, *run, env=how)
        bot = Bot(name, process, f"http://127.0.0.1:{port}")
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

    async def round(
        self, bot: Bot, press: Presses, many: int, presses: int, settle: bool = True
    ) -> Row:
        """So many presses by so many people at once; before them some that do not count.

        They come in batches; after each, uncounted, every call is over: as many calls are open at
        once as are being pressed, and not as many as have ever been.
        """
        if settle:
            await self._batch(bot, press, many, max(WARM, many))
        row, took = Row(), 0.0
        size = max(FEWEST, 2 * many)
        batches = max(1, presses // size)
        for _ in range(batches):
            found = await self._batch(bot, press, many, size)
            took += found.took
            row.add(found)
        row.cpu = [sum(row.cpu) / len(row.acks) * 1e3]
        row.rate = [len(row.acks) / took]
        return row

    async def _batch(self, bot: Bot, press: Presses, many: int, presses: int) -> Row:
        if bot.name == "ours":
            await self.get(bot, "/clear")
        row, people, before = Row(), iter(range(presses)), await self.stats(bot)
        self.posts = 0

        async def somebody() -> None:
            for person in people:
                await self._press(bot, press(person, next(self.numbers)), f"press-{person}", row)

        began = perf_counter()
        await asyncio.gather(*(somebody() for _ in range(many)))
        row.took = perf_counter() - began
        await self._quiet(bot)
        row.cpu = [(await self.stats(bot))["cpu_s"] - before["cpu_s"]]
        row.posts = self.posts
        return row

    async def _press(self, bot: Bot, body: str, mark: str, row: Row) -> None:
        arrives: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.arrived[mark] = arrives
        headers = signed(body)
        began = perf_counter()
        async with self.session.post(f"{bot.url}/slack/events", data=body, headers=headers) as told:
            await told.read()
            row.bad += told.status != 200
        row.acks.append((perf_counter() - began) * 1e3)
        row.alerts.append((await asyncio.wait_for(arrives, PATIENCE) - began) * 1e3)

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
