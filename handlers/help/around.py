"""Around: everybody who might be called, and what they do just now, read from the rows."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.holidays import open_now
from bot.staff import Instant, Site, local_day, standing
from bot.turn import Turn
from handlers.help.routing import ANYWHERE, CALLED, Candidate, Free, Place
from storage import availability, help_notices
from storage import help_calls as calls
from storage.availability import Availability, State
from storage.people import Colleague, RosterSlot, known, near, slots_around


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the presser is; their own `call`, once there is one, keeps nobody busy."""

    site: str
    presser: str
    area: str | None
    floor: str | None
    at_home: bool
    call: int | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """Everybody who might be called (of a desk of hundreds who answer calls it is a handful), and
    what is known of them at this moment.

    `slots` are the roster's of this day, `on_shift` whom they name and whether they are at work;
    `closed` are those of their sites that are; `helping` are those who have another call;
    `standing` are the rings that the site names.
    """

    turn: Turn
    people: list[Colleague]
    slots: list[RosterSlot]
    states: Mapping[str, list[Availability]]
    pressing: set[str]
    helping: set[str]
    on_shift: Mapping[str, bool]
    closed: frozenset[str]
    standing: Mapping[int, tuple[str, ...]]

    def roster(self, site: str) -> dict[int, tuple[str, ...]]:
        """The rings of a site as the roster has them at this moment."""
        found: dict[int, tuple[str, ...]] = {}
        for slot in self.slots:
            if slot.site == site and _runs(slot, self.turn.now):
                found[slot.ring] = (*found.get(slot.ring, ()), slot.person)
        return found

    def candidate(self, person: Colleague) -> Candidate:
        site = self.turn.content.all(Site).get(person.site)
        floor = person.floor["sv"] if person.floor else site.floor.sv if site else None
        states = self.states.get(person.ref, [])
        free, until = self._free(person, states)
        return Candidate(
            person.ref,
            person.site,
            _alike(person.area),
            _alike(floor),
            frozenset(person.roles),
            free,
            until,
            person.unit,
            at_home=any(row.state is State.HOME for row in states),
        )

    def _free(self, person: Colleague, states: list[Availability]) -> tuple[Free, Instant | None]:
        if person.ref in self.pressing:
            return Free.PRESSING, None
        if person.ref in self.helping:
            return Free.HELPING, None
        if not self.turn.reaches(person):
            return Free.UNREACHED, None
        if not self._works_now(person):
            return Free.OFF, None
        busy = [row for row in states if row.state not in (State.HOME, State.AWAY)]
        if not busy:
            away = any(row.state is State.AWAY for row in states)
            return Free.AWAY if away else Free.FREE, None
        longest = max(busy, key=lambda row: (row.until, row.state))
        return Free(longest.state.value), longest.until

    def _works_now(self, person: Colleague) -> bool:
        """The roster of the day knows; otherwise the hours of their site, but for those on call."""
        if person.ref in self.on_shift:
            return self.on_shift[person.ref]
        return person.site not in self.closed or not ANYWHERE.isdisjoint(person.roles)


def place(turn: Turn, desk: Desk, site: Site | None, around: Around) -> Place:
    own = known(turn.session, desk.presser)
    return Place(
        site=desk.site,
        area=_alike(desk.area),
        floor=_alike(desk.floor),
        open=desk.site not in around.closed,
        neighbours=tuple(site.neighbours) if site else (),
        roster=around.roster(desk.site),
        standing=around.standing,
        at_home=desk.at_home,
        unit=own.unit if own else "",
    )


def look_around(turn: Turn, desk: Desk, site: Site | None) -> Around:
    """A handful of questions to the store, however many people there are."""
    session, now = turn.session, turn.now
    named = {ring: tuple(refs) for ring, refs in standing(session, site).items()} if site else {}
    members = [ref for refs in named.values() for ref in refs]
    sites = (desk.site, *(site.neighbours if site else ()))
    day = local_day(site.zone if site else "UTC", now)
    slots = slots_around(session, sites, *day, refs=members, roles=ANYWHERE)
    rostered = [slot.person for slot in slots if slot.site == desk.site and _runs(slot, now)]
    named_now = {*members, *rostered}
    there = near(session, sites, named_now, ANYWHERE)
    people = [one for one in there if one.ref in named_now or not CALLED.isdisjoint(one.roles)]
    return Around(
        turn,
        people,
        slots,
        availability.now(session, now),
        calls.pressers(session),
        _helping(turn, desk.call),
        _shifts(slots, now),
        _closed(turn, {desk.site, *(person.site for person in people)}),
        named,
    )


def _closed(turn: Turn, sites: set[str]) -> frozenset[str]:
    known = turn.content.all(Site)
    return frozenset(
        ref for ref in sites if ref in known and not open_now(turn.content, known[ref], turn.now)
    )


def _shifts(slots: list[RosterSlot], now: Instant) -> dict[str, bool]:
    """Whoever the roster names today: are they on shift at this moment?"""
    found: dict[str, bool] = {}
    for slot in slots:
        found[slot.person] = found.get(slot.person, False) or _runs(slot, now)
    return found


def _helping(turn: Turn, but: int | None) -> set[str]:
    """Everybody who owns or has come to another open call."""
    has = [*calls.owners(turn.session).items(), *help_notices.helping(turn.session).items()]
    return {ref for ref, numbers in has if set(numbers) - {but}}


def _runs(slot: RosterSlot, now: Instant) -> bool:
    return slot.starts <= now < slot.ends


def _alike(text: str | None) -> str | None:
    """For comparing: "Zon A" and "zon a " are one desk zone."""
    return text.strip().casefold() if text else None
