"""Slack's requests: over HTTP in production, over a WebSocket (Socket Mode) to try things out.

slack-bolt dispatches, with one listener a kind of request; our own router does the rest. What is
acknowledged is committed: an error before the commit answers 500, so that Slack sends it again.
"""

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from time import time
from typing import Any

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.events import NotKept
from bot.surfaces.patience import NotYet
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.doors import SlackDoors
from bot.surfaces.slack.installing import Installing
from bot.surfaces.slack.parse import heard
from bot.surfaces.slack.router import Router
from bot.surfaces.slack.shapes import plausible
from bot.surfaces.slack.signed import Signed

log = logging.getLogger("kollega.slack")

PATH = "/slack/events"
LARGEST_BODY = 1_000_000
"""Bytes. A view may have 250 kB, and a form-encoded body is up to three times as long."""
ANYTHING = re.compile("")


class NotHeard(Exception):
    """It was not committed: Slack must send it again."""


class NotInstalled(Exception):
    """A workspace that has never let us in, or no longer does."""


class SlackServer:
    """`signing_secret` is needed for HTTP, `app_token` for Socket Mode."""

    def __init__(
        self,
        doors: SlackDoors,
        api: SlackApi,
        signing_secret: str = "",
        app_token: str = "",
        installing: Installing | None = None,
    ) -> None:
        self.doors, self.api, self.app_token = doors, api, app_token
        self.installing = installing
        self.router = Router(doors, api)
        self.signed = Signed(signing_secret)
        self.bolt = self._bolt()
        self.socket: SocketModeClient | None = None

    def app(self) -> web.Application:
        """The public part of the bot: this one path (and over OAuth the two of installing), and
        nothing larger than Slack sends."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post(PATH, self.events)
        if self.installing:
            self.installing.add_to(app)
        return app

    async def connect(self) -> None:
        """Socket Mode: no public address needed."""
        self.socket = SocketModeClient(self.app_token, web_client=self.api.client)
        self.socket.proxy = self.api.client.proxy
        self.socket.socket_mode_request_listeners.append(self._envelope)
        await self.socket.connect()  # type: ignore[no-untyped-call]

    async def stop(self) -> None:
        if self.socket:
            await self.socket.close()  # type: ignore[no-untyped-call]
        await self.router.stop()

    async def events(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self.signed.genuine(body, request.headers):
            raise web.HTTPUnauthorized(text="This is not signed by Slack, or too old.")
        try:
            kind: dict[str, str | Sequence[str]] = {
                "content-type": request.headers.get("Content-Type", "")
            }
            asked = AsyncBoltRequest(body=body.decode(), headers=kind)
        except STRANGE:
            raise web.HTTPBadRequest(text="This is not something Slack sends.") from None
        return await to_aiohttp_response(await self._dispatch(asked))

    async def _dispatch(self, asked: AsyncBoltRequest) -> BoltResponse:
        """What slack-bolt would stumble over, in its own error handler too, does not reach it."""
        with suppress(*STRANGE):
            if plausible(asked.body):
                return await self.bolt.async_dispatch(asked)
        log.warning("Slack sent something of an unknown shape")
        return BoltResponse(status=200)

    async def _envelope(
        self, client: AsyncBaseSocketModeClient, request: SocketModeRequest
    ) -> None:
        started = time()
        try:
            asked = AsyncBoltRequest(mode="socket_mode", body=request.payload)
        except STRANGE:
            log.warning("Slack sent something of an unknown shape")
            asked = AsyncBoltRequest(mode="socket_mode", body={})
        await send_async_response(client, request, await self._dispatch(asked), started)

    def _bolt(self) -> AsyncApp:
        """slack-bolt without what we do ourselves: signatures before parsing, our own events."""
        bolt = AsyncApp(
            name="kollega",
            logger=log,
            client=self.api.client,
            authorize=Authorize(self.doors),
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        kinds = (
            *(bolt.action, bolt.view, bolt.view_closed),
            *(bolt.shortcut, bolt.command, bolt.event),
        )
        for kind in kinds:
            kind(ANYTHING)(self._listen)
        bolt.error(wrong)
        return bolt

    async def _listen(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Nothing comes after the ack: it is the last thing, and all before it is committed."""
        try:
            said = await self.router.hear(heard(body))
        except Exception as error:
            raise NotHeard from error
        await (ack(said) if said else ack())


class Authorize(AsyncAuthorize):
    """Who lets us into a workspace: our own table, and never a call to Slack inside the ack."""

    def __init__(self, doors: SlackDoors) -> None:
        self.doors = doors

    async def __call__(
        self, *, enterprise_id: str | None, team_id: str | None, **_: object
    ) -> AuthorizeResult:
        try:
            found = await self.doors.authorize(team_id or "", enterprise_id or "")
        except Exception as error:
            raise NotHeard from error
        if found is None:
            raise NotInstalled(team_id or enterprise_id)
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.token,
            bot_user_id=found.bot_user,
            bot_id=found.bot,
        )


STRANGE = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What parsers raise at a body of a shape that nobody expected."""


def place(cause: BaseException | None) -> BaseException | None:
    """Where a bug is; what the engine could not keep it has told of itself."""
    return None if isinstance(cause, NotKept) else cause


async def wrong(error: Exception) -> BoltResponse:
    """Slack hears 500 only of what it should send again; nobody but the operator hears more."""
    match error:
        case NotHeard(__cause__=NotYet() as late):
            log.error("not committed in time, Slack is told so: %s", late)
            return BoltResponse(status=500)
        case NotHeard():
            bug = place(error.__cause__)
            log.error("not committed, Slack is asked to send it again", exc_info=bug)
            return BoltResponse(status=500)
        case BoltUnhandledRequestError():
            log.debug("Slack sent something that nothing here is for")
        case NotInstalled():
            log.warning("the workspace %s has not installed this app", error)
        case _:
            log.warning("Slack sent something of an unknown shape (%s)", type(error).__name__)
    return BoltResponse(status=200)
