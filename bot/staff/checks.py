"""Checks: what must hold between people, sites and word sets, so that a press finds somebody."""

from collections.abc import Iterable, Iterator, Mapping

from bot.content import Pack
from bot.content.marks import suggest
from bot.features import Complaint
from bot.staff.shapes import FEWEST_RESPONDERS, RINGS, Colleague, Site


def check(pack: Pack) -> Iterator[Complaint]:
    people, sites = pack.all(Colleague), pack.all(Site)
    for name, site in sites.items():
        if site.cover not in pack.word_sets:
            said = f"there is no word set “{site.cover}”{suggest(site.cover, pack.word_sets)}"
            yield Site, name, ("cover",), said
        yield from _check_neighbours(name, site, sites)
        yield from _check_rings(name, site, people)
    for name in [name for name, site in sites.items() if site.guests][1:]:
        yield Site, name, ("guests",), "another site takes guests already; only one can"
    for person in people.values():
        yield from _check_person(person, people, sites)
    for ref, kind, other in _shared_addresses(people.values()):
        said = f"“{other}” has the same {kind} address; one of the two is wrong"
        yield Colleague, ref, ("addresses", kind), said


def _check_neighbours(name: str, site: Site, sites: Mapping[str, Site]) -> Iterator[Complaint]:
    for at, other in enumerate(site.neighbours):
        path = ("neighbours", at)
        if other == name:
            yield Site, name, path, "a site is not its own neighbour; leave it out"
        elif other not in sites:
            yield Site, name, path, f"there is no site “{other}”{suggest(other, sites)}"


def _check_rings(name: str, site: Site, people: Mapping[str, Colleague]) -> Iterator[Complaint]:
    for ring in site.rings:
        if ring not in RINGS:
            yield Site, name, ("rings", ring), f"there is no ring {ring}; rings are 1, 2 and 3"
    if not people:  # a pack without people leaves them, and the rings, to staff files
        return
    if site.rings:
        yield from _check_members(name, site, people)
    else:
        yield from _check_nearness(name, people.values(), bool(site.units))


def _check_members(name: str, site: Site, people: Mapping[str, Colleague]) -> Iterator[Complaint]:
    for ring in RINGS:
        if not site.rings.get(ring):
            yield Site, name, ("rings", ring), f"ring {ring} has nobody; name at least one person"
    for ring, members in site.rings.items():
        for at, ref in enumerate(members):
            if ref not in people:
                said = f"nobody is called “{ref}”{suggest(ref, people)}"
                yield Site, name, ("rings", ring, at), said


def _check_nearness(name: str, people: Iterable[Colleague], units: bool) -> Iterator[Complaint]:
    """Without rings of its own a site needs people whom nearness can find, or units."""
    here = [person.id for person in people if person.site == name and person.responds]
    if len(here) < FEWEST_RESPONDERS and not units:
        yield Site, name, ("rings",), too_few(len(here))
    if not any("on_call" in person.roles for person in people):
        said = "nobody has the role on_call, whom the last ring needs; give it to somebody"
        yield Site, name, ("rings",), said


def too_few(count: int) -> str:
    """What to do about a site without rings where too few respond."""
    here = {0: "nobody", 1: "only one person"}.get(count, f"only {count} people")
    return (
        f"{here} here has the role responder or team_lead, and nearness needs "
        f"{FEWEST_RESPONDERS}; give the role to more people, or name people under “rings”"
    )


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


def _shared_addresses(people: Iterable[Colleague]) -> Iterator[tuple[str, str, str]]:
    """Each person with an address that somebody before them has too: person, kind, the other."""
    owners: dict[tuple[str, str], str] = {}
    for person in people:
        for kind, address in person.addresses.items():
            owner = owners.setdefault((kind, address.casefold()), person.id)
            if owner != person.id:
                yield person.id, kind, owner
