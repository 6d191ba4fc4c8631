"""The doctor's look at Slack: token, permissions, secret, clock, and who has an address there."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import yaml
from sqlmodel import Session

from bot import platform_doctor, slack_doctor_places, slack_doctor_reach
from bot.content import Pack
from bot.findings import Finding
from bot.platform_doctor import AddressBook
from bot.settings import Settings
from bot.slack_house import secret
from bot.slack_people import SLACK
from bot.surfaces import ShutOut
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.introduction import Introduction, introduce, may_connect
from bot.surfaces.slack.settings import SlackSettings
from storage import installations

BOOK = AddressBook(
    SLACK,
    "Slack",
    re.compile(r"([TE][A-Z0-9]+/)?[UW][A-Z0-9]+"),
    called="member ID",
    written="as in the profile (U…)",
    example="slack: U…",
)
FOR_UNITS = frozenset({"channels:read", "groups:read", "usergroups:read"})
"""What `manifest.yaml` asks for and an agency may strike out (`docs/slack.md`)."""


async def slack(
    known: Settings, manifest: Path, now: datetime, usable: bool = True
) -> list[Finding]:
    """What only Slack itself can tell. `usable`: the store can be read."""
    findings = list(listening(known))
    if known.slack_over_http:
        findings.append(await slack_doctor_reach.reached(known, known.public_url))
    if known.slack_by_oauth and usable and (found := slack_doctor_places.kept(known)) is not None:
        findings += await slack_doctor_places.places(known, found, now)
    token = secret(known.slack_bot_token)
    if not token:
        return findings

    async def our_token(_: str) -> str:
        return token

    api = SlackApi(known.slack_api_base, our_token)
    try:
        findings += await _visited(api, manifest, now)
        if known.slack_app_token:
            findings.append(await _socket(api, secret(known.slack_app_token)))
    finally:
        await api.close()
    return findings


def listening(known: SlackSettings) -> Iterator[Finding]:
    """How Slack's requests reach us. What a secret is worth shows with the first request only."""
    if known.slack_over_http:
        where = f"http://{known.slack_host}:{known.slack_port}/slack/events"
        yield Finding("signing secret", f"there; Slack's requests are awaited at {where}")
    else:
        yield Finding("signing secret", "none, and none is needed over Socket Mode")


async def _visited(api: SlackApi, manifest: Path, now: datetime) -> list[Finding]:
    try:
        found = await introduce(api)
    except ShutOut as no:
        return [Finding("reachable", "Slack answers"), Finding("token", *split(str(no)))]
    except Exception as no:
        repair = "let this machine reach KOLLEGA_SLACK_API_BASE, through a proxy if need be"
        return [Finding("reachable", str(no) or type(no).__name__, repair)]
    return [
        Finding("reachable", "Slack answers"),
        Finding("token", f"Slack knows it; the workspace is {found.name} ({found.team})"),
        scopes(found, manifest),
        platform_doctor.clock("Slack", found.at, now),
    ]


def split(why: str) -> tuple[str, str]:
    said, _, repair = why.partition("; ")
    return said, repair or "ask whoever looks after Slack"


def scopes(found: Introduction, manifest: Path) -> Finding:
    if found.scopes is None:
        return Finding("scopes", "Slack did not tell them")
    if not manifest.exists():
        return Finding("scopes", f"there is no {manifest.name} here to compare them with")
    missing = needed(manifest) - found.scopes
    if grave := sorted(missing - FOR_UNITS):
        repair = "add them under OAuth & Permissions, as manifest.yaml has them, and install again"
        return Finding("scopes", f"the token lacks {', '.join(grave)}", repair)
    said = [f"left out, and needed for units alone: {', '.join(sorted(missing))}"] * bool(missing)
    if more := sorted(found.scopes - needed(manifest)):
        said.append(f"more than needed: {', '.join(more)}")
    return Finding("scopes", "; ".join(said) or "all there, and no other")


def needed(manifest: Path) -> frozenset[str]:
    told = yaml.safe_load(manifest.read_text("utf-8"))
    return frozenset(told["oauth_config"]["scopes"]["bot"])


async def _socket(api: SlackApi, app_token: str) -> Finding:
    try:
        await may_connect(api, app_token)
    except ShutOut as no:
        return Finding("app-level token", *split(str(no)))
    except Exception as no:
        said = str(no) or type(no).__name__
        return Finding("app-level token", said, "see whether Slack is reached at all")
    return Finding("app-level token", "Slack opens a line over Socket Mode")


def people(known: Settings, session: Session, pack: Pack) -> list[Finding]:
    # With a token in the settings it is clear where a bare ID holds: in that token's workspace.
    unclear = known.slack_bot_token is None and installations.count(session) > 1
    odd = slack_doctor_places.addresses(session, pack, unclear)
    return [*odd, *platform_doctor.people(session, pack, BOOK)]
