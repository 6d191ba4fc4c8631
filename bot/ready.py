"""Ready: what stands in the way of going live, in plain words, each with its repair (G09).

`staff.gaps` says whether a call would be answered this minute; this asks more, for every day: no
empty role, no silent channel, no one whose absence leaves a hole, and an address that 112 can find.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlmodel import Session

from bot.staff import RESPONDERS, Site
from bot.turn import Content
from bot.words import Words, say
from storage.people import Person, everybody

ROLES = ("admin", "manager", "on_call", "upper_manager")
"""Roles that somebody must have. The last is whom a call reaches when all others are silent."""

MISSED = ("team_lead", "security", *ROLES)
"""Whose absence leaves a hole: they need a deputy."""

ENOUGH = 2
"""So many at a site must be able to answer."""

HERE = "workspace"
"""It answers on its own machine only, so it counts where nothing else is on."""


@dataclass(frozen=True)
class Gate:
    """`surfaces` are those that are on."""

    pack: Content
    people: list[Person]
    surfaces: Collection[str]

    @property
    def platforms(self) -> list[str]:
        return [one for one in self.surfaces if one != HERE] or [HERE]

    def reaches(self, person: Person) -> bool:
        return bool({*self.platforms} & {*person.addresses})

    def holds(self, *roles: str) -> list[Person]:
        return [one for one in self.people if {*roles} & {*one.roles}]


def blockers(session: Session, pack: Content, surfaces: Collection[str]) -> list[Words]:
    """None when the bot may go live."""
    gate = Gate(pack, everybody(session), surfaces)
    if not pack.all(Site):
        return [say("ready.no_site")]
    return [*_roles(gate), *_channels(gate), *_deputies(gate), *_sites(gate)]


def summary(session: Session, pack: Content) -> Words:
    return say("ready.ready", people=len(everybody(session)), sites=len(pack.all(Site)))


def _roles(gate: Gate) -> Iterator[Words]:
    for role in ROLES:
        if not gate.holds(role):
            yield say(f"ready.nobody_{role}")


def _channels(gate: Gate) -> Iterator[Words]:
    """Whoever may be asked must hear it, and a channel that is on must lead to somebody."""
    for where in gate.platforms:
        if not any(where in one.addresses for one in gate.people):
            yield say("ready.silent_channel", where=where.capitalize())
    for one in gate.holds(*RESPONDERS, *MISSED):
        if not gate.reaches(one):
            where = ", ".join(each.capitalize() for each in gate.platforms)
            yield say("ready.silent", name=one.name, where=where)


def _deputies(gate: Gate) -> Iterator[Words]:
    reached = {one.ref for one in gate.people if gate.reaches(one)}
    for one in gate.holds(*MISSED):
        if one.deputy is None:
            role = next(role for role in one.roles if role in MISSED)
            yield say("ready.no_deputy", name=one.name, role=role)
        elif one.deputy not in reached:
            yield say("ready.deputy_gone", name=one.name)


def _sites(gate: Gate) -> Iterator[Words]:
    for file, site in sorted(gate.pack.all(Site).items()):
        answering = [one for one in gate.holds(*RESPONDERS) if one.site == file]
        count = sum(gate.reaches(one) for one in answering)
        if count < ENOUGH and not site.rings:
            yield say("ready.too_few", site=site.name, count=count)
        if not findable(site.address):
            yield say("ready.no_address", site=site.name, address=site.address, file=file)
        if len(re.findall(r"\d", site.callback)) < 3:
            yield say("ready.no_callback", site=site.name, number=site.callback, file=file)


def findable(address: str) -> bool:
    """A street with a number, and a town: what SOS Alarm asks for."""
    parts = [part for part in re.split(r"[,;\n]", address) if len(part.strip()) > 2]
    return len(parts) >= 2 and re.search(r"\d", parts[0]) is not None
