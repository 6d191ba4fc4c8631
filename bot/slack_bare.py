"""Addresses that name no workspace, told to administrators as soon as a second one lets us in.

Before that they are clear; from then on nobody can tell whose they are, and whoever has one is
nobody in Slack until it is written in full. That must not be found out by a press.
"""

from bot.effects import Later
from bot.machine import Machine
from bot.manners import Manners
from bot.slack_people import SLACK, SlackPeople
from bot.slack_workspaces import Workspaces
from bot.surfaces.slack.surface import split

MOST_TOLD = 20
"""People in one message to an administrator; `kollega doctor` names them too."""


class BareAddresses:
    def __init__(
        self, people: SlackPeople, workspaces: Workspaces, machine: Machine, manners: Manners
    ) -> None:
        self.people, self.workspaces = people, workspaces
        self.machine, self.manners = machine, manners
        self.told: tuple[str, ...] = ()

    async def look(self) -> None:
        """Each list of them is told once; what the store did not take is told at the next look."""
        found = self.hit()
        if found and found != self.told:
            some = " ".join(found[:MOST_TOLD])
            action = self.manners.placeless(SLACK, some, len(found))
            await self.machine.cause(Later(f"placeless:{SLACK}", self.machine.now(), action))
        self.told = found

    def hit(self) -> tuple[str, ...]:
        if self.workspaces.alone(""):
            return ()
        known = self.people.known.items()
        return tuple(sorted(who.ref for at, who in known if not split(at)[0] and not who.guest))
