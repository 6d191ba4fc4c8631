"""A fake Microsoft on loopback: metadata, keys, tokens (https, a self-made certificate), connector.

As strict as the real one where the bot could go wrong: a token that is not ours, an unquoted id, a
conversation that is not there, a card that is too large, and more requests than Teams takes.
"""

import asyncio
import json
import ssl
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from multidict import CIMultiDictProxy

from tests.faults import Fault, Faults
from tests.teams import strict
from tests.teams.strict import No

Json = dict[str, Any]

APP = "11111111-2222-3333-4444-555555555555"
TENANT = "22222222-3333-4444-5555-666666666666"
SECRET = "invented"
ISSUER = "https://api.botframework.com"


@dataclass
class Message:
    id: str
    conversation: str
    said: Json
    edits: int = 0

    @property
    def content(self) -> Json | None:
        """The card, if it is one."""
        found = self.said.get("attachments") or []
        return dict(found[0]["content"]) if found else None


@dataclass
class Conversation:
    """Our own one with a user; `here` is False where they put the app away."""

    id: str
    user: str
    here: bool = True
    messages: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class Call:
    what: str
    to: str
    status: int
    answer: str


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """One for each name; to make them is slow."""
    return rsa.generate_private_key(65537, 2048)


def jwk(name: str, endorsements: tuple[str, ...] = ("msteams",), **more: Any) -> Json:
    told: Json = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key()))
    ours = {"kid": name, "use": "sig", "alg": "RS256", "endorsements": list(endorsements)}
    return {**told, **ours, **more}


