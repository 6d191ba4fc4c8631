"""Teams' requests, over HTTP: who is let in, what is answered, and what nobody learns.

What is acknowledged is committed. Whoever is refused reads a reference and nothing else; the
reason stands beside the same reference in the log.
"""

import json
import logging
from secrets import token_hex

from aiohttp import web

from bot.surfaces.patience import NotYet
from bot.surfaces.shapes import Json
from bot.surfaces.teams.gatekeeper import Gatekeeper, NotAdmitted
from bot.surfaces.teams.hands import Hand
from bot.surfaces.teams.keys import NoKeys
from bot.surfaces.teams.parse import heard
from bot.surfaces.teams.replies import Reply
from bot.surfaces.teams.router import Router

log = logging.getLogger("kollega.teams")

PATH = "/api/messages"
LARGEST_BODY = 300_000
"""Bytes. An activity has at most 256 kB."""
AGAIN = 503


class TeamsServer:
    def __init__(self, gatekeeper: Gatekeeper, router: Router) -> None:
        self.gatekeeper, self.router = gatekeeper, router

    def app(self) -> web.Application:
        """The public part of the bot: this one path, and nothing larger than Teams sends."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_post(PATH, self.activities)
        return app

    async def stop(self) -> None:
        await self.router.stop()

    async def activities(self, request: web.Request) -> web.StreamResponse:
        try:
            activity = await self._admitted(request)
            reply = await self.router.hear(heard(activity))
        except NotAdmitted as no:
            return refusal(403 if "Authorization" in request.headers else 401, str(no))
        except NoKeys as no:
            return refusal(AGAIN, str(no))
        except web.HTTPRequestEntityTooLarge:
            return refusal(413, "it is larger than anything that Teams sends")
        except NotYet as late:
            reference = token_hex(3)
            log.error("not committed in time, Teams is told so: %s, reference %s", late, reference)
            return web.Response(status=AGAIN, text=f"Reference {reference}")
        except ValueError as no:
            return refusal(400, str(no) or type(no).__name__)
        except Exception:
            reference = token_hex(3)
            log.exception("not committed, Teams is asked to send it again, reference %s", reference)
            return web.Response(status=AGAIN, text=f"Reference {reference}")
        return await self._answer(request, reply)

    async def _admitted(self, request: web.Request) -> Json:
        """The token first: nothing that a stranger says is parsed."""
        claims = await self.gatekeeper.admit(request.headers.get("Authorization"))
        body = await request.read()
        try:
            activity = json.loads(body)
        except (ValueError, RecursionError):
            raise ValueError("the body is no JSON") from None
        if not isinstance(activity, dict):
            raise ValueError("the body is no activity")
        self.gatekeeper.check(claims, activity)
        return activity

    async def _answer(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        """A card that the answer carries has arrived only when the answer has gone out."""
        response = (
            web.Response(status=reply.status)
            if reply.body is None
            else web.json_response(reply.body, status=reply.status)
        )
        if reply.hand is not None:
            await sent(request, response, reply.hand)
        return response


async def sent(request: web.Request, response: web.Response, hand: Hand) -> None:
    went_out = False
    try:
        await response.prepare(request)
        await response.write_eof()
        went_out = request.transport is not None and not request.transport.is_closing()
    except ConnectionError:  # they hung up: the card is sent on its own
        log.info("Teams hung up before it was answered")
    finally:
        hand.answered(went_out)


def refusal(status: int, why: str) -> web.Response:
    reference = token_hex(3)
    log.warning("a request to Teams' door was refused: %s, reference %s", why, reference)
    return web.Response(status=status, text=f"Reference {reference}")
