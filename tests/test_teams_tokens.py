"""Who may speak to the bot: a matrix of tokens, each let in or refused as it must be; and our own
token, which msal fetches for real."""

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from aiohttp import ClientSession
from cryptography.hazmat.primitives import serialization
from pydantic import SecretStr

from bot.settings import Settings
from bot.surfaces import ShutOut, SurfaceError
from bot.surfaces.shapes import Json
from bot.surfaces.teams.connector import Connector
from bot.surfaces.teams.credentials import BETWEEN, Credentials, asking
from bot.surfaces.teams.gatekeeper import Gatekeeper, NotAdmitted
from bot.surfaces.teams.keys import AGAIN, DAY, MINUTE, Keys, NoKeys
from tests.teams.microsoft import APP, SECRET, TENANT, FakeMicrosoft, jwk, key, self_made
from tests.teams.stage import leading_to

OTHER = "99999999-3333-4444-5555-666666666666"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def microsoft(tmp_path: Path) -> AsyncIterator[FakeMicrosoft]:
    fake = FakeMicrosoft()
    await fake.start(tmp_path)
    yield fake
    await fake.stop()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(microsoft: FakeMicrosoft, clock: Clock) -> AsyncIterator[Keys]:
    async def read(url: str) -> Json:
        async with http.get(url) as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async with ClientSession() as http:
        yield Keys(f"{microsoft.url}/openid", read, clock)


@pytest.fixture
def gatekeeper(microsoft: FakeMicrosoft, keys: Keys) -> Gatekeeper:
    microsoft.keys += [jwk("unendorsed", ()), jwk("elsewhere", ("webchat",))]
    return Gatekeeper(APP, [TENANT], [microsoft.service], keys)


def unsigned(microsoft: FakeMicrosoft) -> str:
    """`alg: none`, as PyJWT itself would make it."""
    return microsoft.signed(algorithm="none", secret="", head={"kid": "k1"})


def confused(microsoft: FakeMicrosoft) -> str:
    """Signed with the public key as if it were a password, the oldest trick of all."""
    public = key("k1").public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head, body, _ = microsoft.signed().split(".")
    told = json.dumps({"alg": "HS256", "typ": "JWT", "kid": "k1"}).encode()
    head = base64.urlsafe_b64encode(told).rstrip(b"=").decode()
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        f"{head}.{body}".encode(), pem
    )
    return f"{head}.{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def bent(microsoft: FakeMicrosoft) -> str:
    """A good signature over other words."""
    head, _, signature = microsoft.signed().split(".")
    return f"{head}.{microsoft.signed(aud=OTHER).split('.')[1]}.{signature}"


