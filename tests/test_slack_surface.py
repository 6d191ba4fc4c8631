"""Slack as a surface, call by call: what it sends, and what it makes of Slack's answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.cards import Card
from bot.effects import Lane
from bot.pace import Gate
from bot.surfaces import Finds, MessageGone, ShutOut, SurfaceError, Unreachable
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.reasons import reason
from bot.surfaces.slack.refusals import GONE, SHUT, UNREACHABLE, refused
from bot.surfaces.slack.surface import PACE, SlackSurface
from tests.faults import Fault
from tests.slack.fake import FakeSlack
from tests.virtual import VirtualLoop

ANNA, BO = "U0ANNA", "U0BO"
CARD = Card("Larm", "Kollega")
LIMITED = Fault(status=429, error="ratelimited", retry_after=7)


@dataclass
class Line:
    slack: FakeSlack
    surface: SlackSurface
    teams: list[str]


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    slack, teams = FakeSlack(), list[str]()
    await slack.start()
    slack.memory.add(ANNA, BO)
    slack.memory.channels = {"D0ANNA": [], "D0BO": [], "C0KONTOR": []}

    async def token(team: str) -> str:
        teams.append(team)
        return slack.memory.token

    async def instead(address: str) -> str:
        return "Skriv hem."

    api = SlackApi(f"{slack.url}/api/", token, patience=1.0)
    yield Line(slack, SlackSurface(api, instead), teams)
    await api.close()
    await slack.stop()


async def no(line: Line, address: str, fault: Fault, kind: str = "post") -> SurfaceError:
    method = {"post": "chat.postMessage", "edit": "chat.update", "home": "views.publish"}[kind]
    line.slack.fails(method, Fault(**vars(fault)))
    with pytest.raises(SurfaceError) as found:
        if kind == "post":
            await line.surface.post(address, CARD, "a#1")
        elif kind == "edit":
            await line.surface.edit(address, "D0ANNA:1.1", CARD, "a#1")
        else:
            await line.surface.home(address, CARD)
    return found.value


async def test_a_limit_is_taken_for_the_channels_first_and_then_for_the_workspaces(
    line: Line,
) -> None:
    first, again = await no(line, BO, LIMITED), await no(line, BO, LIMITED)
    assert [(one.whole, one.kind, one.retry_after) for one in (first, again)] == [
        (False, "post", 7.0)
    ] * 2
    assert (await no(line, ANNA, LIMITED)).whole
    await line.surface.post(ANNA, CARD, "a#2")
    assert not (await no(line, ANNA, LIMITED)).whole


async def test_what_one_workspace_refuses_is_nothing_to_another(line: Line) -> None:
    here, there = f"T0ONE/{BO}", f"T0TWO/{ANNA}"
    shut = await no(line, here, Fault(error="token_revoked"))
    assert isinstance(shut, ShutOut) and (shut.whole, shut.where) == (True, "T0ONE/")
    assert str(shut).startswith("T0ONE: the token was revoked")
    await no(line, here, LIMITED)
    limited = await no(line, f"T0ONE/{ANNA}", LIMITED)
    assert (limited.whole, limited.where) == (True, "T0ONE/")
    gate = Gate(PACE)
    gate.pause(60, limited.where, "post")
    waiting, free = gate.enter(Lane.ALERT, here), gate.enter(Lane.ALERT, there)
    await free
    assert not waiting.done()
    waiting.cancel()
    if gate.alarm:
        gate.alarm.cancel()


@pytest.mark.parametrize("kind", ["post", "edit", "home"])
async def test_each_method_rests_as_long_as_slack_says_of_it(line: Line, kind: str) -> None:
    for wish in 1, 30:
        told = await no(line, BO, Fault(status=429, error="ratelimited", retry_after=wish), kind)
        assert (told.retry_after, told.kind, told.unsure) == (float(wish), kind, False)


@pytest.mark.parametrize("kind", ["edit", "home"])
async def test_a_limit_on_edits_and_pages_is_the_whole_workspaces(line: Line, kind: str) -> None:
    limited = await no(line, ANNA, LIMITED, kind)
    assert (limited.whole, limited.kind) == (True, kind)


@pytest.mark.parametrize("kind", ["post", "edit", "home"])
async def test_a_permission_that_lacks_shuts_that_kind_of_call_only(line: Line, kind: str) -> None:
    shut = await no(line, ANNA, Fault(error="missing_scope"), kind)
    assert isinstance(shut, ShutOut) and shut.kind == kind


async def test_a_message_is_posted_edited_and_found_again(line: Line) -> None:
    message = await line.surface.post(ANNA, CARD, "slot:a#1")
    assert message.startswith("D0ANNA:")
    await line.surface.edit(ANNA, message, Card("Klart", "Kollega"), "slot:a#2")
    assert await line.surface.find(ANNA, "slot:a#9") == message
    assert await line.surface.find(ANNA, "slot:b#1") is None
    assert await line.surface.find(BO, "slot:a#1") is None
    assert line.slack.memory.count("conversations.open") == 1  # Bo's; Anna's is known
    assert isinstance(line.surface, Finds)
    (kept,) = line.slack.memory.channels["D0ANNA"]
    assert "slot" not in str(kept.metadata)


async def test_a_channel_can_be_an_address_but_has_no_page_of_its_own(line: Line) -> None:
    message = await line.surface.post("C0KONTOR", CARD, "a#1")
    assert await line.surface.find("C0KONTOR", "a#1") == message
    await line.surface.home("C0KONTOR", CARD)
    assert line.slack.memory.homes == {}


async def test_an_address_may_name_its_workspace(line: Line) -> None:
    await line.surface.post(f"T0OTHER/{ANNA}", CARD, "a#1")
    await line.surface.home(ANNA, CARD)
    assert line.teams == ["T0OTHER", ""]


async def test_a_message_of_another_surface_is_gone_here(line: Line) -> None:
    with pytest.raises(MessageGone):
        await line.surface.edit(ANNA, "m17", CARD, "a#1")


async def test_nobody_there_is_certain_and_an_answer_too_late_is_not(line: Line) -> None:
    assert (await no(line, ANNA, Fault(delay=1.2, status=504))).unsure
    assert (await no(line, ANNA, Fault(drop=True))).unsure
    await line.slack.stop()
    with pytest.raises(SurfaceError) as refused_to_connect:
        await line.surface.post(ANNA, CARD, "a#1")
    assert not refused_to_connect.value.unsure


async def test_what_no_version_helps_against_is_tried_again_later(line: Line) -> None:
    line.slack.fails("chat.postMessage", Fault(error="invalid_blocks", times=99))
    with pytest.raises(SurfaceError, match="refuses every version"):
        await line.surface.post(ANNA, CARD, "a#1")


# What Slack's own names mean


COMMON = "accesslimited", "enterprise_is_restricted", "team_not_found", "two_factor_setup_required"
"""What Slack's reference lists for every method, and what no try of ours would ever change."""


