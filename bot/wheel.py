"""The wheel: what a year brings to a place, as a calendar that can be printed and pinned up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot.plans import Working
from bot.schedules import times
from bot.words import locale_of

OFTEN = 60
"""What comes more often in a year is counted, and not written on every day."""

LABELS = {
    "sv": {
        "often": "{name} · {who} · {count} gånger, {first}–{last}",
        "never": "{name} · {who} · aldrig: platsen har inga öppettider",
        "asked": "{name} · {who} · när det behövs",
        "forward": "klockan ställs fram en timme",
        "back": "klockan ställs tillbaka en timme",
    },
    "en": {
        "often": "{name} · {who} · {count} times, {first}–{last}",
        "never": "{name} · {who} · never: the place has no hours",
        "asked": "{name} · {who} · when it is needed",
        "forward": "the clocks go forward one hour",
        "back": "the clocks go back one hour",
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that recurs: its name, who it is for, its schedule and how early it comes."""

    name: str
    who: str
    lines: tuple[str, ...]
    before: int = 0


def falls(entry: Entry, place: Working, year: int) -> list[datetime]:
    """Every time of a year, in local time."""
    zone = ZoneInfo(place.zone)
    start, end = (datetime(at, 1, 1, tzinfo=zone).astimezone(UTC) for at in (year, year + 1))
    early = timedelta(seconds=entry.before)
    found = {
        at - early
        for line in entry.lines
        for at in takewhile(lambda at: at < end, times(line, place, start - timedelta(seconds=1)))
    }
    return sorted(at.astimezone(zone) for at in found)


def printed(
    title: str, place: Working, entries: Sequence[Entry], year: int, language: str
) -> Iterator[str]:
    """The year of one place, line by line."""
    said, found = LABELS[language], {entry: falls(entry, place, year) for entry in entries}
    yield f"{title} {year}"
    yield "=" * len(f"{title} {year}")
    for entry, at in found.items():
        if len(at) > OFTEN:
            first, last = (short(one.date(), language) for one in (at[0], at[-1]))
            yield "  " + said["often"].format(
                name=f"{at[0]:%H:%M} {entry.name}",
                who=entry.who,
                count=len(at),
                first=first,
                last=last,
            )
        elif not at:
            label = said["never" if entry.lines else "asked"]
            yield "  " + label.format(name=entry.name, who=entry.who)
    rare = [(at, entry) for entry, every in found.items() if len(every) <= OFTEN for at in every]
    yield from days(place, rare, year, language)


def days(
    place: Working, rare: Iterable[tuple[datetime, Entry]], year: int, language: str
) -> Iterator[str]:
    lines = [(at.date(), f"{at:%H:%M} {entry.name} · {entry.who}") for at, entry in rare]
    lines += [(day, f"— {name}") for day, name in off(place, year, language)]
    lines += [(day, f"— {LABELS[language][turn]}") for day, turn in clock_changes(place, year)]
    month = 0
    for day, line in sorted(lines):
        if day.month != month:
            month = day.month
            yield ""
            yield format_date(day, "LLLL", locale=locale_of(language)).capitalize()
        yield f"  {short(day, language)}  {line}"


def off(place: Working, year: int, language: str) -> Iterator[tuple[date, str]]:
    """The named days off."""
    for day in every_day(year):
        if name := place.calendar.name(day):
            yield day, name.text(language)


def clock_changes(place: Working, year: int) -> Iterator[tuple[date, str]]:
    zone = ZoneInfo(place.zone)
    for day in every_day(year):
        today, next_day = (
            datetime(one.year, one.month, one.day, tzinfo=zone).utcoffset()
            for one in (day, day + timedelta(days=1))
        )
        if today is not None and next_day is not None and today != next_day:
            yield day, "forward" if next_day > today else "back"


def every_day(year: int) -> Iterator[date]:
    first = date(year, 1, 1)
    return (first + timedelta(days=ahead) for ahead in range((date(year + 1, 1, 1) - first).days))


def short(day: date, language: str) -> str:
    return format_date(day, "EEE d MMM", locale=locale_of(language))
