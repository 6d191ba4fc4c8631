"""A bot is killed in the middle of a call (J0), and another on the same store goes on.

    python -m benchmarks.handover

Two `kollega serve` on one PostgreSQL, as processes. Lisa presses at the first; it is killed with
SIGKILL before anybody has answered; the ladder is climbed, Bo takes the call, Lisa is done and Bo
closes it, all at the second. The record is read from the store: the audit's lines, and when each
card was changed where it stands. Ends with 0 when the call came to its end.
"""

import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from urllib.request import Request, urlopen

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from benchmarks import stores
from benchmarks.killing import Bot
from storage.audit import AuditLine
from storage.database import open_database
from storage.deliveries import Standing
from storage.help import HelpCall
from storage.help_life import Status
from tests import postgres

PATIENCE = 60.0
KILLED_AFTER = 3.0
"""Seconds after the press: the first ring has been told, and nobody has said a word."""

LOOK_SECONDS = 0.05

Line = tuple[datetime, str]


class Watcher(Thread):
    """Every card as it comes to stand, and each time that it is changed."""

    def __init__(self, store: Engine) -> None:
        super().__init__(daemon=True)
        self.store, self.found, self.over = store, set[Line](), Event()

    def run(self) -> None:
        while not self.over.wait(LOOK_SECONDS):
            with Session(self.store) as session:
                asked = select(Standing).where(col(Standing.slot).startswith("help:"))
                for card in session.exec(asked):
                    self.found.add((card.delivered_at, f"        stands: {card.slot}"))


class Desk(Bot):
    def act(self, id: str, person: str, wire: str, **payload: object) -> None:
        """A button, as the page sends it."""
        pressed = {"action_id": wire, "value": json.dumps(payload)}
        said = {"id": id, "person": person, "as": "slack", "action": pressed}
        headers = {"X-Kollega": "workspace", "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}/api/press"
        urlopen(Request(url, json.dumps(said).encode(), headers), timeout=10).close()


def main() -> int:
    try:
        url = stores.fresh(stores.POSTGRES, Path())
    except postgres.Missing as why:
        print(why)
        return 0
    store = open_database(url)
    with tempfile.TemporaryDirectory() as folder:
        first, second = (Desk(url, Path(folder) / name) for name in ("first", "second"))
        watcher = Watcher(store)
        for bot in first, second:
            bot.begin()
        try:
            within(lambda: first.up() and second.up())
            watcher.start()
            ours = play(store, first, second)
        finally:
            watcher.over.set()
            for bot in first, second:
                bot.kill()
    began = min(at for at, _ in ours)
    for at, said in sorted([*ours, *decided(store), *watcher.found]):
        print(f"{(at - began).total_seconds():8.2f} s  {said}")
    ended = call_of(store).status is Status.CLOSED
    print("the call came to its end" if ended else "THE CALL DID NOT COME TO ITS END")
    return 0 if ended else 1


def play(store: Engine, first: Desk, second: Desk) -> list[Line]:
    """What people did, and when; what the bots did is in the store."""
    told: list[Line] = []

    def tell(said: str) -> None:
        told.append((datetime.now(UTC), said))

    tell("Lisa presses, level 3, at the first bot")
    if not first.press("press", "lisa", 3):
        raise SystemExit("the first bot did not answer")
    time.sleep(KILLED_AFTER)
    first.kill()
    tell("the first bot is killed (SIGKILL); nobody has answered yet")
    within(lambda: call_of(store).rung > 1)
    time.sleep(1)
    call = call_of(store).number
    tell("Bo presses Jag tar, at the second bot")
    second.act("take", "bo", "help.take", call=call)
    time.sleep(1)
    tell("Lisa presses Klart")
    second.act("done", "lisa", "help.finish", call=call, how="done")
    time.sleep(1)
    tell("Bo has looked in, and closes the call")
    second.act("check", "bo", "help.check", call=call)
    time.sleep(1)
    return told


def call_of(store: Engine) -> HelpCall:
    with Session(store) as session:
        return session.exec(select(HelpCall)).one()


def decided(store: Engine) -> list[Line]:
    with Session(store) as session:
        asked = select(AuditLine).where(col(AuditLine.what).startswith("help."))
        return [
            (one.at, f"    decided: {one.what} by {one.who}, {one.outcome}")
            for one in session.exec(asked)
        ]


def within(true: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > until:
            raise SystemExit(f"it did not happen within {PATIENCE:.0f} s")
        time.sleep(0.1)


if __name__ == "__main__":
    raise SystemExit(main())
