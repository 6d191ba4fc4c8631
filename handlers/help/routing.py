"""Routing: who is called, in three rings, from roster, list, nearness and hours; nothing else.

A ring is the roster of the hour, or else the site's standing list, or else whoever is near. Who
cannot come just now keeps their place in the ring, so that it can be explained; the caller decides
whom to tell. The same people give the same rings, in whatever order they come.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.staff import RESPONDERS, RINGS, Instant

ENOUGH = 2
"""Free people that the first ring needs; with fewer the next ring is asked at once."""

MOST_NEIGHBOURS = 4
"""From the neighbouring sites: more would be a crowd."""

MOST_AT_HOME = 4
"""For a presser at home nobody is nearer than others: those who share the unit come first."""

HELPERS = frozenset(RESPONDERS)
AT_SITE = HELPERS | {"manager"}
ANYWHERE = frozenset({"on_call", "security"})
CALLED = AT_SITE | ANYWHERE
"""Whoever has none of these roles is in no ring, unless a list names them."""
WHEN_CLOSED = {1: "on_call", 2: "security"}
"""Who belongs to a ring out of hours, besides those on shift."""


class Near(StrEnum):
    """How near to the presser."""

    AREA = "area"
    FLOOR = "floor"
    SITE = "site"
    NEIGHBOUR = "neighbour"
    ELSEWHERE = "elsewhere"


class Free(StrEnum):
    """What somebody does just now."""

    FREE = "free"
    BUSY = "busy"
    LUNCH = "lunch"
    BREAK = "break"
    SNOOZED = "snoozed"
    AWAY = "away"
    """Free, and perhaps not at the screen: their platform guesses it, and their phone rings."""
    HELPING = "helping"
    PRESSING = "pressing"
    OFF = "off"
    UNREACHED = "unreached"


class Why(StrEnum):
    """What put somebody into the ring."""

    ROSTER = "roster"
    STANDING = "standing"
    NEAR = "near"
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might be called; `until` is when their state ends, if that is known."""

    ref: str
    site: str
    area: str | None
    floor: str | None
    roles: frozenset[str]
    free: Free
    until: Instant | None = None
    unit: str = ""
    at_home: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where the presser is, and whom that site names for its rings."""

    site: str
    area: str | None
    floor: str | None
    open: bool
    neighbours: tuple[str, ...]
    roster: Mapping[int, tuple[str, ...]]
    standing: Mapping[int, tuple[str, ...]]
    at_home: bool
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    ref: str
    near: Near
    free: Free
    why: Why
    until: Instant | None = None


NEAREST = {near: order for order, near in enumerate(Near)}
ASKED = {Free.FREE: 0, Free.AWAY: 1}
"""Who is asked aloud and counted on, and who of them first."""
Member = tuple[Candidate, Why]


def rings(place: Place, presser: str, people: Iterable[Candidate]) -> dict[int, tuple[Asked, ...]]:
    """Everybody who belongs to a ring, the first ring that wants them; the presser to none."""
    left = {one.ref: one for one in sorted(people, key=lambda one: one.ref) if one.ref != presser}
    found: dict[int, tuple[Asked, ...]] = {}
    for number in RINGS:
        found[number] = _in_order(place, _members(place, number, list(left.values())))
        for asked in found[number]:
            del left[asked.ref]
    return found


def free(ring: Iterable[Asked]) -> int:
    """How many of a ring could come now."""
    return sum(asked.free in ASKED for asked in ring)


def readiness(free: Free) -> int:
    """The order in which people are asked."""
    return ASKED.get(free, len(ASKED))


def _in_order(place: Place, members: list[Member]) -> tuple[Asked, ...]:
    """Free people first, then the nearest; between two alike the order that they were named in."""
    asked = [
        Asked(one.ref, _nearness(place, one), one.free, why, one.until) for one, why in members
    ]
    return tuple(sorted(asked, key=lambda each: (readiness(each.free), NEAREST[each.near])))


def _members(place: Place, number: int, people: list[Candidate]) -> list[Member]:
    found = _named(place, number, people) or _by_nearness(place, number, people)
    if place.open or number not in WHEN_CLOSED:
        return found
    there = {one.ref for one, _ in found}
    extra = (one for one in people if WHEN_CLOSED[number] in one.roles and one.ref not in there)
    return [*found, *((one, Why.ROLE) for one in extra)]


def _named(place: Place, number: int, people: list[Candidate]) -> list[Member]:
    """Whom the roster names, or else the site; a list that reaches nobody names nobody."""
    by_ref = {one.ref: one for one in people}
    for why, lists in ((Why.ROSTER, place.roster), (Why.STANDING, place.standing)):
        refs = dict.fromkeys(lists.get(number, ()))
        found = [by_ref[ref] for ref in refs if ref in by_ref]
        if any(one.free is not Free.UNREACHED for one in found):
            return [(one, why) for one in found]
    return []


def _by_nearness(place: Place, number: int, people: list[Candidate]) -> list[Member]:
    if number == 3:
        anywhere = [(one, Why.ROLE) for one in people if one.roles & ANYWHERE]
        near = [(one, Why.NEAR) for one in _neighbours(place, people) if not one.roles & ANYWHERE]
        return [*anywhere, *near[:MOST_NEIGHBOURS]]
    here = [one for one in people if one.site == place.site]
    found = _nearest(place, here) if number == 1 else [one for one in here if one.roles & AT_SITE]
    return [(one, Why.NEAR) for one in found]


def _nearest(place: Place, here: list[Candidate]) -> list[Candidate]:
    """The desk zone, and the whole floor when too few there are free."""
    helpers = [one for one in here if one.roles & HELPERS]
    if place.at_home:
        helpers.sort(key=lambda one: (readiness(one.free), one.unit != place.unit))
        return helpers[:MOST_AT_HOME]
    zone = [one for one in helpers if _nearness(place, one) is Near.AREA]
    if sum(one.free is Free.FREE for one in zone) >= ENOUGH:
        return zone
    return [*zone, *(one for one in helpers if _nearness(place, one) is Near.FLOOR)]


def _neighbours(place: Place, people: list[Candidate]) -> list[Candidate]:
    """Helpers of the neighbouring sites, those who could come first, then site by site."""
    found = [
        one for one in people if one.roles & HELPERS and _nearness(place, one) is Near.NEIGHBOUR
    ]
    order = {site: at for at, site in enumerate(place.neighbours)}
    return sorted(found, key=lambda one: (readiness(one.free), order[one.site]))


def _nearness(place: Place, one: Candidate) -> Near:
    if one.at_home:
        return Near.ELSEWHERE
    if one.site != place.site:
        return Near.NEIGHBOUR if one.site in place.neighbours else Near.ELSEWHERE
    if place.at_home:
        return Near.SITE
    if place.area and one.area == place.area:
        return Near.AREA
    return Near.FLOOR if place.floor and one.floor == place.floor else Near.SITE
