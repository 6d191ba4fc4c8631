"""Slack in trouble: under every fault no alert is lost, none stands twice, one person claims."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from bot import outbox
from bot.cards import Button, Card
from bot.effects import Lane, Show
from bot.outbox import Parcel
from bot.surfaces.slack.api import ANSWER_SECONDS
from handlers.home import OpenHome
from storage.deliveries import Delivery
from tests.faults import Fault
from tests.slack.actor import SlackActor, slack_id
from tests.slack.memory import Call
from tests.slack.stage import SlackStage

POST, EDIT, FIND = "chat.postMessage", "chat.update", "conversations.history"

SHORT, LONGER = 1.0, 1.4
"""Seconds: the line's patience where a test waits for its end, and what is longer."""

FAULTS = {
    "limited": Fault(status=429, error="ratelimited", retry_after=1),
    "500": Fault(status=500),
    "502": Fault(status=502),
    "504": Fault(status=504),
    "504-but-done": Fault(status=504, done=True),
    "fatal-but-done": Fault(error="fatal_error", done=True),
    "cut": Fault(drop=True),
    "cut-but-done": Fault(drop=True, done=True),
    "too-slow": Fault(status=504, delay=LONGER),
    "too-slow-but-done": Fault(delay=LONGER, done=True),
    "blocks": Fault(error="invalid_blocks"),
}


@pytest.fixture
def fault() -> Fault:
    return Fault()


@pytest.fixture
def stage(fault: Fault) -> Iterator[SlackStage]:
    stage = SlackStage(patience=SHORT if fault.delay else ANSWER_SECONDS)
    yield stage
    stage.close()


def again(fault: Fault, times: float = 1, to: str = "") -> Fault:
    return Fault(**{**vars(fault), "times": times, "to": to})


def posts(stage: SlackStage, ref: str) -> list[Call]:
    calls = stage.slack.memory.calls
    return [call for call in calls if call.method == POST and call.to == slack_id(ref)]


def one_claims(stage: SlackStage, lisa: SlackActor, *actors: SlackActor) -> None:
    """All press at once; one gets it, and everybody reads the same name."""
    stage.does(*(actor.reaches_for("Jag tar")() for actor in actors))
    names = {actor.ref: actor.ref.capitalize() for actor in actors}
    seen = str(lisa.lines())
    (winner,) = [ref for ref, name in names.items() if f"{name} hämtar pärmen" in seen]
    for actor in actors:
        owners = [name for name in names.values() if f"{name} äger" in str(actor.lines())]
        assert owners == ([] if actor.ref == winner else [names[winner]])


# No alert lost, none twice


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_happens_to_a_post_it_arrives_once(stage: SlackStage, fault: Fault) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    for ref in "lisa", "bo", "anna":
        stage.slack.fails(POST, again(fault, to=slack_id(ref)))
    lisa.uses_shortcut(3)
    lisa.sees("Pärm beställd")
    for helper in bo, anna:
        helper.sees("L3 · Lisa · plats 14")
        assert len([shown for shown in helper.messages() if not shown.home]) == 1
    assert stage.slack.memory.doubles() == {}
    one_claims(stage, lisa, bo, anna)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_whatever_happens_to_an_edit_the_newest_card_stands(
    stage: SlackStage, fault: Fault
) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    lisa.uses_shortcut(2)
    stage.slack.fails(EDIT, again(fault, times=3))
    one_claims(stage, lisa, bo, anna)
    assert stage.slack.memory.doubles() == {}


