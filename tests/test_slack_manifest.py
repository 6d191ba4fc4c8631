"""manifest.yaml, docs/slack.md and the code say the same: events, methods, scopes, names."""

import ast
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from bot import commands, settings
from bot.settings import Settings
from bot.surfaces.slack import oauth, parse, presence
from bot.surfaces.slack.installing import BACK
from bot.surfaces.slack.server import PATH
from tests.stage import demo_shelf

ROOT = Path(__file__).parent.parent
VENDOR = ROOT / "tests" / "vendor"
SCHEMA = VENDOR / "slack-manifest" / "manifest.schema.2.0.0.json"
TEXT = (ROOT / "manifest.yaml").read_text("utf-8")
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)
PAGE = (ROOT / "docs" / "slack.md").read_text("utf-8")
TABLE = re.search(r"## What each scope is for\n(.*?)\n## ", PAGE, re.DOTALL)
SCOPES = set(MANIFEST["oauth_config"]["scopes"]["bot"])

METHODS: Mapping[str, set[str]] = {
    "apps.connections.open": set(),
    "auth.teams.list": set(),
    "auth.test": set(),
    "chat.postMessage": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.history": {"im:history"},
    "conversations.members": {"channels:read", "groups:read"},
    "conversations.open": {"im:write"},
    "dnd.teamInfo": {"dnd:read"},
    "oauth.v2.access": set(),
    "usergroups.users.list": {"usergroups:read"},
    "users.getPresence": {"users:read"},
    "users.list": {"users:read"},
    "views.open": set(),
    "views.publish": set(),
}
"""What a bot token needs for each method, from the "Scopes" of its page under
docs.slack.dev/reference/methods. conversations.* only for direct messages: people's own addresses
are the only ones. apps.connections.open takes the app-level token (connections:write)."""

EVENTS: Mapping[str, set[str]] = {
    "app_home_opened": set(),
    "app_uninstalled": set(),
    "dnd_updated_user": {"dnd:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "subteam_updated": {"usergroups:read"},
    "team_join": {"users:read"},
    "tokens_revoked": set(),
    "user_change": {"users:read"},
    "user_huddle_changed": {"users:read"},
}
"""The same for events, from docs.slack.dev/reference/events. A member who comes to a channel is
told with channels:read for public ones and groups:read for private ones."""

INTERACTIVE = {"commands"}
"""For shortcuts and slash commands (docs.slack.dev/reference/scopes/commands)."""

FAMILIES = (
    "admin", "api", "apps", "assistant", "auth", "bookmarks", "bots", "chat", "conversations",
    "dnd", "emoji", "files", "oauth", "openid", "pins", "reactions", "reminders", "search", "team",
    "usergroups", "users", "views",
)  # fmt: skip
"""The first words of Slack's methods."""
METHOD = re.compile(rf"(?:{'|'.join(FAMILIES)})(?:\.[a-z][A-Za-z0-9]*)+")


def test_the_manifest_is_what_slack_says_a_manifest_is() -> None:
    Draft7Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(MANIFEST)


def test_the_schema_is_slacks_own() -> None:
    """Its licence, version and sum stand beside it."""
    listed = (VENDOR / "README.md").read_text("utf-8")
    for file in SCHEMA.parent.iterdir():
        assert f"`{hashlib.sha256(file.read_bytes()).hexdigest()}`" in listed, file.name
    (row,) = (line for line in listed.splitlines() if SCHEMA.name in line)
    assert "2.0.0" in row and "MIT" in row


# Events, methods and scopes


def test_every_event_that_is_heard_is_subscribed_and_no_other() -> None:
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert set(subscribed) == heard() == set(EVENTS)
    assert len(subscribed) == len(set(subscribed))


def test_every_method_that_is_called_is_known_with_its_scopes() -> None:
    assert called() == set(METHODS)


def test_the_scopes_are_enough_and_the_least() -> None:
    needed = set(INTERACTIVE).union(*METHODS.values(), *EVENTS.values())
    assert needed == SCOPES
    assert len(MANIFEST["oauth_config"]["scopes"]["bot"]) == len(SCOPES)
    assert "user" not in MANIFEST["oauth_config"]["scopes"]


def test_installing_over_oauth_asks_for_the_same_scopes() -> None:
    assert list(oauth.SCOPES) == MANIFEST["oauth_config"]["scopes"]["bot"]
    (back,) = MANIFEST["oauth_config"]["redirect_urls"]
    assert back.startswith("https://") and back.endswith(BACK)


def test_every_scope_is_explained_and_nothing_more() -> None:
    assert TABLE
    rows = re.findall(r"^\| `([a-z:]+)` \| (.+) \| (.+) \|$", TABLE[1], re.MULTILINE)
    assert sorted(scope for scope, _, _ in rows) == sorted(SCOPES)
    assert all(len(feature) > 10 and len(without) > 10 for _, feature, without in rows)


def heard() -> set[str]:
    """The cases of `parse.event_callback`, and what `presence` reads."""
    tree = ast.parse(Path(str(parse.__file__)).read_text("utf-8"))
    (reader,) = (
        one
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef) and one.name == "event_callback"
    )
    cases = {
        str(value.value.value)
        for value in ast.walk(reader)
        if isinstance(value, ast.MatchValue) and isinstance(value.value, ast.Constant)
    }
    ours = {"message": "message.im"}
    """Of messages only those in the bot's own conversations."""
    return {ours.get(one, one) for one in (*cases, *presence.KINDS)}


