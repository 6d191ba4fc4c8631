"""Installing over OAuth: two pages, from "install" to Slack and back.

The state is good once, for ten minutes, and for the browser that set out: a link that somebody
else sent leads nowhere.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest
from html import escape
from secrets import token_urlsafe

from aiohttp import web

from bot.surfaces import SurfaceError
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.oauth import Client, Denied, Granted, grant, way_in

log = logging.getLogger("kollega.slack")

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
COOKIE, COOKIE_SECONDS = "kollega-install", 600
SAFE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


class Said(StrEnum):
    """What the last page says; content has the sentences."""

    DONE = "done"
    DENIED = "denied"
    OLD = "old"
    FOREIGN = "foreign"
    AWAY = "away"


@dataclass(frozen=True)
class Installing:
    """`set_out` and `arrive` keep and use up a state; `let_in` keeps what was granted, unless the
    place may not let us in; `read` says the lines of a page.
    """

    api: SlackApi
    client: Client
    set_out: Callable[[str], Awaitable[None]]
    arrive: Callable[[str], Awaitable[bool]]
    let_in: Callable[[Granted], Awaitable[bool]]
    read: Callable[[Said], tuple[str, ...]]

    def add_to(self, app: web.Application) -> None:
        app.router.add_get(INSTALL, self.install)
        app.router.add_get(BACK, self.back)

    async def install(self, _: web.Request) -> web.Response:
        state = token_urlsafe(32)
        await self.set_out(state)
        place = way_in(str(self.api.client.base_url), self.client, state)
        answer = web.Response(status=302, headers={**SAFE, "Location": place})
        answer.set_cookie(
            *(COOKIE, state),
            max_age=COOKIE_SECONDS,
            path=BACK,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def back(self, request: web.Request) -> web.Response:
        said = await self._outcome(request)
        status = 200 if said is Said.DONE else 400
        lines = "".join(f"<p>{escape(line)}</p>" for line in self.read(said))
        page = f"<!doctype html><meta charset=utf-8><title>Slack</title>{lines}"
        answer = web.Response(text=page, status=status, content_type="text/html", headers=SAFE)
        answer.del_cookie(COOKIE, path=BACK)
        return answer

    async def _outcome(self, request: web.Request) -> Said:
        state, mine = request.query.get("state", ""), request.cookies.get(COOKIE, "")
        same = compare_digest(state.encode(errors="replace"), mine.encode(errors="replace"))
        if not (state and same and await self.arrive(state)):
            return Said.OLD
        code = request.query.get("code", "")
        if not code:
            return Said.DENIED
        try:
            granted = await grant(self.api, self.client, code)
        except Denied as no:
            log.warning("Slack did not let us in: %s", no)
            return Said.DENIED
        except SurfaceError as no:
            log.warning("Slack: %s, while somebody installed the app", no)
            return Said.AWAY
        return Said.DONE if await self.let_in(granted) else Said.FOREIGN
