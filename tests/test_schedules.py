"""Schedules: a printed year that is right on days off, at both clock changes, and all day long."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.command_line import main
from bot.holidays import calendar_of
from bot.plans import Working
from bot.schedules import next_time, readable, times
from bot.wheel import Entry, falls
from tests.stage import demo_shelf

HERE = ZoneInfo("Europe/Stockholm")


def place(*hours: str, zone: str = "Europe/Stockholm") -> Working:
    return Working(zone, hours, calendar_of(demo_shelf().current))


OFFICE = place("mon-thu 08:00-18:00", "fri 08:00-16:00")


def local(line: str, start: str, many: int, where: Working = OFFICE) -> list[str]:
    since = datetime.fromisoformat(start).replace(tzinfo=HERE).astimezone(UTC)
    found = islice(times(line, where, since), many)
    return [f"{at.astimezone(HERE):%m-%d %H:%M}" for at in found]


@pytest.mark.parametrize(
    ("line", "start", "expected"),
    [
        # the clocks go forward on 28 March 2027 and back on 31 October
        ("daily 07:30", "2027-03-25", ["03-25 07:30", "03-30 07:30"]),
        ("weekly mon 09:00", "2027-03-26", ["03-30 09:00", "04-05 09:00"]),
        ("monthly first mon 09:00", "2027-10-05", ["11-01 09:00", "12-06 09:00"]),
        ("each opening", "2027-10-29 09:00", ["11-01 08:00", "11-02 08:00"]),
        ("each closing", "2027-12-22 19:00", ["12-23 18:00", "12-27 18:00"]),
        ("yearly 12-24 10:00", "2027-12-01", ["12-27 10:00"]),
        ("quarterly second tue 10:00", "2027-01-15", ["04-13 10:00", "07-13 10:00"]),
        ("half-yearly second wed 10:00", "2027-01-15", ["04-14 10:00", "10-13 10:00"]),
        ("cron 30 7 23 12 *", "2027-01-01", ["12-23 07:30"]),
        ("cron 0 9 29 2 *", "2024-03-01", ["02-29 09:00"]),
    ],
)
def test_when_it_falls(line: str, start: str, expected: Sequence[str]) -> None:
    assert local(line, start, len(expected)) == list(expected)


def test_the_wall_clock_counts_at_both_clock_changes() -> None:
    """The same hour on the wall, an hour apart in UTC; never twice and never left out."""
    around = place(zone="Europe/Stockholm")
    for start in ("2027-03-20", "2027-10-25"):
        since = datetime.fromisoformat(start).replace(tzinfo=HERE).astimezone(UTC)
        found = list(islice(times("weekly sun 02:30", around, since), 3))
        assert len(set(found)) == 3
    since = datetime(2027, 10, 29, tzinfo=UTC)
    friday, monday = islice(times("daily 07:30", OFFICE, since), 2)
    assert (friday.hour, monday.hour) == (5, 6)
    assert {at.astimezone(HERE).hour for at in (friday, monday)} == {7}


def test_a_night_shift_closes_on_the_next_day_also_when_the_clocks_change() -> None:
    night = place("mon-sun 22:00-06:00")
    since = datetime(2027, 10, 28, 12, tzinfo=UTC)
    assert local("each closing", "2027-10-28 12:00", 2, night) == ["10-29 06:00", "10-30 06:00"]
    assert next_time("each opening", night, since) is not None


def test_a_place_that_never_closes_has_no_openings() -> None:
    assert next_time("each opening", place(), datetime(2027, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    "line",
    ["hourly", "daily 25:00", "weekly xyz 09:00", "monthly fifth mon 09:00", "cron * * *",
     "yearly 13-01 10:00", "each lunch", "", "daily"],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_an_example(line: str) -> None:
    with pytest.raises(ValueError, match="daily 07:30"):
        readable(line)


LINES = ("daily 07:30", "weekly mon 09:00", "monthly first mon 09:00", "each opening",
         "each closing", "quarterly first tue 10:00", "cron 15 */6 * * *")  # fmt: skip


@settings(max_examples=40)
@given(st.sampled_from(LINES), st.integers(0, 4 * 365 * 24))
def test_times_rise_and_nothing_is_lost_by_looking_in_between(line: str, hours: int) -> None:
    """Whoever looks again after each time finds the same times as who looks once."""
    since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    once = list(islice(times(line, OFFICE, since), 5))
    again, at = [], since
    for _ in once:
        found = next_time(line, OFFICE, at)
        assert found is not None
        again.append(at := found)
    assert once == again == sorted(set(once))
    assert all(at > since for at in once)


def test_what_falls_on_days_off_alone_never_falls() -> None:
    assert next_time("cron 0 9 * * 0", OFFICE, datetime(2027, 1, 1, tzinfo=UTC)) is None


def test_a_year_of_openings_is_the_year_of_working_days() -> None:
    """2027: 253 days from Monday to Friday that are not off (counted by hand from the almanac)."""
    opened = falls(Entry("Öppna", "", ("each opening",), 30 * 60), OFFICE, 2027)
    calendar = OFFICE.calendar
    assert not any(calendar.is_off(at.date()) for at in opened)
    assert {f"{at:%H:%M}" for at in opened} == {"07:30"}
    weekdays = [at for at in year_days(2027) if at.weekday() < 5]
    named = [at for at in weekdays if calendar.name(at.date())]
    assert (len(weekdays), len(named)) == (261, 8)
    assert len(opened) == 253
    for absent in ("2027-06-25", "2027-12-24", "2027-03-26", "2027-01-01", "2027-05-06"):
        assert absent not in {f"{at:%Y-%m-%d}" for at in opened}


def year_days(year: int) -> list[datetime]:
    first = datetime(year, 1, 1, tzinfo=UTC)
    days = (first + timedelta(days=ahead) for ahead in range(366))
    return list(takewhile(lambda day: day.year == year, days))


def test_the_printed_year(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wheel", "--year", "2027", "--site", "sundsvall"]) == 0
    said = capsys.readouterr().out
    assert "Servicekontor Sundsvall 2027" in said
    for line in (
        "07:30 Öppna · responder, team_lead, handler · 253 gånger, mån 4 jan.–tors 30 dec.",
        "sön 28 mars  — klockan ställs fram en timme",
        "sön 31 okt.  — klockan ställs tillbaka en timme",
        "fre 25 juni  — Midsommarafton",
        "tis 30 mars  09:00 Veckans avstämning · team_lead",
        "tis 5 jan.  09:00 Larmprov · team_lead, responder",
        "Ensam idag · handler, responder · när det behövs",
    ):
        assert line in said, line
    assert "mån 29 mars  09:00" not in said, "Easter Monday"
    assert main(["wheel", "--year", "2027", "--language", "en"]) == 0
    assert "the clocks go back one hour" in capsys.readouterr().out
