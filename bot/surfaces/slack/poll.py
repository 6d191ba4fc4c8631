"""Slow polling: what Slack knows of everybody, for what no event told us while we were away.

Slower than Slack's limits for these methods (20 a minute), and never in the way of an alert.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence

from bot.surfaces import ShutOut, SurfaceError
from bot.surfaces.slack import presence
from bot.surfaces.slack.api import Json, SlackApi
from bot.surfaces.slack.doors import Membership, Presence
from bot.surfaces.slack.shapes import inner, items, text, words

PAGE, ASKED_AT_ONCE = 200, 50
BETWEEN = 4.0
"""Seconds between two calls of one method."""


async def everybody(api: SlackApi, team: str, whole: bool) -> AsyncIterator[Presence]:
    """Who is deactivated, who speaks what, who sits in a huddle. `whole`: our token is for the
    whole organisation, so that Slack must be told which of its workspaces we mean.
    """
    asked: dict[str, object] = {"limit": PAGE, "include_locale": "true", **of(team, whole)}
    async for answer in pages(api, team, "users.list", asked):
        for user in items(answer, "members"):
            if found := presence.user_change(team, {"user": user}):
                yield found


async def quiet_times(
    api: SlackApi, team: str, whole: bool, users: Sequence[str]
) -> AsyncIterator[Presence]:
    """When no message makes a sound for whom."""
    for start in range(0, len(users), ASKED_AT_ONCE):
        if start:
            await asyncio.sleep(BETWEEN)
        some = {"users": ",".join(users[start : start + ASKED_AT_ONCE]), **of(team, whole)}
        answer = inner(await patiently(api, team, "dnd.teamInfo", some), "users")
        for user, status in answer.items():
            if found := presence.snoozed(team, {"user": user, "dnd_status": status}):
                yield found


async def at_screen(api: SlackApi, team: str, user: str) -> Presence:
    """Slack guesses it from the machine: whoever reads on a phone counts as away as well."""
    answer = await patiently(api, team, "users.getPresence", {"user": user})
    return Presence(team, user, away=text(answer, "presence") == "away")


async def members(api: SlackApi, team: str, whole: bool, group: str) -> Membership:
    """Everybody in a user group ("S…"), or in a channel that the bot is in."""
    if group.startswith("S"):
        asked = {"usergroup": group, **of(team, whole)}
        answer = await patiently(api, team, "usergroups.users.list", asked)
        return Membership(team, group, words(answer, "users"), whole=True)
    asked = {"channel": group, "limit": PAGE}
    found = [
        user
        async for page in pages(api, team, "conversations.members", asked)
        for user in words(page, "members")
    ]
    return Membership(team, group, tuple(found), whole=True)


async def teams(api: SlackApi, enterprise: str) -> list[str]:
    """The workspaces of an organisation that has let us into all of them."""
    asked: dict[str, object] = {"limit": PAGE}
    found = pages(api, enterprise, "auth.teams.list", asked)
    return [text(one, "id") async for page in found for one in items(page, "teams")]


async def pages(
    api: SlackApi, team: str, method: str, asked: dict[str, object]
) -> AsyncIterator[Json]:
    while True:
        answer = await patiently(api, team, method, asked)
        yield answer
        asked["cursor"] = text(inner(answer, "response_metadata"), "next_cursor")
        if not asked["cursor"]:
            return
        await asyncio.sleep(BETWEEN)


async def patiently(api: SlackApi, team: str, method: str, asked: Mapping[str, object]) -> Json:
    """Nobody waits for it here: when Slack limits us we wait as it asks, once, and go on."""
    try:
        return await api.read(team, method, **asked)
    except SurfaceError as later:
        if later.retry_after is None or isinstance(later, ShutOut):
            raise
        await asyncio.sleep(later.retry_after)
    return await api.read(team, method, **asked)


def of(team: str, whole: bool) -> dict[str, object]:
    return {"team_id": team} if whole else {}
