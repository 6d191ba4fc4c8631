"""Clocks: each bot on one PostgreSQL is held against the database's, and says so if wrong."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp.test_utils import make_mocked_request

from bot import doctor
from bot.clocks import ahead, apart
from bot.operations import Operations
from bot.replicas import Member
from tests.databases import fresh_database
from tests.test_replicas import Office

HERE = socket.gethostname()


class Wrong:
    """A machine's clock that is so many seconds off."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def __call__(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.seconds)


@pytest.fixture
def url() -> Iterator[str]:
    database = fresh_database()
    yield database.url.render_as_string(hide_password=False)
    database.dispose()


@pytest.fixture
def joined(url: str) -> Iterator[Callable[[Wrong], Member]]:
    members: list[Member] = []

    def join(now: Wrong) -> Member:
        members.append(Member(url, now))
        members[-1].join()
        return members[-1]

    yield join
    for member in members:
        member.leave()


def asked(member: Member) -> None:
    """The next of its looks."""
    member.asked = 0.0
    member._ask()


@pytest.mark.parametrize(
    ("seconds", "where"), [(9, "9 s ahead of the database's"), (-9, "9 s behind the database's")]
)
def test_a_replica_whose_clock_is_wrong_says_so_once_with_its_repair(
    joined: Callable[[Wrong], Member], caplog: pytest.LogCaptureFixture, seconds: int, where: str
) -> None:
    clock = Wrong(seconds)
    member = joined(clock)
    line = f"replica {member.number}: the clock of {HERE} is {where}"
    assert caplog.text.count(line) == 1, "already at the start"
    asked(member)
    assert caplog.text.count("replica ") == 1
    assert "time synchronisation (NTP)" in caplog.text
    clock.seconds = 0
    asked(member)
    assert "agrees with the database's again" in caplog.text
    assert member.clock.trouble() == ""


def test_a_clock_that_is_right_says_nothing(
    joined: Callable[[Wrong], Member], caplog: pytest.LogCaptureFixture
) -> None:
    member = joined(Wrong(1))
    asked(member)
    assert "replica" not in caplog.text and member.clock.trouble() == ""


def test_a_slow_answer_makes_no_clock_wrong() -> None:
    """The database told its time at some moment of those twenty seconds."""
    told = iter([datetime(2026, 11, 27, 8, 0, 0, tzinfo=UTC)] * 2)
    ours = iter(datetime(2026, 11, 27, 7, 59, second, tzinfo=UTC) for second in (45, 59))
    assert ahead(lambda: next(told), lambda: next(ours)) == -1.0
    assert apart(-1.0) == ""


def test_readyz_tells_it_beside_and_takes_no_bot_away() -> None:
    office = Office(1)
    (bot,) = office.bots
    operations = Operations(bot.machine, ())
    operations.member = bot.member

    def readyz() -> tuple[int, str]:
        ask = operations.readyz(make_mocked_request("GET", "/readyz"))
        response = office.loop.run_until_complete(ask)
        assert isinstance(response.body, bytes)
        return response.status, json.loads(response.body)["clock"]

    assert readyz() == (200, "well")
    bot.member.now = Wrong(30)
    asked(bot.member)
    status, said = readyz()
    assert status == 200
    assert said.startswith(f"the clock of {HERE} is 30 s ahead of the database's; turn time")
    office.close()


def test_the_doctor_compares_them_too(url: str) -> None:
    (well,) = doctor.clock(url)
    assert not well.repair and "agrees" in well.said
    (wrong,) = doctor.clock(url, Wrong(-40))
    assert f"{HERE} is 40 s behind the database's" in wrong.said
    assert "time synchronisation" in wrong.repair


def test_a_file_has_no_clock() -> None:
    assert list(doctor.clock("sqlite:///kollega.db")) == []
