"""Bad input: recorded requests of both platforms, bent; `make soak` sends 100,000."""

import sys
from collections.abc import Callable
from random import Random

import pytest

from tests import fuzz
from tests.fuzz import Seen, heard
from tests.slack.stage import SlackStage
from tests.stage import Actor, Stage
from tests.teams.stage import TeamsStage

EACH = 1000


def test_half_a_letter_is_no_broken_store(stage: Stage, lisa: Actor) -> None:
    """Found by the fuzz: an id, a payload or a word with half of a surrogate pair."""
    half = "\ud83d"
    stage.hears("lisa", "help.press", '{"level":1}', id=half)
    assert stage.decisions[-1].outcome == "done"
    lisa.notices += stage.hears("lisa", "help.take" + half, half, inputs={half: half}).notices
    stage.hears(half, "help.press", '{"level":1}')
    assert [one.outcome for one in stage.decisions[-2:]] == ["refused", "refused"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("platform", ["slack", "teams"])
def test_whatever_comes_nothing_of_ours_breaks(
    platform: str, figure: Callable[[str], None]
) -> None:
    seen, chance = Seen(), Random(9)
    stage = SlackStage() if platform == "slack" else TeamsStage()
    try:
        with heard(seen):
            send = fuzz.slack if platform == "slack" else fuzz.teams
            send(stage, chance, EACH // 4, seen)  # type: ignore[arg-type]
            before = fuzz.rss_mb()
            send(stage, chance, EACH - EACH // 4, seen)  # type: ignore[arg-type]
            after = fuzz.rss_mb()
    finally:
        stage.close()
    statuses = dict(sorted(seen.statuses.items()))
    figure(f"fuzz, {platform}: {EACH} bodies, answers {statuses}, {before:.0f} to {after:.0f} MB")
    assert seen.bad == []
    assert seen.tracebacks == []
