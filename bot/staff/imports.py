"""Imports: people and rosters from CSV files, all of it or nothing."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.content.marks import shown
from bot.staff import ADDRESSES, RINGS, Colleague, Site, rows, tell_left
from bot.staff.tables import PEOPLE, REQUIRED, ROSTER, TIMES, CsvError, Row, Wrong, needed, table
from bot.words import LANGUAGES, Both
from storage.people import ROLES, Person, RosterSlot, replace_people

__all__ = ["CsvError", "Import", "RosterEntry", "Summary", "read", "store"]


class RosterEntry(NamedTuple):
    site: str
    ring: int
    person: str
    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Import:
    """What the files say, without a mistake. No people: there was no file of people."""

    people: dict[str, Colleague]
    roster: list[RosterEntry]
    sites: Mapping[str, Site]


class Summary(NamedTuple):
    added: int
    changed: int
    left: int
    roster: int


def read(
    files: Sequence[Path],
    sites: Mapping[str, Site],
    known: set[str],
    pack: Collection[str] = (),
) -> Import:
    """All files together, or CsvError.

    `known` are those whom the bot knows already; `pack` those whom the content pack names, who
    may not stand in a file: the pack would take them back at the next start.
    """
    wrong: list[Wrong] = []
    tables = [table(file, wrong) for file in files]
    people = [row for columns, found in tables if columns == PEOPLE for row in found]
    roster = [row for columns, found in tables if columns == ROSTER for row in found]
    refs = known | {row.cells["id"] for row in people if row.cells.get("id")}
    wrong += [each for row in people for each in _person_mistakes(row, sites, refs)]
    wrong += [each for row in roster for each in _slot_mistakes(row, sites, refs)]
    wrong += [
        row.wrong("id", f"“{ref}” is in the content pack already; change it there, under people/")
        for row in people
        if (ref := row.cells.get("id")) and ref in pack
    ]
    wrong += _twice(people)
    if wrong:
        order = {shown(file): at for at, file in enumerate(files)}
        raise CsvError(sorted(wrong, key=lambda each: (order[each.file], each.line)))
    colleagues = {row.cells["id"]: _colleague(row.cells, sites) for row in people}
    return Import(colleagues, [_slot(row, sites) for row in roster], sites)


def _several(cell: str) -> list[str]:
    return [word for word in re.split(r"[\s|]+", cell) if word]


def _empty(row: Row, columns: Collection[str]) -> Iterator[Wrong]:
    for column in columns:
        if column in row.cells and not _several(row.cells[column]):
            yield row.wrong(column, "is empty and must not be")


def _person_mistakes(row: Row, sites: Mapping[str, Site], refs: set[str]) -> Iterator[Wrong]:
    cells = row.cells
    yield from _empty(row, REQUIRED)
    for column, allowed in (("languages", LANGUAGES), ("roles", ROLES)):
        for word in _several(cells.get(column, "").lower()):
            if word not in allowed:
                yield row.unknown(column, word, allowed)
    yield from _unknown(row, "site", sites)
    yield from _unknown(row, "deputy", refs)
    if cells.get("deputy") and cells["deputy"] == cells.get("id"):
        yield row.wrong("deputy", "nobody is their own deputy; name a colleague or leave it empty")
    if cells.get("email") and "@" not in cells["email"]:
        yield row.wrong("email", f"an e-mail address has an @ in it; it says “{cells['email']}”")


def _unknown(row: Row, column: str, allowed: Collection[str]) -> Iterator[Wrong]:
    cell = row.cells.get(column)
    if cell and cell not in allowed:
        yield row.unknown(column, cell, allowed)


def _twice(people: list[Row]) -> Iterator[Wrong]:
    """The same id or the same address on two lines."""
    first: dict[tuple[str, str], Row] = {}
    for row in people:
        for column in ("id", *ADDRESSES):
            cell = row.cells.get(column)
            twin = first.setdefault((column, cell.casefold()), row) if cell else row
            if twin is not row:
                said = f"the same stands on line {twin.line} of {twin.file}; one of them is wrong"
                yield row.wrong(column, said)


def _colleague(cells: Mapping[str, str], sites: Mapping[str, Site]) -> Colleague:
    return Colleague.model_validate(
        {
            **{column: cells[column] for column in ("id", "name", "unit", "site")},
            "languages": _several(cells["languages"].lower()),
            "roles": _several(cells["roles"].lower()),
            # A helper must find the person: without a place of their own it is the site's floor.
            "place": _text(cells, "place") or sites[cells["site"]].floor,
            "area": cells.get("area") or None,
            "floor": _text(cells, "floor"),
            "deputy": cells.get("deputy") or None,
            "addresses": {kind: cells[kind] for kind in ADDRESSES if cells.get(kind)},
        }
    )


def _text(cells: Mapping[str, str], column: str) -> Both | str | None:
    """What a column and its English twin say; the Swedish one may be left out."""
    said, english = cells.get(column), cells.get(f"{column}_en")
    return Both(sv=said or english, en=english) if english else said or None


def _slot_mistakes(row: Row, sites: Mapping[str, Site], refs: set[str]) -> Iterator[Wrong]:
    wanted = needed(row.cells, ROSTER)
    yield from _empty(row, wanted)
    yield from _unknown(row, "site", sites)
    yield from _unknown(row, "ring", [str(ring) for ring in RINGS])
    yield from _unknown(row, "person", refs)
    if all(row.cells.get(column) for column in wanted):
        site = sites.get(row.cells["site"])
        span = _span(row, ZoneInfo(site.zone) if site else UTC)
        if isinstance(span, Wrong):
            yield span


def _span(row: Row, zone: tzinfo) -> tuple[datetime, datetime] | Wrong:
    """When a slot begins and ends; in the date form an earlier `to` is on the next day."""
    told: dict[str, Any] = {}
    columns = [column for column in needed(row.cells, ROSTER) if column in TIMES]
    for column in columns:
        parse, example = TIMES[column]
        with suppress(ValueError):
            told[column] = parse(row.cells[column])
        if column not in told or getattr(told[column], "tzinfo", None):
            return row.wrong(column, f"write a {example}; it says “{row.cells[column]}”")
    try:
        starts, ends = (each.replace(tzinfo=zone).astimezone(UTC) for each in _local(told))
    except OverflowError:
        return row.wrong(columns[0], "nobody works in that year")
    if ends <= starts:
        return row.wrong(columns[-1], "the end must be later than the beginning")
    return starts, ends


def _local(told: Mapping[str, Any]) -> tuple[datetime, datetime]:
    if "date" not in told:
        return told["starts"], told["ends"]
    next_day = timedelta(days=told["to"] < told["from"])
    day, start, end = told["date"], told["from"], told["to"]
    return datetime.combine(day, start), datetime.combine(day, end) + next_day


def _slot(row: Row, sites: Mapping[str, Site]) -> RosterEntry:
    site = row.cells["site"]
    span = _span(row, ZoneInfo(sites[site].zone))
    if isinstance(span, Wrong):
        raise CsvError([span])
    return RosterEntry(site, int(row.cells["ring"]), row.cells["person"], *span)


def store(session: Session, found: Import, now: datetime) -> Summary:
    """The import as rows, inside the caller's transaction: it is kept whole or not at all."""
    entries = rows(found.people.values(), found.sites) if found.people else {}
    before = {ref: row for ref in entries if (row := session.get(Person, ref)) and row.here}
    changed = [
        ref
        for ref, row in before.items()
        if any(getattr(row, name) != fact for name, fact in entries[ref].items())
    ]
    here = session.exec(select(Person).where(Person.source == "csv", col(Person.left_at).is_(None)))
    left = [row.ref for row in here if row.ref not in entries] if entries else []
    if entries:
        tell_left(session, replace_people(session, "csv", entries, now), now)
    _replace_roster(session, found)
    session.flush()
    return Summary(len(entries) - len(before), len(changed), len(left), len(found.roster))


def _replace_roster(session: Session, found: Import) -> None:
    """The days that the files speak of, at each site, are now as the files say."""

    def day(slot: RosterEntry | RosterSlot) -> tuple[str, date]:
        return slot.site, slot.starts.astimezone(ZoneInfo(found.sites[slot.site].zone)).date()

    days = {day(slot) for slot in found.roster}
    sites = {slot.site for slot in found.roster}
    for old in session.exec(select(RosterSlot).where(col(RosterSlot.site).in_(sites))):
        if day(old) in days:
            session.delete(old)
    for new in found.roster:
        session.add(RosterSlot(**new._asdict()))