@pytest.mark.parametrize("error", COMMON)
async def test_a_door_that_only_a_workspaces_owner_opens_is_told_as_such(
    line: Line, error: str
) -> None:
    shut = await no(line, ANNA, Fault(error=error))
    assert isinstance(shut, ShutOut) and reason(str(shut)) == "owner"


@pytest.mark.parametrize("error", SHUT)
def test_what_shuts_us_out_names_its_repair(error: str) -> None:
    meant = refused(error, 200, None)
    assert isinstance(meant, ShutOut) and meant.whole and meant.retry_after
    assert ";" in str(meant)


@pytest.mark.parametrize("error", UNREACHABLE)
def test_who_cannot_be_reached_is_said_plainly(error: str) -> None:
    meant = refused(error, 200, None)
    assert isinstance(meant, Unreachable) and "_" not in str(meant)


@pytest.mark.parametrize("error", sorted(GONE))
def test_a_message_that_cannot_be_edited_is_gone(error: str) -> None:
    assert isinstance(refused(error, 200, None), MessageGone)


@pytest.mark.parametrize(
    ("error", "status", "wish", "wait", "unsure"),
    [
        ("ratelimited", 429, "30", 30, False),
        ("", 429, "soon", 1, False),
        ("ratelimited", 200, None, 1, False),
        ("internal_error", 200, None, None, True),
        ("", 502, None, None, True),
        ("", 200, None, None, True),
        ("some_new_error", 200, None, None, False),
    ],
)
def test_other_answers(
    error: str, status: int, wish: str | None, wait: float | None, unsure: bool
) -> None:
    meant = refused(error, status, wish)
    assert isinstance(meant, SurfaceError)
    assert (meant.retry_after, meant.unsure) == (wait, unsure)


# Pace


def test_edits_do_not_use_up_what_posts_may() -> None:
    loop = VirtualLoop()
    moments: dict[str, list[float]] = {"post": [], "edit": [], "home": []}

    async def one(gate: Gate, kind: str) -> None:
        await gate.enter(Lane.ALERT, ANNA, kind)
        moments[kind].append(round(loop.time(), 6))

    async def work() -> None:
        gate = Gate(PACE)
        kinds = ["edit"] * 20 + ["home"] * 20 + ["post"] * 5
        await asyncio.gather(*(one(gate, kind) for kind in kinds))

    loop.run_until_complete(work())
    assert set(moments["edit"]) == set(moments["home"]) == {0}
    assert moments["post"] == [0, 0, 0, 0, 1]
    loop.close()
