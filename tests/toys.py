"""Toys: a feature without a purpose and surfaces that misbehave, to try the machine with.

Toy actions are declared here and nowhere else; their wire names begin with "toy.".
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel
from sqlalchemy import Engine as Database
from sqlalchemy import select
from sqlmodel import SQLModel

from bot.actions import Action, action, pack
from bot.assembly import BASE
from bot.cards import Button, Card, Chart, Checklist, Facts, Image, Item, Keys, Note, Steps, Text
from bot.effects import Effects, Lane, Show
from bot.engine import Engine
from bot.events import Answer, Incoming
from bot.features import ANYONE, CLOCK, Drawing, Feature, May
from bot.machine import Machine
from bot.pace import Pace
from bot.surfaces import MessageGone, SurfaceError, Unreachable
from bot.turn import Turn
from bot.words import Both, Dictionary, say
from storage.database import sessions
from storage.deliveries import Delivery, Standing
from storage.people import Person, RosterSlot
from storage.timers import Timer
from tests.databases import fresh_database
from tests.virtual import InlineWriter, VirtualLoop

Result = TypeVar("Result")
Shape = TypeVar("Shape", bound=BaseModel)
Row = TypeVar("Row", bound=SQLModel)
Game = Callable[[Turn], Effects]
Fault = Callable[[], Awaitable[None]]

MOMENT = 0.01
NO_PACE = Pace()

GUARD = {
    language: {
        f"guard.{key}": text[language]
        for key, text in yaml.safe_load((BASE / "words" / "guard.yaml").read_text("utf-8")).items()
    }
    for language in ("sv", "en")
}
"""The machine's own sentences about what was typed."""

SENTENCES = {
    "sv": {
        "common.not_yours": "Inte din.",
        "common.too_late": "Redan klart.",
        "common.old_button": "Gammal knapp.",
        "common.unknown_person": "Du finns inte i listan.",
        "common.sealed": "Går inte att läsa nu.",
        "common.trouble": "Det gick inte. Referens {reference}.",
        **GUARD["sv"],
        "toy.full": "Lådan är full.",
        "toy.hello": "Hej {name}, klockan är {time}.",
        "toy.box": "Vad är i lådan?",
    },
    "en": {
        "common.not_yours": "Not yours.",
        "common.too_late": "Already done.",
        "common.old_button": "Old button.",
        "common.unknown_person": "You are not on the list.",
        "common.sealed": "Cannot be read now.",
        "common.trouble": "That failed. Reference {reference}.",
        **GUARD["en"],
        "toy.full": "The box is full.",
        "toy.hello": "Hello {name}, it is {time}.",
        "toy.box": "What is in the box?",
    },
}


@action("toy.play")
class Play(Action):
    game: str


@action("toy.guard")
class Guard(Action):
    game: str


@action("toy.alone")
class Alone(Action):
    """What only the clock may do."""

    game: str


@action("toy.count")
class Count(Action):
    number: int


class ToyPack:
    """The words of the toys; its own shelf, because it never changes."""

    dictionaries: Mapping[str, Dictionary] = {
        language: Dictionary(language, sentences) for language, sentences in SENTENCES.items()
    }

    @property
    def current(self) -> "ToyPack":
        return self

    cover_words: frozenset[str] = frozenset()

    def all(self, shape: type[Shape]) -> Mapping[str, Shape]:
        return {}


@dataclass(frozen=True)
class Sent:
    """One attempt on a surface, and what it asked for."""

    at: float
    kind: str
    address: str
    message: str
    card: Card
    key: str


