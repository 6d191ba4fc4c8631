"""The journeys over Slack, end to end: the very stories of `test_journeys`, through real sockets.

Not one of them is copied: each is collected here again, with a stage that stands in Slack.
"""

from collections.abc import Callable
from functools import partial

from tests import test_journeys
from tests.conftest import Tongue
from tests.slack.actor import SlackActor
from tests.slack.stage import SlackStage
from tests.stories import SLACK, Surface, on, told_on

SOCKET = Surface("slack-socket", partial(SlackStage, socket=True))

globals().update(told_on([SLACK], test_journeys, "test_j"))
globals().update(
    told_on(
        [SOCKET],
        test_journeys,
        "test_j0_a_suicide",
        languages=["sv"],
        name="{}_over_socket_mode",
    )
)


@on([SLACK])
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
    stage.nothing_went_wrong()
