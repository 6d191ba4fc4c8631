"""How we introduce ourselves to Slack: who we are there, what we may do, and what time it is."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import ClientError, ClientResponse

from bot.surfaces import ShutOut
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.reasons import NO_SOCKET
from bot.surfaces.slack.refusals import lost, refused
from bot.surfaces.slack.shapes import text


@dataclass(frozen=True, slots=True)
class Introduction:
    """`scopes` is None where Slack does not tell them, `at` where it does not tell the time."""

    team: str
    name: str
    bot_user: str
    bot: str
    scopes: frozenset[str] | None
    at: datetime | None


async def introduce(api: SlackApi) -> Introduction:
    """Raises what `refusals` makes of an error."""
    said, answer = await _ask(api, "auth.test", await api.token(""))
    told = answer.headers.get("X-OAuth-Scopes")
    scopes = frozenset(map(str.strip, told.split(","))) if told is not None else None
    team, name, user, bot = (text(said, key) for key in ("team_id", "team", "user_id", "bot_id"))
    return Introduction(team, name, user, bot, scopes, _date(answer))


async def may_connect(api: SlackApi, app_token: str) -> None:
    """Whether Socket Mode is open to us, without opening it. Raises the same."""
    try:
        await _ask(api, "apps.connections.open", app_token)
    except ShutOut:
        raise ShutOut(NO_SOCKET) from None


async def _ask(api: SlackApi, method: str, token: str) -> tuple[dict[str, Any], ClientResponse]:
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{api.client.base_url}{method}"
    try:
        async with api.session.post(url, headers=headers, proxy=api.client.proxy) as answer:
            said = await answer.json(content_type=None) if answer.status < 500 else {}
    except (ClientError, OSError, TimeoutError, ValueError) as broken:
        raise lost(broken) from broken
    known = said if isinstance(said, dict) else {}
    if not known.get("ok"):
        raise refused(text(known, "error"), answer.status, answer.headers.get("Retry-After"))
    return known, answer


def _date(answer: ClientResponse) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return None
