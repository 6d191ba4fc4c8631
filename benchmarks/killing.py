"""Real kills: `kollega serve` as processes, under load, killed with SIGKILL and begun anew.

    python -m benchmarks.killing                     SQLite with one bot, PostgreSQL with three
    python -m benchmarks.killing --seconds 120       each for two minutes

People press by HTTP; a press counts as made when it was answered. Lost is an alert that the store
does not know, or whose first rung nobody was told of in the end; doubled is one that it knows
twice. *Continues* is how long after a kill another press is answered: by another replica, or by the
one that begins anew.
"""

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock, Thread
from urllib.request import Request, urlopen

from sqlalchemy import Engine
from sqlmodel import Session, select

from bot import assembly
from storage.audit import AuditLine
from storage.database import connect, open_database
from storage.help import HelpCall
from storage.help_notices import HelpNotice
from tests import postgres

ROOT = Path(__file__).parent.parent
SECONDS, BETWEEN = 40.0, (2.0, 5.0)
PEOPLE = ("lisa", "kim", "cia", "gun", "eva", "anna", "bo")
WITHIN = 20.0
"""Seconds in which everything must have come to rest at the end."""


@dataclass
class Result:
    made: list[str] = field(default_factory=list)
    kills: int = 0
    continued: list[float] = field(default_factory=list)
    failed: int = 0
    lock: Lock = field(default_factory=Lock)


class Bot:
    """One `kollega serve`, which is begun anew on its own port after each kill."""

    def __init__(self, url: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.env = {
            **os.environ,
            "KOLLEGA_DATABASE_URL": url,
            "KOLLEGA_CONTENT": str(assembly.DEMO),
            "KOLLEGA_PORT": str(self.port),
            "KOLLEGA_SIGNING_KEY": str(folder / "audit.key"),
            "XDG_DATA_HOME": str(folder),
            "PYTHONPATH": str(ROOT),
        }

    def begin(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "serve"],
                cwd=self.folder, env=self.env, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def press(self, id: str, person: str, level: int) -> bool:
        """True when the press was answered, and so is durable."""
        body = f'{{"id": "{id}", "person": "{person}", "level": {level}}}'.encode()
        headers = {"X-Kollega": "workspace", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}/api/shortcut"
        with suppress(OSError), urlopen(Request(url, body, headers), timeout=10) as answer:
            return bool(answer.status == 200)
        return False

    def up(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as one:
            return bool(one.status == 200)
        return False


def presses(bots: list[Bot], result: Result, until: float, number: int) -> None:
    """One person's hands: a press each half second at any bot, sent again until it is answered."""
    chance, count = Random(number), 0
    person = PEOPLE[number % len(PEOPLE)]
    while time.monotonic() < until:
        count += 1
        id, began, tries = f"{person}-{count}", time.monotonic(), 0
        while not chance.choice(bots).press(id, person, 1 + count % 3):
            tries += 1
            time.sleep(0.05)
            if time.monotonic() > until + WITHIN:
                return
        with result.lock:
            result.made.append(f"{person}:{id}")
            result.failed += tries
        time.sleep(max(0.0, 0.5 - (time.monotonic() - began)))


def kills(bots: list[Bot], result: Result, until: float, chance: Random) -> None:
    while time.monotonic() < until:
        time.sleep(chance.uniform(*BETWEEN))
        bot = chance.choice(bots)
        bot.kill()
        result.kills += 1
        began, others = time.monotonic(), [one for one in bots if one is not bot] or [bot]
        bot.begin()
        id = f"probe-{result.kills}"
        while not any(one.press(id, "hana", 1) for one in others):
            time.sleep(0.02)
        result.continued.append(time.monotonic() - began)
        result.made.append(f"hana:{id}")
        while not bot.up():
            time.sleep(0.1)


def run(url: str, store: Engine, count: int, seconds: float, folder: Path) -> int:
    """How many alerts were lost or doubled."""
    bots = [Bot(url, folder / str(number)) for number in range(count)]
    result, chance = Result(), Random(7)
    for bot in bots:
        bot.begin()
    try:
        while not all(bot.up() for bot in bots):
            time.sleep(0.2)
        until = time.monotonic() + seconds
        hands = [
            Thread(target=presses, args=(bots, result, until, number))
            for number in range(len(PEOPLE))
        ]
        for one in hands:
            one.start()
        kills(bots, result, until, chance)
        for one in hands:
            one.join()
        time.sleep(3)
    finally:
        for bot in bots:
            bot.kill()
    return told(f"{store.dialect.name}, {count} of them", store, result)


def told(name: str, store: Engine, result: Result) -> int:
    with Session(store) as session:
        asked = select(AuditLine.event).where(AuditLine.what == "help.press")
        kept = Counter(session.exec(asked.where(AuditLine.outcome == "done")))
        calls = session.exec(select(HelpCall)).all()
        rung = {*session.exec(select(HelpNotice.call))}
    lost = [one for one in result.made if one not in kept]
    silent = [call.id for call in calls if call.open and call.id not in rung]
    doubled = [one for one, times in kept.items() if times > 1]
    p50 = statistics.median(result.continued) if result.continued else 0.0
    print(
        f"{name}: {len(result.made)} alerts made, {result.kills} kills, "
        f"{result.failed} presses sent again, {len(lost)} lost, {len(silent)} told nobody, "
        f"{len(doubled)} doubled; continues after {p50:.2f} s (p50), "
        f"{max(result.continued, default=0.0):.2f} s (longest)",
        flush=True,
    )
    return len(lost) + len(silent) + len(doubled)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    asked = parser.parse_args(argv)
    wrong = 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if asked.only != "postgres":
            url = f"sqlite:///{folder / 'kollega.db'}"
            connect(url).dispose()
            wrong += run(url, open_database(url), 1, asked.seconds, folder / "one")
        if asked.only != "sqlite":
            try:
                store = postgres.fresh()
            except postgres.Missing as why:
                print(why)
                return wrong
            url = store.url.render_as_string(hide_password=False)
            wrong += run(url, store, 3, asked.seconds, folder / "three")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main() != 0)