Make = Callable[[FakeMicrosoft], str | None]
NOW = time.time
TOKENS: dict[str, tuple[Make, bool]] = {
    "good": (lambda m: f"Bearer {m.signed()}", True),
    "scheme-in-small-letters": (lambda m: f"bearer {m.signed()}", True),
    "expired-four-minutes-ago": (lambda m: f"Bearer {m.signed(exp=NOW() - 240)}", True),
    "valid-in-four-minutes": (lambda m: f"Bearer {m.signed(nbf=NOW() + 240)}", True),
    "without-nbf-and-iat": (lambda m: f"Bearer {m.signed('nbf', 'iat')}", True),
    "slash-less-service": (
        lambda m: f"Bearer {m.signed(serviceurl=m.service.rstrip('/'))}",
        True,
    ),
    "none-at-all": (lambda m: None, False),
    "empty": (lambda m: "", False),
    "basic": (lambda m: "Basic YTpi", False),
    "bearer-of-nothing": (lambda m: "Bearer ", False),
    "not-a-token": (lambda m: "Bearer abc", False),
    "three-dots": (lambda m: "Bearer a.b.c", False),
    "head-is-no-object": (lambda m: "Bearer WzFd.e30.e30", False),
    "endless": (lambda m: f"Bearer {'x' * 100_000}", False),
    "alg-none": (lambda m: f"Bearer {unsigned(m)}", False),
    "alg-hs256-with-the-public-key": (lambda m: f"Bearer {confused(m)}", False),
    "alg-rs512": (lambda m: f"Bearer {m.signed(algorithm='RS512')}", False),
    "alg-ps256": (lambda m: f"Bearer {m.signed(algorithm='PS256')}", False),
    "another-key-under-our-kid": (lambda m: f"Bearer {m.signed(signer='thief', kid='k1')}", False),
    "unknown-kid": (lambda m: f"Bearer {m.signed(signer='thief')}", False),
    "no-kid": (lambda m: f"Bearer {m.signed(kid='')}", False),
    "bent-after-signing": (lambda m: f"Bearer {bent(m)}", False),
    "cut-signature": (lambda m: f"Bearer {m.signed()[:-8]}", False),
    "unendorsed-key": (lambda m: f"Bearer {m.signed(signer='unendorsed')}", False),
    "key-endorsed-for-another-channel": (lambda m: f"Bearer {m.signed(signer='elsewhere')}", False),
    "expired": (lambda m: f"Bearer {m.signed(exp=NOW() - 360)}", False),
    "without-exp": (lambda m: f"Bearer {m.signed('exp')}", False),
    "exp-is-no-number": (lambda m: f"Bearer {m.signed(exp='never')}", False),
    "not-yet": (lambda m: f"Bearer {m.signed(nbf=NOW() + 400)}", False),
    "issued-in-the-future": (lambda m: f"Bearer {m.signed(iat=NOW() + 400)}", False),
    "wrong-audience": (lambda m: f"Bearer {m.signed(aud=OTHER)}", False),
    "several-audiences": (lambda m: f"Bearer {m.signed(aud=[APP, OTHER])}", False),
    "without-audience": (lambda m: f"Bearer {m.signed('aud')}", False),
    "wrong-issuer": (
        lambda m: f"Bearer {m.signed(iss='https://api.botframework.com.evil')}",
        False,
    ),
    "a-colleagues-entra-token": (
        lambda m: f"Bearer {m.signed(iss=f'https://login.microsoftonline.com/{TENANT}/v2.0')}",
        False,
    ),
    "without-issuer": (lambda m: f"Bearer {m.signed('iss')}", False),
    "made-for-another-service": (
        lambda m: f"Bearer {m.signed(serviceurl='https://smba.example/')}",
        False,
    ),
    "without-service": (lambda m: f"Bearer {m.signed('serviceurl')}", False),
    "service-is-a-list": (lambda m: f"Bearer {m.signed(serviceurl=[m.service])}", False),
}


async def let_in(gatekeeper: Gatekeeper, header: str | None, activity: Json) -> bool:
    try:
        gatekeeper.check(await gatekeeper.admit(header), activity)
    except NotAdmitted:
        return False
    return True


def activity(microsoft: FakeMicrosoft, **more: Any) -> Json:
    return {
        "type": "message",
        "channelId": "msteams",
        "serviceUrl": microsoft.service,
        "recipient": {"id": f"28:{APP}"},
        "conversation": {"id": "a:1", "tenantId": TENANT},
        "channelData": {"tenant": {"id": TENANT}},
        **more,
    }


@pytest.mark.parametrize(("make", "good"), TOKENS.values(), ids=TOKENS)
async def test_every_token_is_let_in_or_refused_as_it_must_be(
    microsoft: FakeMicrosoft, gatekeeper: Gatekeeper, make: Make, good: bool
) -> None:
    assert await let_in(gatekeeper, make(microsoft), activity(microsoft)) is good


def test_the_matrix_is_as_large_as_promised() -> None:
    assert len(TOKENS) >= 25


ACTIVITIES: dict[str, Json] = {
    "another-tenant": {"channelData": {"tenant": {"id": OTHER}}},
    "two-tenants": {"conversation": {"id": "a:1", "tenantId": OTHER}},
    "no-tenant": {"channelData": {}, "conversation": {"id": "a:1"}},
    "tenant-of-an-odd-shape": {"channelData": {"tenant": [TENANT]}, "conversation": {"id": "a"}},
    "another-channel": {"channelId": "webchat"},
    "no-channel": {"channelId": None},
    "for-another-bot": {"recipient": {"id": f"28:{OTHER}"}},
    "another-service": {"serviceUrl": "http://127.0.0.1:1/teams/"},
    "no-service": {"serviceUrl": None},
}


@pytest.mark.parametrize("bent", ACTIVITIES.values(), ids=ACTIVITIES)
async def test_a_good_token_does_not_carry_a_bent_activity(
    microsoft: FakeMicrosoft, gatekeeper: Gatekeeper, bent: Json
) -> None:
    header = f"Bearer {microsoft.signed()}"
    assert not await let_in(gatekeeper, header, activity(microsoft, **bent))


