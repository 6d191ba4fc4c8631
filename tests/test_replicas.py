"""Several bots on one PostgreSQL: no alert lost, none twice, and a dead bot's work goes on.

On SQLite one bot has the store; these stories are PostgreSQL's alone.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg
import pytest
from sqlmodel import Session, select

import handlers
from bot import assembly
from bot.actions import pack
from bot.cards import Card
from bot.events import Incoming
from bot.machine import Machine
from bot.pace import Gate, Pace
from bot.replicas import Member
from handlers.help.actions import Press, Take
from storage import replicas
from storage.deliveries import Delivery
from storage.help import HelpCall
from storage.help_life import Status
from storage.replicas import Replica
from tests.databases import fresh_database
from tests.stage import demo_shelf
from tests.virtual import InlineWriter, VirtualLoop


@dataclass
class Platform:
    """What all bots post to; it is as slow as it is told to be."""

    name: str = "workspace"
    pace: Pace = field(default_factory=Pace)
    seconds: float = 0.0
    posted: list[tuple[str, str]] = field(default_factory=list)
    edited: list[tuple[str, str]] = field(default_factory=list)

    async def post(self, address: str, card: Card, key: str) -> str:
        await asyncio.sleep(self.seconds)
        self.posted.append((address, key))
        return f"m{len(self.posted)}"

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        await asyncio.sleep(self.seconds)
        self.edited.append((message, key))

    async def home(self, address: str, card: Card) -> None:
        pass

    async def find(self, address: str, key: str) -> str | None:
        place = key.partition("#")[0]
        found = [n for n, (_, one) in enumerate(self.posted, 1) if one.partition("#")[0] == place]
        return f"m{found[-1]}" if found else None


@dataclass
class Bot:
    machine: Machine
    member: Member


class Office:
    """So many bots on one store, in virtual time."""

    def __init__(self, many: int) -> None:
        self.loop = VirtualLoop()
        self.database = fresh_database()
        self.platform = Platform()
        self.bots = [self.begins() for _ in range(many)]
        self.passes(0.1)

    def begins(self) -> Bot:
        member = Member(self.database.url.render_as_string(hide_password=False))
        member.join()
        engine = assembly.engine(
            self.database, handlers.ALL, demo_shelf(), ["workspace"], self.loop.now(), member.number
        )

        async def start() -> Machine:
            surfaces = {"workspace": self.platform}
            machine = Machine(engine, surfaces, InlineWriter(), self.loop.now)
            machine.start()
            return machine

        return Bot(self.loop.run_until_complete(start()), member)

    def dies(self, bot: Bot) -> None:
        """Killed: nothing more is carried, and its connection is gone with it."""

        async def end() -> None:
            for task in bot.machine.tasks:
                task.cancel()
            await bot.machine.courier.stop()

        self.loop.run_until_complete(end())
        bot.member.leave()

    def passes(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def hears(self, bot: Bot, person: str, action: Press | Take, id: str = "e") -> None:
        heard = Incoming(f"{id}:{person}", person, *pack(action))
        self.loop.run_until_complete(bot.machine.hear(heard))

    def rows(self, kind: type[Delivery]) -> list[Delivery]:
        with Session(self.database) as session:
            return list(session.exec(select(kind)))

    def call(self) -> HelpCall:
        with Session(self.database) as session:
            return session.exec(select(HelpCall)).one()

    def rung(self, person: str) -> int:
        """How many messages of a call have rung for this person."""
        return sum(to == person and "help:" in key for to, key in self.platform.posted)

    def close(self) -> None:
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))
        for bot in self.bots:
            bot.member.leave()
        self.loop.close()
        self.database.dispose()


@pytest.fixture
def office(store_kind: str) -> Iterator[Office]:
    office = Office(3)
    yield office
    office.close()


def test_each_rung_is_climbed_once_however_many_bots_look(office: Office) -> None:
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(50)
    assert office.call().rung == 3
    assert office.rung("bo") == 1
    assert office.rung("eva") == 1
    assert office.rows(Delivery) == []


def test_a_press_on_one_bot_is_taken_on_another(office: Office) -> None:
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(1)
    office.hears(office.bots[1], "bo", Take(1))
    office.hears(office.bots[2], "anna", Take(1))
    assert (office.call().status, office.call().owner) == (Status.OWNED, "bo")


def test_a_bot_that_dies_with_alerts_in_hand_is_replaced_within_two_seconds(
    office: Office,
) -> None:
    office.platform.seconds = 5
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(0.5)
    assert {row.holder for row in office.rows(Delivery)} == {office.bots[0].member.number}
    office.dies(office.bots[0])
    office.platform.seconds = 0
    office.passes(2)
    assert office.rung("bo") == office.rung("anna") == 1
    assert office.rows(Delivery) == []


def test_a_living_bot_keeps_what_it_carries_however_slow_it_is(office: Office) -> None:
    office.platform.seconds = 8
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(9)
    assert office.rung("bo") == 1
    assert office.rows(Delivery) == []


def test_the_cards_of_one_place_keep_their_order_across_bots(office: Office) -> None:
    """The second card of a place is decided by another bot while the first is still on its way."""
    office.platform.seconds = 1
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(0.1)
    office.hears(office.bots[1], "bo", Take(1))
    office.passes(6)
    place = "help:1:presser"
    posts = [key for to, key in office.platform.posted if key.partition("#")[0] == place]
    edits = [key for _, key in office.platform.edited if key.partition("#")[0] == place]
    assert len(posts) == 1
    assert len(edits) == 1
    assert office.rows(Delivery) == []


def test_what_a_bot_posted_and_died_before_it_said_so_is_edited_by_who_decides_next(
    office: Office,
) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    office.bots[0].machine.store.delivered = never  # type: ignore[assignment, method-assign]
    office.hears(office.bots[0], "lisa", Press(3))
    office.passes(0.2)
    assert office.rung("bo") == 1
    office.dies(office.bots[0])
    office.hears(office.bots[1], "bo", Take(1))
    office.passes(2)
    assert office.rung("bo") == office.rung("anna") == 1
    assert office.rows(Delivery) == []


def test_a_bot_that_hangs_is_taken_for_dead(office: Office) -> None:
    """Its connection stands, but its loop has not turned for a while."""
    with Session(office.database) as session:
        for number in office.bots[1].member.number, office.bots[2].member.number:
            hanging = session.get_one(Replica, number)
            hanging.seen_at -= timedelta(seconds=20)
        session.commit()
        assert replicas.say_alive(session, office.bots[0].member.number) == 1


def test_they_share_the_limits_of_the_platform(office: Office) -> None:
    office.passes(2)
    assert [bot.machine.store.bots for bot in office.bots] == [3, 3, 3]
    gate: Gate = office.bots[0].machine.courier.gates["workspace"]
    assert gate.parts == 3
    office.dies(office.bots[2])
    office.passes(2)
    assert gate.parts == 2


async def test_what_one_decides_the_others_hear(store_kind: str) -> None:
    """Over a real connection, in a real loop."""
    database = fresh_database()
    url = database.url.render_as_string(hide_password=False)
    member, heard = Member(url), asyncio.Event()
    member.join()
    member.listen(heard.set)
    with Session(database) as session:
        replicas.tell_others(session, member.number)
        session.commit()
        await asyncio.sleep(0.1)
        assert not heard.is_set(), "what it said itself"
        replicas.tell_others(session, member.number + 1)
        session.commit()
    async with asyncio.timeout(5):
        await heard.wait()
    member.leave()
    database.dispose()


async def test_a_broken_connection_is_made_again(store_kind: str) -> None:
    database = fresh_database()
    member = Member(database.url.render_as_string(hide_password=False))
    member.join()
    member.listen(lambda: None)
    broken = member.connection.info.backend_pid
    address = member.address.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (broken,))
        alive = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s"
        async with asyncio.timeout(10):
            while True:
                await asyncio.sleep(0.2)
                found = other.execute(alive, (member.number,)).fetchone()
                if found and found[0] and member.connection.info.backend_pid != broken:
                    break
    member.leave()
    database.dispose()
