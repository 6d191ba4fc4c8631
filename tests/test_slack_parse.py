"""What Slack sends, as recorded by hand from its documentation, and what we make of it."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.surfaces.slack.doors import Chosen, Membership, Presence, Removed
from bot.surfaces.slack.parse import (
    OnMessage,
    Opened,
    Pressed,
    Sender,
    Shortcut,
    Submitted,
    Typed,
    Written,
    heard,
    identity,
    stamped,
)
from bot.surfaces.slack.server import STRANGE
from tests.slack.desk import Desk
from tests.test_actions import ANYTHING

FOLDER = Path(__file__).parent / "slack" / "payloads"
PAYLOADS: dict[str, dict[str, Any]] = {
    file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FOLDER.glob("*.json"))
}
T, ANNA, BO = "T0KOLLEGA", "U0ANNA", "U0BO"
HOOKS = "https://hooks.slack.example"


def sender(id: str, *, url: str = "", channel: str = "") -> Sender:
    trigger = id if id.startswith("179") else ""
    name = "" if id.startswith("Ev") else "anna"  # an event names nobody
    return Sender(id, T, ANNA, trigger, url and f"{HOOKS}/{url}", channel, name=name)


def trigger(number: int) -> str:
    return f"{1790000000 + number}.790000000.a1b2c3"


def day(stamp: int) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


WRITTEN_THERE = {"why": "Så här", "how": "b", "day": "2026-11-23", "many": "x,y"}
MEANT: dict[str, object] = {
    "block_actions_in_a_message": Pressed(
        sender(trigger(1), url="actions/T0KOLLEGA/1/abc", channel="D0ANNA"),
        "toy.count",
        '{"number":7}',
        {"how": "a"},
    ),
    "block_actions_on_the_home_page": Pressed(sender(trigger(2)), "toy.count", '{"number":8}', {}),
    "view_submission": Submitted(sender(trigger(3)), "toy.count", "sheet-1", WRITTEN_THERE, "why"),
    "view_closed": Written(sender(identity(PAYLOADS["view_closed"])), "sheet-1", WRITTEN_THERE),
    "block_actions_in_a_form": Written(sender(trigger(31)), "sheet-1", {"why": "Så"}),
    "block_actions_in_an_organisation": Pressed(
        replace(sender(trigger(33)), enterprise="E0GRID"), "toy.count", '{"number":8}', {}
    ),
    "shortcut": Shortcut(sender(trigger(4)), "shortcut_3"),
    "message_action": OnMessage(
        sender(trigger(5), url="app/T0KOLLEGA/2/abc", channel="C0KONTOR"),
        Chosen("report", "https://kontor.slack.com/archives/C0KONTOR/p1790000000000200"),
    ),
    "command": Typed(
        sender(trigger(6), url="commands/T0KOLLEGA/3/abc", channel="C0KONTOR"), "gul", command=True
    ),
    "event_message_im": Typed(sender("Ev0001", channel="D0ANNA"), "pärm gul"),
    "event_message_of_a_bot": None,
    "event_message_changed": None,
    "event_app_home_opened": Opened(sender("Ev0004", channel="D0ANNA")),
    "event_app_home_opened_blank": Opened(sender("Ev0031", channel="D0ANNA"), blank=True),
    "event_messages_tab_opened": None,
    "event_user_change": Presence(
        T, BO, False, "sv-SE", "Europe/Stockholm", in_huddle=False, name="Bo"
    ),
    "event_user_deactivated": Presence(T, BO, deleted=True, name="Bo"),
    "event_user_huddle_changed": Presence(
        T, BO, False, "sv-SE", "Europe/Stockholm", in_huddle=True, name="Bo"
    ),
    "event_team_join": Presence(T, "U0NY", False, "en-GB", "Europe/Stockholm", name="Ny"),
    "event_dnd_updated_user": Presence(T, BO, snoozed=(day(1790010000), day(1790050000))),
    "event_dnd_switched_off": Presence(T, BO, awake=True),
    "event_member_joined_channel": Membership(T, "C0KONTOR", came=(BO,)),
    "event_member_left_channel": Membership(T, "C0KONTOR", left=(BO,)),
    "event_subteam_members_changed": Membership(T, "S0GRUPP", (ANNA, BO), ("U0NY",)),
    "event_subteam_updated": Membership(T, "S0GRUPP", (ANNA, BO), whole=True),
    "event_app_uninstalled_in_an_organisation": Removed(T, "E0GRID"),
    "event_tokens_revoked": Removed(T),
    "event_another_token_revoked": None,
    "event_app_uninstalled": Removed(T),
    "event_reaction_added": None,
}


def test_every_recorded_payload_has_a_meaning_here() -> None:
    assert MEANT.keys() == PAYLOADS.keys()


@pytest.mark.parametrize("name", MEANT)
def test_a_recorded_payload_is_heard_as_what_it_is(name: str) -> None:
    assert heard(PAYLOADS[name]) == MEANT[name]


def test_a_repeat_has_the_same_identity_and_another_event_has_not() -> None:
    names = [
        identity(body)
        for body in PAYLOADS.values()
        if body["type" if "type" in body else "command"]
    ]
    assert len(names) - len(set(names)) == 0
    nameless = {"type": "block_actions", "actions": [{"action_id": "a"}], "user": {"id": ANNA}}
    assert identity(nameless) == identity(dict(reversed(nameless.items())))
    assert identity(nameless) != identity({**nameless, "actions": [{"action_id": "b"}]})


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(["type", "event", "actions", "user", "view"]), ANYTHING))
def test_nothing_that_is_sent_makes_the_parser_raise(body: dict[str, Any]) -> None:
    for kind in ("block_actions", "view_submission", "event_callback", "message_action"):
        heard({**body, "type": kind})
    heard(body)


ODD: tuple[Any, ...] = (None, 7, -1e300, "x", [], [1], {}, {"id": 7}, True)


def bent(body: Any) -> Iterator[Any]:
    """The same payload with one part of it, at any depth, of another shape."""
    if not isinstance(body, dict | list):
        return
    for key in list(body) if isinstance(body, dict) else range(len(body)):
        for odd in ODD:
            fresh = copy.copy(body)
            fresh[key] = odd
            yield fresh
        for inner in bent(body[key]):
            fresh = copy.copy(body)
            fresh[key] = inner
            yield fresh


SMALL = ("block_actions_on_the_home_page", "command", "event_message_im", "shortcut")


@pytest.mark.parametrize("name", SMALL)
async def test_a_payload_bent_in_any_place_never_hurts(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk = await Desk().open()
    tried = 0
    for body in bent(PAYLOADS[name]):
        heard(body)
        tried += 1
        try:
            asked = AsyncBoltRequest(mode="socket_mode", body=body)
        except STRANGE:  # as the server itself does
            continue
        assert (await desk.server._dispatch(asked)).status == 200, body
    await desk.close()
    assert tried > 90
    assert "Traceback" not in caplog.text


def test_when_it_happened_is_slacks_own_stamp() -> None:
    """A press that Slack could not deliver at once keeps its own time."""
    pressed = heard(PAYLOADS["block_actions_in_a_message"])
    assert isinstance(pressed, Pressed) and pressed.by.at is not None
    assert pressed.by.at.timestamp() == pytest.approx(1790000001.123456)
    typed = heard(PAYLOADS["event_message_im"])
    assert isinstance(typed, Typed) and typed.by.at is not None
    assert typed.by.at.timestamp() == pytest.approx(1790000007.0001)
    assert stamped({"actions": [{"action_ts": "nan"}], "action_ts": "yesterday"}) is None