@dataclass
class ToySurface:
    """A platform in miniature. `faults` happen once each, in order; `always` for ever."""

    name: str = "toy"
    pace: Pace = NO_PACE
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    always: dict[str, Fault] = field(default_factory=dict)
    tried: list[Sent] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    async def post(self, address: str, card: Card, key: str) -> str:
        message = f"m{next(self.numbers)}"
        await self._take("post", address, message, card, key)
        return message

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        await self._take("edit", address, message, card, key)

    async def home(self, address: str, card: Card) -> None:
        await self._take("home", address, "home", card, "")

    async def _take(self, kind: str, address: str, message: str, card: Card, key: str) -> None:
        at = asyncio.get_running_loop().time()
        self.tried.append(Sent(at, kind, address, message, card, key))
        fault = self.always.get(address)
        if self.faults.get(address):
            fault = self.faults[address].pop(0)
        if fault:
            await fault()
        at = asyncio.get_running_loop().time()
        self.sent.append(Sent(at, kind, address, message, card, key))

    def to(self, address: str) -> list[tuple[str, str]]:
        """What one address was shown: the kind and the title of each card."""
        return [(sent.kind, str(sent.card.title)) for sent in self.sent if sent.address == address]

    def tries(self, address: str) -> list[float]:
        return [round(tried.at, 3) for tried in self.tried if tried.address == address]


async def breaks() -> None:
    raise ConnectionError("the line is dead")


async def hangs() -> None:
    await asyncio.Event().wait()


async def is_deleted() -> None:
    raise MessageGone("the message was deleted")


async def is_gone() -> None:
    raise Unreachable("nobody lives here")


def slow(seconds: float) -> Fault:
    async def fault() -> None:
        await asyncio.sleep(seconds)

    return fault


def limited(seconds: float, whole: bool = False) -> Fault:
    async def fault() -> None:
        raise SurfaceError("too fast", seconds, whole)

    return fault


class FaultyWriter(InlineWriter):
    """A store that can be unreachable for a while, from the side of those who use it."""

    broken = False

    async def do(self, work: Callable[[], Result]) -> Result:
        if self.broken:
            await asyncio.sleep(0)
            raise OSError("the disk is away")
        return await super().do(work)


