"""Who the users of Slack are: kept in memory, so that no press waits for a look-up."""

from collections import OrderedDict
from dataclasses import dataclass
from time import monotonic

from sqlmodel import Session

from bot.content import Pack, Shelf
from bot.machine import Machine
from bot.slack_workspaces import Workspaces
from bot.staff import guests
from bot.surfaces.slack.doors import Presence, User
from bot.surfaces.slack.reasons import LEFT
from bot.surfaces.slack.surface import split
from bot.words import LANGUAGES
from storage import unreached
from storage.people import Person, at_address, everybody

SLACK = "slack"

ASK_AGAIN = 5.0
"""Seconds in which somebody unknown is not looked up again, however often they press."""
STRANGERS = 20_000
"""As many as are remembered by name, where guests are let in."""


@dataclass(frozen=True, slots=True)
class Known:
    ref: str
    address: str
    language: str
    chosen: bool
    guest: bool


class SlackPeople:
    """`gone` are addresses of deactivated accounts: Slack takes messages to them in silence.

    `called` is what Slack calls somebody who may come as a guest, and in which language.
    """

    def __init__(self, shelf: Shelf, workspaces: Workspaces) -> None:
        self.shelf, self.workspaces = shelf, workspaces
        self.known: dict[str, Known] = {}
        self.refs: dict[str, Known] = {}
        self.gone: set[str] = set()
        self.missed: dict[str, float] = {}
        self.called: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self.machines: set[str] = set()

    async def begin(self, machine: Machine) -> None:
        self.machine = machine
        await self.refresh()

        def work() -> set[str]:
            with machine.engine.sessions() as session:
                return unreached.addresses(session, SLACK, LEFT)

        self.gone |= await machine.writer.do(work)

    async def refresh(self) -> None:
        """People have changed, or may have: read them all anew."""

        def work() -> list[Known]:
            with self.machine.engine.sessions() as session:
                return [known(one) for one in everybody(session) if SLACK in one.addresses]

        found = sorted(await self.machine.writer.do(work), key=lambda one: not one.guest)
        self.known = {one.address: one for one in found}  # who is on the list goes before a guest
        self.refs = {one.ref: one for one in found}
        self.missed.clear()

    def find(self, user: User) -> Known | None:
        return next((self.known[one] for one in self.addresses(user) if one in self.known), None)

    def addresses(self, user: User) -> list[str]:
        """Where this user may be written down: with a workspace, with the organisation, or bare."""
        places = [place for place in (user.team, user.enterprise) if place]
        bare = [user.id] if self.workspaces.alone(user.team) else []
        return [*(f"{place}/{user.id}" for place in places), *bare]

    async def person(self, user: User) -> str | None:
        """The ref of a user; whom we do not know may have been added just now, or be a guest."""
        found = self.find(user)
        if found is None and monotonic() >= self.missed.get(self._key(user), 0.0):
            found = await self._look_up(user)
        return found.ref if found else None

    def note(self, told: Presence) -> None:
        """What a stranger is called, for as long as guests are let in; and who is no person."""
        if told.machine:
            self.machines.add(told.user)
        if guests.site_for_guests(self._pack) is None or told.name is None:
            return
        self.called[self._key(told.whom)] = told.name, (told.locale or "")[:2]
        while len(self.called) > STRANGERS:
            self.called.popitem(last=False)

    def left(self, address: str) -> bool:
        return address in self.gone

    def language(self, address: str) -> str:
        """Of whom we write to at this address."""
        found = self.known.get(address) or self.find(User(*split(address)))
        return found.language if found else "sv"

    async def _look_up(self, user: User) -> Known | None:
        def work() -> Known | None:
            with self.machine.engine.sessions() as session:
                found = at_address(session, SLACK, *self.addresses(user))
                found = found or self._as_guest(session, user)
                session.commit()
                return known(found) if found else None

        found = await self.machine.writer.do(work)
        if found is None:
            self.missed[self._key(user)] = monotonic() + ASK_AGAIN
            return None
        self.known[found.address] = self.refs[found.ref] = found
        return found

    def _as_guest(self, session: Session, user: User) -> Person | None:
        if user.id in self.machines:
            return None
        name, language = self.called.get(self._key(user), (user.name, ""))
        language = language if language in LANGUAGES else LANGUAGES[0]
        address = (self.addresses(user) or [user.id])[-1]
        return guests.welcome(session, self._pack, SLACK, address, name, language)

    @property
    def _pack(self) -> Pack:
        return self.shelf.current

    def _key(self, user: User) -> str:
        return f"{user.team or user.enterprise}/{user.id}"


def known(person: Person) -> Known:
    chosen = person.chosen_language is not None
    return Known(person.ref, person.addresses[SLACK], person.language, chosen, person.guest)