@dataclass
class FakeMicrosoft:
    keys: list[Json] = field(default_factory=lambda: [jwk("k1")])
    conversations: dict[str, Conversation] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    faults: Faults = field(default_factory=Faults)
    calls: list[Call] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sent_at: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    numbers: Any = field(default_factory=lambda: count(1_700_000_000_000))
    token: str = "token-1"
    lasts: int = 3600
    refuses: str = ""
    keys_away: bool = False
    slow: float = 0.0
    endless: bool = False
    busy: int = 0
    skew: float = 0.0
    url: str = ""
    authority: str = ""

    async def start(self, folder: Path | None = None) -> None:
        """With a folder the authority stands there too, and its certificate in that folder."""
        app = web.Application(client_max_size=2**20)
        app.add_routes(
            [
                web.get("/openid", self.metadata),
                web.get("/keys", self.jwks),
                web.post("/teams/v3/conversations", self.begin),
                web.post("/teams/v3/conversations/{id}/activities", self.post),
                web.put("/teams/v3/conversations/{id}/activities/{message}", self.edit),
            ]
        )
        self.runners = [web.AppRunner(app, access_log=None, shutdown_timeout=0.1)]
        await self.runners[0].setup()
        await web.TCPSite(self.runners[0], "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runners[0].addresses[0][1]}"
        if folder is not None:
            await self._authority(folder)

    async def stop(self) -> None:
        for runner in self.runners:
            await runner.cleanup()

    @property
    def service(self) -> str:
        return f"{self.url}/teams/"

    def fails(self, what: str, fault: Fault) -> None:
        self.faults.add(what, fault)

    def signed(
        self,
        *without: str,
        signer: str = "k1",
        kid: str | None = None,
        head: Json | None = None,
        algorithm: str = "RS256",
        secret: Any = None,
        **more: Any,
    ) -> str:
        """A token as Microsoft's channel service makes it, bent as a test wishes."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "aud": APP,
            "serviceurl": self.service,
            "nbf": now - 10,
            "iat": now - 10,
            "exp": now + 3600,
            **more,
        }
        kept = {name: value for name, value in claims.items() if name not in without}
        headers = {"kid": signer if kid is None else kid, **(head or {})}
        with_key = key(signer) if secret is None else secret
        return jwt.encode(kept, with_key, algorithm=algorithm, headers=headers)

    # Keys

    async def metadata(self, _: web.Request) -> web.Response:
        self.asked.append("metadata")
        await asyncio.sleep(self.slow)
        if self.keys_away:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/keys"})

    async def jwks(self, _: web.Request) -> web.Response:
        self.asked.append("keys")
        return web.json_response({"keys": self.keys})

    # Tokens

    async def _authority(self, folder: Path) -> None:
        app = web.Application()
        well_known = "/{tenant}/v2.0/.well-known/openid-configuration"
        app.add_routes(
            [web.get(well_known, self.tenant), web.post("/{tenant}/oauth2/v2.0/token", self.tokens)]
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self_made(folder))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        self.runners.append(runner)
        self.authority = f"https://127.0.0.1:{runner.addresses[0][1]}"

    async def tenant(self, request: web.Request) -> web.Response:
        base = f"{self.authority}/{request.match_info['tenant']}"
        endpoints = {
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "token_endpoint": f"{base}/oauth2/v2.0/token",
        }
        return web.json_response(endpoints)

    async def tokens(self, request: web.Request) -> web.Response:
        said = await request.post()
        self.asked.append("token")
        await asyncio.sleep(self.slow)
        wrong = self.refuses or self._wrong(request.match_info["tenant"], said)
        if wrong:
            told = {"error": "invalid_client", "error_description": f"{wrong}: no."}
            return web.json_response(told, status=401)
        self.token = f"token-{self.asked.count('token') + 1}"
        told_token = {"token_type": "Bearer", "expires_in": self.lasts, "access_token": self.token}
        return web.json_response(told_token)

    def _wrong(self, tenant: str, said: Mapping[str, Any]) -> str:
        if tenant != TENANT:
            return "AADSTS90002"
        if said.get("client_id") != APP or "api.botframework.com/.default" not in said["scope"]:
            return "AADSTS700016"
        if "client_assertion" in said:
            head = jwt.get_unverified_header(said["client_assertion"])
            return "" if head["alg"] in ("RS256", "PS256") else "AADSTS700027"
        return "" if said.get("client_secret") == SECRET else "AADSTS7000215"

    # Connector

    async def begin(self, request: web.Request) -> web.StreamResponse:
        said = await request.json()
        user = str(said["members"][0]["id"])

        def done() -> Json:
            strict.beginning(said, APP, TENANT)
            if user not in self.users:
                raise No(403, "BotNotInConversationRoster")
            return {"id": self.conversation(user).id}

        return await self._told(request, "begin", user, done)

    async def post(self, request: web.Request) -> web.StreamResponse:
        said, where = await request.json(), self._where(request)

        def done() -> Json:
            strict.activity(said)
            message = Message(str(next(self.numbers)), where.id, said)
            where.messages.append(message)
            return {"id": message.id}

        return await self._told(request, "post", where.user, done, where)

    async def edit(self, request: web.Request) -> web.StreamResponse:
        said, where = await request.json(), self._where(request)

        def done() -> Json:
            strict.activity(said)
            found = [one for one in where.messages if one.id == request.match_info["message"]]
            if not found:
                raise No(404, "ActivityNotFoundInConversation")
            found[0].said, found[0].edits = said, found[0].edits + 1
            return {"id": found[0].id}

        return await self._told(request, "edit", where.user, done, where)

    def conversation(self, user: str) -> Conversation:
        """Our own with this user; ids have the characters that real ones have."""
        id = f"a:{user}/+_-1"
        return self.conversations.setdefault(id, Conversation(id, user))

    def _where(self, request: web.Request) -> Conversation:
        id = request.match_info["id"]
        return self.conversations.get(id, Conversation(id, ""))

    async def _told(
        self, request: web.Request, what: str, user: str, done: Any, where: Any = None
    ) -> web.StreamResponse:
        self.busy += 1
        try:
            fault = self.faults.next(what, user)
            if fault is None:
                return self._answer(what, user, *self._done(request.headers, done, where))
            if fault.delay or fault.done:
                answer = self._done(request.headers, done, where) if fault.done else None
                await asyncio.sleep(fault.delay)
                if answer and fault.status == 200 and not fault.drop:
                    return self._answer(what, user, *answer)
            if fault.drop and request.transport:
                self.calls.append(Call(what, user, 0, "dropped"))
                request.transport.abort()
                return web.Response()
            if fault.status == 200:
                return self._answer(what, user, *self._done(request.headers, done, where))
            return self._answer(what, user, fault.status, fault.error, fault.retry_after)
        finally:
            self.busy -= 1

    def _done(
        self, headers: "CIMultiDictProxy[str]", done: Any, where: Conversation | None
    ) -> tuple[int, Any, str | None]:
        try:
            if headers.get("Authorization") != f"Bearer {self.token}":
                raise No(401, "Unauthorized")
            if where is not None and where.id not in self.conversations:
                raise No(404, "ConversationNotFound")
            if where is not None and not where.here:
                raise No(403, "MessageWritesBlocked")
            if wait := self._wait(where.id if where else "begin"):
                return 429, "TooManyRequests", wait
            return 201, done(), None
        except No as no:
            return no.status, no.code, None

    def _wait(self, where: str) -> str | None:
        """Teams' own patience: 7 in one second, 8 in two, 60 in thirty; 30 in one for all."""
        now = time.monotonic() + self.skew
        for name, limits in ((where, ((7, 1), (8, 2), (60, 30))), ("", ((30, 1),))):
            times = self.sent_at[name] = [at for at in self.sent_at[name] if at > now - 30]
            for most, seconds in limits:
                if not self.endless and sum(at > now - seconds for at in times) >= most:
                    return str(seconds)
            times.append(now)
        return None

    def _answer(
        self, what: str, user: str, status: int, answer: Any, wait: int | str | None = None
    ) -> web.Response:
        said = "ok" if isinstance(answer, dict) else str(answer or status)
        self.calls.append(Call(what, user, status, said))
        headers = {} if wait is None else {"Retry-After": str(wait)}
        if isinstance(answer, dict):
            return web.json_response(answer, status=status, headers=headers)
        if status >= 500:
            return web.Response(text="<html>Bad gateway</html>", status=status, headers=headers)
        told = {"error": {"code": answer, "message": "no"}}
        return web.json_response(told, status=status, headers=headers)

    def count(self, what: str) -> int:
        return sum(call.what == what for call in self.calls)


def self_made(folder: Path) -> Path:
    """A certificate for this machine's loopback, with its key, in one file."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now, own = datetime.now(UTC), key("certificate")
    made = (
        x509.CertificateBuilder(name, name, own.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key()), critical=False
        )
        .add_extension(x509.KeyUsage(*(n in (0, 5) for n in range(9))), critical=True)
        .sign(own, hashes.SHA256())
    )
    pem = own.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "loopback.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return file
