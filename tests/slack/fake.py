"""The fake Slack's servers: Web API, response_url and Socket Mode, with faults on demand."""

import asyncio
import json
from dataclasses import dataclass, field
from itertools import count
from math import ceil
from time import monotonic
from typing import Any

from aiohttp import WSMsgType, encode_basic_auth, web

from tests.faults import Fault, Faults
from tests.slack.memory import Call, Json, Memory
from tests.slack.methods import METHODS
from tests.slack.strict import No

ACK_SECONDS = 3.0
CLIENT = "111.222", "invented"


@dataclass
class FakeSlack:
    memory: Memory = field(default_factory=Memory)
    faults: Faults = field(default_factory=Faults)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    waiting: dict[str, "asyncio.Future[Json]"] = field(default_factory=dict)
    responses: dict[str, tuple[str, int]] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1))
    busy: int = 0
    url: str = ""
    runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=2**22)
        app.add_routes(
            [
                web.post("/api/{method}", self.api),
                web.get("/api/{method}", self.api),
                web.post("/response/{name}", self.respond),
                web.get("/link", self.link),
            ]
        )
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def stop(self) -> None:
        for socket in list(self.sockets):
            await socket.close()
        if self.runner:
            await self.runner.cleanup()

    def fails(self, method: str, fault: Fault) -> None:
        self.faults.add(method, fault)

    # Web API

    async def api(self, request: web.Request) -> web.StreamResponse:
        self.busy += 1
        try:
            return await self._api(request)
        finally:
            self.busy -= 1

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        said = await arguments(request)
        to = str(said.get("channel") or said.get("user_id") or said.get("users") or "")
        fault = self.faults.next(method, to)
        if fault is None:
            answer, status, wait = self._answer(request, method, said)
            return self._told(method, to, answer, status, wait, self.whose(request))
        if fault.done:
            self._answer(request, method, said)
        await asyncio.sleep(fault.delay)
        if fault.drop and request.transport:
            self.memory.calls.append(Call(monotonic(), method, to, "dropped"))
            request.transport.abort()
            return web.Response()
        if fault.status == 200 and not fault.error and not fault.done:
            answer, status, wait = self._answer(request, method, said)  # it was only slow
            return self._told(method, to, answer, status, wait)
        answer = {"ok": False, "error": fault.error or "internal_error"}
        return self._told(method, to, answer, fault.status, fault.retry_after)

    def _answer(
        self, request: web.Request, method: str, said: Json
    ) -> tuple[Json, int, int | None]:
        try:
            self._let_in(request, method)
            if method == "apps.connections.open":
                return {"ok": True, "url": f"{self.url.replace('http', 'ws')}/link"}, 200, None
            wait = self.memory.wait(method, str(said.get("channel")))
            if wait:
                return {"ok": False, "error": "ratelimited"}, 429, ceil(wait)
            if method not in METHODS:
                raise No("unknown_method")
            return {"ok": True, **METHODS[method](self.memory, said)}, 200, None
        except No as no:
            return {"ok": False, "error": str(no)}, 200, None
        except (KeyError, TypeError) as wrong:
            return {"ok": False, "error": "invalid_arguments", "why": repr(wrong)}, 200, None

    def _let_in(self, request: web.Request, method: str) -> None:
        if method == "oauth.v2.access":
            if request.headers.get("Authorization") != encode_basic_auth(*CLIENT):
                raise No("bad_client_secret")
            return
        if self.whose(request):
            return
        app_level = method.startswith("apps.")
        token = self.memory.app_token if app_level else self.memory.token
        if self.memory.revoked and not app_level:
            raise No("token_revoked")
        if request.headers.get("Authorization") != f"Bearer {token}":
            raise No("invalid_auth")

    def whose(self, request: web.Request) -> str:
        """The place that granted this token."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.memory.places.get(token, "")

    def _told(
        self,
        method: str,
        to: str,
        answer: Json,
        status: int,
        wait: int | str | None,
        by: str = "",
    ) -> web.Response:
        said = "ok" if answer.get("ok") else str(answer.get("error"))
        self.memory.calls.append(Call(monotonic(), method, to, said, by))
        headers = {} if wait is None else {"Retry-After": str(wait)}
        if status >= 500:
            return web.Response(text="<html>Bad gateway</html>", status=status, headers=headers)
        return web.json_response(answer, status=status, headers=headers)

    # response_url

    def response_url(self, user: str) -> str:
        name = f"r{next(self.numbers)}"
        self.responses[name] = user, 5
        return f"{self.url}/response/{name}"

    async def respond(self, request: web.Request) -> web.Response:
        """Five times in half an hour, and to that person only."""
        user, left = self.responses.get(request.match_info["name"], ("", 0))
        if not left:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        said = await request.json()
        self.responses[request.match_info["name"]] = user, left - 1
        self.memory.whispers.setdefault(user, []).append(said["text"])
        self.memory.calls.append(Call(monotonic(), "response_url", user, "ok"))
        return web.json_response({"ok": True})

    # Socket Mode

    async def link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self.sockets.append(socket)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                acked = json.loads(message.data)
                found = self.waiting.pop(acked.get("envelope_id"), None)
                if found and not found.done():
                    found.set_result(acked.get("payload") or {})
        self.sockets.remove(socket)
        return socket

    async def envelope(self, kind: str, payload: Json) -> Json | None:
        """The acknowledgement's payload, or None when none came in time."""
        id = f"envelope-{next(self.numbers)}"
        self.waiting[id] = asyncio.get_running_loop().create_future()
        sent = {"envelope_id": id, "type": kind, "payload": payload}
        await self.sockets[-1].send_json({**sent, "accepts_response_payload": True})
        try:
            return await asyncio.wait_for(self.waiting[id], ACK_SECONDS)
        except TimeoutError:
            return None


async def arguments(request: web.Request) -> Json:
    if "json" in request.content_type:
        return dict(await request.json())
    return {**request.query, **(await request.post())}
