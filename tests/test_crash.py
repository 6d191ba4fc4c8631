"""The crash walker: a whole call, killed at every commit and at every delivery.

The process dies at one boundary and starts again on the same store; platforms send again what
was never acknowledged. Afterwards nobody owed a message may have been missed, and the call may
be neither lost, doubled nor stuck.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Engine as Database
from sqlmodel import Session, select

from bot import outbox
from bot.cards import Card
from bot.effects import Show
from bot.engine import Engine, Outcome
from bot.events import Incoming
from bot.outbox import Parcel
from bot.surfaces import Surface
from bot.turn import Turn
from storage.help import HelpCall, Status
from storage.queue import Delivery, Timer
from tests.stage import Actor, Stage, fresh_database


class Crash(KeyboardInterrupt):
    """The process is gone. (A KeyboardInterrupt passes straight through the event loop.)"""


@dataclass
class Bomb:
    """Goes off at one boundary; 0 never does."""

    at: int = 0
    passed: int = 0

    def step(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Crash


class MinedSession(Session):
    """A session with a boundary before and after every commit."""

    def __init__(self, database: Database, bomb: Bomb) -> None:
        super().__init__(database, expire_on_commit=False)
        self.bomb = bomb

    def commit(self) -> None:
        self.bomb.step()
        super().commit()
        self.bomb.step()


class MinedSurface:
    """A surface with a boundary before and after every call to the platform."""

    def __init__(self, inner: Surface, bomb: Bomb) -> None:
        self.inner, self.bomb, self.name, self.pace = inner, bomb, inner.name, inner.pace

    async def post(self, address: str, card: Card, key: str) -> str:
        self.bomb.step()
        message = await self.inner.post(address, card, key)
        self.bomb.step()
        return message

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        self.bomb.step()
        await self.inner.edit(address, message, card, key)
        self.bomb.step()

    async def home(self, address: str, card: Card) -> None:
        self.bomb.step()
        await self.inner.home(address, card)
        self.bomb.step()


class Careless(Engine):
    """The planted bug: the outbox is written in a transaction of its own, after the other."""

    later: list[Show]

    def receive(self, heard: Incoming, now: datetime) -> Outcome:
        return self._afterwards(super().receive(heard, now), now)

    def fire(self, now: datetime) -> Outcome | None:
        outcome = super().fire(now)
        return outcome and self._afterwards(outcome, now)

    def _queue(self, turn: Turn, effects: list[object]) -> list[Parcel]:  # type: ignore[override]
        self.later = [effect for effect in effects if isinstance(effect, Show)]
        return []

    def _afterwards(self, outcome: Outcome, now: datetime) -> Outcome:
        shows, self.later = getattr(self, "later", []), []
        with self.sessions() as session:
            words = self.shelf.current.dictionaries
            parcels = outbox.put(session, shows, now, words, self.surfaces)
            session.commit()
        return replace(outcome, parcels=tuple(parcels))


def careless(engine: Engine) -> Engine:
    return Careless(engine.sessions, engine.features, engine.shelf, engine.surfaces)


Mutation = Callable[[Engine], Engine]


class Walk:
    """One run of the story with a bomb at one boundary."""

    def __init__(self, at: int, mutate: Mutation = lambda engine: engine) -> None:
        bomb, database = Bomb(), fresh_database()

        def mined(engine: Engine) -> Engine:
            engine.sessions = lambda: MinedSession(database, bomb)
            return mutate(engine)

        self.bomb = bomb
        self.stage = Stage("sv", database, lambda inner: MinedSurface(inner, bomb), mined)
        self.stage.loop.set_exception_handler(lambda *_: None)  # a dead process complains nowhere
        bomb.passed, bomb.at = 0, at

    def play(self) -> "Walk":
        lisa, bo, anna = (Actor(self.stage, ref) for ref in ("lisa", "bo", "anna"))
        self.survives(lambda: self.hears(("lisa", "help.press", '{"level":3}')))
        self.waits(2)
        for who in bo, anna:
            who.sees("L3 · Lisa")
        self.waits(19)
        claims = [(who.ref, "help.take", '{"call":1}') for who in (bo, anna)]
        self.survives(lambda: self.hears(*claims))
        self.survives(lambda: self.hears(("lisa", "help.finish", '{"call":1,"how":"done"}')))
        for who in bo, anna:
            check = (who.ref, "help.check", '{"call":1}')
            self.survives(lambda check=check: self.hears(check))  # type: ignore[misc]
        self.waits(5)
        lisa.sees("Bra jobbat")
        return self

    def hears(self, *events: tuple[str, str, str]) -> None:
        """Events at the same time. The platform keeps an id for each until it is acknowledged."""

        async def at_once() -> None:
            machine = self.stage.machine
            heard = [Incoming(f"{who}:{what}", who, what, values) for who, what, values in events]
            await asyncio.gather(*(machine.hear(one) for one in heard))

        self.stage.run(at_once())

    def waits(self, seconds: float) -> None:
        until = self.stage.loop.now() + timedelta(seconds=seconds)
        self.survives(
            lambda: self.stage.passes(seconds=(until - self.stage.loop.now()).total_seconds())
        )

    def survives(self, do: Callable[[], None]) -> None:
        while True:
            try:
                return do()
            except Crash:
                self.restarts()

    def restarts(self) -> None:
        while True:
            try:
                return self.stage.restarts()
            except Crash:
                continue

    def wrong(self) -> list[str]:
        """What is not as it must be at the end of the story."""
        with Session(self.stage.database) as session:
            rows = session.exec(select(HelpCall)).all()
            left = len(session.exec(select(Delivery)).all()), len(session.exec(select(Timer)).all())
        found = [] if len(rows) == 1 else [f"{len(rows)} calls"]
        found += [f"call left {row.status}" for row in rows if row.status is not Status.CLOSED]
        found += [f"owner {row.owner}" for row in rows if row.owner not in ("bo", "anna")]
        found += [f"deliveries and timers left: {left}"] if left != (0, 0) else []
        return found + self.wrong_screens()

    def wrong_screens(self) -> list[str]:
        messages = list(self.stage.screens.messages.values())
        told = Counter(message.to for message in messages)
        owed = {"lisa": 2, "bo": 1, "anna": 1, "kim": 1, "cia": 1}
        found = [
            f"{who}: {told[who]} of {count}" for who, count in owed.items() if told[who] != count
        ]
        for who in ("bo", "anna", "kim", "cia"):
            lines = Actor(self.stage, who).lines()
            if not any("Klart 14:02" in line or "Done 14:02" in line for line in lines):
                found.append(f"{who} left with {lines[:1]}")
        return found


def walk(mutate: Mutation = lambda engine: engine) -> Iterator[tuple[int, list[str]]]:
    """Every point of the story, and what was wrong after a crash there."""
    calm = Walk(0, mutate).play()
    points = calm.bomb.passed
    assert not calm.wrong(), calm.wrong()
    calm.stage.close()
    for at in range(1, points + 1):
        run = Walk(at, mutate)
        try:
            yield at, run.play().wrong()
        except AssertionError as missing:
            yield at, [str(missing)[:100]]
        finally:
            run.stage.close()


def test_a_crash_anywhere_loses_nothing(figure: Callable[[str], None]) -> None:
    found = dict(walk())
    figure(f"crash walker: {len(found)} points walked")
    assert len(found) > 80
    assert {at: wrong for at, wrong in found.items() if wrong} == {}


def test_the_walker_catches_an_outbox_outside_the_transaction() -> None:
    assert any(wrong for _, wrong in walk(careless)), "the walker is blind"
