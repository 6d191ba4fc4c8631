"""The clock: to the second, asleep in between, and never stopped by trouble."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.clock import LONGEST_SLEEP, Clock, Wall, wall
from bot.effects import Effects, Later
from bot.turn import Turn
from tests.stage import Actor, Stage
from tests.toys import Alone, Game, Toys
from tests.virtual import START, VirtualLoop

IDLE = 130
"""How often the store may be asked in an idle hour: twice a minute and a little."""


class Dues:
    """Timers without a store: what is due, what went off when, and how often it was asked."""

    def __init__(self) -> None:
        self.loop = VirtualLoop()
        self.jump = timedelta()
        self.due: list[datetime] = []
        self.went: list[float] = []
        self.asked = 0
        self.broken = False
        self.clock = self.loop.run_until_complete(self._clock())

    async def _clock(self) -> Clock:
        return Clock(self.fire, self.next_due, self.now)

    def now(self) -> datetime:
        return self.loop.now() + self.jump

    def at(self, seconds: float) -> None:
        self.due.append(START + timedelta(seconds=seconds))

    async def fire(self) -> bool:
        await self._reach()
        if not self.due or min(self.due) > self.now():
            return False
        self.due.remove(min(self.due))
        self.went.append(round(self.loop.time(), 3))
        return True

    async def next_due(self) -> datetime | None:
        await self._reach()
        self.asked += 1
        return min(self.due, default=None)

    async def _reach(self) -> None:
        if self.broken:
            raise OSError("the disk is away")

    def passes(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def starts(self) -> None:
        self.task = self.loop.create_task(self.clock.run())
        self.passes(0.001)

    def close(self) -> None:
        self.task.cancel()
        self.loop.run_until_complete(asyncio.gather(self.task, return_exceptions=True))
        self.loop.close()


@pytest.fixture
def dues() -> Iterator[Dues]:
    dues = Dues()
    yield dues
    dues.close()


def test_timers_go_off_to_the_second(dues: Dues) -> None:
    moments = [0.5, 20, 45, 45, 60, 61.25, 100, 3599.9]
    for moment in moments:
        dues.at(moment)
    dues.starts()
    dues.passes(3600)
    assert dues.went == moments


def test_what_is_overdue_at_the_start_goes_off_at_once_oldest_first(dues: Dues) -> None:
    dues.at(-500)
    dues.at(-3)
    dues.starts()
    assert dues.went == [0, 0]


def test_an_idle_hour_asks_the_store_twice_a_minute_at_most(dues: Dues) -> None:
    dues.at(100_000)
    dues.starts()
    dues.passes(3600)
    print(f"the clock asked {dues.asked} times in an idle hour")
    assert dues.asked <= IDLE


def test_a_nearer_timer_wakes_the_clock_while_it_sleeps(dues: Dues) -> None:
    dues.at(25)
    dues.starts()
    dues.passes(3)
    dues.at(5)
    dues.clock.wake()
    dues.passes(30)
    assert dues.went == [5, 25]


def test_a_timer_that_falls_due_later_does_not_wake_the_clock(dues: Dues) -> None:
    dues.at(20)
    dues.starts()
    dues.passes(3)
    asked = dues.asked
    for seconds in (25, 20.5, 400):
        dues.at(seconds)
        dues.clock.wake(START + timedelta(seconds=seconds))
        dues.passes(0.1)
    assert dues.asked == asked
    dues.at(6)
    dues.clock.wake(START + timedelta(seconds=6))
    dues.passes(500)
    assert dues.went == [6, 20, 20.5, 25, 400]


def test_a_timer_set_while_the_clock_reads_the_store_is_not_overslept(dues: Dues) -> None:
    """`wake` between the look at the store and the sleep: the event must not be forgotten."""

    async def next_due() -> datetime | None:
        found = await Dues.next_due(dues)
        if not dues.went and not dues.due:
            dues.at(2)
            dues.clock.wake()
        return found

    dues.clock.next_due = next_due
    dues.starts()
    dues.passes(29)
    assert dues.went == [2]


def test_the_clock_goes_on_after_trouble_in_the_store(
    dues: Dues, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    dues.at(10)
    dues.at(200)
    dues.starts()
    dues.passes(5)
    dues.broken = True
    dues.passes(60)
    assert dues.went == []
    dues.broken = False
    dues.passes(300)
    assert dues.went[0] <= 66.1
    assert dues.went[1] == 200
    assert "the timers could not be read" in caplog.text


def test_a_wall_clock_that_jumps_ahead_costs_at_most_the_longest_sleep(dues: Dues) -> None:
    dues.at(3600)
    dues.starts()
    dues.passes(10)
    dues.jump = timedelta(hours=2)
    dues.passes(LONGEST_SLEEP)
    assert len(dues.went) == 1


def test_a_wall_clock_that_jumps_back_neither_spins_nor_stops_the_clock(dues: Dues) -> None:
    dues.at(20)
    dues.starts()
    dues.passes(10)
    dues.jump = -timedelta(minutes=10)
    dues.passes(300)
    assert dues.went == []
    assert dues.asked <= 15
    dues.passes(330)
    assert dues.went == [pytest.approx(620, abs=1)]


def test_now_is_aware_utc() -> None:
    assert wall().utcoffset() == timedelta()


def notes(toys: Toys, moments: list[float]) -> Game:
    def game(turn: Turn) -> Effects:
        moments.append(toys.loop.time())
        return []

    return game


def test_the_whole_machine_keeps_the_ladder_to_the_second() -> None:
    toys = Toys()
    moments: list[float] = []
    toys.games["ring"] = notes(toys, moments)
    ladder = (20, 45, 60)
    start = toys.loop.time()
    toys.plays(lambda turn: [Later(f"k{s}", turn.after(seconds=s), Alone("ring")) for s in ladder])
    toys.passes(120)
    assert moments == pytest.approx([start + s for s in ladder], abs=0.01)
    toys.close()


def test_a_timer_that_fell_due_while_nobody_ran_goes_off_at_the_start() -> None:
    toys = Toys()
    moments: list[float] = []
    toys.games["ring"] = notes(toys, moments)
    toys.plays(lambda turn: [Later("k", turn.after(seconds=20), Alone("ring"))])
    toys.dies()
    toys.passes(100)
    assert moments == []
    toys.start()
    toys.passes(0.05)
    assert moments == pytest.approx([100], abs=0.1)
    toys.close()


class Watch:
    """A machine's clock that anybody may set, and a count of seconds that nobody can."""

    def __init__(self) -> None:
        self.seconds, self.set = 0.0, timedelta()
        self.wall = Wall(lambda: START + timedelta(seconds=self.seconds) + self.set, self.count)

    def count(self) -> float:
        return self.seconds

    def passes(self, seconds: float) -> float:
        """How many seconds pass by the bot's own time."""
        before = self.wall()
        self.seconds += seconds
        return (self.wall() - before).total_seconds()


