"""How long `kollega serve` takes until it answers, and what it is then.

The demo agency with addresses in Slack, the whole program as an operator starts it: keys, settings,
content, what stops it from going live, store, rosters, both listening places. "New store" begins
with nothing, as on the first day; "again" is every later start. Slack itself is nobody at a closed
port: the bot answers without waiting for it.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil

from benchmarks import results, stores
from benchmarks.bots import free_port, serving
from benchmarks.results import Section, explained
from tests.slack.agency import agency

STARTS, PATIENCE = 5, 60
WITHIN, AT_MOST = 2.0, 120.0
"""Seconds until it answers; megabytes when it does (`kollega serve` on this kind of machine)."""

HEADS = ("", "median", "fastest", "slowest", "CPU until then", "resident")
Start = tuple[float, float, float]
"""Seconds until it answered, seconds of CPU, megabytes."""


def main() -> None:
    asked = results.arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        found = measure(Path(folder), 1 if asked.small else STARTS)
    results.keep([found], asked.into)


def measure(folder: Path, count: int) -> Section:
    section = Section("Start and memory", explained(__doc__), HEADS).begin()
    warm = folder / "warm"
    start(stores.empty(stores.SQLITE, warm), warm)  # the disk has been read by now
    for kind in stores.kinds():
        new, again = list[Start](), list[Start]()
        for turn in range(count):
            place = folder / f"{kind} {turn}"
            url = stores.empty(kind, place)
            new.append(start(url, place))
            again.append(start(url, place))
        tell(section, f"{kind}, new store", new)
        tell(section, f"{kind}, again", again)
    return section


def tell(section: Section, what: str, starts: list[Start]) -> None:
    times, cpu, resident = ([one[part] for one in starts] for part in range(3))
    shown = (f"{found:.2f} s" for found in (median(times), min(times), max(times)))
    section.add(what, *shown, f"{median(cpu):.2f} s", f"{median(resident):.0f} MB")
    section.aims(f"`kollega serve` answers: {what}", median(times), "s", WITHIN)
    section.aims(f"resident when it answers: {what}", median(resident), "MB", AT_MOST)


def start(url: str, folder: Path) -> Start:
    """Once; the process is ended as soon as it has answered."""
    if not (folder / "agency").exists():
        folder.mkdir(parents=True, exist_ok=True)
        agency(folder)
    ports = free_port(), free_port()
    began = perf_counter()
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve"],
            cwd=folder, env=environment(url, folder, *ports), stdout=log, stderr=log,
        )  # fmt: skip
    try:
        for port in ports:
            answers(process, port, folder / "log")
        took, known = perf_counter() - began, psutil.Process(process.pid)
        used = known.cpu_times()
        return took, used.user + used.system, known.memory_info().rss / 1024**2
    finally:
        process.terminate()
        process.wait()


def answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    """Any answer is one: what is asked for is nowhere."""
    until = monotonic() + PATIENCE
    while process.poll() is None and monotonic() < until:
        with suppress(OSError):
            try:
                urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PATIENCE).close()
            except HTTPError as answer:
                answer.close()
            return
        sleep(0.005)
    raise SystemExit(f"it does not start: {log.read_text('utf-8')}")


def environment(url: str, folder: Path, page: int, slack: int) -> Mapping[str, str]:
    return {
        **serving(url, folder, folder / "agency", page),
        "KOLLEGA_SLACK_BOT_TOKEN": "xoxb-invented",
        "KOLLEGA_SLACK_SIGNING_SECRET": "secret",
        "KOLLEGA_SLACK_API_BASE": "http://127.0.0.1:9/api/",
        "KOLLEGA_SLACK_PORT": str(slack),
    }


if __name__ == "__main__":
    main()
