"""Staff: who works where, as content says it and as rows remember it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from sqlmodel import Session

from bot.content import Pack
from bot.content.marks import suggest
from bot.features import Complaint
from bot.turn import Content
from bot.words import Both, Cover
from storage import people as store
from storage.queue import hurry_timers

RINGS = (1, 2, 3)
ADDRESSES = ("workspace", "slack", "teams", "email", "phone")
NEEDED = {
    "admin": "keep people and content in order",
    "on_call": "answer when nobody else does",
}
"""Roles that somebody must have before the bot may be trusted, and what they are for."""


def _role(written: str) -> str:
    if written not in store.ROLES:
        raise ValueError(f"unknown role{suggest(written, store.ROLES)}")
    return written


def _zone(written: str) -> str:
    zones = available_timezones()
    if written not in zones:
        raise ValueError(
            f"unknown time zone{suggest(written, sorted(zones)) or '; write Europe/Stockholm'}"
        )
    return written


class Site(BaseModel):
    """A place where people work: what helpers are told about it, and who answers today."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Both
    agency: Both
    address: str = Field(min_length=1)
    floor: Both
    callback: str
    zone: Annotated[str, AfterValidator(_zone)] = "Europe/Stockholm"
    cover: str
    rings: dict[int, list[str]] = {}


class Colleague(BaseModel):
    """Somebody who works at a site; `addresses` are where the surfaces find them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    languages: list[Literal["sv", "en"]] = Field(min_length=1)
    roles: list[Annotated[str, AfterValidator(_role)]]
    unit: str
    site: str
    place: Both | str
    deputy: str | None = None
    addresses: dict[Literal["workspace", "slack", "teams", "email", "phone"], str]


SHAPES: dict[str, type[BaseModel]] = {"sites": Site, "people": Colleague}


def cover_of(content: Content, person: store.Person) -> Cover:
    """The cover words of the person's own site."""
    return Cover(content.all(Site)[person.site].cover)


def check(pack: Pack) -> Iterator[Complaint]:
    """What must hold between people, sites and word sets."""
    people, sites = pack.all(Colleague), pack.all(Site)
    for name, site in sites.items():
        if site.cover not in pack.word_sets:
            said = f"there is no word set “{site.cover}”{suggest(site.cover, pack.word_sets)}"
            yield Site, name, ("cover",), said
        yield from _check_rings(name, site, people)
    for person in people.values():
        yield from _check_person(person, people, sites)
    for ref, kind, other in shared_addresses(people.values()):
        said = f"“{other}” has the same {kind} address; one of the two is wrong"
        yield Colleague, ref, ("addresses", kind), said


def _check_rings(name: str, site: Site, people: Mapping[str, Colleague]) -> Iterator[Complaint]:
    for ring in site.rings:
        if ring not in RINGS:
            yield Site, name, ("rings", ring), f"there is no ring {ring}; rings are 1, 2 and 3"
    if people:  # a pack without people leaves them, and the rings, to staff files
        yield from _check_members(name, site, people)


def _check_members(name: str, site: Site, people: Mapping[str, Colleague]) -> Iterator[Complaint]:
    for ring in RINGS:
        if not site.rings.get(ring):
            yield Site, name, ("rings", ring), f"ring {ring} has nobody; name at least one person"
    for ring, members in site.rings.items():
        for at, ref in enumerate(members):
            if ref not in people:
                said = f"nobody is called “{ref}”{suggest(ref, people)}"
                yield Site, name, ("rings", ring, at), said


def _check_person(
    person: Colleague, people: Mapping[str, Colleague], sites: Mapping[str, Site]
) -> Iterator[Complaint]:
    if person.site not in sites:
        said = f"there is no site “{person.site}”{suggest(person.site, sites)}"
        yield Colleague, person.id, ("site",), said
    if person.deputy == person.id:
        said = "nobody is their own deputy; name a colleague or leave it out"
        yield Colleague, person.id, ("deputy",), said
    elif person.deputy is not None and person.deputy not in people:
        said = f"nobody is called “{person.deputy}”{suggest(person.deputy, people)}"
        yield Colleague, person.id, ("deputy",), said


def shared_addresses(people: Iterable[Colleague]) -> Iterator[tuple[str, str, str]]:
    """Each person with an address that somebody before them has too: person, kind, the other."""
    owners: dict[tuple[str, str], str] = {}
    for person in people:
        for kind, address in person.addresses.items():
            owner = owners.setdefault((kind, address.casefold()), person.id)
            if owner != person.id:
                yield person.id, kind, owner


def rows(people: Iterable[Colleague], sites: Mapping[str, Site]) -> dict[str, dict[str, object]]:
    """The people as `storage.people.replace_people` wants them."""
    return {person.id: _row(person, sites[person.site]) for person in people}


def _row(person: Colleague, site: Site) -> dict[str, object]:
    place = person.place
    return {
        "name": person.name,
        "languages": list(person.languages),
        "roles": list(person.roles),
        "unit": person.unit,
        "site": person.site,
        "place": {"sv": place, "en": place} if isinstance(place, str) else place.model_dump(),
        "deputy": person.deputy,
        "zone": site.zone,
        "addresses": dict(person.addresses),
    }


def sync(session: Session, pack: Pack, now: datetime) -> None:
    """Let the pack's people be the people; whom it no longer names has left."""
    entries = rows(pack.all(Colleague).values(), pack.all(Site))
    if store.replace_people(session, "pack", entries, now):
        hurry_timers(session, now)


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
    rings = {**site.rings, **store.on_roster(session, name, now)}
    repair = f"Name somebody in the roster or under “rings” in sites/{name}.yaml."
    for ring in RINGS:
        members = rings.get(ring, [])
        here = store.people(session, members)
        if not members:
            yield f"{site.name.en}: ring {ring} is empty. {repair}"
        elif not here:
            yield f"{site.name.en}: all in ring {ring} have left ({', '.join(members)}). {repair}"
        elif surfaces and not any(set(surfaces) & set(person.addresses) for person in here):
            yield (
                f"{site.name.en}: nobody in ring {ring} can be reached on {' or '.join(surfaces)}. "
                "Add their addresses in people/ or in the staff file."
            )


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
