"""The help call, told as conversations: the journeys J0, J1 and J6 as far as they go today."""

import pytest

from tests.conftest import Tongue
from tests.stage import Actor, Stage

SURFACES = pytest.mark.parametrize("language", ["sv", "en"], ids=["workspace-sv", "workspace-en"])


@SURFACES
def test_j0_a_suicide_call(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue
) -> None:
    lisa.presses(t("Vit pärm", "White folder"))
    lisa.sees(t("Pärm beställd", "Folder ordered"))
    for form in "1", "2", "4":
        lisa.finds(t(f"Blankett {form}", f"Form {form}"))
    for colleague in bo, anna:
        colleague.sees(t("L3 · Lisa · plats 14", "L3 · Lisa · seat 14"))
        colleague.sees(t("Kan du titta på ett ärende?", "Can you look at a case?"))
        colleague.finds(t("Kan inte", "Can't"))
    cia.does_not_see("Lisa")

    lisa.presses(t("Blankett 1", "Form 1"))
    lisa.sees(t("Ställ öppna frågor", "Ask open questions"))

    stage.passes(seconds=9)
    bo.presses(t("Jag tar", "I take it"))
    lisa.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    anna.sees(t("Bo äger. Behövs du? Stå redo.", "Bo has it. Needed? Stand by."))
    bo.sees(t("Suicidhot i telefon", "Suicide threat on the phone"))

    stage.passes(minutes=3)
    bo.sees(t("Allt under kontroll?", "Under control?"))
    bo.presses(t("Ja, allt under kontroll", "Yes, under control"))
    bo.does_not_see(t("Allt under kontroll?", "Under control?"))

    stage.passes(minutes=2)
    lisa.presses(t("Pärm klar", "Folder done"))
    lisa.sees(
        t("Bra jobbat. Paus 15 minuter. Bo stannar.", "Well done. 15-minute break. Bo stays.")
    )
    lisa.sees(t("Blankett 18", "Form 18"))
    bo.sees(t("Lisa sa klart 14:07.", "Lisa said done at 14:07."))
    bo.presses(t("Trygg", "Safe"))
    anna.sees(t("Klart 14:07. Bo såg till", "Done 14:07. Bo made sure"))
    cia.does_not_see("Lisa")


@SURFACES
def test_j1_nobody_answers(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor, eva: Actor, t: Tongue
) -> None:
    gun = stage.person("gun")
    lisa.presses(t("Vit pärm", "White folder"))
    lisa.sees(t("Pärm beställd", "Folder ordered"))

    stage.passes(seconds=20)
    lisa.sees(t("Söker i arkivet", "Searching the archive"))
    cia.sees("L3 · Lisa")
    eva.does_not_see("Lisa")
    bo.finds(t("Jag tar", "I take it"))

    stage.passes(seconds=25)
    lisa.sees(t("Söker i stora arkivet", "Searching the main archive"))
    eva.sees("L3 · Lisa")
    gun.does_not_see("Lisa")

    stage.passes(seconds=15)
    lisa.sees(t("Arkivet stängt. Ta paus nu.", "Archive closed. Take a break now."))
    gun.sees("L3 · Lisa")
    assert rings(eva) == 2

    stage.passes(seconds=30)
    assert rings(eva) == 3
    stage.passes(seconds=5)
    eva.presses(t("Jag tar", "I take it"))
    lisa.sees(t("Eva hämtar pärmen. Ringer dig.", "Eva fetches the folder. Will phone you."))
    eva.sees("08-465 004 10")
    stage.passes(minutes=2)
    assert rings(eva) == 3


def rings(actor: Actor) -> int:
    """How many messages of their own have rung for this person."""
    return sum(not message.home for message in actor.messages())
