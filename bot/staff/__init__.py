"""Staff: who works where, as content says it and as rows remember it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlmodel import Session

from bot.content import Pack
from bot.staff import guests
from bot.staff.checks import check, too_few
from bot.staff.hours import Instant, local_day, readable
from bot.staff.leaving import Left, tell_left
from bot.staff.shapes import (
    ADDRESSES,
    FEWEST_RESPONDERS,
    RESPONDERS,
    RINGS,
    SHAPES,
    Colleague,
    Site,
)
from bot.staff.tables import PERSONAL
from bot.turn import Content
from bot.words import Both, Cover
from storage import people as store
from storage import units

__all__ = [
    "ADDRESSES",
    "NEEDED",
    "PERSONAL",
    "RESPONDERS",
    "RINGS",
    "SHAPES",
    "Colleague",
    "Instant",
    "Left",
    "Site",
    "check",
    "cover_of",
    "gaps",
    "homeless",
    "local_day",
    "readable",
    "rows",
    "standing",
    "sync",
    "tell_left",
]

NEEDED = {
    "admin": "keep people and content in order",
    "on_call": "answer when nobody else does",
}
"""Roles that somebody must have before the bot may be trusted, and what they are for."""

ADD_ADDRESSES = "Add their addresses in people/ or in the staff file."


def cover_of(content: Content, person: store.Person) -> Cover:
    """The cover words of the person's own site."""
    return Cover(content.all(Site)[person.site].cover)


def rows(people: Iterable[Colleague], sites: Mapping[str, Site]) -> dict[str, dict[str, object]]:
    """The people as `storage.people.replace_people` wants them."""
    return {person.id: _row(person, sites[person.site]) for person in people}


def _row(person: Colleague, site: Site) -> dict[str, object]:
    return {
        "name": person.name,
        "languages": list(person.languages),
        "roles": list(person.roles),
        "unit": person.unit,
        "site": person.site,
        "place": _in_both(person.place),
        "area": person.area,
        "floor": None if person.floor is None else _in_both(person.floor),
        "deputy": person.deputy,
        "zone": site.zone,
        "addresses": dict(person.addresses),
    }


def _in_both(text: Both | str) -> dict[str, str]:
    return {"sv": text, "en": text} if isinstance(text, str) else text.model_dump()


def sync(session: Session, pack: Pack, now: datetime) -> None:
    """Let the pack's people be the people; whom it no longer names has left."""
    entries = rows(pack.all(Colleague).values(), pack.all(Site))
    tell_left(session, store.replace_people(session, "pack", entries, now), now)
    guests.leave(session, [name for name, site in pack.all(Site).items() if site.guests], now)


def gaps(session: Session, pack: Pack, now: datetime, surfaces: Collection[str] = ()) -> list[str]:
    """What is missing at this moment for a call to be answered, each with its repair.

    `surfaces` are those that the bot speaks on; who has no address on any cannot answer.
    """
    missing = [
        f"Nobody has the role {role} ({why}). Give it to somebody in people/ or in the staff file."
        for role, why in NEEDED.items()
        if not store.with_role(session, role)
    ]
    sites = pack.all(Site)
    for name, site in sorted(sites.items()):
        missing += _ring_gaps(session, name, site, now, surfaces)
    return [*missing, *homeless(session, pack)]


def _ring_gaps(
    session: Session, name: str, site: Site, now: datetime, surfaces: Collection[str]
) -> Iterator[str]:
    # The roster of the hour goes before the rings that the pack names for every day.
    rings = {**standing(session, site), **store.on_roster(session, name, now)}
    for ring in RINGS:
        if ring == 1 and site.units and ring not in rings:
            continue  # who is in them is not known before the surface has told
        if site.rings or ring in rings:
            yield from _listed_gaps(session, name, site, ring, rings.get(ring, []), surfaces)
        else:
            yield from _near_gaps(session, name, site, ring, surfaces)


def standing(session: Session, site: Site) -> dict[int, list[str]]:
    """The rings that a site names, by person or by unit."""
    named = [units.members(session, *unit) for unit in site.units.items()]
    members = list(dict.fromkeys(ref for found in named for ref in found))
    return {**({1: members} if members else {}), **site.rings}


def _listed_gaps(
    session: Session,
    name: str,
    site: Site,
    ring: int,
    members: list[str],
    surfaces: Collection[str],
) -> Iterator[str]:
    repair = f"Name somebody in the roster or under “rings” in sites/{name}.yaml."
    here = store.people(session, members)
    if not members:
        yield f"{site.name.en}: ring {ring} is empty. {repair}"
    elif not here:
        yield f"{site.name.en}: all in ring {ring} have left ({', '.join(members)}). {repair}"
    elif not _reached(here, surfaces):
        on = " or ".join(surfaces)
        yield f"{site.name.en}: nobody in ring {ring} can be reached on {on}. {ADD_ADDRESSES}"


def _near_gaps(
    session: Session, name: str, site: Site, ring: int, surfaces: Collection[str]
) -> Iterator[str]:
    """Nearness needs people: two who respond, and somebody on call whom the bot can reach."""
    on = " or ".join(surfaces)
    responding = [one for one in store.with_role(session, *RESPONDERS) if one.site == name]
    on_call = store.with_role(session, "on_call")
    if ring == 1 and len(responding) < FEWEST_RESPONDERS:
        yield f"{site.name.en}: {too_few(len(responding))} in sites/{name}.yaml."
    elif ring == 1 and len(_reached(responding, surfaces)) < FEWEST_RESPONDERS:
        said = f"fewer than {FEWEST_RESPONDERS} of those who respond can be reached on {on}"
        yield f"{site.name.en}: {said}. {ADD_ADDRESSES}"
    elif ring == 3 and on_call and not _reached(on_call, surfaces):
        yield f"{site.name.en}: nobody on call can be reached on {on}. {ADD_ADDRESSES}"


def _reached(people: list[store.Person], surfaces: Collection[str]) -> list[store.Person]:
    """Those whom the bot can reach; all of them when it is not said where it speaks."""
    return [one for one in people if not surfaces or set(surfaces) & set(one.addresses)]


def homeless(session: Session, pack: Pack) -> list[str]:
    """People at a site that no pack describes: their press could not be answered."""
    lost: dict[str, list[str]] = {}
    for person in store.everybody(session):
        if person.site not in pack.all(Site):
            lost.setdefault(person.site, []).append(person.ref)
    return [
        f"No pack describes the site “{site}” of {', '.join(refs[:5])}. Add sites/{site}.yaml."
        for site, refs in sorted(lost.items())
    ]
