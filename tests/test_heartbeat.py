"""The trial card: it goes the whole way, rings nobody, and its silence is told by another way."""

import asyncio
from collections.abc import Iterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlmodel import select

import handlers
from bot import assembly
from bot.actions import pack
from bot.cards import Card
from bot.events import Incoming
from bot.operations import Check, Operations
from bot.outside import Outside
from bot.surfaces import Surface, SurfaceError
from handlers.help.actions import Press
from storage.cases import Case
from storage.heartbeats import beats
from storage.help import HelpCall
from storage.people import Person
from storage.timers import Timer
from tests.stage import Stage

PROOFS = {name: one for feature in handlers.ALL for name, one in feature.proofs.items()}


class Mute:
    """A platform that takes no page while it is `out`; everything else works."""

    def __init__(self, inner: Surface) -> None:
        self.inner, self.out = inner, False

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    async def home(self, address: str, card: Card) -> None:
        if self.out:
            raise SurfaceError("it does not answer")
        await self.inner.home(address, card)


@pytest.fixture
def beating() -> Iterator[tuple[Stage, Mute]]:
    found: list[Mute] = []

    def wrap(surface: Surface) -> Surface:
        found.append(Mute(surface))
        return found[-1]  # type: ignore[return-value]

    stage = Stage(wrap=wrap)
    with stage.machine.engine.sessions() as session:
        session.get_one(Person, "ivar").roles = ["admin"]
        session.commit()
    yield stage, found[0]
    stage.close()


def begins(stage: Stage) -> None:
    engine = stage.machine.engine
    engine.features = [one for one in handlers.ALL if one.name == "heartbeat"]
    assembly.begin(engine, stage.loop.now())
    engine.features = handlers.ALL
    stage.machine.look()
    stage.passes(seconds=1)


def proved(stage: Stage) -> dict[str, str]:
    checks = stage.run(Operations(stage.machine, (), PROOFS).check())
    return {check.name: check.said for check in checks}


def test_it_goes_the_whole_way_and_rings_nobody(beating: tuple[Stage, Mute]) -> None:
    stage, _ = beating
    ivar = stage.person("ivar")
    posted = len([m for m in stage.screens.messages.values() if not m.home])
    begins(stage)
    ivar.sees("Provat")
    stage.passes(minutes=30)
    with stage.machine.engine.sessions() as session:
        (row,) = beats(session)
        assert (row.misses, row.told_at) == (0, None)
        assert not session.exec(select(HelpCall)).all()
        assert not session.exec(select(Case)).all()
    assert len([m for m in stage.screens.messages.values() if not m.home]) == posted
    assert proved(stage)["heartbeat"] == "well"


def test_two_misses_are_told_once_and_so_is_that_it_is_over(beating: tuple[Stage, Mute]) -> None:
    stage, platform = beating
    ivar, anna, lisa = (stage.person(ref) for ref in ("ivar", "anna", "lisa"))
    begins(stage)
    platform.out = True
    stage.passes(minutes=7)
    anna.does_not_see("Använd reservväg: ")
    stage.passes(minutes=5)
    for told in ivar, anna:
        told.sees("Använd reservväg: workspace svarar inte")
    lisa.does_not_see("svarar inte")
    assert proved(stage)["heartbeat"] == "silent: workspace"
    many = len(stage.screens.messages)
    stage.passes(minutes=20)
    assert len(stage.screens.messages) == many, "it is told once"
    platform.out = False
    stage.passes(minutes=10)
    anna.sees("workspace svarar igen")
    assert len(stage.screens.messages) == many, "in the same place, and it rings nobody"
    assert proved(stage)["heartbeat"] == "well"


def test_an_open_call_without_a_next_step_is_told(beating: tuple[Stage, Mute]) -> None:
    stage, _ = beating
    stage.person("lisa").presses("Vit pärm")
    assert proved(stage)["calls"] == "well"
    with stage.machine.engine.sessions() as session:
        session.delete(session.get_one(Timer, "help:1"))
        session.commit()
    assert proved(stage)["calls"] == "without next_step: 1"


# The watchman outside


class Checks(Operations):
    """Operations whose answer the test decides."""

    def __init__(self, well: bool) -> None:
        self.well = well

    async def check(self) -> list[Check]:
        return [Check("timers", self.well, "80.0 s late")]


async def test_the_watchman_hears_us_only_while_all_is_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []

    async def hears(request: web.Request) -> web.Response:
        heard.append(request.path)
        return web.Response(text="ok")

    app = web.Application()
    app.router.add_get("/{token}", hears)
    async with TestServer(app) as server:
        url = str(server.make_url("/s3cret"))
        assert await Outside(url, Checks(True)).beat()
        late = Outside(url, Checks(False))
        assert not await late.beat() and not await late.beat()
        assert heard == ["/s3cret"]
    assert not await Outside(url, Checks(True)).beat(), "nobody is there any more"
    said = [one.getMessage() for one in caplog.records if one.name == "kollega.outside"]
    assert len(said) == 2 and "80.0 s late" in said[0]
    assert "s3cret" not in caplog.text


# Stopping


class Slow:
    """A platform that takes its time for every card."""

    def __init__(self, inner: Surface) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    async def post(self, address: str, card: Card, key: str) -> str:
        await asyncio.sleep(1)
        return await self.inner.post(address, card, key)


def test_a_stop_finishes_what_is_in_hand() -> None:
    stage = Stage(wrap=lambda surface: Slow(surface))  # type: ignore[arg-type, return-value]
    name, payload = pack(Press(3))

    async def stopped() -> tuple[bool, bool]:
        press = asyncio.ensure_future(
            stage.machine.hear(Incoming("event-1", "lisa", name, payload))
        )
        await asyncio.sleep(0)
        await stage.machine.stop()
        return press.done(), press.result().refused

    assert stage.run(stopped()) == (True, False)
    told = {m.to for m in stage.screens.messages.values() if not m.home}
    assert "bo" in told, "the alert was on its way, and has arrived"
    with stage.machine.engine.sessions() as session:
        assert session.exec(select(HelpCall)).one().presser == "lisa"
    stage.close()


def test_a_stop_waits_for_no_platform_that_does_not_answer() -> None:
    stage = Stage(wrap=lambda surface: Dead(surface))  # type: ignore[arg-type, return-value]
    name, payload = pack(Press(3))
    stage.run(stage.machine.hear(Incoming("event-1", "lisa", name, payload)))
    began = stage.loop.now()
    stage.run(stage.machine.stop())
    assert (stage.loop.now() - began).total_seconds() < 7
    stage.close()


class Dead(Slow):
    async def post(self, address: str, card: Card, key: str) -> str:
        raise SurfaceError("it does not answer")
