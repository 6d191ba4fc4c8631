"""Lists: a checklist as content writes it, who gets it, and the working time of a place."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.content import Seconds
from bot.features import Complaint
from bot.holidays import calendar_of
from bot.plans import Working
from bot.schedules import readable, rhythm
from bot.staff import Instant, Site, local_day
from bot.turn import Content, Turn
from bot.words import Both
from handlers.colleagues import once
from handlers.guidance import Guidance
from storage.people import ROLES, Person, at_site, everybody, slots_around

AGENCY = ""
"""The place of what is done once for everybody."""

MANAGING = frozenset({"manager", "upper_manager", "on_call"})
"""They open no door when others can."""

MOST_POINTS, MOST_WORDS = 12, 12


class Checklist(BaseModel):
    """One list; the file's name is its id.

    `when` are lines of `bot.schedules`, `trigger` what else begins it; without either people begin
    it themselves, as they may any list. `before` is how long before its time it comes. It is one
    run for a `site`, for the whole `agency`, or for each `person`; `most`: so many people of those
    with one of the roles, those on shift first. What is late goes to the deputies too: to those of
    the people asked, or to whoever has a role of `deputy` (`[]`: to nobody).
    `card` is the guidance behind it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Both
    when: tuple[Annotated[str, AfterValidator(readable)], ...] = ()
    trigger: Literal["alone", "visit", "new_staff", "new_version", "raised"] | None = None
    before: Seconds = 0
    per: Literal["site", "agency", "person"] = "site"
    most: Annotated[int, Field(ge=1)] | None = None
    sites: tuple[str, ...] = ()
    roles: tuple[str, ...] = Field(min_length=1)
    deadline: Annotated[Seconds, Field(ge=60)]
    deputy: tuple[str, ...] | None = None
    points: tuple[Both, ...] = Field(min_length=1, max_length=MOST_POINTS)
    evidence: Both | None = None
    card: str | None = None


def lists(content: Content) -> dict[str, Checklist]:
    return dict(content.all(Checklist))


def for_site(content: Content, site: str) -> dict[str, Checklist]:
    """The lists of one place; those of the agency stand apart."""
    found = lists(content).items()
    return {
        id: one
        for id, one in found
        if (one.per == "agency") == (site == AGENCY) and (not one.sites or site in one.sites)
    }


def place_of(content: Content, site: str) -> Working:
    """The working time of a site, or of the agency: the first site's zone."""
    sites = content.all(Site)
    facts = sites.get(site) or next(iter(sites.values()), None)
    zone = facts.zone if facts else "Europe/Stockholm"
    hours = tuple(facts.hours) if facts and site != AGENCY else ()
    return Working(zone, hours, calendar_of(content))


def shifts(turn: Turn, asked: Checklist, site: str, until: Instant) -> tuple[Instant, ...]:
    """When the shifts of a site begin, from the roster, from now until a time: for a list that
    begins with them.
    """
    if not any(rhythm(line).edge == "each shift" for line in asked.when):
        return ()
    slots = slots_around(turn.session, [site], turn.now, until)
    return tuple(sorted({slot.starts for slot in slots if slot.starts >= turn.now}))


def who(turn: Turn, asked: Checklist, site: str) -> list[Person]:
    """Those with one of the roles, in the order of the roles; with a roster those on shift only."""
    people = everybody(turn.session) if site == AGENCY else at_site(turn.session, site)
    fit = [one for one in people if {*asked.roles} & {*one.roles} and turn.reaches(one)]
    working = on_shift(turn, site)
    here = [one for one in fit if one.ref in working] if working else fit
    here = here or fit
    order = {role: at for at, role in enumerate(asked.roles)}
    here.sort(key=lambda one: min(order.get(role, len(order)) for role in one.roles))
    if asked.most and not MANAGING & {*asked.roles}:
        here.sort(key=lambda one: bool(MANAGING & {*one.roles}))
    return here[: asked.most] if asked.most else here


def on_shift(turn: Turn, site: str) -> set[str]:
    """Whom the roster names for the day; nobody where there is none."""
    zone = place_of(turn.content, site).zone
    return {slot.person for slot in slots_around(turn.session, [site], *local_day(zone, turn.now))}


def deputies(turn: Turn, asked: Checklist | None, site: str, refs: Iterable[str]) -> list[Person]:
    """Of those asked, and of the roles that the list names; whoever has it already is left out."""
    people = {one.ref: one for one in everybody(turn.session) if turn.reaches(one)}
    first = list(refs)
    if asked is None or asked.deputy is None:
        found = [people[ref].deputy or "" for ref in first if ref in people]
    else:
        here = (one for one in people.values() if site in (AGENCY, one.site))
        found = [one.ref for one in here if {*asked.deputy} & {*one.roles}]
    return [people[ref] for ref in once(found) if ref in people and ref not in first]


def check_lists(content: Content) -> Iterable[Complaint]:
    sites, cards = content.all(Site), content.all(Guidance)
    for id, one in lists(content).items():
        for path, names, known in (
            ("roles", one.roles, ROLES),
            ("deputy", one.deputy or (), ROLES),
            ("sites", one.sites, tuple(sites)),
        ):
            for place, name in enumerate(names):
                if name not in known:
                    yield Checklist, id, (path, place), f"there is no “{name}”"
        if one.when and one.trigger:
            yield Checklist, id, ("trigger",), "a list begins by “when” or by “trigger”, not both"
        yield from check_points(id, one)
        if one.card and cards and not one.card.isdigit():
            yield Checklist, id, ("card",), "the id of a card is its number"


def check_points(id: str, one: Checklist) -> Iterable[Complaint]:
    for place, point in enumerate(one.points):
        for language in ("sv", "en"):
            if len(point.text(language).split()) > MOST_WORDS:
                why = f"at most {MOST_WORDS} words a point, so that it can be read in a glance"
                yield Checklist, id, ("points", place, language), why
