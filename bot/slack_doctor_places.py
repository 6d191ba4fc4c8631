"""The doctor's look at every workspace that let the bot in over OAuth."""

from datetime import datetime, timedelta

from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from bot.content import Pack
from bot.findings import Finding
from bot.keys import KeysError, ring
from bot.settings import Settings
from bot.slack_house import secret
from bot.slack_people import SLACK
from bot.staff import Site
from bot.surfaces import ShutOut
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.introduction import introduce
from bot.surfaces.slack.surface import split
from storage import installations
from storage.database import open_database, sessions, there
from storage.installations import Installation
from storage.people import everybody
from storage.sealed import Unreadable

INSTALL = "open /slack/install at the bot's public address"
LATE = timedelta(hours=1)
"""A token that has no longer to live should have been exchanged."""


def kept(known: Settings) -> list[Installation] | None:
    """Who let the bot in; None where it cannot be read, which is said of the keys already."""
    if not there(known.database_url):
        return []
    try:
        keys = ring(secret(known.keys) or None, known.database_url)
        store = open_database(known.database_url, keys)
    except KeysError:
        return None
    try:
        with sessions(store)() as session:
            return installations.every(session)
    except Unreadable:
        return None
    except DatabaseError:  # of an older release: the next start makes the table
        return []
    finally:
        store.dispose()


async def places(known: Settings, found: list[Installation], now: datetime) -> list[Finding]:
    if not found:
        return [Finding("workspaces", "nobody has let the bot in yet", INSTALL)]
    findings = [await _place(known, one, now) for one in found]
    if foreign := sorted({one.place for one in found} - known.slack_allowed):
        said = f"{', '.join(foreign)} let the bot in, and may not install any more"
        repair = "add them to KOLLEGA_SLACK_WORKSPACES, or remove the app there"
        findings.append(Finding("workspaces", said, repair))
    return findings


async def _place(known: Settings, one: Installation, now: datetime) -> Finding:
    check = f"workspace {one.place}"

    async def token(_: str) -> str:
        return one.token

    api = SlackApi(known.slack_api_base, token)
    try:
        told = await introduce(api)
    except ShutOut as no:
        return Finding(check, str(no).partition("; ")[0], f"{INSTALL}, there")
    except Exception as no:
        return Finding(check, str(no) or type(no).__name__, "see whether Slack is reached at all")
    finally:
        await api.close()
    if one.ends_at is not None and one.ends_at - now < LATE:
        said = "its token dies soon and was not exchanged"
        return Finding(check, said, "see whether the bot runs, and what it says in its log")
    return Finding(check, f"Slack knows its token ({told.name or one.name})")


def addresses(session: Session, pack: Pack, several: bool) -> list[Finding]:
    """With several workspaces every address says which; and units are groups or channels."""
    findings = []
    bare = [one.ref for one in everybody(session) if _bare(one.addresses.get(SLACK))]
    if several and bare:
        said = f"{', '.join(bare)}: the address names no workspace, and there are several"
        findings.append(Finding("people", said, "write it as T…/U…, or E…/U… for all of them"))
    for name, site in sorted(pack.all(Site).items()):
        for unit in site.units.get("slack", []):
            if not split(unit)[1].startswith(("S", "C", "G")):
                said = f"{name}: {unit} is no user group (S…) and no channel (C…)"
                findings.append(Finding("units", said, f"mend “units” in sites/{name}.yaml"))
    return findings


def _bare(address: str | None) -> bool:
    return address is not None and not split(address)[0]
