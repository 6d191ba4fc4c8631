"""Forms in Slack: what was typed is never lost, and what is wrong is said where it stands."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.cards import Field, Form
from bot.clock import wall
from bot.events import Answer, Incoming
from bot.slack_sheets import KEPT, Sheets
from bot.surfaces.patience import Patience
from storage import sheets as kept_sheets
from tests.faults import Fault
from tests.slack.desk import ANNA, BO, BUTTON, Desk
from tests.slack.stage import SlackStage
from tests.toys import Count

FORM = Form(
    "Berätta",
    (
        Field("why", "Varför?", long=True),
        Field("how", "Hur?", (("a", "Så här"), ("b", "Eller så")), required=False),
    ),
    "Skicka",
    Count(9),
)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = await Desk(answer=Answer(form=FORM)).open()
    yield desk
    await desk.close()


async def opens(desk: Desk) -> dict[str, object]:
    """The form that then lies in front of Anna."""
    desk.answer = Answer(form=FORM)
    await desk.hands.press(ANNA, BUTTON, desk.message(ANNA))
    await desk.errands()
    return desk.slack.memory.modals[ANNA][-1]


def stands_in(view: dict[str, object]) -> list[object]:
    """What is filled in already."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    elements = [one["element"] for one in blocks]
    return [
        one.get("initial_value", one.get("initial_option", {}).get("value")) for one in elements
    ]


async def test_slack_gets_a_number_and_nothing_of_the_action(desk: Desk) -> None:
    view = await opens(desk)
    assert view["private_metadata"] == "sheet-1"
    assert "9" not in str(view["private_metadata"]) and view["notify_on_close"] is True


async def test_what_was_typed_is_there_again_after_the_form_was_closed(desk: Desk) -> None:
    assert stands_in(await opens(desk)) == [None, None]
    await desk.hands.close(ANNA, {"why": "Han skrek", "how": "b"})
    assert stands_in(await opens(desk)) == ["Han skrek", "b"]


async def test_what_was_typed_is_kept_key_by_key(desk: Desk) -> None:
    await opens(desk)
    for said in "H", "Ha", "Han":
        await desk.hands.write(ANNA, {"why": said})
    assert [one["why"] for one in desk.sheets.wrote] == ["H", "Ha", "Han"]
    assert len(desk.heard) == 1, "writing is no action"
    desk.slack.memory.modals[ANNA].clear()  # the line broke, or the telephone did
    assert stands_in(await opens(desk)) == ["Han", None]


async def test_what_was_sent_off_is_done_with(desk: Desk) -> None:
    await opens(desk)
    await desk.hands.write(ANNA, {"why": "Han"})
    desk.answer = Answer()
    await desk.hands.submit(ANNA, {"why": "Han skrek"})
    assert desk.heard[-1].inputs == {"why": "Han skrek"}
    assert desk.sheets.laid == {}
    assert stands_in(await opens(desk)) == [None, None]


async def test_a_no_is_said_in_the_form_and_nothing_typed_is_lost(desk: Desk) -> None:
    await opens(desk)
    desk.answer = Answer(("Skriv en rad till.",), refused=True)
    await desk.hands.submit(ANNA, {"why": "?"})
    assert desk.hands.errors == {"why": "Skriv en rad till."}
    assert len(desk.slack.memory.modals[ANNA]) == 1, "it is still open"
    assert desk.whispered(ANNA) == []
    assert desk.sheets.wrote == [{"why": "?"}]


async def test_a_form_sent_off_twice_happens_once(desk: Desk) -> None:
    """The repeat has the same name, by which the engine knows it again; the sheet is gone."""
    await opens(desk)
    desk.answer, desk.hands.repeats = Answer(), 1
    await desk.hands.submit(ANNA, {"why": "Han skrek"})
    first, repeat = desk.heard[-2:]
    assert (first.id, first.wire_name) == (repeat.id, repeat.wire_name)
    assert {status for _, status in desk.hands.answers} == {200}


async def test_a_form_that_is_sent_off_again_because_slack_gave_up_happens_once(
    desk: Desk,
) -> None:
    """Slack shows an error of its own, and leaves it open: it may be committed all the same."""
    await opens(desk)
    desk.server.router.patience = Patience(latest=0.1)

    async def too_late(heard: Incoming) -> Answer:
        await asyncio.sleep(1)
        return Answer()

    desk.hear, view = too_late, desk.slack.memory.modals[ANNA][-1]
    await desk.hands.submit(ANNA, {"why": "Han skrek"})
    assert {status for _, status in desk.hands.answers[1:]} == {500}
    desk.hear, desk.slack.memory.modals[ANNA] = None, [view]
    await desk.hands.submit(ANNA, {"why": "Han skrek"})
    assert len({one.mark for one in desk.heard[1:]}) == 1


