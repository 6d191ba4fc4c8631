"""Hours: when a site is open, as content writes it, and the day as its people live it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.content.marks import suggest

Instant = datetime
"""A point in time. Handlers keep no calendar: they only hand it on."""

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SUNDAY = DAYS.index("sun")
SPAN = re.compile(r"([0-9]{1,2}):([0-9]{2})-([0-9]{1,2}):([0-9]{2})")
MIDNIGHT = 24 * 60


class Opening(NamedTuple):
    """Some days of the week, from one minute of the day to another (on the next day if earlier)."""

    days: frozenset[int]
    opens: int
    closes: int

    def holds(self, day: int, minute: int, yesterday: int) -> bool:
        if self.opens < self.closes:
            return day in self.days and self.opens <= minute < self.closes
        late, early = minute >= self.opens, minute < self.closes
        return (day in self.days and late) or (yesterday in self.days and early)


@cache
def opening(line: str) -> Opening:
    """A line such as "mon-fri 08:00-16:30"; raises ValueError in words for whoever wrote it."""
    days, _, times = line.lower().partition(" ")
    if not times.strip():
        raise ValueError("write days and times such as mon-fri 08:00-16:30")
    opens, closes = _span(times.strip())
    return Opening(_days(days), opens, closes)


def _days(span: str) -> frozenset[int]:
    """One day, or two and those between them; fri-mon goes over the weekend."""
    first, _, last = span.partition("-")
    for name in (first, last or first):
        if name not in DAYS:
            raise ValueError(f"unknown day “{name}”{suggest(name, DAYS)}")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return frozenset((start + at) % len(DAYS) for at in range((end - start) % len(DAYS) + 1))


def _span(times: str) -> tuple[int, int]:
    found = SPAN.fullmatch(times)
    if found:
        hour, minute, last_hour, last_minute = (int(part) for part in found.groups())
        opens, closes = hour * 60 + minute, last_hour * 60 + last_minute
        if opens < MIDNIGHT >= closes and max(minute, last_minute) < 60:
            if opens == closes:
                raise ValueError("a site closes later than it opens; all day is 00:00-24:00")
            return opens, closes
    raise ValueError("write times such as 08:00-16:30")


def readable(line: str) -> str:
    """For a shape: the line as it stands, if it can be read."""
    opening(line)
    return line


def is_open(
    lines: Iterable[str], zone: str, now: datetime, off: Callable[[date], bool] = lambda _: False
) -> bool:
    """Is one of the lines in force? Whoever writes none is always open.

    A day that is `off` is like a Sunday: who works then works on holidays too.
    """
    openings = [opening(line) for line in lines]
    local = now.astimezone(ZoneInfo(zone))
    today, minute = local.date(), local.hour * 60 + local.minute
    day, before = (
        SUNDAY if off(one) else one.weekday() for one in (today, today - timedelta(days=1))
    )
    return not openings or any(each.holds(day, minute, before) for each in openings)


def local_day(zone: str, now: datetime) -> tuple[datetime, datetime]:
    """The start and the end of the day that it is there now; aware UTC."""
    today = now.astimezone(ZoneInfo(zone)).date()
    days = (today, today + timedelta(days=1))
    start, end = (datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC) for day in days)
    return start, end