def test_the_time_follows_a_clock_that_is_set_forward() -> None:
    watch = Watch()
    watch.set = timedelta(hours=1)
    assert watch.passes(1) == pytest.approx(1)
    assert watch.wall() == START + timedelta(hours=1, seconds=1)


def test_the_time_goes_on_when_the_clock_is_set_back_until_both_agree(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    watch.passes(5)
    watch.set = timedelta(minutes=-10)
    assert watch.passes(20) == pytest.approx(19, abs=0.01)
    assert watch.wall.ahead == timedelta(seconds=599)
    for _ in range(1000):
        assert watch.passes(11) > 10
    assert watch.wall.ahead == timedelta(seconds=600 - 551)
    for _ in range(1000):
        watch.passes(3)
    assert watch.wall.ahead < timedelta(seconds=1)
    assert watch.passes(20) == pytest.approx(20)
    assert [one.getMessage() for one in caplog.records] == [
        "this machine's clock was set back by 600 s; Kollega goes on by its own time, and slows "
        "down until both agree"
    ]


def test_the_time_stands_still_for_a_step_that_nobody_notices() -> None:
    watch = Watch()
    watch.passes(5)
    watch.set = timedelta(milliseconds=-40)
    assert watch.passes(0) == 0
    assert watch.passes(1) == pytest.approx(0.96)


def test_a_start_goes_on_from_what_the_store_has_seen(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    watch.wall.not_before(START - timedelta(hours=1))
    assert watch.wall() == START
    watch.wall.not_before(START + timedelta(minutes=10))
    assert watch.wall() == START + timedelta(minutes=10)
    watch.wall.not_before(START + timedelta(days=400))
    assert watch.wall() == START + timedelta(minutes=10)
    assert "is this machine's clock right?" in caplog.text


def test_an_open_call_climbs_on_after_a_start_under_a_clock_that_was_set_back(
    stage: Stage, lisa: Actor, cia: Actor
) -> None:
    lisa.presses("Vit pärm")
    stage.passes(seconds=10)
    stage.loop.skew -= timedelta(minutes=30)
    stage.restarts()
    stage.passes(seconds=22)  # twenty would do by a clock that nobody has touched
    cia.sees("L3 · Lisa")
