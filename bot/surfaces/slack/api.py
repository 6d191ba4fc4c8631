"""The line to Slack's Web API: one shared session, no retries of its own, plain errors.

slack_sdk would send a post again after a dropped reply, and so twice; here every call is made
once, and the courier decides what comes next.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.surfaces.slack.refusals import lost, refused

Json = dict[str, Any]

ANSWER_SECONDS, CONNECT_SECONDS = 8.0, 3.0
"""Shorter than the courier's patience, so that it hears why."""


class SlackApi:
    """Made inside a running event loop. `token` names the token for a team ("" if unknown)."""

    def __init__(
        self,
        base: str,
        token: Callable[[str], Awaitable[str]],
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self.token = token
        limits = ClientTimeout(total=patience, connect=CONNECT_SECONDS)
        self.session = ClientSession(timeout=limits)
        self.client = AsyncWebClient(base_url=base, session=self.session, retry_handlers=[])
        if urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1"):
            self.client.proxy = None  # slack_sdk takes the proxy of the environment for all hosts

    async def write(self, team: str, method: str, /, **said: object) -> Json:
        """A call that changes something. Raises what `refusals` makes of an error."""
        return await self._call(team, method, json=said)

    async def read(self, team: str, method: str, /, **asked: object) -> Json:
        return await self._call(team, method, http_verb="GET", params=asked)

    async def respond(self, url: str, said: Json) -> None:
        """To a response_url, which asks for no token."""
        try:
            async with self.session.post(url, json=said, proxy=self.client.proxy) as answer:
                if answer.status != 200:
                    raise refused("", answer.status, answer.headers.get("Retry-After"))
        except (ClientError, OSError, TimeoutError, ValueError) as broken:
            raise lost(broken) from broken

    async def close(self) -> None:
        await self.session.close()

    async def _call(self, team: str, method: str, /, **arguments: Any) -> Json:
        headers = {"Authorization": f"Bearer {await self.token(team)}"}
        try:
            answer = await self.client.api_call(method, headers=headers, **arguments)
        except SlackApiError as no:
            raise _why(no) from None
        except Exception as broken:
            raise lost(broken) from broken
        return answer.data if isinstance(answer.data, dict) else {}


def _why(no: SlackApiError) -> Exception:
    """slack_sdk gives its own answer, or aiohttp's where the body was no JSON."""
    status: Any = getattr(no.response, "status_code", None) or getattr(no.response, "status", 500)
    said = getattr(no.response, "data", None)
    error = str(said.get("error") or "") if isinstance(said, dict) else ""
    return refused(error, int(status), no.response.headers.get("Retry-After"))
