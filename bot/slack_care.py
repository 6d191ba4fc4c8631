"""What looks after Slack in a running bot: the first hello, and a look at everything each minute.

Nothing here is in the way of a press, and what fails harms no call: it is tried again.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import count
from typing import TypeVar

from bot.courier import Trouble
from bot.platform_house import LOOK_SECONDS, guarded
from bot.slack_bare import BareAddresses
from bot.slack_news import SlackNews
from bot.slack_people import SLACK, SlackPeople
from bot.slack_sheets import Sheets
from bot.slack_units import SlackUnits
from bot.slack_workspaces import Workspaces
from bot.surfaces import ShutOut, UnknownRefusal, Unreachable
from bot.surfaces.slack import poll
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.introduction import introduce, may_connect
from bot.surfaces.slack.server import SlackServer
from bot.surfaces.slack.surface import split
from bot.troubles import Troubles

log = logging.getLogger("kollega.slack")

Result = TypeVar("Result")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
LOOKS_A_POLL = 15
"""How many looks pass between two polls of Slack itself."""


class Care:
    def __init__(
        self,
        api: SlackApi,
        server: SlackServer,
        workspaces: Workspaces,
        people: SlackPeople,
        units: SlackUnits,
        news: SlackNews,
        sheets: Sheets,
        bare: BareAddresses,
        troubles: Troubles,
    ) -> None:
        self.api, self.server, self.workspaces = api, server, workspaces
        self.people, self.units, self.news = people, units, news
        self.sheets, self.bare, self.troubles = sheets, bare, troubles

    async def arrive(self) -> None:
        if self.workspaces.own:
            self.workspaces.introduction = await self._until_let_in(lambda: introduce(self.api))
        if app_token := self.server.app_token:
            await self._until_let_in(lambda: may_connect(self.api, app_token))
            await self.server.connect()
        await guarded(self.poll(), SLACK)

    async def look_after(self) -> None:
        for look in count(1):
            await asyncio.sleep(LOOK_SECONDS)
            await guarded(self.workspaces.look(), SLACK)
            await guarded(self.people.refresh(), SLACK)
            await guarded(self.bare.look(), SLACK)
            await guarded(self.units.look(), SLACK)
            await guarded(self.news.look(), SLACK)
            await guarded(self.sheets.forget(), SLACK)
            if look % LOOKS_A_POLL == 0:
                await guarded(self.poll(), SLACK)

    async def poll(self) -> None:
        """Workspace by workspace; one that is away keeps nobody from the others."""
        for place in list(self.workspaces.places):
            if place.startswith("E"):
                await guarded(self._meet(place), SLACK)
        for team in self.workspaces.teams():
            await guarded(self._poll(team), SLACK)

    async def _meet(self, enterprise: str) -> None:
        await self.workspaces.meet(enterprise, await poll.teams(self.api, enterprise))

    async def _poll(self, team: str) -> None:
        """Whatever Slack does not tell, for a scope that was struck out, keeps us from nothing
        else."""
        whole = self.workspaces.place(team) not in (team, None)
        await guarded(self._everybody(team, whole), SLACK)
        await guarded(self._quiet_times(team, whole), SLACK)
        for unit in self.units.named():
            place, _ = split(unit)
            if self.workspaces.holds(team, place):
                await guarded(self._unit(team, whole, unit), SLACK)

    async def _everybody(self, team: str, whole: bool) -> None:
        since = self.news.heard
        async for told in poll.everybody(self.api, team, whole):
            await self.news.take(told, since)

    async def _quiet_times(self, team: str, whole: bool) -> None:
        users = self.people.of(team)
        since = self.news.heard
        async for told in poll.quiet_times(self.api, team, whole, users):
            await self.news.take(told, since)

    async def _unit(self, team: str, whole: bool, unit: str) -> None:
        _, group = split(unit)
        try:
            await self.units.take(await poll.members(self.api, team, whole, group))
            await self.units.seen(unit)
        except Exception as no:  # the members that are known stay
            log.warning("Slack: the members of %s are not read: %s", group, no)
            if isinstance(no, Unreachable | UnknownRefusal):
                await self.units.unseen(unit)

    async def _until_let_in(self, ask: Callable[[], Awaitable[Result]]) -> Result:
        """Every reason is said once; one that a person must repair is told to them too."""
        pause, said = FIRST_PAUSE, ""
        while True:
            try:
                return await ask()
            except Exception as no:
                if str(no) != said:
                    log.warning("Slack: %s", no)
                if isinstance(no, ShutOut) and str(no) != said:
                    self.troubles(Trouble(SLACK, None, str(no)))
                said = str(no)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
