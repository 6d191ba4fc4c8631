"""The journeys over Teams: the very stories of `test_journeys`, end to end over real sockets."""

from tests import test_journeys
from tests.conftest import Tongue
from tests.stories import TEAMS, on, told_on
from tests.teams.actor import TeamsActor
from tests.teams.stage import TeamsStage

JOURNEYS = "test_j0_a_suicide", "test_j1_", "test_j5_", "test_j6_"
globals().update(told_on([TEAMS], test_journeys, *JOURNEYS, languages=["sv"]))
globals().update(
    told_on([TEAMS], test_journeys, "test_j0_a_suicide", languages=["en"], name="{}_in_english")
)


@on([TEAMS])
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
    stage.nothing_went_wrong()
