"""What the measured bots of both platforms answer alike: what they used, and a fresh start."""

import resource
from collections.abc import Collection
from pathlib import Path

from aiohttp import web
from sqlmodel import SQLModel, delete

from bot.machine import Machine


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