async def test_a_genuine_token_for_a_service_that_we_do_not_trust_gets_none_of_ours(
    microsoft: FakeMicrosoft, gatekeeper: Gatekeeper
) -> None:
    """The address is in the token too, and still no token of ours is ever sent there."""
    evil = "http://127.0.0.1:1/teams/"
    header = f"Bearer {microsoft.signed(serviceurl=evil)}"
    assert not await let_in(gatekeeper, header, activity(microsoft, serviceUrl=evil))
    credentials = Credentials(lambda: {"access_token": "ours", "expires_in": 3600})
    connector = Connector(credentials, [microsoft.service])
    with pytest.raises(SurfaceError, match="none of ours"):
        await connector.post(evil, "a:1", {})
    await connector.close()
    credentials.close()


# Microsoft's keys


async def test_keys_are_kept_for_a_day_and_read_anew_aside(
    microsoft: FakeMicrosoft, keys: Keys, clock: Clock
) -> None:
    assert await keys.find("k1")
    clock.now += DAY - 1
    assert await keys.find("k1")
    assert microsoft.asked == ["metadata", "keys"]
    clock.now += 2
    microsoft.slow = 0.05
    assert await asyncio.wait_for(keys.find("k1"), 0.04)
    assert keys.errand
    await keys.errand
    assert microsoft.asked == ["metadata", "keys"] * 2


async def test_an_unknown_key_is_asked_for_once_a_minute(
    microsoft: FakeMicrosoft, keys: Keys, clock: Clock
) -> None:
    assert await keys.find("k1")
    microsoft.keys.append(jwk("k2"))
    for _ in range(20):
        assert await keys.find("k2") is None
    assert len(microsoft.asked) == 2
    clock.now += MINUTE
    found = await asyncio.gather(*(keys.find("k2") for _ in range(20)))
    assert all(found)
    assert len(microsoft.asked) == 4


async def test_stale_keys_are_kept_when_microsoft_is_away(
    microsoft: FakeMicrosoft, keys: Keys, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    assert await keys.find("k1")
    microsoft.keys_away = True
    clock.now += 3 * DAY
    assert await keys.find("k1")
    assert keys.errand
    await keys.errand
    assert await keys.find("k1")
    assert [m.partition(" (")[0] for m in caplog.messages] == [
        "Teams: Microsoft's keys are not read"
    ]
    assert "the known ones are kept" in caplog.text


async def test_without_any_key_nobody_is_heard_and_nobody_is_refused_for_ever(
    microsoft: FakeMicrosoft, keys: Keys, clock: Clock
) -> None:
    microsoft.keys_away = True
    for _ in range(5):
        with pytest.raises(NoKeys):
            await keys.find("k1")
    assert microsoft.asked == ["metadata"]
    microsoft.keys_away = False
    clock.now += AGAIN
    assert await keys.find("k1")


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"jwks_uri": "http://evil.example/keys"},
        {"jwks_uri": ["x"]},
        {"jwks_uri": "https://127.0.0.1:1/keys"},
    ],
)
async def test_metadata_cannot_lead_us_astray(odd: Json, caplog: pytest.LogCaptureFixture) -> None:
    async def read(_: str) -> Json:
        return odd

    keys = Keys("https://login.botframework.com/openid", read)
    with pytest.raises(NoKeys), caplog.at_level(logging.ERROR):
        await keys.find("k1")


async def test_keys_of_another_kind_are_left_out(microsoft: FakeMicrosoft, keys: Keys) -> None:
    microsoft.keys += [{"kid": "ec", "kty": "EC"}, {"kid": "bad", "kty": "RSA", "n": "!", "e": "?"}]
    microsoft.keys += [jwk("enc", use="enc")]
    assert await keys.find("k1")
    for kid in "ec", "bad", "enc":
        assert await keys.find(kid) is None


# Our own token: msal, for real


@pytest.fixture
async def entra_says(
    microsoft: FakeMicrosoft, tmp_path: Path, clock: Clock
) -> AsyncIterator[Callable[..., Credentials]]:
    """Our credentials, as the settings (and whatever is given) make them."""
    made: list[Credentials] = []

    def make(**more: Any) -> Credentials:
        known = leading_to(microsoft).model_copy(update=more)
        made.append(Credentials(asking(known, trusting), clock))
        return made[-1]

    with requests.Session() as trusting:
        trusting.trust_env = False
        trusting.verify = str(tmp_path / "loopback.pem")
        yield make
        for one in made:
            one.close()