class Toys:
    """The whole machine on toy surfaces, in virtual time. `play` names what a game does."""

    def __init__(self, *surfaces: ToySurface, database: Database | None = None) -> None:
        self.loop = VirtualLoop()
        self.database = database or fresh_database()
        self.surfaces = {one.name: one for one in surfaces or (ToySurface(),)}
        self.games: dict[str, Game] = {}
        self.counted: list[int] = []
        self.events = count(1)
        self.writer = FaultyWriter()
        self.redrawn: Game = lambda turn: []
        self.box: Drawing = lambda turn: Card("Box", "Kollega")
        self.engine = Engine(
            sessions(self.database), [self.feature()], ToyPack(), list(self.surfaces)
        )
        self.add_people("anna", "bo")
        self.machine = self.start()

    @property
    def surface(self) -> ToySurface:
        return next(iter(self.surfaces.values()))

    def feature(self) -> Feature:
        toys = Feature("toys")
        only_anna = May("anna", lambda turn, _: turn.by_person and turn.person.ref == "anna")
        toys.on(Play, may=ANYONE)(lambda turn, asked: self.games[asked.game](turn))
        toys.on(Guard, may=only_anna)(lambda turn, asked: self.games[asked.game](turn))
        toys.on(Alone, may=CLOCK)(lambda turn, asked: self.games[asked.game](turn))
        toys.on(Count, may=ANYONE)(self.count)
        toys.redraws(lambda turn: self.redrawn(turn))
        toys.views("box", say("toy.box"))(lambda turn: self.box(turn))
        return toys

    def count(self, turn: Turn, asked: Count) -> Effects:
        self.counted.append(asked.number)
        return []

    def add_people(self, *refs: str, **facts: Any) -> None:
        with self.engine.sessions() as session:
            for ref in refs:
                session.add(somebody(ref, list(self.surfaces), **facts))
            session.commit()

    def start(self) -> Machine:
        self.machine = self.run(self._machine())
        return self.machine

    async def _machine(self) -> Machine:
        machine = Machine(self.engine, self.surfaces, self.writer, self.loop.now)
        machine.start()
        return machine

    def dies(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.run(asyncio.sleep(0))
        self.run(asyncio.sleep(0))

    def restarts(self) -> None:
        self.dies()
        self.start()
        self.passes(MOMENT)

    def passes(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    def submits(self, happened: Action, person: str = "anna", **inputs: str) -> Answer:
        """A form with what was typed into it."""
        heard = Incoming(f"event-{next(self.events)}", person, *pack(happened), inputs)
        answer = self.run(self.machine.hear(heard))
        self.passes(MOMENT)
        return answer

    def plays(self, game: Game, person: str = "anna", id: str | None = None) -> Answer:
        self.games["now"] = game
        return self.does(Play("now"), person, id)

    def does(self, happened: Action, person: str = "anna", id: str | None = None) -> Answer:
        return self.hears(*pack(happened), person, id)

    def hears(
        self, wire_name: str, payload: str, person: str = "anna", id: str | None = None
    ) -> Answer:
        heard = Incoming(id or f"event-{next(self.events)}", person, wire_name, payload)
        answer = self.run(self.machine.hear(heard))
        self.passes(MOMENT)
        return answer

    def rows(self, kind: type[Row]) -> list[Row]:
        with self.engine.sessions() as session:
            return list(session.scalars(select(kind)))

    def memory(self) -> dict[str, list[dict[str, Any]]]:
        """Everything in the store but the audit and the seen marks."""
        kept: tuple[type[SQLModel], ...] = (Person, RosterSlot, Delivery, Standing, Timer)
        return {kind.__name__: [row.model_dump() for row in self.rows(kind)] for kind in kept}

    def close(self) -> None:
        self.dies()
        self.loop.close()
        self.database.dispose()


BOX = Both(sv="Vad är i lådan?", en="What is in the box?")


def window() -> Feature:
    """A feature of nothing but a view: how things are for one person, told with little."""
    looking = Feature("looking")

    @looking.views("box", BOX)
    def box(turn: Turn) -> Card:
        timers = len(turn.session.scalars(select(Timer)).all())
        slot_row(turn)
        facts = (
            (Both(sv="Klockan", en="The time"), f"{turn.now:%H:%M:%S}"),
            (Both(sv="Väntar", en="Waiting"), str(timers)),
        )
        steps = (Both(sv="Anna, plats 11", en="Anna, seat 11"), "Bo", "Cia")
        known = (Facts(facts), Steps(steps), Note(Both(sv="Skiss", en="A sketch")))
        told = Both(sv=f"{turn.person.name} har det så här", en=f"So it is for {turn.person.name}")
        return Card(BOX, "Kollega", (Text(told), *known), (Button("OK", Count(1)),))

    return looking


def somebody(ref: str, surfaces: Iterable[str] = ("toy",), **facts: Any) -> Person:
    known: dict[str, Any] = {
        "ref": ref,
        "name": ref.capitalize(),
        "languages": ["sv"],
        "roles": [],
        "unit": "toys",
        "site": "box",
        "place": {"sv": "hylla", "en": "shelf"},
        "addresses": dict.fromkeys(surfaces, ref),
    }
    return Person(**known | facts)


def slot_row(turn: Turn, ring: int = 1) -> RosterSlot:
    """Any row will do, as long as the turn keeps it."""
    return turn.keep(
        RosterSlot(
            site="box",
            ring=ring,
            person=turn.actor.ref if turn.actor else "clock",
            starts=turn.now,
            ends=turn.now + timedelta(hours=1),
        )
    )


def show(title: str, to: str = "anna", slot: str = "", lane: Lane = Lane.ANSWER) -> Show:
    return Show(slot or f"slot:{to}", to, Card(title, "Kollega"), lane)


def later(moment: datetime, **time: float) -> datetime:
    return moment + timedelta(**time)


EVERYTHING = Card(
    "Rubrik",
    "Aviseringen",
    (
        Text("En text"),
        Note("Det finstilta"),
        Facts((("Plats", "Plan 3"), ("Nummer", "08-465 004 10"))),
        Steps(("Lyssna", "Stanna kvar")),
        Image("https://example.org/karta.png", "Karta över plan 3"),
        Chart("Samtal", ("Mån", "Tis"), (("Nivå 1", (21, 22)), ("Nivå 2", (23, 24)))),
        Checklist((Item("Ficklampa", True, Count(11)), Item("Larm", False, Count(12)))),
        Keys(tuple(Button(letter, Count(place)) for place, letter in enumerate("ABCDEFGH", 20))),
    ),
    (Button("Jag tar", Count(1)), Button("Kan inte", Count(2))),
)
"""A card with every block there is."""