@cache
def called() -> set[str]:
    """Every method of the Web API that our code names, wherever under bot/ it does."""
    return {text for file in (ROOT / "bot").rglob("*.py") for text in strings(file)}


def strings(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        named = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if named and METHOD.fullmatch(str(node.value)):  # type: ignore[attr-defined]
            yield str(node.value)  # type: ignore[attr-defined]


# Names, addresses, switches


def shortcuts(kind: str) -> dict[str, str]:
    found = MANIFEST["features"]["shortcuts"]
    return {one["callback_id"]: one["name"] for one in found if one["type"] == kind}


def test_the_shortcuts_are_those_of_the_content_under_its_cover_words() -> None:
    pack = demo_shelf().current
    places = enumerate(commands.shortcuts(pack), 1)
    cover = {f"shortcut_{place}": cover_word(str(one.shortcut)) for place, one in places}
    assert shortcuts("global") == cover
    assert list(shortcuts("message")) == ["report"]
    assert all(len(one["name"]) <= 24 for one in MANIFEST["features"]["shortcuts"])


def cover_word(key: str) -> str:
    """Of the default set, in Swedish."""
    file = ROOT / "content" / "cover" / "folders.yaml"
    return str(yaml.safe_load(file.read_text("utf-8"))["words"][key]["sv"])


def test_the_apps_name_is_that_of_the_cover_words() -> None:
    assert MANIFEST["display_information"]["name"] == cover_word("app")
    assert MANIFEST["features"]["bot_user"]["display_name"] == cover_word("app")


def test_nothing_in_it_tells_a_visitor_what_it_is_for() -> None:
    shown = f"{MANIFEST['display_information']} {MANIFEST['features']}".casefold()
    told = [stem for stem in demo_shelf().current.forbidden if stem in shown]
    assert told == []


def test_slack_asks_at_the_one_path_that_is_served() -> None:
    interactive, events = (
        MANIFEST["settings"][name]["request_url"]
        for name in ("interactivity", "event_subscriptions")
    )
    (command,) = MANIFEST["features"]["slash_commands"]
    assert interactive == events == command["url"]
    assert events.startswith("https://") and events.endswith(PATH)


def test_the_switches() -> None:
    """HTTP by default, one line for Socket Mode, rotation is a choice, people may write to it."""
    switches, home = MANIFEST["settings"], MANIFEST["features"]["app_home"]
    assert switches["socket_mode_enabled"] is switches["token_rotation_enabled"] is False
    assert switches["org_deploy_enabled"] is switches["interactivity"]["is_enabled"] is True
    assert home["home_tab_enabled"] is home["messages_tab_enabled"] is True
    assert home["messages_tab_read_only_enabled"] is False
    assert len(re.findall(r"^#.*socket_mode_enabled: true", TEXT, re.MULTILINE)) == 1


# The page


def test_the_page_names_settings_that_exist_and_forgets_none() -> None:
    named = set(re.findall(rf"{settings.PREFIX}SLACK_[A-Z_]+", PAGE))
    known = {f"{settings.PREFIX}{name.upper()}" for name in Settings.model_fields}
    slack = {name for name in known if "SLACK" in name and not name.endswith("API_BASE")}
    assert named == slack


@pytest.mark.parametrize("fact", [PATH, "`report`", "`connections:write`", "Do Not Disturb"])
def test_the_page_says(fact: str) -> None:
    assert fact in PAGE
