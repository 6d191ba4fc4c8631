"""Holidays: the days on which nobody is expected to work, as content writes them.

A day is dated as the calendar dates it (`day`), as Easter does (`easter`, in days from Easter
Sunday) or as Midsummer does (the `first` weekday on or after a date). With `bridge` a single
working day between two days off is off as well. Saturdays and Sundays always are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Annotated, Literal, Protocol, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.staff.hours import DAYS, is_open
from bot.turn import Content
from bot.words import Both

LEAP_YEAR = 2000
SATURDAY = 5
DAY = timedelta(days=1)

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def month_day(written: str) -> str:
    """For a shape: "12-24" as it stands, if there is such a day."""
    try:
        date.fromisoformat(f"{LEAP_YEAR}-{written}")
    except ValueError:
        raise ValueError("write a month and a day such as 12-24") from None
    return written


MonthDay = Annotated[str, AfterValidator(month_day)]
"""A day of every year, such as "12-24"."""


class Holiday(BaseModel):
    """One day off a year, or the rule for bridge days."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1)
    name: Both
    day: MonthDay | None = None
    easter: int | None = Field(default=None, ge=-100, le=100)
    first: Weekday | None = None
    since: MonthDay | None = None
    bridge: bool | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.day, self.easter, self.first, self.bridge)
        if sum(way is not None for way in ways) != 1 or bool(self.first) != bool(self.since):
            raise ValueError("write one of: day, easter, first with since, bridge")
        return self

    def falls(self, year: int) -> date | None:
        """Its day in a year; None in a year that has no such day, and for the bridge rule."""
        if self.day:
            return on(year, self.day)
        if self.easter is not None:
            return easter(year) + timedelta(days=self.easter)
        if self.first and self.since and (from_day := on(year, self.since)):
            ahead = (DAYS.index(self.first) - from_day.weekday()) % len(DAYS)
            return from_day + timedelta(days=ahead)
        return None


SHAPES: dict[str, type[BaseModel]] = {"holidays": Holiday}


def on(year: int, written: MonthDay) -> date | None:
    """That day of a year; None where it has no such day."""
    month, day = (int(part) for part in written.split("-"))
    try:
        return date(year, month, day)
    except ValueError:  # the 29th of February
        return None


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the rule of Meeus, Jones and Butcher)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    leaps, skipped = century // 4, (century + 8) // 25
    epact = (19 * golden + century - leaps - (century - skipped + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class Calendar:
    """Which days are off. Days are local dates: whoever asks knows the time zone."""

    holidays: tuple[Holiday, ...] = ()

    def name(self, day: date) -> Both | None:
        """What the day off is called, or None for a working day and an ordinary weekend."""
        return self._named(day.year).get(day) or self._bridge(day)

    def is_off(self, day: date) -> bool:
        return self._is_red(day) or self._bridge(day) is not None

    def next_working(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        while self.is_off(day):
            day += DAY
        return day

    def last_working(self, day: date) -> date:
        """The day itself, or the last working day before it."""
        while self.is_off(day):
            day -= DAY
        return day

    def add(self, day: date, working_days: int) -> date:
        """So many working days after a day; none is the day itself, or the next working one."""
        if not working_days:
            return self.next_working(day)
        for _ in range(working_days):
            day = self.next_working(day + DAY)
        return day

    def _is_red(self, day: date) -> bool:
        return day.weekday() >= SATURDAY or day in self._named(day.year)

    def _named(self, year: int) -> Mapping[date, Both]:
        """Asked several times a press: looked up once a calendar."""
        if year not in self._years:
            self._years[year] = named(self.holidays, year)
        return self._years[year]

    @cached_property
    def _years(self) -> dict[int, Mapping[date, Both]]:
        return {}

    def _bridge(self, day: date) -> Both | None:
        rule = next((one for one in self.holidays if one.bridge), None)
        between = self._is_red(day - DAY) and self._is_red(day + DAY) and not self._is_red(day)
        return rule.name if rule and between else None


@cache
def named(holidays: tuple[Holiday, ...], year: int) -> Mapping[date, Both]:
    """The holidays of a year by their day."""
    dated = ((one.falls(year), one.name) for one in holidays)
    return {day: name for day, name in dated if day is not None}


class Hours(Protocol):
    """A place with opening hours in its own time zone."""

    hours: list[str]
    zone: str


def open_now(content: Content, place: Hours, now: datetime) -> bool:
    """Is it open? A holiday is like a Sunday there."""
    calendar = calendar_of(content)
    return is_open(place.hours, place.zone, now, lambda day: calendar.name(day) is not None)


def calendar_of(content: Content) -> Calendar:
    return Calendar(tuple(content.all(Holiday).values()))
