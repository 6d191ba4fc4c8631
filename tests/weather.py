"""Weather: everything that may go wrong around the bot, each by the chance of one seed.

The process dies at a commit or at a call to the platform; requests and answers are lost; the
platform is slow, dead or wants fewer calls; the disk is full, the store locked, the wall clock set.
"""

import asyncio
import sqlite3
from collections import Counter
from random import Random

from sqlalchemy import Engine as Database
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from bot.cards import Card
from bot.engine import Engine
from bot.surfaces import MessageGone, Surface, SurfaceError
from bot.surfaces.workspace.surface import WorkspaceSurface
from tests.test_crash import Crash

FUSE = 40
"""Boundaries (commits and calls, before and after each) within which a mine goes off."""

SLOW, LATE = 14.0, 11.0
"""Seconds; the courier waits for ten."""


class Weather:
    """What is wrong just now. `rough` is how likely a call to the platform goes wrong."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.figures = chance, Counter[str]()
        self.posted, self.unsearched = Counter[str](), set[str]()
        self.fuse = 0
        self.clears()

    def clears(self) -> None:
        """Everything works again."""
        self.fuse, self.rough, self.down = 0, 0.0, False
        self.ill: set[str] = set()
        self.full = self.locked = False

    @property
    def calm(self) -> bool:
        return not (self.rough or self.down or self.ill or self.store_ill)

    @property
    def store_ill(self) -> bool:
        return self.full or self.locked

    def boundary(self) -> None:
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                self.figures["crashes"] += 1
                raise Crash

    def goes_wrong(self, kind: str) -> None:
        self.figures["faults"] += 1
        self.figures[f"fault: {kind}"] += 1

    async def on_the_way(self, address: str) -> None:
        """Before the platform has heard."""
        self.boundary()
        if self.down or address in self.ill:
            self.goes_wrong("dead")
            raise SurfaceError("the platform does not answer")
        if self.chance.random() >= self.rough:
            return
        match self.chance.choice(("dropped", "limited", "slow")):
            case "limited":
                self.goes_wrong("429")
                whole = self.chance.random() < 0.3
                raise SurfaceError("too many", self.chance.uniform(0, 9), whole, unsure=False)
            case "slow":
                self.goes_wrong("slow")
                await asyncio.sleep(self.chance.uniform(0, SLOW))
            case _:
                self.goes_wrong("dropped")
                raise SurfaceError("the request was lost")

    async def on_the_way_back(self) -> None:
        """The platform has done it; we may never hear so."""
        self.boundary()
        if self.chance.random() < self.rough:
            self.goes_wrong("late")
            await asyncio.sleep(self.chance.choice((1.0, LATE)))
            if self.chance.random() < 0.5:
                raise SurfaceError("the answer was lost")

    def commits(self) -> None:
        if self.full:
            self.goes_wrong("disk full")
            raise broken("database or disk is full")

    def opens(self) -> None:
        if self.locked:
            self.goes_wrong("locked")
            raise broken("database is locked")


def broken(why: str) -> OperationalError:
    return OperationalError("commit", {}, sqlite3.OperationalError(why))


class StormySession(Session):
    """A session in which the weather is felt."""

    def __init__(self, database: Database, weather: Weather) -> None:
        weather.opens()
        super().__init__(database, expire_on_commit=False)
        self.weather = weather

    def commit(self) -> None:
        self.weather.boundary()
        self.weather.commits()
        super().commit()
        self.weather.boundary()


def exposed(engine: Engine, database: Database, weather: Weather, secrets: Random) -> Engine:
    """The same engine, out in the weather; its secrets are the seed's, so that a run repeats."""
    engine.entropy = secrets.randbytes
    engine.sessions = engine.apart = lambda: StormySession(database, weather)
    return engine


class StormySurface:
    """A platform like Slack: a second post of the same card is a second message, unless the bot
    looks first whether it stands already.
    """

    def __init__(self, inner: Surface, weather: Weather) -> None:
        assert isinstance(inner, WorkspaceSurface)
        self.inner, self.screens, self.weather = inner, inner.screens, weather
        self.name, self.pace = inner.name, inner.pace
        self.posted, self.unsearched = weather.posted, weather.unsearched

    async def post(self, address: str, card: Card, key: str) -> str:
        await self.weather.on_the_way(address)
        self.posted[key] += 1
        if self.posted[key] > 1:
            double = "unsearched" if key in self.unsearched else "doubled"
            self.weather.figures[double] += 1
        copy = key if self.posted[key] == 1 else f"{key}~{self.posted[key]}"
        message = await self.inner.post(address, card, copy)
        await self.weather.on_the_way_back()
        return message

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        await self.weather.on_the_way(address)
        if message not in self.screens.messages:
            raise MessageGone(message)
        await self.inner.edit(address, message, card, key)
        await self.weather.on_the_way_back()

    async def home(self, address: str, card: Card) -> None:
        await self.weather.on_the_way(address)
        await self.inner.home(address, card)
        await self.weather.on_the_way_back()

    async def find(self, address: str, key: str) -> str | None:
        """What stands in this card's place: its newest message."""
        try:
            await self.weather.on_the_way(address)
        except (SurfaceError, asyncio.CancelledError):
            self.unsearched.add(key)
            raise
        place = key.partition("#")[0] + "#"
        found = [id for known, id in self.screens.by_key.items() if known.startswith(place)]
        return found[-1] if found else None
