"""What Teams says, and whoever pretends to be Teams: heard once, answered, nothing leaked."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.actions import pack
from bot.cards import Button, Card, Field, Form, Text
from bot.events import Answer, Incoming
from bot.surfaces.patience import Patience
from bot.surfaces.slack import router as slack
from bot.surfaces.teams import router
from bot.surfaces.teams.doors import Chosen, Place
from bot.surfaces.teams.hands import LOST
from tests.faults import Fault
from tests.teams.actor import actions
from tests.teams.desk import ANNA, BO, STRANGER, Desk
from tests.teams.microsoft import TENANT, Json
from tests.toys import Count, Guard, Play

CARD = Card("Rubrik", "Pärm", (Text("Ja eller nej?"),), (Button("Ja", Count(7)),))
NEXT = Card("Klart", "Pärm", (Text("Tack."),))
FORM = Form("Berätta", (Field("why", "Varför?", long=True),), "Skicka", Count(9))
PRESS = {"type": "Action.Execute", "verb": "toy.count", "data": {"payload": '{"number":7}'}}


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = await Desk().open()
    yield desk
    await desk.close()


def spoke(desk: Desk) -> list[tuple[str, str, str]]:
    return [(one.person, one.wire_name, one.payload) for one in desk.heard]


# Words


async def test_typed_words_are_heard_and_answered_in_the_conversation(desk: Desk) -> None:
    desk.answer = Answer(("Hej *Anna*",))
    await desk.hands.type(ANNA, "pärm gul")
    await desk.errands()
    assert spoke(desk) == [("anna", *pack(Play("pärm gul")))]
    assert desk.said(ANNA) == ["Hej *Anna*"]
    assert desk.posted(ANNA)[0].said["textFormat"] == "plain"


WRITTEN: dict[str, tuple[str, Json]] = {
    "plain": ("gul", {}),
    "mention": ("<at>Kontorsstöd</at> gul", {}),
    "mention-of-a-name-with-an-id": ('<at id="0">Kontors</at>&nbsp;gul', {}),
    "html": ("<div><b>gul</b></div>", {}),
    "spaces": ("  gul\xa0\n", {}),
}


@pytest.mark.parametrize(("text", "more"), WRITTEN.values(), ids=WRITTEN)
async def test_our_name_and_markup_are_no_words(desk: Desk, text: str, more: Json) -> None:
    await desk.hands.type(ANNA, text, **more)
    assert spoke(desk) == [("anna", *pack(Play("gul")))]


@pytest.mark.parametrize("kind", ["channel", "groupChat"])
async def test_what_is_said_among_others_is_answered_apart(desk: Desk, kind: str) -> None:
    """Nothing of the bot's appears in a room where others read along."""
    desk.answer = Answer(("Tack",))
    room = {"id": "19:room@thread.tacv2;messageid=1", "conversationType": kind}
    channel = {"tenant": {"id": TENANT}, "team": {"id": "19:x"}}
    await desk.hands.type(ANNA, "<at>Kontorsstöd</at> gul", conversation=room, channelData=channel)
    await desk.errands()
    assert desk.said(ANNA) == ["Tack"]
    assert {call.to for call in desk.microsoft.calls} == {ANNA}
    assert "19:" not in str(desk.book.places)


async def test_a_stranger_is_answered_where_they_wrote_and_not_kept(desk: Desk) -> None:
    desk.answer = Answer(("Du finns inte i listan än.",))
    await desk.hands.type(STRANGER, "hej")
    await desk.errands()
    assert desk.heard[0].person == f"teams:{TENANT}/{STRANGER}"
    assert desk.said(STRANGER) == ["Du finns inte i listan än."]
    assert desk.book.places == {}


