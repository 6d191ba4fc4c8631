"""Slow polling: what Slack knows of everybody, for what no event told us while we were away.

Slower than Slack's limits for these methods (20 a minute), and never in the way of an alert.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.surfaces.slack import presence
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import Presence
from bot.surfaces.slack.shapes import inner, items, text

PAGE, ASKED_AT_ONCE = 200, 50
BETWEEN = 4.0
"""Seconds between two calls of one method."""


async def everybody(api: SlackApi) -> AsyncIterator[Presence]:
    """Who is deactivated, who speaks what, who sits in a huddle."""
    asked: dict[str, object] = {"limit": PAGE, "include_locale": "true"}
    while True:
        answer = await api.read("", "users.list", **asked)
        for user in items(answer, "members"):
            if found := presence.user_change("", {"user": user}):
                yield found
        asked["cursor"] = text(inner(answer, "response_metadata"), "next_cursor")
        if not asked["cursor"]:
            return
        await asyncio.sleep(BETWEEN)


async def quiet_times(api: SlackApi, users: Sequence[str]) -> AsyncIterator[Presence]:
    """When no message makes a sound for whom."""
    for start in range(0, len(users), ASKED_AT_ONCE):
        if start:
            await asyncio.sleep(BETWEEN)
        some = ",".join(users[start : start + ASKED_AT_ONCE])
        answer = inner(await api.read("", "dnd.teamInfo", users=some), "users")
        for user, status in answer.items():
            if found := presence.snoozed("", {"user": user, "dnd_status": status}):
                yield found
