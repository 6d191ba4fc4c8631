"""The journeys over Slack, end to end: the very stories of `test_journeys`, through real sockets.

Not one of them is copied: each is collected here again, with a stage that stands in Slack.
"""

from collections.abc import Callable, Iterator

import pytest

from tests import test_journeys
from tests.conftest import Tongue
from tests.slack.actor import SlackActor
from tests.slack.stage import SlackStage
from tests.stories import stories, told_again

SLACK = pytest.mark.parametrize("language", ["sv", "en"], ids=["slack-sv", "slack-en"])


@pytest.fixture
def socket() -> bool:
    return False


@pytest.fixture
def stage(language: str, socket: bool) -> Iterator[SlackStage]:
    stage = SlackStage(language, socket)
    yield stage
    stage.close()


def nothing_went_wrong(stage: SlackStage) -> None:
    """No double, no refusal, no limit met by our own making, and not one look-up."""
    memory = stage.slack.memory
    assert memory.doubles() == {}
    assert {call.answer for call in memory.calls} == {"ok"}
    assert memory.count("conversations.history") == memory.count("conversations.open") == 0
    assert stage.troubles == []
    assert {status for _, status in stage.hands.answers} <= {200}


STORIES = stories(test_journeys, "test_j")
globals().update(told_again(test_journeys, "test_j", SLACK, nothing_went_wrong))


def test_the_journeys_are_played_here_too() -> None:
    for journey in "j0", "j1", "j5", "j6":
        assert any(name.startswith(f"test_{journey}_") for name in STORIES)


@pytest.mark.parametrize(("language", "socket"), [("sv", True)], ids=["slack-socket-sv"])
def test_j0_over_socket_mode(
    stage: SlackStage, lisa: SlackActor, bo: SlackActor, anna: SlackActor, cia: SlackActor,
    t: Tongue,
) -> None:  # fmt: skip
    STORIES["test_j0_a_suicide_call"](stage=stage, lisa=lisa, bo=bo, anna=anna, cia=cia, t=t)
    nothing_went_wrong(stage)


@SLACK
def test_the_most_discreet_triggers_there_are(
    stage: SlackStage, lisa: SlackActor, bo: SlackActor, t: Tongue
) -> None:
    """A shortcut, a command and typed words: nothing appears but the bot's own neutral card."""
    colleagues = [(lisa, "L3"), (stage.person("kim"), "L2"), (stage.person("anna"), "L1")]
    doings: list[Callable[[SlackActor], None]] = [
        lambda who: who.uses_shortcut(3),
        lambda who: who.commands("gul"),
        lambda who: who.types(t("pärm blå", "blue folder")),
    ]
    for (who, level), does in zip(colleagues, doings, strict=True):
        before = list(who.notices)
        does(who)
        who.sees(t("Pärm beställd", "Folder ordered"))
        bo.sees(f"{level} · {who.ref.capitalize()}")
        assert who.notices == before
    nothing_went_wrong(stage)
