"""Calendars: an address told once, neutral titles, and 404 for everything that is wrong."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, web
from icalendar import Calendar
from sqlmodel import Session, select

from bot import feeds
from storage.calendars import CalendarFeed
from storage.deliveries import Delivery
from storage.seen import Seen
from tests.databases import every_row
from tests.followup import quick, reports, says, step
from tests.stage import Actor, Stage, texts


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = quick(language)
    stage.machine.engine.address = "https://kollega.example.org"
    yield stage
    stage.close()


def address(actor: Actor) -> str:
    return [line for m in actor.messages() for line in texts(m) if line.endswith(".ics")][-1]


def token(actor: Actor) -> str:
    actor.presses("Mitt idag")
    actor.presses("Ge mig en adress")
    return address(actor).removeprefix("https://kollega.example.org/calendar/")[: -len(".ics")]


def dates(stage: Stage, token: str) -> Any:
    return feeds.appointments(stage.machine.engine, token, stage.loop.now())


def test_a_calendar_holds_ones_own_steps_by_a_neutral_name(stage: Stage, cia: Actor) -> None:
    reports(stage, severity=2)
    key = token(cia)
    found = dates(stage, key)
    assert {title for _, _, title in found} == {"Pärm 1"}
    assert step(stage, "talk").due_at in {at for _, at, _ in found}
    says(stage, "cia", "plans.done", step=step(stage, "talk").number)
    assert len(dates(stage, key)) == len(found) - 1


def test_the_store_keeps_a_hash_and_the_address_is_told_once(stage: Stage, cia: Actor) -> None:
    key = token(cia)
    with Session(stage.database) as session:
        assert session.exec(select(CalendarFeed.hashed)).one() != key
        assert not session.exec(select(Delivery)).all()
        assert key not in "".join(session.exec(select(Seen.answer)))
    assert key not in "\n".join(every_row(stage.database))


def test_a_new_address_or_none_closes_the_old_one(stage: Stage, cia: Actor, bo: Actor) -> None:
    old = token(cia)
    cia.presses("Ny adress")
    assert dates(stage, old) is None
    cia.presses("Mitt idag")
    new = address(cia).rpartition("/")[2].removesuffix(".ics")
    assert dates(stage, new) == []
    cia.presses("Stäng adressen")
    assert dates(stage, new) is None
    cia.sees("Kalenderadressen är stängd.")


# Over HTTP


class Machine:
    """As much of the machine as a feed needs."""

    def __init__(self, stage: Stage) -> None:
        self.engine, self.now = stage.machine.engine, stage.loop.now
        self.writer = self

    async def do(self, work: Any) -> Any:
        return work()


@pytest.fixture
async def place() -> AsyncIterator[tuple[Stage, str, str]]:
    """A stage with a calendar of Cia's, where it is served, and its token."""
    from concurrent.futures import ThreadPoolExecutor

    def play() -> tuple[Stage, str]:
        stage = quick()
        stage.machine.engine.address = "https://kollega.example.org"
        reports(stage, severity=2)
        return stage, token(stage.person("cia"))

    with ThreadPoolExecutor(1) as other:
        stage, key = other.submit(play).result()
        app = web.Application()
        machine: Any = Machine(stage)
        feeds.add(app, machine)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        yield stage, f"http://127.0.0.1:{port}/calendar/", key
        await runner.cleanup()
        other.submit(stage.close).result()


async def test_the_feed_is_a_calendar_with_strict_headers(place: tuple[Stage, str, str]) -> None:
    _, url, key = place
    async with ClientSession() as http, http.get(f"{url}{key}.ics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/calendar"
        strict(answer)
        calendar: Any = Calendar.from_ical(await answer.read())
    events = calendar.walk("VEVENT")
    assert len(events) > 5
    assert {str(event["summary"]) for event in events} == {"Pärm 1"}
    assert "Lisa" not in json.dumps([str(event) for event in events])


async def test_everything_wrong_is_nothing(place: tuple[Stage, str, str]) -> None:
    stage, url, key = place
    wrong = ["", "x", key[:-1], key + "A", key.swapcase(), "%00", "a" * 4000, "..%2f", "é"]
    seen = set()
    async with ClientSession() as http:
        for one in wrong:
            async with http.get(f"{url}{one}.ics") as answer:
                assert answer.status == 404, one
                if one:
                    strict(answer)
                    seen.add(await answer.text())
        async with http.post(f"{url}{key}.ics") as answer:
            assert answer.status == 405
    assert len(seen) == 1
    assert stage


def strict(answer: ClientResponse) -> None:
    for name, value in feeds.HEADERS.items():
        assert answer.headers[name] == value
