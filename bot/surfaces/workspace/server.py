"""The workspace's web server: one page, an event stream, and what people press.

It answers on loopback only and trusts nothing: a foreign page in the same browser cannot press
(a header that only our own page can send), and the engine checks every action.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex
from typing import Any

from aiohttp import web

from bot.actions import Action, pack
from bot.cards import Card
from bot.events import SAID, Answer, Decision, Incoming
from bot.surfaces.workspace import asked, told
from bot.surfaces.workspace.screens import Screens

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
HEARTBEAT_SECONDS = 15
ANSWERED_SECONDS = 0.1
REMEMBERED = 200
"""Decisions that a new page is told of."""


@dataclass(frozen=True)
class Doors:
    """What the page may ask of the rest of the program.

    `world` tells who is there and what the page says; `understand` turns a typed line into an
    action; `shortcut` the n:th shortcut of the platform; `views` tells which views there are
    (name and title) and `look` draws one for a person, None when there is no such view or nobody
    of that name; `paper` is a page to print, None when there is none; `forward`, `kill` and
    `reset` are the demo's own and None elsewhere.
    """

    hear: Callable[[Incoming], Awaitable[Answer]]
    world: Callable[[], Awaitable[dict[str, Any]]]
    understand: Callable[[str], Action]
    shortcut: Callable[[int], Action | None]
    speak: Callable[[str], Action]
    views: Callable[[], list[dict[str, Any]]]
    look: Callable[[str, str], Awaitable[Card | None]]
    now: Callable[[], datetime]
    paper: Callable[[str, Mapping[str, str]], str | None] = lambda *_: None
    forward: Callable[[float], Awaitable[None]] | None = None
    kill: Callable[[], None] | None = None
    reset: Callable[[], None] | None = None


class Workspace:
    def __init__(self, screens: Screens, doors: Doors) -> None:
        self.screens, self.doors = screens, doors
        self.boot = token_hex(4)
        self.pages: set[asyncio.Queue[tuple[str, object] | None]] = set()
        self.decisions: deque[dict[str, Any]] = deque(maxlen=REMEMBERED)
        self.numbers = count(1)
        screens.watchers.append(lambda message: self.tell("message", told.shown(message)))

    def app(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=asked.LARGEST_BODY)
        app.on_response_prepare.append(strict)
        app.add_routes(
            [
                web.get("/", index),
                web.get("/api/world", self.world),
                web.get("/api/views", self.views),
                web.get("/api/view", self.view),
                web.get("/paper/{name}", self.paper),
                web.get("/events", self.events),
                web.get("/health", health),
                web.post("/api/press", self.press),
                web.post("/api/say", self.say),
                web.post("/api/shortcut", self.shortcut),
                web.post("/api/language", self.language),
                web.post("/api/forward", self.forward),
                web.post("/api/kill", self.kill),
                web.post("/api/reset", self.reset),
                web.static("/static", STATIC),
            ]
        )
        app.on_shutdown.append(self.close)
        return app

    def tell(self, event: str, data: object) -> None:
        """Tell every open page."""
        for page in self.pages:
            page.put_nowait((event, data))

    def watch(self, decision: Decision) -> None:
        """Tell every open page what the bot decided."""
        fresh = told.decided(next(self.numbers), decision)
        self.decisions.append(fresh)
        self.tell("decision", fresh)

    async def close(self, _: web.Application) -> None:
        for page in self.pages:
            page.put_nowait(None)

    async def world(self, _: web.Request) -> web.Response:
        return web.json_response(await self.doors.world())

    async def views(self, _: web.Request) -> web.Response:
        return web.json_response(self.doors.views())

    async def view(self, request: web.Request) -> web.Response:
        name, person = (request.query.get(key, "") for key in ("name", "person"))
        card = await self.doors.look(name, person)
        if card is None:
            raise web.HTTPNotFound(text="There is no such view, or nobody of that name.")
        return web.json_response(told.looked(card))

    async def paper(self, request: web.Request) -> web.Response:
        """A page to print, as HTML without a script."""
        found = self.doors.paper(request.match_info["name"], request.query)
        if found is None:
            raise web.HTTPNotFound(text="There is no such page to print.")
        return web.Response(text=found, content_type="text/html")

    async def events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        page: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        now = self.doors.now().isoformat()
        page.put_nowait(("hello", {"boot": self.boot, "born": self.screens.born, "now": now}))
        for message in self.screens.messages.values():
            page.put_nowait(("message", told.shown(message)))
        for decision in self.decisions:
            page.put_nowait(("decision", decision))
        self.pages.add(page)
        try:
            with suppress(ConnectionError):  # the page went away
                await pump(page, stream)
        finally:
            self.pages.discard(page)
        return stream

    async def press(self, request: web.Request) -> web.Response:
        body = await asked.read(request, asked.Pressed)
        inputs = {name: str(value) for name, value in body.inputs.items()}
        return await self._hear(Incoming(body.id, body.person, *body.wire(), inputs, body.at))

    async def say(self, request: web.Request) -> web.Response:
        body = await asked.read(request, asked.Said)
        wire = pack(self.doors.understand(body.text))
        said = {SAID: body.text}
        return await self._hear(Incoming(body.id, body.person, *wire, said, at=body.at))

    async def shortcut(self, request: web.Request) -> web.Response:
        body = await asked.read(request, asked.Shortcut)
        action = self.doors.shortcut(body.level)
        if action is None:
            raise asked.not_ours()
        return await self._act(body.id, body.person, action)

    async def language(self, request: web.Request) -> web.Response:
        body = await asked.read(request, asked.Language)
        return await self._act(body.id, body.person, self.doors.speak(body.language))

    async def forward(self, request: web.Request) -> web.Response:
        if self.doors.forward is None:
            raise web.HTTPNotFound
        body = await asked.read(request, asked.Forward)
        await self.doors.forward(min(max(body.seconds, 0.0), asked.LONGEST_FORWARD))
        now = {"now": self.doors.now().isoformat()}
        self.tell("clock", now)
        return web.json_response(now)

    async def kill(self, request: web.Request) -> web.Response:
        """Browsers repeat a request that was cut: only the bot that was meant is killed."""
        if self.doors.kill is None:
            raise web.HTTPNotFound
        if (await asked.read(request, asked.Meant)).boot == self.boot:
            self.doors.kill()
        return web.json_response({})

    async def reset(self, request: web.Request) -> web.Response:
        """Answered first, then done; and only by the bot that was meant, as with a kill."""
        if self.doors.reset is None:
            raise web.HTTPNotFound
        if (await asked.read(request, asked.Meant)).boot == self.boot:
            asyncio.get_running_loop().call_later(ANSWERED_SECONDS, self.doors.reset)
        return web.json_response({})

    async def _act(self, id: str, person: str, action: Action) -> web.Response:
        return await self._hear(Incoming(id, person, *pack(action)))

    async def _hear(self, heard: Incoming) -> web.Response:
        return web.json_response(told.answered(await self.doors.hear(heard)))


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Our own page only."""
    host = (request.host or "").rsplit(":", 1)[0]
    if host not in ("127.0.0.1", "localhost", "[::1]"):
        raise web.HTTPForbidden(text="The workspace answers on this machine only.")
    if request.method == "POST" and request.headers.get("X-Kollega") != "workspace":
        raise web.HTTPForbidden(text="Only the workspace's own page may press here.")
    return await handler(request)


async def strict(_: web.Request, response: web.StreamResponse) -> None:
    """The headers of every answer, errors and streams too."""
    response.headers.update(HEADERS)


async def index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def health(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def pump(page: asyncio.Queue[tuple[str, object] | None], stream: web.StreamResponse) -> None:
    """Events to the page until it goes away or the server stops; a comment keeps the line open."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                event = await page.get()
        except TimeoutError:
            await stream.write(b": still here\n\n")
            continue
        if event is None:
            return
        name, data = event
        text = json.dumps(data, ensure_ascii=False)
        # What a client made up may hold half a character; it must not cut everybody's stream.
        await stream.write(f"event: {name}\ndata: {text}\n\n".encode(errors="replace"))