@pytest.mark.parametrize("who", [ANNA, STRANGER])
async def test_a_conversation_that_fits_into_no_address_is_none(
    desk: Desk, who: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Found by the fuzz: we asked Teams for an address that no server reads."""
    desk.answer = Answer(("Tack.",))
    said = desk.hands.said(who, text="hej")
    said["conversation"]["id"] = "å" * 5000
    await desk.hands.send(said)
    await desk.errands()
    assert len(desk.heard) == 1
    assert desk.said(who) == (["Tack."] if who == ANNA else [])
    assert "Error handling request" not in caplog.text


# A press


async def test_a_press_is_heard_with_its_values(desk: Desk) -> None:
    _, message = await desk.shows(ANNA, CARD)
    await desk.hands.press(ANNA, actions(message.said)[0], message)
    assert spoke(desk) == [("anna", "toy.count", '{"number":7}')]
    assert desk.whispered(ANNA) == ["anna: received"]


async def test_what_only_the_presser_is_told_comes_with_the_answer(desk: Desk) -> None:
    desk.answer = Answer(("Anna var först.",))
    _, message = await desk.shows(BO, CARD)
    await desk.hands.press(BO, PRESS, message)
    await desk.errands()
    assert desk.whispered(BO) == ["Anna var först."]
    assert len(desk.posted(BO)) == 1


async def test_the_answer_carries_the_card_that_replaces_the_pressed_one(desk: Desk) -> None:
    name, message = await desk.shows(ANNA, CARD)
    edits: list[asyncio.Task[None]] = []

    async def hear(_: Incoming) -> Answer:
        edits.append(asyncio.create_task(desk.surface.edit(ANNA, name, NEXT, "slot#2")))
        await asyncio.sleep(0.01)
        return Answer()

    desk.hear, desk.changing = hear, {name}
    await desk.hands.press(ANNA, PRESS, message)
    await edits[0]
    assert "Tack." in str(message.content)
    assert desk.microsoft.count("edit") == 0


async def test_a_card_that_comes_too_late_for_the_answer_finds_its_own_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.surfaces.teams.router.CARRY_SECONDS", 0.01)
    name, message = await desk.shows(ANNA, CARD)
    desk.changing = {name}
    await desk.hands.press(ANNA, PRESS, message)
    assert desk.whispered(ANNA) == ["anna: received"]
    await desk.surface.edit(ANNA, name, NEXT, "slot#2")
    assert desk.microsoft.count("edit") == 1


async def test_a_line_goes_before_a_card_which_then_finds_its_own_way(desk: Desk) -> None:
    name, message = await desk.shows(ANNA, CARD)
    edits: list[asyncio.Task[None]] = []

    async def hear(_: Incoming) -> Answer:
        edits.append(asyncio.create_task(desk.surface.edit(ANNA, name, NEXT, "slot#2")))
        await asyncio.sleep(0.01)
        return Answer(("Redan klart.",))

    desk.hear, desk.changing = hear, {name}
    await desk.hands.press(ANNA, PRESS, message)
    await asyncio.wait_for(edits[0], 2)
    assert desk.whispered(ANNA) == ["Redan klart."]
    assert "Tack." in str(message.content)
    assert desk.microsoft.count("edit") == 1


async def test_a_card_whose_answer_was_lost_is_sent_again(desk: Desk) -> None:
    """Teams hangs up while we decide: what the answer carried has not arrived."""
    name, message = await desk.shows(ANNA, CARD)
    edits: list[asyncio.Task[None]] = []
    gone = asyncio.Event()

    async def hear(_: Incoming) -> Answer:
        edits.append(asyncio.create_task(desk.surface.edit(ANNA, name, NEXT, "slot#2")))
        await gone.wait()
        return Answer()

    desk.hear, desk.changing = hear, {name}
    said = desk.hands.activity(
        ANNA, "invoke", name="adaptiveCard/action", value={"action": PRESS}, replyToId=message.id
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}")
    await asyncio.sleep(0.05)
    gone.set()
    with pytest.raises(Exception, match=LOST):
        await asyncio.wait_for(edits[0], 3)


async def test_a_repeat_gets_the_same_answer_and_does_nothing(desk: Desk) -> None:
    desk.answer, desk.hands.repeats = Answer(("Hej",), FORM), 2
    _, message = await desk.shows(ANNA, CARD)
    await desk.hands.press(ANNA, PRESS, message)
    await desk.hands.type(ANNA, "gul")
    await desk.errands()
    assert len({text for _, text in desk.hands.answers[:3]}) == 1
    assert len({one.mark for one in desk.heard}) == 2
    assert desk.said(ANNA) == ["Hej"]
    assert sum("Input.Text" in str(one.said) for one in desk.posted(ANNA)) == 2


async def test_an_activity_of_the_same_id_by_somebody_else_is_another(desk: Desk) -> None:
    for user in ANNA, BO:
        said = desk.hands.said(user, text="gul", id="1")
        await desk.hands.send(said)
    assert len({one.mark for one in desk.heard}) == 2


# Forms


async def press_form(desk: Desk, inputs: dict[str, str]) -> Json:
    """The form as a card in the chat: no dialog is needed for it."""
    desk.answer = Answer(form=FORM)
    _, message = await desk.shows(ANNA, CARD)
    await desk.hands.press(ANNA, PRESS, message)
    await desk.errands()
    form = desk.posted(ANNA)[-1]
    (send,) = actions(form.said)
    return {"form": form, "answer": await desk.hands.press(ANNA, send, form, inputs)}


async def test_a_form_comes_as_a_card_and_the_next_takes_its_place(desk: Desk) -> None:
    done = await press_form(desk, {"why": "Därför"})
    assert desk.heard[-1].inputs == {"why": "Därför"}
    assert (desk.heard[-1].wire_name, desk.heard[-1].payload) == pack(Count(9))
    assert done["answer"]["value"]["body"][0]["text"] == "Berätta"
    desk.answer = Answer(("Sparat.",))
    (send,) = actions(done["form"].said)
    await desk.hands.press(ANNA, send, done["form"], {"why": "Och"})
    assert "Sparat." in str(done["form"].content)
    assert "Input" not in str(done["form"].content)


async def test_what_was_not_taken_stays_to_be_sent_again(desk: Desk) -> None:
    desk.answer = Answer(form=FORM)
    _, message = await desk.shows(ANNA, CARD)
    await desk.hands.press(ANNA, PRESS, message)
    await desk.errands()
    form = desk.posted(ANNA)[-1]
    desk.answer = Answer(("Redan klart.",), refused=True)
    await desk.hands.press(ANNA, actions(form.said)[0], form, {"why": "Långt"})
    assert "Input.Text" in str(form.content)
    assert desk.whispered(ANNA)[-1] == "Redan klart."


async def test_a_dialog_is_fetched_sent_and_goes_on(desk: Desk) -> None:
    desk.answer = Answer(form=FORM)
    data = {"data": {"verb": "toy.count", "payload": '{"number":1}'}}
    await desk.hands.dialog(ANNA, "task/fetch", data)
    assert desk.hands.dialogs[ANNA]["title"] == "Berätta"
    await desk.hands.submit(ANNA, {"why": "Så"})
    assert desk.heard[-1].inputs == {"why": "Så"}
    assert ANNA in desk.hands.dialogs
    desk.answer = Answer()
    await desk.hands.submit(ANNA, {"why": "Slut"})
    assert ANNA not in desk.hands.dialogs
    assert desk.whispered(ANNA) == []


async def test_a_dialog_that_is_not_taken_gives_the_words_back(desk: Desk) -> None:
    desk.answer = Answer(form=FORM)
    await desk.hands.dialog(ANNA, "task/fetch", {"data": {"verb": "toy.count", "payload": "{}"}})
    desk.answer = Answer(("Redan klart.",), refused=True)
    await desk.hands.submit(ANNA, {"why": "Mina långa ord"})
    shown = str(desk.hands.dialogs[ANNA])
    assert "Redan klart." in shown
    assert "Mina långa ord" in shown


async def test_a_plain_submit_is_a_press_too(desk: Desk) -> None:
    desk.answer = Answer(("Tack",))
    said = {"verb": "toy.count", "payload": '{"number":3}', "why": "x", "msteams": {"type": "x"}}
    await desk.hands.send(desk.hands.said(ANNA, value=said))
    await desk.errands()
    assert desk.heard[0].inputs == {"why": "x"}
    assert desk.said(ANNA) == ["Tack"]


# The compose box


async def test_a_command_of_the_compose_box_says_what_there_is_to_say(desk: Desk) -> None:
    await desk.hands.command(ANNA, "shortcut_1")
    assert spoke(desk) == [("anna", *pack(Count(1)))]
    assert desk.whispered(ANNA) == ["anna: received"]
    await desk.hands.command(ANNA, "shortcut_9")
    assert desk.whispered(ANNA)[-1] == "anna: not_here"


LINK = "https://teams.microsoft.com/l/message/19:x@thread.tacv2/1?tenantId=2"


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        (LINK, LINK),
        ("https://evil.example/l/message/1", ""),
        ("https://teams.microsoft.com.evil.example/l/message/1", ""),
        ("javascript:alert(1)", ""),
    ],
)
async def test_a_message_is_known_by_its_link_and_never_by_its_words(
    desk: Desk, link: str, kept: str
) -> None:
    desk.about, desk.answer = Count(4), Answer(form=FORM)
    message = {"id": "1", "body": {"content": "<p>Hemligt</p>"}, "linkToMessage": link}
    more = {"commandContext": "message", "messagePayload": message}
    await desk.hands.command(ANNA, "report", **more)
    assert desk.chosen == [Chosen("report", kept)]
    assert spoke(desk) == [("anna", *pack(Count(4)))]
    assert "Hemligt" not in str(desk.heard)
    await desk.hands.submit(ANNA, {"why": "Därför"})
    assert desk.heard[-1].inputs == {"why": "Därför"}


# Coming and going


async def test_an_install_brings_their_own_page_and_a_removal_is_told(desk: Desk) -> None:
    await desk.hands.install(ANNA)
    assert desk.told[-1] == ("asks", ANNA)
    assert spoke(desk) == [("anna", *pack(Guard("hem")))]
    assert desk.book.places[ANNA].here
    await desk.hands.install(ANNA, "remove")
    assert desk.told[-1] == ("left", ANNA)
    assert not desk.book.places[ANNA].here
    await desk.hands.type(ANNA, "gul")
    assert desk.told[-1] == ("back", ANNA)
    assert desk.book.places[ANNA].here


async def test_the_service_address_is_refreshed_by_every_activity(desk: Desk) -> None:
    await desk.hands.type(ANNA, "gul")
    kept = desk.book.kept
    await desk.hands.type(ANNA, "blå")
    assert desk.book.kept == kept, "the same is not written again"
    moved = f"{desk.microsoft.url}/emea/"
    said = {**desk.hands.said(ANNA, text="vit"), "serviceUrl": moved}
    token = desk.microsoft.signed(serviceurl=moved)
    assert (await desk.hands.post(said, f"Bearer {token}"))[0] == 200
    assert desk.book.places[ANNA].door == moved


QUIET: dict[str, Json] = {
    "reaction": {"type": "messageReaction", "reactionsAdded": [{"type": "like"}]},
    "typing": {"type": "typing"},
    "edit": {"type": "messageUpdate", "text": "gul"},
    "delete": {"type": "messageDelete"},
    "end": {"type": "endOfConversation"},
    "event": {"type": "event", "name": "application/vnd.microsoft.readReceipt"},
    "update": {"type": "conversationUpdate", "membersAdded": [{"id": "29:x"}]},
    "unknown": {"type": "whatever"},
    "no-type": {"type": None},
    "empty-words": {"type": "message", "text": " "},
    "no-text": {"type": "message", "text": ["gul"]},
    "nobody": {"type": "message", "text": "gul", "from": {"id": "29:x"}},
    "from-a-list": {"type": "message", "text": "gul", "from": ["x"]},
}


@pytest.mark.parametrize("said", QUIET.values(), ids=QUIET)
async def test_what_is_nothing_for_us_is_heard_as_nothing(desk: Desk, said: Json) -> None:
    activity = {**desk.hands.activity(ANNA, "message"), **said}
    status, text = await desk.hands.post(activity, f"Bearer {desk.microsoft.signed()}")
    assert (status, text) == (200, "")
    assert desk.heard == []


@pytest.mark.parametrize("name", ["fileConsent/invoke", "signin/verifyState", "", "whatever"])
async def test_an_unknown_invoke_is_answered_with_501(desk: Desk, name: str) -> None:
    said = desk.hands.activity(ANNA, "invoke", name=name, value={})
    assert (await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}"))[0] == 501


# Bad input


async def refused(desk: Desk, said: Any, header: str | None) -> tuple[int, str]:
    status, text = await desk.hands.post(said, header)
    assert desk.heard == []
    return status, text


async def test_nothing_of_a_stranger_is_parsed_and_nothing_told(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await refused(desk, b"{", None))[0] == 401
    status, text = await refused(desk, b"{", f"Bearer {desk.microsoft.signed(aud='x')}")
    assert status == 403
    assert text.startswith("Reference ")
    assert text.split()[-1] in caplog.messages[-1]
    assert "InvalidAudience" in caplog.messages[-1]
    assert "InvalidAudience" not in text


BODIES: dict[str, tuple[bytes, int]] = {
    "no-json": (b"{", 400),
    "nothing": (b"", 400),
    "a-list": (b"[]", 400),
    "a-number": (b"1", 400),
    "no-utf8": (b"\xff\xfe\xff", 400),
    "very-deep": (b"[" * 100_000, 400),
    "too-large": (b'{"a": "' + b"x" * 400_000 + b'"}', 413),
    "empty-object": (b"{}", 403),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
async def test_a_body_of_another_shape_is_refused(desk: Desk, body: bytes, status: int) -> None:
    header = f"Bearer {desk.microsoft.signed()}"
    assert (await refused(desk, body, header))[0] == status
    await desk.hands.type(ANNA, "gul")
    assert len(desk.heard) == 1, "the process is unharmed"


async def test_a_forged_service_address_gets_nothing(desk: Desk) -> None:
    said = {**desk.hands.said(ANNA, text="gul"), "serviceUrl": "https://evil.example/"}
    for token in desk.microsoft.signed(), desk.microsoft.signed(serviceurl="https://evil.example/"):
        assert (await refused(desk, said, f"Bearer {token}"))[0] == 403


VALUES: dict[str, Json] = {
    "no-value": {},
    "no-action": {"value": {}},
    "action-is-text": {"value": {"action": "x"}},
    "data-is-a-list": {"value": {"action": {"verb": "toy.count", "data": [1]}}},
    "verb-is-a-number": {"value": {"action": {"verb": 1, "data": {}}}},
    "payload-is-a-number": {"value": {"action": {"verb": "toy.count", "data": {"payload": 5}}}},
    "inputs-are-objects": {"value": {"action": {"verb": "toy.count", "data": {"why": {"a": 1}}}}},
}


INVOKES = "adaptiveCard/action", "task/submit", "composeExtension/fetchTask"


@pytest.mark.parametrize("name", INVOKES)
@pytest.mark.parametrize("bent", VALUES.values(), ids=VALUES)
async def test_a_bent_invoke_harms_nothing(desk: Desk, name: str, bent: Json) -> None:
    said = desk.hands.activity(ANNA, "invoke", name=name, **bent)
    status, _ = await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}")
    assert status == 200
    assert all(isinstance(v, str) for one in desk.heard for v in one.inputs.values())


async def test_what_is_not_committed_is_told_again_and_says_nothing_internal(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(_: Incoming) -> Answer:
        raise OSError("the disk /srv/secret is away")

    desk.hear = breaks
    with caplog.at_level(logging.CRITICAL):
        said = desk.hands.said(ANNA, text="gul")
        status, text = await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}")
    assert status == 503
    assert "disk" not in text
    await desk.errands()
    assert desk.said(ANNA) == ["anna: lost"], "and whoever wrote it knows"


async def test_whoever_waits_for_a_slow_store_is_told_once_and_teams_is_answered_in_time(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def takes_long(_: Incoming) -> Answer:
        await asyncio.sleep(5)
        raise AssertionError("nobody waits that long")

    desk.hear, desk.server.router.patience = takes_long, Patience(latest=0.1, soon=0.02)
    said = desk.hands.said(ANNA, text="gul")
    for _ in range(2):  # Teams sends it again
        status, text = await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}")
        assert status == 503 and text.startswith("Reference ")
    await desk.errands()
    assert desk.said(ANNA) == ["anna: slow"]
    assert caplog.text.count("not committed in time") == 2 and "Traceback" not in caplog.text


async def test_who_only_looks_is_not_told_of_it(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks(_: Incoming) -> Answer:
        raise OSError("the disk is away")

    desk.hear = breaks
    with caplog.at_level(logging.CRITICAL):
        said = desk.hands.activity(ANNA, "installationUpdate", action="add")
        status, _ = await desk.hands.post(said, f"Bearer {desk.microsoft.signed()}")
    assert status == 503
    await desk.errands()
    assert desk.said(ANNA) == []


def test_no_platform_gives_up_before_it_is_answered() -> None:
    """Slack waits for three seconds; Teams sends again after ten to fifteen."""
    assert slack.PATIENCE.latest < 3 and router.PATIENCE.latest < 10
    assert slack.PATIENCE.soon == router.PATIENCE.soon == 1.0


async def test_while_microsofts_keys_are_away_everybody_is_asked_to_come_again(
    desk: Desk,
) -> None:
    desk.microsoft.keys_away = True
    said = desk.hands.said(ANNA, text="gul")
    status, _ = await refused(desk, said, f"Bearer {desk.microsoft.signed()}")
    assert status == 503


async def test_only_one_path_and_one_method_are_open(desk: Desk) -> None:
    base = desk.hands.bot.rpartition("/api/")[0]
    for path in "/", "/api", "/api/messages/x", "/slack/events":
        async with desk.hands.session.post(f"{base}{path}") as answer:
            assert answer.status == 404
    async with desk.hands.session.get(desk.hands.bot) as answer:
        assert answer.status == 405


# An errand that fails


async def test_an_errand_that_fails_harms_nothing(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answer = Answer(("Hej",))
    desk.microsoft.fails("post", Fault(status=502))
    await desk.hands.type(ANNA, "gul")
    await desk.errands()
    assert any("a line for one person was not shown" in m for m in caplog.messages)


async def test_a_form_that_is_too_large_is_not_shown(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    many = tuple(Field(f"f{n}", "x" * 1900) for n in range(60))
    desk.answer = Answer(form=replace(FORM, fields=many))
    await desk.hands.type(ANNA, "gul")
    await desk.errands()
    assert desk.posted(ANNA) == []
    assert "a form was not shown" in caplog.text


async def test_a_person_without_a_place_is_written_to_by_a_first_contact(desk: Desk) -> None:
    await desk.surface.post(BO, CARD, "slot#1")
    assert [call.what for call in desk.microsoft.calls] == ["begin", "post"]
    where = desk.microsoft.conversation(BO).id
    assert desk.book.places[BO] == Place(where, desk.microsoft.service)
    assert json.dumps(desk.posted(BO)[0].said).count("Rubrik") >= 1
