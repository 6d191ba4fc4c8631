"""The Swedish calendar: every day off of several years, bridge days, and what a pack may change."""

from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from bot.holidays import Calendar, Holiday, calendar_of, easter, named, open_now
from bot.words import Both
from tests.stage import demo_shelf

NAME = Both(sv="Dag", en="Day")

EASTER = {
    2024: "03-31", 2025: "04-20", 2026: "04-05", 2027: "03-28", 2028: "04-16", 2029: "04-01",
    2030: "04-21", 2038: "04-25", 2285: "03-22",
}  # fmt: skip

SWEDEN = {
    2026: "01-01 01-06 04-03 04-05 04-06 05-01 05-14 05-24 06-06 06-19 06-20 10-31 12-24 12-25 "
    "12-26 12-31",
    2027: "01-01 01-06 03-26 03-28 03-29 05-01 05-06 05-16 06-06 06-25 06-26 11-06 12-24 12-25 "
    "12-26 12-31",
    2028: "01-01 01-06 04-14 04-16 04-17 05-01 05-25 06-04 06-06 06-23 06-24 11-04 12-24 12-25 "
    "12-26 12-31",
}


@pytest.fixture
def sweden() -> Calendar:
    return calendar_of(demo_shelf().current)


@pytest.mark.parametrize("year", EASTER)
def test_easter(year: int) -> None:
    assert f"{easter(year):%m-%d}" == EASTER[year]


@pytest.mark.parametrize("year", SWEDEN)
def test_the_days_off_of_sweden(sweden: Calendar, year: int) -> None:
    found = sorted(f"{day:%m-%d}" for day in named(sweden.holidays, year))
    assert found == SWEDEN[year].split()


def test_a_day_off_has_a_name_and_an_ordinary_weekend_has_none(sweden: Calendar) -> None:
    eve = sweden.name(date(2027, 6, 25))
    assert eve is not None
    assert (eve.sv, eve.en) == ("Midsommarafton", "Midsummer's Eve")
    sunday = date(2027, 6, 27)
    assert sweden.name(sunday) is None
    assert sweden.is_off(sunday)


def test_working_days_go_over_midsummer_and_over_christmas(sweden: Calendar) -> None:
    assert sweden.next_working(date(2027, 6, 25)) == date(2027, 6, 28)
    assert sweden.last_working(date(2027, 6, 27)) == date(2027, 6, 24)
    assert sweden.add(date(2027, 6, 24), 3) == date(2027, 6, 30)
    assert sweden.add(date(2027, 12, 23), 1) == date(2027, 12, 27)
    assert sweden.add(date(2027, 6, 26), 1) == date(2027, 6, 28)
    assert sweden.add(date(2027, 6, 26), 0) == date(2027, 6, 28)


def test_a_bridge_day_is_worked_unless_the_pack_says_otherwise(sweden: Calendar) -> None:
    after_ascension = date(2027, 5, 7)
    assert not sweden.is_off(after_ascension)
    closed = tuple(
        one.model_copy(update={"bridge": True}) if one.id == "bridge-day" else one
        for one in sweden.holidays
    )
    calendar = Calendar(closed)
    assert calendar.name(after_ascension) == Both(sv="Klämdag", en="Bridge day")
    assert calendar.next_working(date(2027, 5, 6)) == date(2027, 5, 10)
    assert not calendar.is_off(date(2027, 5, 5))


def test_the_29th_of_february_comes_every_fourth_year() -> None:
    leap = Calendar((Holiday(id="leap", name=NAME, day="02-29"),))
    assert leap.is_off(date(2028, 2, 29))
    assert not named(leap.holidays, 2027)


@pytest.mark.parametrize(
    "wrong",
    [{}, {"day": "13-01"}, {"day": "12-24", "easter": 1}, {"first": "fri"}, {"since": "06-19"}],
)
def test_a_holiday_is_dated_in_exactly_one_way(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Holiday.model_validate({"id": "x", "name": NAME, **wrong})


@pytest.mark.parametrize(
    ("when", "lines", "open"),
    [
        ("2026-12-23 10:00", ["mon-fri 08:00-16:30"], True),
        ("2026-12-24 10:00", ["mon-fri 08:00-16:30"], False),  # a Thursday, and Christmas Eve
        ("2026-12-24 10:00", ["mon-sun 00:00-24:00"], True),  # a prison is open at Christmas
        ("2026-12-24 10:00", ["mon-fri 08:00-16:30", "sun 09:00-12:00"], True),
        ("2026-12-24 14:00", ["mon-fri 08:00-16:30", "sun 09:00-12:00"], False),
        ("2026-12-25 03:00", ["thu 22:00-06:00"], False),  # the night after Christmas Eve
        ("2026-12-25 03:00", ["sun 22:00-06:00"], True),
    ],
)
def test_a_holiday_is_like_a_sunday_for_who_is_open(
    when: str, lines: list[str], open: bool
) -> None:
    site = SimpleNamespace(hours=lines, zone="Europe/Stockholm")
    now = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo(site.zone))
    assert open_now(demo_shelf().current, site, now) is open
