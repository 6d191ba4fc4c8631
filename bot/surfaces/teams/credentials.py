"""Our own token for Teams, from Entra through msal: a secret, a certificate or a managed identity.

msal waits for the network, so it lives on a thread of its own; the token is renewed long before it
ends, while the old one goes on serving.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import msal
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import load_pem_x509_certificate

from bot.surfaces import ShutOut, SurfaceError
from bot.surfaces.teams.refusals import NO_IDENTITY, UNREADABLE, no_token
from bot.surfaces.teams.settings import TeamsSettings

log = logging.getLogger("kollega.teams")

SCOPE = "https://api.botframework.com/.default"
RESOURCE = "https://api.botframework.com"
EARLY = 600.0
"""Seconds before its end at which a token is renewed (they last an hour, or a day)."""
BETWEEN = 30.0
"""Seconds between two attempts to renew a token that still holds."""
PATIENCE = 8.0

Asked = Mapping[str, Any]
"""What Entra answers: `access_token` and `expires_in`, or `error`."""


class Credentials:
    """`ask` waits for the network and runs on a thread; `now` is a clock that never goes back."""

    def __init__(self, ask: Callable[[], Asked], now: Callable[[], float] = monotonic) -> None:
        self.ask, self.now = ask, now
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="teams-token")
        self.token, self.until, self.renew_at = "", 0.0, 0.0
        self.turn = asyncio.Lock()
        self.errand: asyncio.Task[None] | None = None

    async def get(self) -> str:
        """A token that holds. Raises ShutOut where Entra gives none, SurfaceError if it is away."""
        if self.now() < self.until:
            self._renew_aside()
            return self.token
        async with self.turn:
            if self.now() >= self.until:
                await self._renew()
        return self.token

    def forget(self, token: str) -> None:
        """Teams does not take this one: the next that is asked for is another."""
        if token == self.token:
            self.until = 0.0

    def close(self) -> None:
        if self.errand:
            self.errand.cancel()
        self.thread.shutdown(wait=False, cancel_futures=True)

    def _renew_aside(self) -> None:
        busy = self.errand is not None and not self.errand.done()
        if self.now() >= self.renew_at and not busy:
            self.renew_at = self.now() + BETWEEN
            self.errand = asyncio.create_task(self._guarded(), name="teams: token")

    async def _guarded(self) -> None:
        try:
            await self._renew()
        except Exception as no:
            log.warning("Teams: our token is not renewed yet (%s)", no)

    async def _renew(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            told = await loop.run_in_executor(self.thread, self.ask)
        except ShutOut:
            raise
        except Exception as no:  # requests, urllib3 and msal raise what they like
            why = f"Entra does not answer ({type(no).__name__})"
            raise SurfaceError(why, unsure=False) from None
        if not told.get("access_token"):
            raise no_token(told)
        lasts = float(told.get("expires_in") or 0)
        self.token, self.until = str(told["access_token"]), self.now() + lasts - 60
        self.renew_at = self.now() + max(lasts - EARLY, lasts / 2)


def asking(known: TeamsSettings, http_client: Any = None) -> Callable[[], Asked]:
    """How a token is asked for, from the settings. `http_client` is one of requests' sessions."""
    if known.teams_managed_identity:
        return _managed(known.teams_managed_identity, http_client)
    return _confidential(known, http_client)


def _confidential(known: TeamsSettings, http_client: Any) -> Callable[[], Asked]:
    """msal looks up the tenant when its client is made, so that happens on the thread too."""
    made: list[msal.ConfidentialClientApplication] = []

    def ask() -> Asked:
        if not made:
            made.append(
                msal.ConfidentialClientApplication(
                    known.teams_app_id,
                    client_credential=_proof(known),
                    authority=f"{known.teams_authority.rstrip('/')}/{known.tenants[0]}",
                    instance_discovery=False,
                    http_client=http_client,
                    timeout=None if http_client else PATIENCE,
                )
            )
        made[0].remove_tokens_for_client()  # renewed early: msal would give the old one again
        told: Asked = made[0].acquire_token_for_client([SCOPE])
        return told

    return ask


def _managed(identity: str, http_client: Any) -> Callable[[], Asked]:
    def ask() -> Asked:
        from requests import Session  # msal's own; only a managed identity asks for one

        whose = (
            msal.SystemAssignedManagedIdentity()
            if identity == "system"
            else msal.UserAssignedManagedIdentity(client_id=identity)
        )
        client = msal.ManagedIdentityClient(whose, http_client=http_client or Session())
        try:
            told: Asked = client.acquire_token_for_client(resource=RESOURCE)
        except (msal.ManagedIdentityError, OSError) as no:
            raise ShutOut(NO_IDENTITY) from no
        return told

    return ask


def _proof(known: TeamsSettings) -> Any:
    """The certificate goes before the secret."""
    if known.teams_certificate is None:
        return known.teams_app_secret.get_secret_value() if known.teams_app_secret else None
    try:
        pem = known.teams_certificate.read_bytes()
        certificate = load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE-----") :])
        thumbprint = certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303  (Entra's name of it)
        return {"private_key": pem.decode(), "thumbprint": thumbprint}
    except (OSError, ValueError) as no:
        raise ShutOut(UNREADABLE) from no