async def test_what_was_refused_is_asked_anew_though_nothing_was_changed(desk: Desk) -> None:
    await opens(desk)
    desk.answer = Answer(("Inte än.",), refused=True)
    await desk.hands.submit(ANNA, {"why": "Nu"})
    await desk.hands.submit(ANNA, {"why": "Nu"})
    first, again = desk.heard[-2:]
    assert first.mark != again.mark


async def test_a_store_that_keeps_nothing_acknowledges_nothing(desk: Desk) -> None:
    await opens(desk)
    fails = iter([True, False])
    keep = desk.sheets.keep

    async def sometimes(ref: str, id: str, inputs: object) -> None:
        if next(fails):
            raise OSError("the disk is away")
        await keep(ref, id, {"why": "Han"})

    desk.sheets.keep = sometimes  # type: ignore[method-assign]
    desk.hands.answers.clear()
    await desk.hands.write(ANNA, {"why": "Han"})
    assert [status for _, status in desk.hands.answers] == [500, 200]


async def test_nobody_reaches_the_form_of_another(desk: Desk) -> None:
    await opens(desk)
    desk.slack.memory.modals[BO] = [dict(desk.slack.memory.modals[ANNA][-1])]
    desk.answer = Answer()
    await desk.hands.submit(BO, {"why": "x"})
    assert desk.heard[-1].payload == "{}", "it names no row of Anna's"
    assert "sheet-1" in desk.sheets.laid


async def test_a_page_that_slack_lost_is_sent_whole(desk: Desk) -> None:
    """After the app was installed anew Slack shows no page, though we believe that one stands."""
    await desk.hands.open_home(ANNA)
    assert desk.blanks == ["anna"]
    desk.slack.memory.homes[ANNA] = {"type": "home", "blocks": []}
    await desk.hands.open_home(ANNA)
    assert desk.blanks == ["anna"]


# In the store


@pytest.fixture
def stage() -> Iterator[SlackStage]:
    stage = SlackStage()
    yield stage
    stage.close()


def test_drafts_outlive_the_process_and_are_read_by_one_alone(stage: SlackStage) -> None:
    sheets = Sheets(stage.machine, "slack")
    laid = stage.run(sheets.lay("lisa", "toy.count", "{}"))
    stage.run(sheets.keep("lisa", laid.id, {"why": "Han skrek"}))
    stage.run(sheets.keep("bo", laid.id, {"why": "x"}))
    stage.restarts()
    sheets = Sheets(stage.machine, "slack")
    assert stage.run(sheets.sheet("bo", laid.id)) is None
    again = stage.run(sheets.lay("lisa", "toy.count", "{}"))
    assert (again.id, again.inputs) == (laid.id, {"why": "Han skrek"})
    other = stage.run(sheets.lay("lisa", "toy.count", '{"number":2}'))
    assert other.id != laid.id and other.inputs == {}
    with stage.machine.engine.sessions() as session:
        raw = session.connection().exec_driver_sql("SELECT inputs FROM sheet").all()
        assert b"skrek" not in b"".join(bytes(one) for (one,) in raw), "it lies sealed"


def test_half_a_letter_breaks_no_draft(stage: SlackStage) -> None:
    """Found by the fuzz: SQLite takes it for no text, and Slack was asked to send it for ever."""
    sheets = Sheets(stage.machine, "slack")
    laid = stage.run(sheets.lay("lisa", "toy.count", '{"why":"\ud83d"}'))
    stage.run(sheets.keep("lisa", laid.id, {"why": "Han skrek \ud83d"}))
    assert stage.run(sheets.sheet("lisa", "\ud83d")) is None
    stage.run(sheets.clear("lisa", "\ud83d"))
    kept = stage.run(sheets.sheet("lisa", laid.id))
    assert kept and kept.inputs == {"why": "Han skrek ?"}


def test_a_draft_that_nobody_goes_on_with_is_forgotten(stage: SlackStage) -> None:
    sheets = Sheets(stage.machine, "slack")
    laid = stage.run(sheets.lay("lisa", "toy.count", "{}"))
    with stage.machine.engine.sessions() as session:
        kept_sheets.forget(session, wall() - KEPT - timedelta(days=400))
        session.commit()
    assert stage.run(sheets.sheet("lisa", laid.id))
    stage.at += KEPT + timedelta(seconds=1)
    stage.run(sheets.forget())
    assert stage.run(sheets.sheet("lisa", laid.id)) is None


def test_a_page_is_sent_again_when_slack_shows_none(stage: SlackStage) -> None:
    lisa = stage.person("lisa")
    published = stage.slack.memory.count("views.publish")
    lisa.opens_home()
    assert stage.slack.memory.count("views.publish") == published, "it stands there already"
    del stage.slack.memory.homes[lisa.user]
    lisa.opens_home()
    lisa.sees("Vit pärm")


def test_a_page_that_meets_a_newer_one_is_sent_again(stage: SlackStage) -> None:
    lisa = stage.person("lisa")
    stage.slack.fails("views.publish", Fault(error="hash_conflict"))
    lisa.types("engelska")
    lisa.sees("White folder")
