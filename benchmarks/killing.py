"""Real kills: `kollega serve` as processes, under load, killed with SIGKILL and begun anew.

SQLite with one bot, PostgreSQL with three; `--seconds 120` for two minutes each. People press by
HTTP; a press counts as made when it was answered. Lost is an alert that the store does not know,
"told nobody" one whose first rung nobody was told of in the end; doubled is one that the store
knows twice. *Continues* is how long after a kill another press is answered: by another bot, or by
the one that begins anew.
"""

import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from threading import Lock, Thread
from urllib.request import Request, urlopen

from sqlmodel import Session, select

from benchmarks import results, stores
from benchmarks.bots import free_port, serving
from benchmarks.results import Section, explained
from bot import assembly
from storage.audit import AuditLine
from storage.database import open_database
from storage.help import HelpCall
from storage.help_notices import HelpNotice

ROOT = Path(__file__).parent.parent
SECONDS, FEW, BETWEEN = 40.0, 10.0, (2.0, 5.0)
BOTS = {stores.SQLITE: 1, stores.POSTGRES: 3}
T10 = 5
"""Seconds until it goes on."""
HEADS = (
    "", "alerts", "kills", "sent again", "lost", "told nobody", "doubled", "continues", "longest",
)  # fmt: skip
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
        self.folder, self.port = folder, free_port()
        self.env = {**serving(url, folder, assembly.DEMO, self.port), "KOLLEGA_TRYING": "yes"}

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
        if self.process.poll() is not None:
            raise SystemExit(f"it does not start: {(self.folder / 'log').read_text('utf-8')}")
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


def run(kind: str, seconds: float, folder: Path, section: Section) -> None:
    """Bots on a new store of this kind, killed for so many seconds."""
    url, count = stores.fresh(kind, folder), BOTS[kind]
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
    told(f"{kind}, {count} of them", url, result, section)


def told(name: str, url: str, result: Result, section: Section) -> None:
    store = open_database(url)
    with Session(store) as session:
        asked = select(AuditLine.event).where(AuditLine.what == "help.press")
        kept = Counter(session.exec(asked.where(AuditLine.outcome == "done")))
        calls = session.exec(select(HelpCall)).all()
        rung = {*session.exec(select(HelpNotice.call))}
    store.dispose()
    lost = sum(one not in kept for one in result.made)
    silent = sum(call.open and call.id not in rung for call in calls)
    doubled = sum(times > 1 for times in kept.values())
    longest = max(result.continued, default=0.0)
    ends = f"{median(result.continued or [0.0]):.2f} s", f"{longest:.2f} s"
    counts = len(result.made), result.kills, result.failed, lost, silent, doubled
    section.add(name, *map(str, counts), *ends)
    section.aims(f"kills under load, {name}: lost, silent, doubled", lost + silent + doubled, "", 0)
    section.aims(f"T10: kills under load, {name}: continues, the longest", longest, "s", T10)


def main(argv: list[str] | None = None) -> int:
    """How many alerts were lost, doubled or told to nobody."""
    parser = results.arguments(__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    asked = parser.parse_args(argv)
    section = Section("Kills under load", explained(__doc__), HEADS).begin()
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        for kind in stores.kinds():
            if asked.only is None or kind.casefold().startswith(asked.only):
                run(kind, FEW if asked.small else asked.seconds, Path(folder) / kind, section)
    results.keep([section], asked.into)
    return int(sum(goal.found for goal in section.goals if not goal.unit))


if __name__ == "__main__":
    raise SystemExit(main() != 0)
