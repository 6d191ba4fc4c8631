"""Being let into a workspace: Slack's OAuth, and the exchange of a token before it dies."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

from aiohttp import ClientError, encode_basic_auth

from bot.surfaces import SurfaceError
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.refusals import lost, refused
from bot.surfaces.slack.shapes import Json, inner, number, text

SCOPES = (
    "channels:read",
    "chat:write",
    "commands",
    "dnd:read",
    "groups:read",
    "im:history",
    "im:write",
    "usergroups:read",
    "users:read",
)
"""Those of manifest.yaml; a test holds the two together."""

ACCESS = "oauth.v2.access"


class Denied(Exception):
    """Slack does not let us in, for a reason that trying again does not change."""


@dataclass(frozen=True, slots=True, repr=False)
class Granted:
    """A token and whom it is for: a workspace, or an organisation with all of its workspaces.

    `lasts` is None for a token that does not rotate, else the seconds until it dies.
    """

    place: str
    name: str
    bot_user: str
    token: str
    refresh: str | None
    lasts: float | None


@dataclass(frozen=True, slots=True, repr=False)
class Client:
    """Who we are to Slack."""

    id: str
    secret: str


def way_in(api_base: str, client: Client, state: str) -> str:
    """Where somebody's browser goes to let us in."""
    asked = {"client_id": client.id, "scope": ",".join(SCOPES), "state": state}
    return f"{urljoin(api_base, '/oauth/v2/authorize')}?{urlencode(asked)}"


async def grant(api: SlackApi, client: Client, code: str) -> Granted:
    """What the code is good for. Raises Denied, or SurfaceError when Slack is away."""
    return granted(await _ask(api, client, {"code": code}))


async def exchange(api: SlackApi, client: Client, refresh: str) -> Granted:
    """A new token for the one that will die. Raises the same."""
    asked = {"grant_type": "refresh_token", "refresh_token": refresh}
    return granted(await _ask(api, client, asked))


def granted(said: Json) -> Granted:
    """Raises Denied where Slack told too little."""
    team, enterprise = inner(said, "team"), inner(said, "enterprise")
    whose = enterprise if said.get("is_enterprise_install") is True else team
    found = Granted(
        text(whose, "id"),
        text(whose, "name"),
        text(said, "bot_user_id"),
        text(said, "access_token"),
        text(said, "refresh_token") or None,
        number(said, "expires_in"),
    )
    if not (found.place and found.token):
        raise Denied("Slack's answer names no place or no token")
    return found


async def _ask(api: SlackApi, client: Client, asked: Mapping[str, str]) -> Json:
    """Past slack_sdk, which would put the secret into the body and so into its own log."""
    url = f"{api.client.base_url}{ACCESS}"
    who = {"Authorization": encode_basic_auth(client.id, client.secret)}
    try:
        async with api.session.post(url, data=asked, headers=who, proxy=api.client.proxy) as answer:
            said = await answer.json(content_type=None) if answer.status < 500 else {}
            status, wish = answer.status, answer.headers.get("Retry-After")
    except (ClientError, OSError, TimeoutError, ValueError) as broken:
        raise lost(broken) from broken
    known = said if isinstance(said, dict) else {}
    if known.get("ok") is True:
        return known
    error = text(known, "error")
    if status == 429 or status >= 500 or not error or error in AWAY:
        no = refused(error, status, wish)
        raise no if isinstance(no, SurfaceError) else SurfaceError(str(no))
    raise Denied(error)


AWAY = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable"})
"""Slack says of these that a later try may go well."""
