"""The workspace's web server: one page, an event stream, and what people press.

It answers on loopback only and trusts nothing: a foreign page in the same browser cannot press
(a header that only our own page can send), and the engine checks every action.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any

from aiohttp import web

from bot.actions import Action, pack
from bot.effects import Effect, Forget, Later, Notice, Open, Redraw, Show
from bot.events import Answer, Decision, Incoming
from bot.surfaces.slack import parse as slack_parse
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import parse as teams_parse
from bot.surfaces.teams import render as teams
from bot.surfaces.workspace.screens import Message, Screens

STATIC = Path(__file__).parent / "static"
POLICY = (
    "default-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEARTBEAT_SECONDS = 15
LARGEST_BODY = 64 * 1024
NOT_OURS = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError)
"""What a body that our page never sends may cause: a wrong shape, depth, number or charset."""


@dataclass(frozen=True)
class Doors:
    """What the page may ask of the rest of the program.

    `world` tells who is there and what the page says; `understand` turns a typed line into an
    action; `shortcut` the n:th shortcut of the platform; `forward`, `kill` and `reset` are the
    demo's own and None elsewhere.
    """

    hear: Callable[[Incoming], Awaitable[Answer]]
    world: Callable[[], Awaitable[dict[str, Any]]]
    understand: Callable[[str], Action]
    shortcut: Callable[[int], Action]
    speak: Callable[[str], Action]
    now: Callable[[], datetime]
    forward: Callable[[float], Awaitable[None]] | None = None
    kill: Callable[[], None] | None = None
    reset: Callable[[], None] | None = None


class Workspace:
    def __init__(self, screens: Screens, doors: Doors) -> None:
        self.screens, self.doors = screens, doors
        self.boot = token_hex(4)
        self.pages: set[asyncio.Queue[tuple[str, object] | None]] = set()
        self.decisions: list[dict[str, Any]] = []
        screens.watchers.append(lambda message: self.tell("message", shown(message)))

    def app(self) -> web.Application:
        app = web.Application(middlewares=[guard], client_max_size=LARGEST_BODY)
        app.add_routes(
            [
                web.get("/", index),
                web.get("/api/world", self.world),
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
        told = decided(len(self.decisions) + 1, decision)
        self.decisions.append(told)
        self.tell("decision", told)

    async def close(self, _: web.Application) -> None:
        for page in self.pages:
            page.put_nowait(None)

    async def world(self, _: web.Request) -> web.Response:
        return web.json_response(await self.doors.world())

    async def events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        stream.headers["Cache-Control"] = "no-store"
        await stream.prepare(request)
        page: asyncio.Queue[tuple[str, object] | None] = asyncio.Queue()
        page.put_nowait(("hello", {"boot": self.boot, "now": self.doors.now().isoformat()}))
        for message in self.screens.messages.values():
            page.put_nowait(("message", shown(message)))
        for decision in self.decisions[-200:]:
            page.put_nowait(("decision", decision))
        self.pages.add(page)
        try:
            with suppress(ConnectionError):  # the page went away
                await pump(page, stream)
        finally:
            self.pages.discard(page)
        return stream

    async def press(self, request: web.Request) -> web.Response:
        body = await request.json()
        parse = slack_parse.pressed if body.get("as") == "slack" else teams_parse.executed
        wire_name, payload = parse(_mapping(body.get("action")))
        inputs = {str(k): str(v) for k, v in _mapping(body.get("inputs")).items()}
        heard = Incoming(str(body["id"]), str(body["person"]), wire_name, payload, inputs)
        return answered(await self.doors.hear(heard))

    async def say(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._act(body, self.doors.understand(str(body.get("text", ""))))

    async def shortcut(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._act(body, self.doors.shortcut(int(body["level"])))

    async def language(self, request: web.Request) -> web.Response:
        body = await request.json()
        return await self._act(body, self.doors.speak(str(body.get("language", ""))))

    async def forward(self, request: web.Request) -> web.Response:
        if self.doors.forward is None:
            raise web.HTTPNotFound
        seconds = float((await request.json()).get("seconds", 0))
        await self.doors.forward(min(max(seconds, 0.0), 3600.0))
        now = {"now": self.doors.now().isoformat()}
        self.tell("clock", now)
        return web.json_response(now)

    async def kill(self, request: web.Request) -> web.Response:
        """Browsers repeat a request that was cut: only the bot that was meant is killed."""
        if self.doors.kill is None:
            raise web.HTTPNotFound
        if (await request.json()).get("boot") == self.boot:
            self.doors.kill()
        return web.json_response({})

    async def reset(self, _: web.Request) -> web.Response:
        if self.doors.reset is None:
            raise web.HTTPNotFound
        self.doors.reset()
        return web.json_response({})

    async def _act(self, body: Mapping[str, Any], action: Action) -> web.Response:
        wire_name, payload = pack(action)
        heard = Incoming(str(body["id"]), str(body["person"]), wire_name, payload)
        return answered(await self.doors.hear(heard))


@web.middleware
async def guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Our own page only; a body that is no JSON object of ours is a plain 400."""
    host = (request.host or "").rsplit(":", 1)[0]
    if host not in ("127.0.0.1", "localhost", "[::1]"):
        raise web.HTTPForbidden(text="The workspace answers on this machine only.")
    if request.method == "POST" and request.headers.get("X-Kollega") != "workspace":
        raise web.HTTPForbidden(text="Only the workspace's own page may press here.")
    try:
        response = await handler(request)
    except NOT_OURS:
        raise web.HTTPBadRequest(text="This is not something the workspace sends.") from None
    if not response.prepared:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-cache"
    return response


async def index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html")


async def health(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def pump(page: asyncio.Queue[tuple[str, object] | None], stream: web.StreamResponse) -> None:
    """Events to the page until it goes away or the server stops; a comment keeps the line open."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                told = await page.get()
        except TimeoutError:
            await stream.write(b": still here\n\n")
            continue
        if told is None:
            return
        event, data = told
        text = json.dumps(data, ensure_ascii=False)
        # What a client made up may hold half a character; it must not cut everybody's stream.
        await stream.write(f"event: {event}\ndata: {text}\n\n".encode(errors="replace"))


def shown(message: Message) -> dict[str, Any]:
    told = asdict(message)
    del told["keys"]
    return told


def answered(answer: Answer) -> web.Response:
    form = None
    if answer.form:
        form = {"slack": slack.modal(answer.form), "teams": teams.form(answer.form)}
    return web.json_response({"notices": answer.notices, "form": form})


def decided(number: int, decision: Decision) -> dict[str, Any]:
    return {
        "n": number,
        "at": decision.at.isoformat(),
        "who": decision.who,
        "what": decision.what,
        "outcome": decision.outcome,
        "ms": round(decision.ms, 1),
        "effects": [effect(one) for one in decision.effects],
    }


def effect(one: Effect) -> dict[str, Any]:
    match one:
        case Show(slot, to, _, lane):
            return {"kind": "show", "slot": slot, "to": to, "lane": lane.value}
        case Later(key, at, action):
            return {"kind": "later", "key": key, "at": at.isoformat(), "what": action.wire_name}
        case Forget(key):
            return {"kind": "forget", "key": key}
        case Redraw():
            return {"kind": "redraw"}
        case Notice():
            return {"kind": "notice"}
        case Open():
            return {"kind": "open"}


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
