"""The line to Teams' connector: one shared session, no retries of its own but for a stale token.

Every call is made once, and the courier decides what comes next. Ids are quoted, and a token goes
to the hosts that the settings name and to no other.
"""

import json
from collections.abc import Collection
from typing import Any, Protocol
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from bot.surfaces import ShutOut, SurfaceError
from bot.surfaces.shapes import Json, inner, text
from bot.surfaces.teams.refusals import WRONG_TOKEN, NotLetIn, lost, refused
from bot.surfaces.teams.settings import is_local, origin

ANSWER_SECONDS, CONNECT_SECONDS = 8.0, 3.0
"""Shorter than the courier's patience, so that it hears why."""
LARGEST_DOCUMENT = 1_000_000
"""Bytes of a document of keys; Microsoft's has about 30,000."""


class Tokens(Protocol):
    async def get(self) -> str: ...

    def forget(self, token: str) -> None: ...


class Connector:
    """Made inside a running event loop. `services` are the addresses a token may be sent to."""

    def __init__(
        self, tokens: Tokens, services: Collection[str], patience: float = ANSWER_SECONDS
    ) -> None:
        self.tokens = tokens
        self.origins = frozenset(origin(one) for one in services)
        limits = ClientTimeout(total=patience, connect=CONNECT_SECONDS)
        through_proxy = not any(is_local(one) for one in services)
        self.session = ClientSession(timeout=limits, trust_env=through_proxy)

    async def begin(self, door: str, said: Json) -> str:
        """A conversation with somebody: its id."""
        answer = await self._call("POST", door, ("v3", "conversations"), said)
        return text(answer, "id")

    async def post(self, door: str, conversation: str, said: Json) -> str:
        """The id of the message."""
        path = "v3", "conversations", conversation, "activities"
        return text(await self._call("POST", door, path, said), "id")

    async def edit(self, door: str, conversation: str, message: str, said: Json) -> None:
        path = "v3", "conversations", conversation, "activities", message
        await self._call("PUT", door, path, {**said, "id": message}, editing=True)

    async def document(self, url: str) -> Json:
        """A public JSON document (metadata, keys); raises whatever aiohttp does, or ValueError."""
        async with self.session.get(url, allow_redirects=False) as answer:
            answer.raise_for_status()
            body = await answer.content.read(LARGEST_DOCUMENT)
        told = json.loads(body)
        return told if isinstance(told, dict) else {}

    async def close(self) -> None:
        await self.session.close()

    async def _call(
        self, method: str, door: str, path: Collection[str], said: Json, editing: bool = False
    ) -> Json:
        """Raises what `refusals` makes of an error. A token that is not taken is renewed once."""
        if origin(door) not in self.origins:
            raise SurfaceError("the service address is none of ours", unsure=False)
        url = "/".join((door.rstrip("/"), *(quote(one, safe="") for one in path)))
        try:
            return await self._once(method, url, said, editing)
        except NotLetIn:
            pass
        try:
            return await self._once(method, url, said, editing)
        except NotLetIn:
            raise ShutOut(WRONG_TOKEN) from None

    async def _once(self, method: str, url: str, said: Json, editing: bool) -> Json:
        token = await self.tokens.get()
        try:
            status, wish, told = await self._ask(method, url, token, said)
        except (ClientError, OSError, TimeoutError, ValueError, RecursionError) as broken:
            raise lost(broken) from broken
        if status < 300:
            return told
        no = refused(status, text(inner(told, "error"), "code"), wish, editing)
        if isinstance(no, NotLetIn):
            self.tokens.forget(token)
        raise no

    async def _ask(
        self, method: str, url: str, token: str, said: Json
    ) -> tuple[int, str | None, Json]:
        """What was carried out is believed by its status, and its words only if they are JSON."""
        headers = {"Authorization": f"Bearer {token}"}
        where = URL(url, encoded=True)  # or aiohttp would quote what is quoted already
        how: dict[str, Any] = {"json": said, "headers": headers, "allow_redirects": False}
        async with self.session.request(method, where, **how) as answer:
            body = await answer.text(errors="replace")
            wish = answer.headers.get("Retry-After")
            try:
                told = json.loads(body) if body else {}
            except ValueError:
                if answer.status < 300:
                    raise
                told = {}
            return answer.status, wish, told if isinstance(told, dict) else {}