async def test_a_token_is_fetched_once_and_renewed_early_while_it_serves(
    microsoft: FakeMicrosoft, entra_says: Callable[..., Credentials], clock: Clock
) -> None:
    ours = entra_says()
    assert {await ours.get() for _ in range(5)} == {"token-2"}
    assert microsoft.asked == ["token"]
    clock.now += 3600 - 500
    microsoft.slow = 0.2
    started = time.monotonic()
    assert await ours.get() == "token-2"
    assert time.monotonic() - started < 0.1, "nobody waits for a renewal"
    assert ours.errand
    await ours.errand
    assert await ours.get() == "token-3"


async def test_a_token_that_cannot_be_renewed_serves_to_its_end(
    microsoft: FakeMicrosoft,
    entra_says: Callable[..., Credentials],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ours = entra_says()
    await ours.get()
    microsoft.refuses = "AADSTS7000222"
    clock.now += 3600 - 300
    for _ in range(3):
        assert await ours.get() == "token-2"
        assert ours.errand
        await ours.errand
    assert len([m for m in caplog.messages if "not renewed" in m]) == 1
    clock.now += BETWEEN + 300
    with pytest.raises(ShutOut, match="the secret has expired; make a new secret"):
        await ours.get()


WRONG: dict[str, tuple[Json, str]] = {
    "secret": ({"teams_app_secret": SecretStr("stale")}, "Entra does not know the secret"),
    "tenant": ({"teams_tenants": OTHER}, "Entra knows no such tenant"),
    "app": ({"teams_app_id": OTHER}, "Entra does not know the app in this tenant"),
    "certificate": ({"teams_certificate": Path("/nowhere.pem")}, "the certificate cannot be read"),
}


@pytest.mark.parametrize(("more", "said"), WRONG.values(), ids=WRONG)
async def test_what_is_wrong_is_told_with_its_repair(
    entra_says: Callable[..., Credentials], more: Json, said: str
) -> None:
    ours = entra_says(**more)
    with pytest.raises(ShutOut, match=said) as told:
        await ours.get()
    assert "; " in str(told.value)
    assert "stale" not in str(told.value)


async def test_a_certificate_proves_as_much_as_a_secret(
    entra_says: Callable[..., Credentials], tmp_path: Path
) -> None:
    (tmp_path / "ours").mkdir()
    pem = self_made(tmp_path / "ours")
    ours = entra_says(teams_certificate=pem, teams_app_secret=None)
    assert await ours.get() == "token-2"


async def test_a_machine_without_a_managed_identity_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Nobody(requests.Session):
        def request(self, *_: Any, **__: Any) -> requests.Response:
            raise requests.ConnectionError

    known = Settings(teams_app_id=APP, teams_managed_identity="system", teams_tenants=TENANT)
    ours = Credentials(asking(known, Nobody()))
    with pytest.raises(ShutOut, match="no managed identity; give it one"):
        await ours.get()
    ours.close()


@pytest.mark.parametrize("identity", ["system", OTHER])
async def test_a_managed_identity_needs_no_secret(
    identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an App Service gives it: an address and a header in the environment."""
    asked: list[Json] = []

    class Machine(requests.Session):
        def get(self, url: Any, **how: Any) -> requests.Response:  # type: ignore[override]
            asked.append({"url": url, **how})
            answer = requests.Response()
            answer.status_code = 200
            told = {"access_token": "managed", "expires_on": str(int(time.time()) + 3600)}
            answer._content = json.dumps({**told, "resource": "x"}).encode()
            return answer

    monkeypatch.setenv("IDENTITY_ENDPOINT", "http://127.0.0.1:1/token")
    monkeypatch.setenv("IDENTITY_HEADER", "invented")
    known = Settings(teams_app_id=APP, teams_managed_identity=identity, teams_tenants=TENANT)
    ours = Credentials(asking(known, Machine()))
    assert await ours.get() == "managed"
    assert asked[0]["params"]["resource"] == "https://api.botframework.com"
    assert asked[0]["params"].get("client_id") == (None if identity == "system" else OTHER)
    ours.close()


async def test_entra_away_is_no_verdict(clock: Clock) -> None:
    def ask() -> Json:
        raise requests.ConnectionError

    ours = Credentials(ask, clock)
    with pytest.raises(SurfaceError, match="Entra does not answer") as told:
        await ours.get()
    assert not isinstance(told.value, ShutOut)
    assert not told.value.unsure
    ours.close()


def test_no_secret_is_printed() -> None:
    known = Settings(teams_app_id=APP, teams_app_secret=SecretStr(SECRET), teams_tenants=TENANT)
    assert SECRET not in repr(known) + str(known)
