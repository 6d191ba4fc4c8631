"""Plans: when a dated step falls, counted from a start over nights, weekends, holidays and clocks.

Content writes a `When`; `Working` knows the hours and the holidays of one place; `dated` makes a
time of the two. All times are aware UTC; hours of the day are those of the place.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.content import Seconds
from bot.holidays import Calendar, MonthDay, on
from bot.staff.hours import is_open, opening

MOMENT = timedelta(seconds=1)
"""What is due at the very end of the working day is due in working time."""


def hour(written: str) -> str:
    """For a shape: "08:30" as it stands, if it is a time of the day."""
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", written):
        raise ValueError("write a time such as 08:30")
    return written


Hour = Annotated[str, AfterValidator(hour)]
"""A time of the day, such as "08:30"."""


class When(BaseModel):
    """When a step is due, in one of these ways.

    - `within`: so long after the start, at any hour of any day; a promise to a person.
    - `same_day`: at that hour of the day it started, but `at_least` so long after the start;
      "shift_end" is the end of the shift. What is then outside working time moves on to `at` on
      the next working day, or stays (`off: keep`).
    - `days`, `working_days` or `months` after the day it started, `at` an hour. What falls on a
      day `off` moves to the next working day, or to the previous one (never to before
      `not_before` days after the start), or stays.
    - `yearly`: the first such day after the start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    within: Seconds | None = None
    same_day: Hour | Literal["shift_end"] | None = None
    at_least: Seconds = 0
    days: int | None = Field(default=None, ge=0, le=3660)
    working_days: int | None = Field(default=None, ge=0, le=366)
    months: int | None = Field(default=None, ge=1, le=120)
    yearly: MonthDay | None = None
    at: Hour = "16:00"
    not_before: int = Field(default=0, ge=0, le=366)
    off: Literal["next", "previous", "keep"] = "next"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (
            self.within,
            self.same_day,
            self.days,
            self.working_days,
            self.months,
            self.yearly,
        )
        if sum(way is not None for way in ways) != 1:
            raise ValueError("write one of: within, same_day, days, working_days, months, yearly")
        return self


@dataclass(frozen=True)
class Working:
    """The working time of a place: lines such as "mon-fri 08:00-17:00", less the days off."""

    zone: str
    hours: tuple[str, ...]
    calendar: Calendar

    def day(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def at(self, day: date, hour: str) -> datetime:
        """That hour of a day. An hour that a clock change skips is the one after it."""
        local = datetime.combine(day, time.fromisoformat(hour), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def month(self, at: datetime, back: int = 0) -> tuple[datetime, datetime]:
        """The start and the end of the month of a time, or of one so many months before it."""
        first = months_after(self.day(at).replace(day=1), -back)
        return self.at(first, "00:00"), self.at(months_after(first, 1), "00:00")

    def holds(self, at: datetime) -> bool:
        """Is it working time?"""
        return not self.calendar.is_off(self.day(at)) and is_open(self.hours, self.zone, at)

    def ends(self, at: datetime) -> datetime:
        """The end of the working day on which `at` is, or `at` when it is over, or a day off."""
        day = self.day(at)
        closing = [self._closes(line, day) for line in self.hours]
        found = max((end for end in closing if end), default=at)
        return at if self.calendar.is_off(day) else max(found, at)

    def _closes(self, line: str, day: date) -> datetime | None:
        hours = opening(line)
        if day.weekday() not in hours.days:
            return None
        overnight = timedelta(days=hours.closes <= hours.opens)
        then = datetime.combine(day + overnight, time(), ZoneInfo(self.zone))
        return (then + timedelta(minutes=hours.closes)).astimezone(UTC)


def dated(
    when: When, start: datetime, working: Working, shift_end: datetime | None = None
) -> datetime:
    """When it is due. Without a `shift_end` the working day's end is the shift's."""
    start = start.astimezone(UTC)  # where an hour is an hour, also when the clocks change
    if when.within is not None:
        return start + timedelta(seconds=when.within)
    if when.same_day is not None:
        return _same_day(when, start, working, shift_end)
    return working.at(_day(when, working.day(start), working.calendar), when.at)


def _same_day(
    when: When, start: datetime, working: Working, shift_end: datetime | None
) -> datetime:
    earliest = start + timedelta(seconds=when.at_least)
    if when.same_day == "shift_end" and shift_end is not None:
        return max(shift_end, earliest)  # the roster knows: it is working time for that person
    hour = when.same_day if when.same_day != "shift_end" else None
    day_end = working.at(working.day(start), hour) if hour else working.ends(start)
    due = max(day_end, earliest)
    if when.off == "keep" or working.holds(due - MOMENT):
        return due
    return working.at(working.calendar.add(working.day(start), 1), when.at)


def _day(when: When, start: date, calendar: Calendar) -> date:
    if when.working_days is not None:
        return calendar.add(start, when.working_days)
    day = _counted(when, start)
    if when.off == "keep" or not calendar.is_off(day):
        return day
    earlier = calendar.last_working(day)
    if when.off == "previous" and earlier >= start + timedelta(days=when.not_before):
        return earlier
    return calendar.next_working(day)


def _counted(when: When, start: date) -> date:
    if when.months is not None:
        return months_after(start, when.months)
    if when.yearly is not None:
        years = (on(start.year + ahead, when.yearly) for ahead in range(9))
        return next(day for day in years if day is not None and day > start)
    return start + timedelta(days=when.days or 0)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


@dataclass(frozen=True)
class Quiet:
    """The hours in which nobody is reminded, in the zone of whoever would be; and days off."""

    since: str
    until: str
    working: Working

    def over(self, at: datetime, wake: str) -> datetime:
        """`at` itself when it is not quiet then, or else the next working day at `wake`."""
        day, clock = self.working.day(at), self._clock(at)
        if not self.working.calendar.is_off(day) and self.until <= clock < self.since:
            return at
        if clock < wake:
            return self.working.at(self.working.calendar.next_working(day), wake)
        return self.next_morning(at, wake)

    def next_morning(self, at: datetime, wake: str) -> datetime:
        """At `wake` on the first working day after that day."""
        tomorrow = self.working.day(at) + timedelta(days=1)
        return self.working.at(self.working.calendar.next_working(tomorrow), wake)

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(ZoneInfo(self.working.zone)):%H:%M}"


def before(at: datetime, seconds: int) -> datetime:
    """So long before a time."""
    return at - timedelta(seconds=seconds)


def nights(zone: str, since: datetime, until: datetime) -> int:
    """How many midnights of a time zone lie between two times."""
    return (until.astimezone(ZoneInfo(zone)).date() - since.astimezone(ZoneInfo(zone)).date()).days


def full_hour(at: datetime) -> datetime:
    """The next full hour: a start that tells nobody the minute."""
    return at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
