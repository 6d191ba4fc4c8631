"""Teams' settings: who we are there, and every outside address, which can be loopback."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr, field_validator

APP, SECRET, CERTIFICATE = "teams_app_id", "teams_app_secret", "teams_certificate"
IDENTITY, TENANTS = "teams_managed_identity", "teams_tenants"
PROOFS = SECRET, CERTIFICATE, IDENTITY
LISTENER = "teams_host", "teams_port"

LOOPBACK = "127.0.0.1", "localhost", "::1"
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class TeamsSettings(BaseModel):
    """Without an app id Teams stays away.

    `teams_certificate` is a PEM file with the private key and the certificate; it goes before the
    secret, and `teams_managed_identity` ("system" or a client id) before both. `teams_tenants` are
    those that are let in; the first is where the app is registered. `teams_service_url` is where
    a conversation is begun, and no token of ours is ever sent to another host than its own.
    """

    teams_app_id: str | None = None
    teams_app_secret: SecretStr | None = None
    teams_certificate: Path | None = None
    teams_managed_identity: str | None = None
    teams_tenants: str = ""
    teams_authority: str = "https://login.microsoftonline.com"
    teams_metadata_url: str = "https://login.botframework.com/v1/.well-known/openidconfiguration"
    teams_service_url: str = "https://smba.trafficmanager.net/teams/"
    teams_host: str = "127.0.0.1"
    teams_port: int = 8712
    teams_organisation: str = "Kollega"
    teams_website: str = "https://kontorsstod.example"

    @property
    def teams_on(self) -> bool:
        return self.teams_app_id is not None

    @property
    def tenants(self) -> tuple[str, ...]:
        return split(self.teams_tenants)

    @field_validator(APP)
    @classmethod
    def _app(cls, id: str | None) -> str | None:
        if id is not None and not GUID.fullmatch(id):
            raise ValueError("write the application (client) id, as the app registration shows it")
        return id

    @field_validator(TENANTS)
    @classmethod
    def _tenants(cls, written: str) -> str:
        if not all(GUID.fullmatch(one) for one in split(written)):
            raise ValueError("write the directory (tenant) ids, with commas between them")
        return written

    @field_validator(IDENTITY)
    @classmethod
    def _identity(cls, written: str | None) -> str | None:
        if written is not None and written != "system" and not GUID.fullmatch(written):
            raise ValueError("write “system”, or the client id of a user-assigned identity")
        return written

    @field_validator("teams_authority", "teams_metadata_url", "teams_service_url")
    @classmethod
    def _teams_address(cls, written: str) -> str:  # a name of its own: Slack's has one too
        if not safe(written):
            raise ValueError("write an https:// address")
        return written

    @field_validator("teams_website")
    @classmethod
    def _website(cls, written: str) -> str:
        if not (safe(written) and written.startswith("https://")):
            raise ValueError("write the https:// address of a page about the app")
        return written.rstrip("/")


def safe(url: str) -> bool:
    """https, or plain http on this machine alone."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError:
        return False
    return bool(host) and (scheme == "https" or (scheme == "http" and host in LOOPBACK))


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: whoever serves one address of an origin serves them all."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def is_local(url: str) -> bool:
    return origin(url)[1] in LOOPBACK


def split(written: str) -> tuple[str, ...]:
    return tuple(one.lower() for one in re.split(r"[,;\s]+", written) if one)


def lacking_teams(given: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is missing beside the settings that were given, each with its repair."""
    if APP not in given:
        if any(name in given for name in (*PROOFS, TENANTS, *LISTENER)):
            yield APP, "write the application (client) id; without it Teams stays away"
        return
    if not any(name in given for name in PROOFS):
        others = "KOLLEGA_TEAMS_CERTIFICATE or KOLLEGA_TEAMS_MANAGED_IDENTITY"
        yield SECRET, f"write the app's secret, or {others}; without any the bot cannot answer"
    if TENANTS not in given:
        yield TENANTS, "write your directory (tenant) id; nobody else is let in"
