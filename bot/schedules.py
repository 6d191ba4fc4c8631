"""Schedules: when something recurs, in words that people write, over days off and both clocks.

"each opening", "each closing", "each shift", "daily 07:30", "weekly mon 09:00", "monthly first mon
09:00", "quarterly …", "half-yearly …", "yearly 09-15 10:00", or a cron line: "cron 30 7 * * 1-5".
Hours are those of the place; what comes out is aware UTC.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from bot.plans import Working
from bot.staff.hours import DAYS, opening

EDGES = ("each opening", "each closing", "each shift")
"""What the hours of the place, or the roster of the day, decide."""

Off = Literal["skip", "next", "keep"]
"""On a day off: not at all, on the next working day, or all the same."""

MONTHS = {"monthly": "*", "quarterly": "1,4,7,10", "half-yearly": "4,10"}
NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4}
DAY = timedelta(days=1)
FARTHEST = 366 * 9 * DAY
"""How far ahead is looked: a 29 February may be eight years away."""
HELP = "write each opening, daily 07:30, weekly mon 09:00, monthly first mon 09:00 or cron …"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A line that was understood: one of `EDGES`, or a cron line; and what a day off does."""

    edge: str = ""
    cron: str = ""
    off: Off = "next"


@cache
def rhythm(line: str) -> Rhythm:
    """What the words mean; raises ValueError in words for whoever wrote them."""
    said = " ".join(line.lower().split())
    if said in EDGES:
        return Rhythm(edge=said, off="skip")
    kind, _, rest = said.partition(" ")
    cron = _cron(kind, rest.split())
    if cron is None:
        raise ValueError(HELP)
    try:
        CronSim(cron, datetime(2027, 1, 1, tzinfo=UTC))
    except CronSimError:
        raise ValueError(HELP) from None
    return Rhythm(cron=cron, off="skip" if kind in ("daily", "cron") else "next")


def _cron(kind: str, words: list[str]) -> str | None:
    """The cron line of the words; None when they are not ours."""
    match kind, words:
        case "cron", _:
            return " ".join(words)
        case "daily", [clock] if at := _clock(clock):
            return f"{at} * * *"
        case "weekly", [day, clock] if day in DAYS and (at := _clock(clock)):
            return f"{at} * * {_weekday(day)}"
        case "yearly", [on, clock] if (at := _clock(clock)) and (found := _month_day(on)):
            return f"{at} {found} *"
        case _, [nth, day, clock] if kind in MONTHS and nth in NTH and day in DAYS:
            at = _clock(clock)
            return f"{at} * {MONTHS[kind]} {_weekday(day)}#{NTH[nth]}" if at else None
        case _:
            return None


def _weekday(day: str) -> int:
    return (DAYS.index(day) + 1) % len(DAYS)


def _clock(written: str) -> str | None:
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", written)
    return f"{int(found[2])} {int(found[1])}" if found else None


def _month_day(written: str) -> str | None:
    found = re.fullmatch(r"(0[1-9]|1[0-2])-([0-2][0-9]|3[01])", written)
    return f"{int(found[2])} {int(found[1])}" if found else None


def readable(line: str) -> str:
    """For a shape: the line as it stands, if it can be read."""
    rhythm(line)
    return line


def times(
    line: str, place: Working, after: datetime, shifts: tuple[datetime, ...] = ()
) -> Iterator[datetime]:
    """Every time after a moment, the nearest first, without end (but for shifts: those given)."""
    found = rhythm(line)
    match found.edge:
        case "each shift":
            return (
                (at for at in sorted(set(shifts)) if at > after)
                if shifts
                else (_edges(place, after, "opens"))
            )
        case "each opening":
            return _edges(place, after, "opens")
        case "each closing":
            return _edges(place, after, "closes")
        case _:
            return _clocked(found, place, after)


def _clocked(found: Rhythm, place: Working, after: datetime) -> Iterator[datetime]:
    """By the wall clock. What a day off moves is counted from the days before too."""
    zone = ZoneInfo(place.zone)
    since = after.astimezone(zone) - (14 * DAY if found.off == "next" else DAY)
    last = after
    for local in CronSim(found.cron, since):
        if local - since > FARTHEST:
            return  # it falls on days off for ever
        at = _moved(found.off, place, local)
        if at is not None and at > last:
            last = at
            yield at


def _moved(off: Off, place: Working, local: datetime) -> datetime | None:
    day = local.date()
    if off == "keep" or not place.calendar.is_off(day):
        return local.astimezone(UTC)
    if off == "skip":
        return None
    return place.at(place.calendar.next_working(day), f"{local:%H:%M}")


def _edges(place: Working, after: datetime, edge: Literal["opens", "closes"]) -> Iterator[datetime]:
    """Openings or closings of the days that are not off; a place that never closes has none."""
    if not place.hours:
        return iter(())
    first = place.day(after) - DAY
    every = (_of_day(place, first + DAY * ahead, edge) for ahead in range(FARTHEST // DAY))
    return (at for at in chain.from_iterable(every) if at > after)


def _of_day(place: Working, day: date, edge: Literal["opens", "closes"]) -> list[datetime]:
    """The first opening of a day, or its last closing."""
    lines = [one for one in map(opening, place.hours) if day.weekday() in one.days]
    if not lines or place.calendar.is_off(day):
        return []
    if edge == "opens":
        return [_at(place, day, min(line.opens for line in lines))]
    ends = [line.closes + (24 * 60 if line.closes <= line.opens else 0) for line in lines]
    return [_at(place, day, max(ends))]


def _at(place: Working, day: date, minutes: int) -> datetime:
    """So many minutes of the wall clock into a day, also when the clocks change in it."""
    days, left = divmod(minutes, 24 * 60)
    local = datetime.combine(day + DAY * days, time(*divmod(left, 60)), ZoneInfo(place.zone))
    return local.astimezone(UTC)


def next_time(
    line: str, place: Working, after: datetime, shifts: tuple[datetime, ...] = ()
) -> datetime | None:
    return next(times(line, place, after, shifts), None)