def test_a_lost_answer_is_looked_up_before_the_second_try(stage: SlackStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.fails(POST, again(FAULTS["cut-but-done"], to=slack_id("bo")))
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
    assert len(posts(stage, "bo")) == 1
    assert stage.slack.memory.count(FIND) == 1


@pytest.mark.parametrize("fault", [Fault(delay=LONGER, to=slack_id("bo"))], ids=["later"])
def test_a_post_that_slack_carries_out_after_our_patience_may_stand_twice_but_not_be_taken_twice(
    stage: SlackStage, fault: Fault
) -> None:
    """No look-up can see what will only happen later: a double is better than a miss."""
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    stage.slack.fails(POST, again(fault, to=slack_id("bo")))
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
    assert set(stage.slack.memory.doubles().values()) <= {2}
    one_claims(stage, lisa, bo, anna)


def test_a_refusal_is_sure_and_nothing_is_looked_up(stage: SlackStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.fails(POST, again(FAULTS["limited"], to=slack_id("bo")))
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
    assert [call.answer for call in posts(stage, "bo")] == ["ratelimited", "ok"]
    assert stage.slack.memory.count(FIND) == 0


def test_a_first_try_reads_nothing_from_slack(stage: SlackStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.memory.calls.clear()
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
    methods = {call.method for call in stage.slack.memory.calls}
    assert methods <= {POST, EDIT, "views.publish"}


@pytest.mark.parametrize("seconds", [0.0, 0.1], ids=["at-once", "a-moment-later"])
def test_a_crash_between_the_post_and_the_store_leaves_one_message(
    stage: SlackStage, seconds: float
) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.fails(POST, Fault(done=True, delay=seconds + 0.2, to=slack_id("bo")))
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.waits_for(lambda: bool(stage.slack.memory.channels["D0BO"][1:] or bo_has_it(stage)))
    stage.restarts()
    bo.sees("L3 · Lisa")
    lisa.sees("Pärm beställd")
    assert stage.slack.memory.doubles() == {}
    assert stage.slack.memory.count(FIND) >= 1
    bo.presses("Jag tar")
    lisa.sees("Bo hämtar pärmen")


def bo_has_it(stage: SlackStage) -> bool:
    return any(message.metadata for message in stage.slack.memory.channels["D0BO"])


def test_a_newer_card_finds_the_message_whose_answer_was_lost(stage: SlackStage) -> None:
    """The card that was posted first is not left standing with buttons that are no longer true."""
    bo, anna = stage.person("bo"), stage.person("anna")
    stage.machine.courier.first_pause = 0.5
    stage.slack.fails(POST, Fault(status=504, done=True, to=slack_id("anna")))
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.waits_for(lambda: "L3 · Lisa" in str(bo.lines()) and "L3 · Lisa" in str(anna.lines()))
    bo.presses("Jag tar")
    anna.sees("Bo äger")
    assert len([shown for shown in anna.messages() if not shown.home]) == 1


def test_an_alert_does_not_wait_for_a_look_up_that_fails(stage: SlackStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.fails(POST, again(FAULTS["cut"], to=slack_id("bo")))
    stage.slack.fails(FIND, Fault(status=500, times=float("inf")))
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")


def test_a_message_that_somebody_deleted_is_posted_anew(stage: SlackStage) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    lisa.uses_shortcut(3)
    stage.slack.memory.channels["D0LISA"].clear()
    bo.presses("Jag tar")
    lisa.sees("Bo hämtar pärmen")


# Blocks that Slack refuses


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_alert_never_fails_on_its_blocks(stage: SlackStage, times: int) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.fails(POST, again(FAULTS["blocks"], times, slack_id("bo")))
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa · plats 14")
    if times == 1:
        bo.finds("Jag tar")
    else:
        bo.sees("(no_buttons)")
    notified = [shown.slack["text"] for shown in bo.messages() if not shown.home]
    assert all(("Lisa" in text) is (times == 3) for text in notified)


# Nobody else waits


def test_one_dead_line_delays_nobody_else(stage: SlackStage) -> None:
    lisa, anna = stage.person("lisa"), stage.person("anna")
    stage.slack.fails(POST, Fault(status=500, times=float("inf"), to=slack_id("bo")))
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.waits_for(lambda: "L3 · Lisa" in str(anna.lines()))
    anna.presses_meanwhile("Jag tar")
    stage.waits_for(lambda: "Anna hämtar pärmen" in str(lisa.lines()))


def test_a_channel_that_is_limited_rests_as_long_as_slack_says(stage: SlackStage) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    stage.slack.fails(POST, again(FAULTS["limited"], to=slack_id("bo")))
    lisa.uses_shortcut(3)
    for helper in bo, anna:
        helper.sees("L3 · Lisa")
    first, second = posts(stage, "bo")
    assert second.at - first.at >= 0.99
    assert posts(stage, "anna")[0].at - first.at < 0.9


def test_limited_edits_do_not_hold_up_posts(stage: SlackStage) -> None:
    lisa, bo, anna, kim = (stage.person(ref) for ref in ("lisa", "bo", "anna", "kim"))
    lisa.uses_shortcut(1)
    stage.slack.fails(EDIT, Fault(status=429, error="ratelimited", retry_after=2))
    stage.run(bo.reaches_for("Jag tar")())
    stage.waits_for(lambda: any(call.answer == "ratelimited" for call in stage.slack.memory.calls))
    limited = next(c.at for c in stage.slack.memory.calls if c.answer == "ratelimited")
    stage.run(stage.hands.shortcut(slack_id("kim"), "shortcut_3"))
    stage.waits_for(lambda: "L3 · Kim" in str(anna.lines()))
    assert posts(stage, "anna")[-1].at - limited < 1.9
    kim.sees("Pärm beställd")


def test_an_alert_goes_before_a_storm_and_no_limit_is_met(stage: SlackStage) -> None:
    stage.person("lisa")
    storm = [
        Show(f"storm:{n}", ref, Card(f"Påminnelse {n}", "Kollega"), Lane.NUDGE)
        for n in range(4)
        for ref in stage.refs.values()
    ]
    alert = Show("larm", "bo", Card("Larm", "Kollega", (), (Button("Ja", OpenHome()),)), Lane.ALERT)

    async def storms() -> None:
        stage.machine.courier.take(await put(stage, storm))
        stage.machine.courier.take(await put(stage, [alert]))

    stage.slack.memory.calls.clear()
    stage.run(storms())
    stage.waits_for(lambda: bool(stands(stage, "Larm", "D0BO")))
    sent = [call.at for call in stage.slack.memory.calls if call.method == POST]
    assert len(sent) < len(storm) / 2
    assert "ratelimited" not in {call.answer for call in stage.slack.memory.calls}


def stands(stage: SlackStage, title: str, channel: str) -> bool:
    return title in str(stage.slack.memory.channels[channel])


async def put(stage: SlackStage, shows: list[Show]) -> list[Parcel]:
    engine = stage.machine.engine

    def work() -> list[Parcel]:
        with engine.sessions() as session:
            words = engine.shelf.current.dictionaries
            parcels = outbox.put(session, shows, stage.now(), words, ["slack"])
            session.commit()
            return parcels

    return await stage.writer.do(work)


# Who cannot be reached


def test_a_dead_token_is_told_once_and_nothing_is_lost(
    stage: SlackStage, caplog: pytest.LogCaptureFixture
) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    stage.slack.memory.revoked = True
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.run(stage.hands.shortcut(slack_id("kim"), "shortcut_1"))
    stage.waits_for(lambda: bool(stage.troubles))
    (trouble,) = stage.troubles
    assert trouble.person is None
    assert trouble.why.startswith("the token was revoked; install the app again")
    told = [line for line in caplog.messages if "token" in line]
    assert told == [f"slack does not let us in: {trouble.why}"]
    stage.slack.memory.revoked = False
    stage.restarts()
    bo.sees("L3 · Lisa")
    bo.sees("L1 · Kim")
    lisa.sees("Pärm beställd")


def test_a_deactivated_account_is_given_up_at_once(stage: SlackStage) -> None:
    """Slack itself would take the message and say nothing."""
    lisa, anna = stage.person("lisa"), stage.person("anna")
    gone = {"type": "user_change", "user": {"id": slack_id("bo"), "deleted": True}}
    stage.does(stage.hands.event(gone))
    lisa.uses_shortcut(3)
    anna.sees("L3 · Lisa")
    assert posts(stage, "bo") == []
    assert [(one.person, one.why) for one in stage.troubles] == [
        ("bo", "the Slack account is deactivated")
    ]
    assert given_up(stage) == {"bo": "the Slack account is deactivated"}


@pytest.mark.parametrize("error", ["user_not_found", "channel_not_found", "is_archived"])
def test_who_slack_does_not_reach_is_given_up_at_once(stage: SlackStage, error: str) -> None:
    lisa, anna = stage.person("lisa"), stage.person("anna")
    stage.slack.fails(POST, Fault(error=error, times=float("inf"), to=slack_id("bo")))
    lisa.uses_shortcut(3)
    anna.sees("L3 · Lisa")
    assert len(posts(stage, "bo")) == 1
    assert given_up(stage).keys() == {"bo"}


def given_up(stage: SlackStage) -> dict[str, str]:
    with stage.machine.engine.sessions() as session:
        rows = session.exec(select(Delivery)).all()
        return {row.person: row.given_up for row in rows if row.given_up}


# What comes in twice, late, or in another order


def test_what_slack_repeats_happens_once(stage: SlackStage) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    stage.hands.repeats = 3
    lisa.uses_shortcut(3)
    assert len([shown for shown in bo.messages() if not shown.home]) == 1
    one_claims(stage, lisa, bo, anna)
    for who in bo, anna, lisa:
        assert len(who.notices) == len(set(who.notices))
    assert len([done for done in stage.decisions if done.what == "help.press"]) == 1


def test_what_was_not_committed_is_sent_again_by_slack(stage: SlackStage) -> None:
    bo = stage.person("bo")
    stage.hands.answers.clear()
    stage.breaks_store(2)
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.passes(seconds=1)
    assert [status for _, status in stage.hands.answers] == [500, 500, 200]
    bo.sees("L3 · Lisa")


def test_an_old_press_that_comes_last_changes_nothing(stage: SlackStage) -> None:
    lisa, bo, anna = (stage.person(ref) for ref in ("lisa", "bo", "anna"))
    lisa.uses_shortcut(2)
    late = anna.finds("Jag tar")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    bo.presses("Trygg")
    late()
    lisa.sees("Bra jobbat")
    lisa.does_not_see("Anna")


def test_the_clock_goes_on_while_slack_is_down(stage: SlackStage) -> None:
    lisa, cia = stage.person("lisa"), stage.person("cia")
    everything = Fault(status=503, times=float("inf"))
    for method in POST, EDIT, "views.publish", FIND:
        stage.slack.fails(method, everything)
    stage.run(stage.hands.shortcut(slack_id("lisa"), "shortcut_3"))
    stage.at += timedelta(seconds=21)
    stage.machine.clock.wake()
    stage.waits_for(lambda: any(done.who == "clock" for done in stage.decisions))
    stage.slack.faults.clear()
    stage.restarts()
    cia.sees("L3 · Lisa")
    lisa.sees("Söker i arkivet")
    assert stage.slack.memory.doubles() == {}
