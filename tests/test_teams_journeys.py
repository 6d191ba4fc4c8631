"""The journeys over Teams: the very stories of `test_journeys`, end to end over real sockets."""

from collections.abc import Iterator

import pytest

from tests import test_journeys
from tests.conftest import Tongue
from tests.stories import stories, told_again
from tests.teams.actor import TeamsActor
from tests.teams.stage import TeamsStage

SV = pytest.mark.parametrize("language", ["sv"], ids=["teams-sv"])
EN = pytest.mark.parametrize("language", ["en"], ids=["teams-en"])
BOTH = pytest.mark.parametrize("language", ["sv", "en"], ids=["teams-sv", "teams-en"])


@pytest.fixture
def stage(language: str) -> Iterator[TeamsStage]:
    stage = TeamsStage(language)
    yield stage
    stage.close()


def nothing_went_wrong(stage: TeamsStage) -> None:
    """No refusal, no limit met by our own making, and nobody who was not reached."""
    assert {call.answer for call in stage.microsoft.calls} == {"ok"}
    assert stage.troubles == []
    assert {status for status, _ in stage.hands.answers} <= {200}


JOURNEYS = "test_j0_", "test_j1_", "test_j5_", "test_j6_"
for begins in JOURNEYS:
    globals().update(told_again(test_journeys, begins, SV, nothing_went_wrong))
in_english = told_again(test_journeys, "test_j0_", EN, nothing_went_wrong)
globals().update({f"{name}_in_english": story for name, story in in_english.items()})


def test_the_journeys_are_played_here_too() -> None:
    assert all(stories(test_journeys, begins) for begins in JOURNEYS)


@BOTH
def test_the_most_discreet_triggers_there_are(
    stage: TeamsStage, lisa: TeamsActor, bo: TeamsActor, t: Tongue
) -> None:
    """The compose box and typed words: nothing appears but the bot's own neutral card."""
    anna = stage.person("anna")
    lisa.uses_shortcut(3)
    anna.types(t("pärm blå", "blue folder"))
    for who, level in (lisa, "L3"), (anna, "L1"):
        who.sees(t("Pärm beställd", "Folder ordered"))
        bo.sees(f"{level} · {who.ref.capitalize()}")
    lisa.hears(t("Mottaget.", "Received."))
    nothing_went_wrong(stage)
