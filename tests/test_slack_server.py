"""Slack's requests: committed before they are acknowledged, and nothing foreign gets further."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from bot import slack_doctor_reach
from bot.actions import unpack
from bot.cards import Field, Form
from bot.events import Answer, Incoming
from bot.surfaces.slack.doors import Chosen, Membership, Pass
from bot.surfaces.slack.server import LARGEST_BODY
from bot.surfaces.slack.settings import SlackSettings
from bot.surfaces.slack.signed import Signed
from tests.faults import Fault
from tests.slack.desk import ANNA, BO, BUTTON, SECRET, Desk
from tests.slack.hands import FORM, signed
from tests.toys import Count, Play

OPENED = Form("Berätta", (Field("why", "Varför?", long=True),), "Skicka", Count(9))
BOTH = pytest.mark.parametrize("socket", [False, True], ids=["http", "socket-mode"])


@pytest.fixture
def socket() -> bool:
    return False


@pytest.fixture
async def desk(socket: bool) -> AsyncIterator[Desk]:
    desk = await Desk(socket=socket).open()
    yield desk
    await desk.close()


def happened(heard: Incoming) -> Any:
    return unpack(heard.wire_name, heard.payload)


# The doctor knocks as Slack does


@pytest.mark.parametrize(
    ("key", "place", "said", "repair"),
    [
        (SECRET, "", "the bot that answers at {} has this signing secret", ""),
        ("another", "", "who answers at {} does not know this signing secret", "start the bot"),
        (SECRET, "/elsewhere", "{} is answered with 404, not by the bot", "let what comes to"),
    ],
)
async def test_the_doctor_finds_who_answers_at_the_public_address(
    desk: Desk, key: str, place: str, said: str, repair: str
) -> None:
    address = f"{desk.url}{place}"
    known = SlackSettings(slack_bot_token="xoxb-invented", slack_signing_secret=key)  # type: ignore[arg-type]
    found = await slack_doctor_reach.reached(known, address)
    assert found.said == said.format(f"{address}/slack/events")
    assert found.repair.startswith(repair) and bool(found.repair) == bool(repair)
    assert desk.heard == []


async def test_the_doctor_says_that_nobody_answers_at_the_public_address(desk: Desk) -> None:
    known = SlackSettings(slack_bot_token="xoxb-invented", slack_signing_secret=SECRET)  # type: ignore[arg-type]
    found = await slack_doctor_reach.reached(known, "http://127.0.0.1:9")
    assert found.said.startswith("http://127.0.0.1:9/slack/events does not answer (Client")
    assert "through to 127.0.0.1:8711" in found.repair
    assert (await slack_doctor_reach.reached(known, None)).advice


# Every kind of request arrives as what it is


@BOTH
async def test_every_kind_of_request_is_heard(desk: Desk) -> None:
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.hands.shortcut(ANNA, "shortcut_1")
    await desk.hands.type(ANNA, "pärm gul")
    await desk.hands.command(ANNA, "vit")
    await desk.hands.command(ANNA, "")
    await desk.hands.open_home(ANNA)
    told = [(heard.person, happened(heard)) for heard in desk.heard]
    games = "pärm gul", "vit", "parm", "opened"
    wanted = [Count(7), Count(1), *map(Play, games)]
    assert told == [("anna", action) for action in wanted]
    assert len({heard.id for heard in desk.heard}) == len(wanted)


@BOTH
async def test_what_is_written_into_a_form_is_heard(desk: Desk) -> None:
    desk.answer = Answer(form=OPENED)
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    desk.answer = Answer()
    await desk.hands.submit(ANNA, {"why": "Så här"})
    assert happened(desk.heard[-1]) == Count(9)
    assert desk.heard[-1].inputs == {"why": "Så här"}
    assert desk.slack.memory.modals[ANNA] == []
    assert desk.sheets.laid == {}, "it is done with"


@BOTH
async def test_what_slack_tells_of_people_is_noticed(desk: Desk) -> None:
    await desk.hands.event({"type": "member_joined_channel", "user": BO, "channel": "C0KONTOR"})
    assert desk.noticed == [Membership("T0KOLLEGA", "C0KONTOR", came=(BO,))]


async def test_an_answer_that_was_not_committed_is_asked_for_again(desk: Desk) -> None:
    fails = iter([True, True, False])

    async def hear(heard: Incoming) -> Answer:
        if next(fails):
            raise OSError("the disk is away")
        return Answer()

    desk.hear = hear
    await desk.hands.type(ANNA, "gul")
    assert [status for _, status in desk.hands.answers] == [500, 500, 200]
    assert len({heard.id for heard in desk.heard}) == 1


@pytest.mark.parametrize("kind", ["press", "type", "command", "shortcut"])
async def test_nothing_is_acknowledged_before_it_is_committed(desk: Desk, kind: str) -> None:
    committed, asked = asyncio.Event(), asyncio.Event()

    async def hear(heard: Incoming) -> Answer:
        asked.set()
        await committed.wait()
        return Answer()

    desk.hear = hear
    doings = {
        "press": lambda: desk.hands.press(ANNA, BUTTON, desk.message(ANNA)),
        "type": lambda: desk.hands.type(ANNA, "gul"),
        "command": lambda: desk.hands.command(ANNA, "gul"),
        "shortcut": lambda: desk.hands.shortcut(ANNA, "shortcut_1"),
    }
    pressing = asyncio.create_task(doings[kind]())
    await asked.wait()
    done, _ = await asyncio.wait([pressing], timeout=0.05)
    assert not done and desk.hands.answers == []
    committed.set()
    await pressing
    assert desk.hands.answers == [("", 200)]


# What the person sees at once


async def test_a_line_comes_back_to_the_presser_alone(desk: Desk) -> None:
    desk.answer = Answer(("Anna var först <!here>",))
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    assert desk.whispered(ANNA) == ["Anna var först &lt;!here&gt;"]
    assert desk.posted(ANNA) == ["Hej"]


async def test_a_line_after_a_press_on_ones_own_page_or_a_shortcut_is_said_in_the_conversation(
    desk: Desk,
) -> None:
    desk.slack.memory.homes[ANNA] = {"id": "V1"}
    desk.answer = Answer(("Redan klart",))
    await desk.hands.press(ANNA, BUTTON, None)
    await desk.hands.shortcut(ANNA, "shortcut_1")
    await desk.hands.type(ANNA, "gul")
    await desk.errands()
    assert desk.posted(ANNA) == ["Redan klart"] * 3


async def test_a_command_is_answered_in_its_acknowledgement(desk: Desk) -> None:
    desk.answer = Answer(("Redan klart",))
    await desk.hands.command(ANNA, "gul")
    assert desk.whispered(ANNA) == ["Redan klart"]
    assert desk.slack.memory.calls == []


async def test_a_shortcut_that_says_nothing_shows_nothing(desk: Desk) -> None:
    await desk.hands.shortcut(ANNA, "shortcut_1")
    await desk.errands()
    assert desk.hands.answers == [("", 200)]
    assert desk.slack.memory.calls == []


async def test_a_repeat_shows_nothing_twice(desk: Desk) -> None:
    desk.answer = Answer(("Redan klart",), OPENED)
    desk.hands.repeats = 3
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    assert len(desk.heard) == 4
    assert desk.whispered(ANNA) == ["Redan klart"]
    assert len(desk.slack.memory.modals[ANNA]) == 1


async def test_a_form_that_leads_to_a_form_takes_its_place(desk: Desk) -> None:
    desk.answer = Answer(form=OPENED)
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    desk.answer = Answer(("Nästan klart",), Form("Mer", OPENED.fields, "Skicka", Count(10)))
    await desk.hands.submit(ANNA, {"why": "x"})
    await desk.errands()
    (view,) = desk.slack.memory.modals[ANNA]
    assert desk.sheets.laid[view["private_metadata"]][1].payload == '{"number":10}'
    assert desk.posted(ANNA)[-1] == "Nästan klart"


@pytest.mark.parametrize(
    "fault",
    [Fault(error="expired_trigger_id"), Fault(status=502), Fault(drop=True)],
    ids=["expired", "502", "cut"],
)
async def test_a_form_that_cannot_be_opened_is_said_kindly(desk: Desk, fault: Fault) -> None:
    desk.slack.fails("views.open", fault)
    desk.answer = Answer(form=OPENED)
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    assert desk.hands.answers == [("", 200)]
    assert desk.whispered(ANNA) == ["anna: no_form"]


async def test_a_form_cannot_be_opened_from_typed_words(desk: Desk) -> None:
    desk.answer = Answer(form=OPENED)
    await desk.hands.type(ANNA, "gul")
    await desk.errands()
    assert desk.posted(ANNA) == ["anna: no_form"]


async def test_a_form_too_large_for_slack_is_never_sent(desk: Desk) -> None:
    many = tuple(Field(f"f{place}", "Vad?") for place in range(101))
    desk.answer = Answer(form=Form("Mycket", many, "Skicka", Count(1)))
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    assert desk.slack.memory.count("views.open") == 0
    assert desk.whispered(ANNA) == ["anna: no_form"]


async def test_a_line_that_does_not_arrive_harms_nobody(desk: Desk) -> None:
    desk.slack.fails("chat.postMessage", Fault(status=500))
    desk.answer = Answer(("Redan klart",))
    await desk.hands.shortcut(ANNA, "shortcut_1")
    await desk.errands()
    assert desk.hands.answers == [("", 200)]


async def test_a_shortcut_on_a_message_leads_where_the_doors_say(desk: Desk) -> None:
    message = desk.message(ANNA)
    await desk.hands.shortcut_on(ANNA, "report", message)
    await desk.errands()
    assert desk.whispered(ANNA) == ["anna: not_here"]
    desk.report = Count(3)
    await desk.hands.shortcut_on(ANNA, "report", message)
    place = f"https://kontor.slack.com/archives/D0ANNA/p{message.ts.replace('.', '')}"
    assert desk.chosen == [Chosen("report", place)] * 2, "where it stands, not what it says"
    assert happened(desk.heard[-1]) == Count(3)


# Whom we do not know


async def test_somebody_unknown_is_told_how_to_be_added(desk: Desk) -> None:
    desk.answer = Answer(("Du finns inte i listan än.",))
    await desk.hands.press(BO, BUTTON, desk.message(BO))
    await desk.errands()
    assert desk.heard[-1].person == "slack:T0KOLLEGA/U0BO"
    assert desk.whispered(BO) == ["Du finns inte i listan än."]
    await desk.hands.open_home(BO)
    await desk.errands()
    assert "Du finns inte i listan än." in str(desk.slack.memory.homes[BO])
    assert desk.posted(BO) == ["Hej"]


async def test_a_workspace_that_never_let_us_in_is_not_heard(desk: Desk) -> None:
    desk.slack.memory.team = "T0FOREIGN"
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.hands.type(ANNA, "gul")
    assert desk.heard == []
    assert desk.hands.answers == [("", 200)] * 2


async def test_a_table_of_workspaces_that_cannot_be_read_is_asked_again() -> None:
    fails = iter([True, False])

    async def authorize(team: str, enterprise: str) -> Pass | None:
        if next(fails):
            raise OSError("the disk is away")
        return Pass("xoxb-invented")

    desk = await Desk(authorize=authorize).open()
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    assert [status for _, status in desk.hands.answers] == [500, 200]
    assert len(desk.heard) == 1
    await desk.close()


# Bad input


BODY = urlencode({"payload": json.dumps({"type": "shortcut", "callback_id": "shortcut_1"})})


def stamped(stamp: str) -> dict[str, str]:
    return {**signed(SECRET, BODY), "X-Slack-Request-Timestamp": stamp}


def marked(mark: str) -> dict[str, str]:
    return {**signed(SECRET, BODY), "X-Slack-Signature": mark}


BADLY_SIGNED: dict[str, Callable[[], dict[str, str]]] = {
    "unsigned": dict,
    "another-secret": lambda: signed("another", BODY),
    "six-minutes-old": lambda: signed(SECRET, BODY, time.time() - 360),
    "from-the-future": lambda: signed(SECRET, BODY, time.time() + 360),
    "another-body": lambda: signed(SECRET, BODY + "x"),
    "no-time": lambda: stamped("soon"),
    "endless-time": lambda: stamped("9" * 4000),
    "no-ascii": lambda: marked("v0=åäö"),
    "empty": lambda: marked(""),
}


@pytest.mark.parametrize("headers", BADLY_SIGNED.values(), ids=BADLY_SIGNED)
async def test_what_slack_did_not_sign_is_not_read(
    desk: Desk, headers: Callable[[], dict[str, str]]
) -> None:
    await desk.hands.post(BODY, {**headers(), "Content-Type": FORM})
    ((text, status),) = desk.hands.answers
    assert status == 401 and "signed" in text
    assert desk.heard == []


async def test_a_server_without_a_secret_hears_nothing_over_http(desk: Desk) -> None:
    desk.server.signed = Signed("")
    await desk.hands.shortcut(ANNA, "shortcut_1")
    assert {status for _, status in desk.hands.answers} == {401}


STRANGE: dict[str, tuple[str, str]] = {
    "empty": ("", FORM),
    "no-json": ("{", "application/json"),
    "a-list": ("[]", "application/json"),
    "deep": ("[" * 100_000, "application/json"),
    "payload-is-a-list": (urlencode({"payload": "[1]"}), FORM),
    "payload-is-a-number": (urlencode({"payload": "7"}), FORM),
    "payload-is-empty": ("payload=", FORM),
    "no-form": ("hello", FORM),
    "no-type": ("{}", "application/json"),
    "event-is-text": ('{"type":"event_callback","event":"x"}', "application/json"),
    "event-is-null": ('{"type":"event_callback","event":null}', "application/json"),
    "teams-are-numbers": (
        '{"type":"event_callback","authorizations":5,"event":{"type":"x"}}',
        "application/json",
    ),
    "no-actions": (urlencode({"payload": '{"type":"block_actions","actions":[]}'}), FORM),
    "odd-actions": (urlencode({"payload": '{"type":"block_actions","actions":[1]}'}), FORM),
    "odd-user": (
        urlencode(
            {
                "payload": json.dumps(
                    {
                        "type": "block_actions",
                        "team": {"id": "T0KOLLEGA"},
                        "user": {"id": 7},
                        "actions": [{"action_id": "toy.count"}],
                    }
                )
            }
        ),
        FORM,
    ),
    "step-of-nothing": (urlencode({"payload": '{"type":"workflow_step_edit"}'}), FORM),
    "odd-view": (urlencode({"payload": '{"type":"view_submission","view":7}'}), FORM),
    "view-of-no-type": (
        urlencode(
            {
                "payload": json.dumps(
                    {
                        "type": "view_submission",
                        "team": {"id": "T0KOLLEGA"},
                        "user": {"id": "U0ANNA"},
                        "view": {"id": "V0MODAL", "callback_id": "toy.count", "state": 7},
                    }
                )
            }
        ),
        FORM,
    ),
    "unknown-type": (urlencode({"payload": '{"type":"workflow_step_edit"}'}), FORM),
}


@pytest.mark.parametrize(("body", "content_type"), STRANGE.values(), ids=STRANGE)
async def test_what_has_a_strange_shape_never_hurts(
    desk: Desk, body: str, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**signed(SECRET, body), "Content-Type": content_type}
    await desk.hands.post(body, headers)
    ((text, status),) = desk.hands.answers
    assert status in (200, 400)
    assert "Traceback" not in text + caplog.text
    assert desk.heard == []


async def test_what_is_no_text_at_all_never_hurts(desk: Desk) -> None:
    await desk.hands.post(b"\xff\xfe\x00", {**signed(SECRET, ""), "Content-Type": FORM})
    assert desk.hands.answers[-1][1] == 401


async def test_a_body_larger_than_slack_sends_is_refused(desk: Desk) -> None:
    body = "x" * (LARGEST_BODY + 1)
    await desk.hands.post(body, {**signed(SECRET, body), "Content-Type": FORM})
    assert desk.hands.answers[-1][1] == 413


async def test_slack_may_ask_whether_this_is_the_right_address(desk: Desk) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc"})
    headers = {**signed(SECRET, body), "Content-Type": "application/json"}
    assert await desk.hands.post(body, headers) == {"challenge": "abc"}


async def test_our_own_messages_and_edits_are_not_heard(desk: Desk) -> None:
    ours = {"type": "message", "channel_type": "im", "user": ANNA, "text": "gul"}
    for more in (
        {"bot_id": "B0BOT"},
        {"subtype": "message_changed"},
        {"hidden": True},
        {"channel_type": "channel"},
        {"text": "  "},
    ):
        await desk.hands.event({**ours, **more})
    assert desk.heard == []


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message"])
async def test_words_beside_a_picture_or_in_a_thread_are_heard_too(
    desk: Desk, subtype: str
) -> None:
    said = {"type": "message", "channel_type": "im", "user": ANNA, "channel": "D0ANNA"}
    await desk.hands.event({**said, "subtype": subtype, "text": "gul", "files": [{"id": "F0"}]})
    assert [one.inputs for one in desk.heard] == [{"said": "gul"}]


@pytest.mark.parametrize(
    ("secret", "late", "told"),
    [
        (SECRET, 360, "clock it is 36"),
        (SECRET, -360, "clock it is -3"),
        ("another", 0, "it is not signed with KOLLEGA_SLACK_SIGNING_SECRET"),
    ],
)
async def test_why_everybody_presses_in_vain_is_told_to_an_operator(
    desk: Desk, caplog: pytest.LogCaptureFixture, secret: str, late: float, told: str
) -> None:
    for _ in range(3):
        await desk.hands.post(BODY, signed(secret, BODY, time.time() - late))
    assert [status for _, status in desk.hands.answers] == [401] * 3
    (line,) = caplog.messages
    assert told in line


async def test_words_are_heard_as_they_were_typed(desk: Desk) -> None:
    """Slack writes a mention of us, and three characters, in a way of its own."""
    await desk.hands.type(ANNA, "<@U0BOT> gul &lt;nu&gt; &amp; fort")
    assert [one.inputs for one in desk.heard] == [{"said": "gul <nu> & fort"}]


async def test_a_press_that_names_nothing_where_it_may_is_heard(desk: Desk) -> None:
    nothing = {"view": None, "message": None, "container": None, "channel": None}
    await desk.hands.interact(
        {**desk.hands._who(ANNA, "block_actions"), "actions": [BUTTON], **nothing}
    )
    assert len(desk.heard) == 1


@pytest.mark.parametrize("nobody", [[], None])
async def test_an_event_that_names_no_authorization_is_heard(desk: Desk, nobody: Any) -> None:
    event = {"type": "message", "channel_type": "im", "user": ANNA, "text": "gul"}
    told = {"type": "event_callback", "team_id": "T0KOLLEGA", "event_id": "Ev1", "event": event}
    body = json.dumps({**told, "authorizations": nobody})
    await desk.hands.send("events_api", told, body, "application/json")
    assert len(desk.heard) == 1


async def test_a_line_that_nobody_understands_is_left_alone(desk: Desk) -> None:
    await desk.hands.type(ANNA, "?")
    await desk.hands.shortcut(ANNA, "shortcut_9")
    assert desk.heard == []
    assert [status for _, status in desk.hands.answers] == [200, 200]


# Socket Mode


@pytest.mark.parametrize("socket", [True])
async def test_socket_mode_comes_back_when_slack_changes_the_line(desk: Desk) -> None:
    (old,) = desk.slack.sockets
    await old.send_json({"type": "disconnect", "reason": "refresh_requested"})
    async with asyncio.timeout(5):
        while desk.slack.sockets == [old] or not desk.slack.sockets:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await desk.hands.shortcut(ANNA, "shortcut_1")
    assert happened(desk.heard[-1]) == Count(1)


@pytest.mark.parametrize("socket", [True])
async def test_strange_envelopes_never_hurt(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    for body, kind in STRANGE.values():
        payload = json.loads(body) if kind != FORM and body.startswith('{"') else {"x": body}
        assert await desk.slack.envelope("interactive", payload) == {}
    assert "Traceback" not in caplog.text
    assert desk.heard == []
