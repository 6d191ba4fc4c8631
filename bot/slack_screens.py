"""Who moves at their screen: Slack tells it of one person a question, so it is asked all the time.

Only for the order in which people are asked aloud. Never in the way of an alert: other methods of
Slack have limits of their own.
"""

import asyncio
from contextlib import suppress

from bot.platform_house import guarded
from bot.slack_news import SlackNews
from bot.slack_people import SLACK, SlackPeople
from bot.slack_workspaces import Workspaces
from bot.surfaces import Unreachable
from bot.surfaces.slack import poll
from bot.surfaces.slack.api import SlackApi

FIRST, ROUND = 60.0, 240.0
"""Seconds before the first round, and between two: a bot that starts has other things to do."""

BETWEEN = 2.0
"""Seconds between two people of one workspace: Slack takes fifty questions a minute (Tier 3)."""


class Screens:
    def __init__(
        self, api: SlackApi, workspaces: Workspaces, people: SlackPeople, news: SlackNews
    ) -> None:
        self.api, self.workspaces, self.people, self.news = api, workspaces, people, news

    async def watch(self) -> None:
        await asyncio.sleep(FIRST)
        while True:
            await self.look()
            await asyncio.sleep(ROUND)

    async def look(self) -> None:
        """At everybody once; workspaces have limits of their own, so they wait for no other."""
        teams = self.workspaces.teams()
        await asyncio.gather(*(guarded(self._round(team), SLACK) for team in teams))

    async def _round(self, team: str) -> None:
        """Whom Slack does not know keeps nobody from it; anything else, until the next round."""
        for user in self.people.of(team):
            since = self.news.heard
            with suppress(Unreachable):
                await self.news.take(await poll.at_screen(self.api, team, user), since)
            await asyncio.sleep(BETWEEN)
