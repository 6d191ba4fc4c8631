"""When a dated step falls: nights, weekends, Midsummer, and both changes of the clock."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.holidays import calendar_of
from bot.plans import Quiet, When, Working, dated
from tests.stage import demo_shelf

HERE = "Europe/Stockholm"


@pytest.fixture
def working() -> Working:
    return Working(HERE, ("mon-fri 08:00-17:00",), calendar_of(demo_shelf().current))


def local(written: str, zone: str = HERE) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(zone))


CASES = [
    # a plain Tuesday
    ({"within": "30m"}, "2027-03-02 14:00", "2027-03-02 14:30"),
    ({"same_day": "16:30", "at_least": "2h"}, "2027-03-02 14:00", "2027-03-02 16:30"),
    ({"same_day": "shift_end"}, "2027-03-02 14:00", "2027-03-02 17:00"),
    ({"days": 7}, "2027-03-02 14:00", "2027-03-09 10:00"),
    ({"working_days": 3, "at": "12:00"}, "2027-03-02 14:00", "2027-03-05 12:00"),
    ({"months": 3}, "2027-03-02 14:00", "2027-06-02 10:00"),
    ({"yearly": "02-01"}, "2027-03-02 14:00", "2028-02-01 10:00"),
    ({"yearly": "02-01"}, "2026-12-02 14:00", "2027-02-01 10:00"),
    # a Friday evening
    ({"within": "30m"}, "2027-03-05 19:00", "2027-03-05 19:30"),
    ({"same_day": "16:30", "at_least": "2h"}, "2027-03-05 19:00", "2027-03-05 21:00"),
    ({"same_day": "shift_end", "at_least": "1h"}, "2027-03-05 19:00", "2027-03-05 20:00"),
    ({"days": 3, "off": "previous"}, "2027-03-03 19:00", "2027-03-05 10:00"),
    ({"days": 1}, "2027-03-05 19:00", "2027-03-08 10:00"),
    ({"working_days": 1}, "2027-03-05 19:00", "2027-03-08 10:00"),
    # the day before Midsummer's Eve
    ({"days": 3, "off": "previous", "not_before": 1}, "2027-06-24 15:00", "2027-06-28 10:00"),
    ({"days": 3, "off": "previous"}, "2027-06-24 15:00", "2027-06-24 10:00"),
    ({"days": 1, "off": "keep"}, "2027-06-24 15:00", "2027-06-25 10:00"),
    ({"working_days": 1}, "2027-06-24 15:00", "2027-06-28 10:00"),
    # months that are shorter
    ({"months": 3, "off": "keep"}, "2026-11-30 10:00", "2027-02-28 10:00"),
    # into summer time (28 March 2027, 02:00 becomes 03:00) and out of it (31 October, 03:00)
    ({"within": "60m"}, "2027-03-28 01:30", "2027-03-28 03:30"),
    ({"days": 7}, "2027-03-24 10:00", "2027-03-31 10:00"),
    ({"within": "12h"}, "2027-10-30 20:00", "2027-10-31 07:00"),
    ({"days": 7}, "2027-10-27 10:00", "2027-11-03 10:00"),
]


@pytest.mark.parametrize(("when", "start", "due"), CASES)
def test_when_a_step_is_due(
    working: Working, when: dict[str, object], start: str, due: str
) -> None:
    found = dated(When.model_validate(when), local(start), working)
    assert f"{found.astimezone(ZoneInfo(HERE)):%Y-%m-%d %H:%M}" == due


def test_the_roster_knows_better_when_a_shift_ends(working: Working) -> None:
    late = local("2027-03-02 21:00")
    assert dated(When(same_day="shift_end"), local("2027-03-02 14:00"), working, late) == late


def test_working_time_knows_holidays(working: Working) -> None:
    assert working.holds(local("2027-06-24 15:00"))
    assert not working.holds(local("2027-06-25 15:00"))
    assert not working.holds(local("2027-06-24 17:00"))
    assert working.ends(local("2027-06-25 09:00")) == local("2027-06-25 09:00")
    night = Working(HERE, ("mon-fri 22:00-06:00",), working.calendar)
    assert night.ends(local("2027-03-02 23:00")) == local("2027-03-03 06:00")


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2027-03-02 12:00", "2027-03-02 12:00"),
        ("2027-03-02 18:00", "2027-03-03 08:30"),
        ("2027-03-02 05:00", "2027-03-02 08:30"),
        ("2027-03-05 17:59", "2027-03-05 17:59"),
        ("2027-03-05 18:00", "2027-03-08 08:30"),
        ("2027-06-24 19:00", "2027-06-28 08:30"),
        ("2027-06-26 12:00", "2027-06-28 08:30"),
    ],
)
def test_quiet_hours_end_on_the_next_working_morning(working: Working, at: str, then: str) -> None:
    assert Quiet("18:00", "07:00", working).over(local(at), "08:30") == local(then)


def test_quiet_hours_are_those_of_the_persons_own_zone(working: Working) -> None:
    there = Working("Europe/Helsinki", working.hours, working.calendar)
    found = Quiet("18:00", "07:00", there).over(local("2027-03-02 17:30"), "08:30")
    assert found == local("2027-03-03 08:30", "Europe/Helsinki")


@pytest.mark.parametrize("wrong", [{}, {"days": 1, "months": 1}, {"same_day": "25:00"}])
def test_a_step_falls_due_in_exactly_one_way(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        When.model_validate(wrong)
