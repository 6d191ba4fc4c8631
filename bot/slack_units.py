"""Units in Slack: a user group ("S…") or a channel ("C…") whose members answer at a site.

Told by Slack's events and read slowly in between; a call asks the store alone. Whoever is in a
unit and not on the staff list is told to the administrators, with the repair.
"""

import logging
from collections.abc import Callable, Iterable, Iterator

from bot.actions import Action
from bot.content import Shelf
from bot.effects import Later
from bot.machine import Machine
from bot.manners import Manners
from bot.slack_people import SLACK, SlackPeople
from bot.slack_workspaces import Workspaces
from bot.staff import Site
from bot.surfaces.slack.doors import Membership, User
from bot.surfaces.slack.surface import split
from bot.writer import InTurn
from storage import units

log = logging.getLogger("kollega.slack")

MOST_TOLD = 20
"""Addresses in one message to an administrator."""


class SlackUnits:
    """`users` are a unit's members as Slack told them; without an entry nobody has told yet. `dark`
    are those that an administrator was told cannot be read.
    """

    def __init__(
        self, shelf: Shelf, people: SlackPeople, workspaces: Workspaces, manners: Manners
    ) -> None:
        self.shelf, self.people, self.workspaces = shelf, people, workspaces
        self.manners = manners
        self.users: dict[str, frozenset[str]] = {}
        self.told: dict[str, tuple[str, ...]] = {}
        self.dark: set[str] = set()

    def begin(self, machine: Machine) -> None:
        self.machine, self.writer = machine, InTurn(machine.writer)

    def named(self) -> dict[str, str]:
        """Every unit that a site names, and the site."""
        sites = self.shelf.current.all(Site).items()
        return {unit: name for name, site in sites for unit in site.units.get("slack", [])}

    async def take(self, told: Membership) -> None:
        """When this returns it is kept. A part of what we do not know whole comes with the poll."""
        for unit in (f"{told.team}/{told.group}", told.group):
            if unit not in self.named() or (unit == told.group and not self._bare(told.team)):
                continue
            before = self.users.get(unit)
            if told.whole:
                self.users[unit] = frozenset(told.came)
            elif before is not None:
                self.users[unit] = (before | {*told.came}) - {*told.left}
            await self.look_at(unit)

    def _bare(self, team: str) -> bool:
        return not team or self.workspaces.alone(team)

    async def look(self) -> None:
        """People may have been added meanwhile, and sites may name other units."""
        named = [*self.named()]
        for unit in [unit for unit in self.users if unit not in named]:
            self.users.pop(unit, None)

        def work() -> None:
            with self.machine.engine.sessions() as session:
                units.forget(session, SLACK, named)
                session.commit()

        await self.writer.do(work)
        for unit in named:
            await self.look_at(unit)

    async def unseen(self, unit: str) -> None:
        """The bot is out of the channel, or there is none any more. The members that are known
        stay, and go stale: a person must know, once."""
        if unit not in self.dark:
            await self._of(unit, self.manners.unseen)
            self.dark.add(unit)

    async def seen(self, unit: str) -> None:
        if unit in self.dark:
            await self._of(unit, self.manners.seen_again)
            self.dark.discard(unit)

    async def _of(self, unit: str, say: Callable[[str, str, str], Action]) -> None:
        if site := self.named().get(unit):
            key = f"unit:{SLACK}:{unit}"
            await self.machine.cause(Later(key, self.machine.now(), say(SLACK, site, unit)))

    async def look_at(self, unit: str) -> None:
        users = self.users.get(unit)
        if users is None:
            return
        team, _ = split(unit)
        found = {user: self.people.find(User(team, user)) for user in sorted(users)}
        refs = [who.ref for who in found.values() if who and not who.guest]
        if not refs:
            log.warning("Slack: nobody of %s is on the staff list", unit)

        def work() -> None:
            with self.machine.engine.sessions() as session:
                units.replace(session, SLACK, unit, refs)
                session.commit()

        await self.writer.do(work)
        strangers = (user for user, who in found.items() if who is None or who.guest)
        await self._tell(unit, tuple(self._people(strangers)))

    def _people(self, users: Iterable[str]) -> Iterator[str]:
        """Without apps, our own among them: a channel has them as members too."""
        us = self.workspaces.introduction
        ours = {one.bot_user for one in self.workspaces.places.values()}
        ours |= {us.bot_user} if us else set()
        return (user for user in users if user not in ours | self.people.machines)

    async def _tell(self, unit: str, outside: tuple[str, ...]) -> None:
        if self.told.get(unit, ()) == outside:
            return
        self.told[unit] = outside
        if outside and (site := self.named().get(unit)):
            addresses = " ".join(outside[:MOST_TOLD])
            action = self.manners.outsiders(SLACK, site, addresses, len(outside))
            key = f"outsiders:{SLACK}:{unit}"
            await self.machine.cause(Later(key, self.machine.now(), action))
