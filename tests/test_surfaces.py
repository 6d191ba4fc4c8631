"""What people do beside calls, end to end in Slack and Teams: with real buttons and forms."""

from tests import test_journeys, test_reports
from tests.actor import LoopbackActor
from tests.loopback import LoopbackStage
from tests.stories import SLACK, TEAMS, on, told_on
from tests.test_reports import THREAT, taps
from tests.test_visits import assess

BOTH = on([SLACK, TEAMS], languages=["sv"])

globals().update(told_on([SLACK, TEAMS], test_reports, "test_a_full_report", languages=["sv"]))
globals().update(told_on([TEAMS], test_journeys, "test_j9_", languages=["sv"]))


@BOTH
def test_j8_who_does_not_call_is_replaced_and_the_plan_goes_on(
    stage: LoopbackStage, lisa: LoopbackActor, cia: LoopbackActor, anna: LoopbackActor
) -> None:
    taps(lisa, *(sv for sv, _ in THREAT))
    cia.sees("Lisa behöver dig inom 30 minuter. Ring, inte chatt.")
    stage.passes(minutes=20)
    cia.sees("10 minuter kvar. Delegera med ett tryck.")
    stage.passes(minutes=10)
    cia.sees("Försenat. Anna tar kontakten nu.")
    taps(anna, "Kontaktat", "Ja")
    anna.sees("Vad behöver Lisa idag?")
    stage.nothing_went_wrong()


@BOTH
def test_j10_a_visit_that_lasts_too_long(
    stage: LoopbackStage, ivar: LoopbackActor, jonna: LoopbackActor, leo: LoopbackActor
) -> None:
    ivar.presses("Besök")
    assess(ivar, "ynnynny")
    ivar.sees("Gult: två personer, eller ta det på kontoret.")
    taps(ivar, "Ändra täckning", "Till 17:02", "Egna ord")
    ivar.fills(second="08-465 004 21", place="Norra bygden")
    ivar.presses("Starta")
    jonna.sees("Ivar är på besök. Tyst till 17:02 är ok.")
    stage.passes(hours=3)
    ivar.sees("Klar med besöket?")
    stage.passes(minutes=6)
    jonna.sees("Ivar 5 min sen. Ingen täckning. Ring 1, sen 2.")
    jonna.sees("08-465 004 21")
    ivar.presses("Klar")
    leo.sees("Larmet avslutat.")
    stage.nothing_went_wrong()


@BOTH
def test_a_list_is_begun_ticked_and_proved(stage: LoopbackStage, cia: LoopbackActor) -> None:
    taps(cia, "Rutiner", "Börja en lista")
    cia.fills(list="drill")
    cia.sees("0 av 4 klara")
    cia.presses("Övat, tio minuter")
    cia.sees("1 av 4 klara")
    cia.presses("Hoppa över")
    cia.fills(point="0", reason="not_here")
    cia.sees("Hoppad: Manus valt ur kort 27")
    stage.nothing_went_wrong()
