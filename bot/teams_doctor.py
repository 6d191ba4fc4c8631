"""The doctor's look at Teams: token, keys, clock, certificate, and who has an address there."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aiohttp import ClientSession, ClientTimeout
from cryptography.x509 import load_pem_x509_certificate
from sqlmodel import Session

from bot import platform_doctor
from bot.content import Pack
from bot.findings import Finding
from bot.platform_doctor import AddressBook
from bot.surfaces import ShutOut
from bot.surfaces.teams.connector import Connector
from bot.surfaces.teams.credentials import Asked, Credentials, asking
from bot.surfaces.teams.keys import Keys
from bot.surfaces.teams.settings import GUID, TeamsSettings, is_local
from bot.teams_people import TEAMS

BOOK = AddressBook(
    TEAMS,
    "Teams",
    GUID,
    called="object id of Entra",
    written="as Entra shows it",
    example="teams: <object id>",
)
SOON = timedelta(days=30)
"""A certificate that ends within this time needs a successor."""
REACH = "let this machine reach it, through a proxy if need be"


async def teams(
    known: TeamsSettings, now: datetime, ask: Callable[[], Asked] | None = None
) -> list[Finding]:
    """What only Microsoft itself can tell. Nothing is sent to anybody."""
    findings = [*listening(known), proof(known, now)]
    credentials = Credentials(ask or asking(known))
    connector = Connector(credentials, [known.teams_service_url])
    try:
        findings.append(await token(credentials))
        findings.append(await keys(known, connector))
        findings.append(await clock(known, now))
    finally:
        credentials.close()
        await connector.close()
    return findings


def listening(known: TeamsSettings) -> Iterator[Finding]:
    where = f"http://{known.teams_host}:{known.teams_port}/api/messages"
    yield Finding("Teams", f"its requests are awaited at {where}")
    count = len(known.tenants)
    yield Finding("tenants", f"{count} let in" if count > 1 else "one let in, and nobody else")


def proof(known: TeamsSettings, now: datetime) -> Finding:
    """How we show Entra who we are; of a certificate also how long it holds."""
    if known.teams_managed_identity:
        return Finding("proof", "the machine's managed identity; there is no secret to renew")
    if known.teams_certificate is None:
        return Finding("proof", "a secret; mind the day on which it ends")
    try:
        pem = known.teams_certificate.read_bytes()
        ends = load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    except (OSError, ValueError):
        said = f"{known.teams_certificate} cannot be read as key and certificate"
        return Finding("proof", said, "name a PEM file with both")
    left = ends.not_valid_after_utc - now.astimezone(UTC)
    if left < SOON:
        said = f"the certificate ends in {left.days} days"
        return Finding("proof", said, "make a new one and upload it to the app registration")
    return Finding("proof", f"a certificate that holds for {left.days} days")


async def token(credentials: Credentials) -> Finding:
    try:
        await credentials.get()
    except ShutOut as no:
        said, _, repair = str(no).partition("; ")
        return Finding("token", said, repair or "compare it with the app registration")
    except Exception as no:
        return Finding("token", str(no) or type(no).__name__, f"KOLLEGA_TEAMS_AUTHORITY: {REACH}")
    return Finding("token", "Entra gives us one for Teams")


async def keys(known: TeamsSettings, connector: Connector) -> Finding:
    found = Keys(known.teams_metadata_url, connector.document)
    await found.refresh()
    if not found.known:
        said = "Microsoft's keys cannot be read: nobody who writes in Teams would be heard"
        return Finding("keys", said, f"KOLLEGA_TEAMS_METADATA_URL: {REACH}")
    return Finding("keys", f"{len(found.known)} of Microsoft's are known")


async def clock(known: TeamsSettings, now: datetime) -> Finding:
    """By the Date that Microsoft's own server says."""
    url, direct = known.teams_metadata_url, is_local(known.teams_metadata_url)
    at: datetime | None = None
    try:
        async with (
            ClientSession(timeout=ClientTimeout(5), trust_env=not direct) as http,
            http.get(url) as answer,
        ):
            at = parsedate_to_datetime(answer.headers["Date"])
    except (TimeoutError, OSError, ValueError, KeyError):
        at = None
    return platform_doctor.clock("Microsoft", at, now)


def people(session: Session, pack: Pack) -> list[Finding]:
    return platform_doctor.people(session, pack, BOOK)
