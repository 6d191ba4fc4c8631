"""The bots that are measured: put together as `kollega serve` does it, and asked what they used."""

import os
import resource
import socket
from collections.abc import Collection, Mapping
from pathlib import Path

from aiohttp import web
from sqlmodel import SQLModel, delete

import handlers
from bot import assembly
from bot.clock import wall
from bot.content import Shelf
from bot.house import WRITERS, joined
from bot.machine import Machine
from bot.surfaces import Surface
from bot.writer import ThreadWriter, Writer
from storage.database import connect

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def serving(url: str, folder: Path, content: Path, port: int) -> dict[str, str]:
    """What a `kollega serve` of our own needs to know, and nothing of whoever runs the benchmark.

    What it keeps lies in the folder; its page is at the port.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KOLLEGA_")}
    return {
        **kept,
        "KOLLEGA_DATABASE_URL": url,
        "KOLLEGA_CONTENT": str(content),
        "KOLLEGA_PORT": str(port),
        "KOLLEGA_SIGNING_KEY": str(folder / "audit.key"),
        "XDG_DATA_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }


class Seat:
    """A bot's place at a store: alone on SQLite, one among several on PostgreSQL."""

    def __init__(self, url: str, shelf: Shelf, surfaces: Collection[str]) -> None:
        self.database, self.member = connect(url), joined(url)
        holder = self.member.number if self.member else None
        self.engine = assembly.engine(
            self.database, handlers.ALL, shelf, [*surfaces], wall(), holder
        )

    def machine(self, surfaces: Mapping[str, Surface], writer: Writer | None = None) -> Machine:
        writer = writer or ThreadWriter(WRITERS if self.member else 1)
        self.here = Machine(self.engine, surfaces, writer)
        return self.here

    def start(self) -> None:
        if self.member:
            self.member.listen(self.here.look)
        self.here.start()

    async def stop(self) -> None:
        await self.here.stop()
        if self.member:
            self.member.leave()
        self.here.writer.close()
        self.database.dispose()


def used(busy: int) -> web.Response:
    """As the floor tells it: kB resident, seconds of CPU, and how much is still under way."""
    status = Path("/proc/self/status")
    rows = status.read_text("utf-8").splitlines() if status.exists() else []
    rss = next((int(row.split()[1]) for row in rows if row.startswith("VmRSS")), 0)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return web.json_response(
        {"rss_kb": rss, "cpu_s": usage.ru_utime + usage.ru_stime, "busy": busy}
    )


async def clear(machine: Machine, kept: Collection[str]) -> web.Response:
    """Every call is over and nobody has pressed yet; the tables named in `kept` stay."""

    def work() -> None:
        with machine.engine.sessions() as session:
            for table in reversed(SQLModel.metadata.sorted_tables):
                if table.name not in kept:
                    session.execute(delete(table))
            session.commit()

    await machine.writer.do(work)
    return web.Response()
