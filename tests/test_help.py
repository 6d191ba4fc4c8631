"""The help call, told as conversations: the journeys J0, J1 and J6 as far as they go today."""

import pytest
from sqlmodel import Session

from storage.people import Person
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


@SURFACES
def test_j6_two_claim_at_once(stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue) -> None:
    lisa.presses(t("Blå pärm", "Blue folder"))
    annas, bos = anna.finds(t("Jag tar", "I take it")), bo.finds(t("Jag tar", "I take it"))
    annas()
    bos()
    bo.hears(t("Anna var först. Stå redo?", "Anna was first. Stand by?"))
    bo.sees(t("Anna äger. Behövs du? Stå redo.", "Anna has it. Needed? Stand by."))
    lisa.sees(t("Anna hämtar pärmen", "Anna fetches the folder"))


@SURFACES
def test_j6_two_press_at_once_and_each_gets_somebody(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue
) -> None:
    kim = stage.person("kim")
    lisa.presses(t("Blå pärm", "Blue folder"))
    kim.presses(t("Vit pärm", "White folder"))
    for helper in bo, anna:
        helper.sees(t("L1 · Lisa · plats 14", "L1 · Lisa · seat 14"))
        helper.sees(t("L3 · Kim · plats 16", "L3 · Kim · seat 16"))
    bo.presses(t("Jag tar", "I take it"))
    anna.presses(t("Jag tar", "I take it"))
    kim.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    lisa.sees(t("Anna hämtar pärmen", "Anna fetches the folder"))


def test_a_wrong_press_is_looked_into_all_the_same(lisa: Actor, bo: Actor, anna: Actor) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    lisa.sees("Tack. Någon tittar förbi ändå.")
    bo.sees("Troligt feltryck av Lisa. Titta till ändå.")
    bo.presses("Trygg")
    lisa.sees("Klart")
    anna.sees("Klart 14:02. Bo tittade till. Tack.")


def test_a_wrong_press_that_nobody_looks_into_climbs_like_any_other(
    stage: Stage, lisa: Actor, cia: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    stage.passes(seconds=30)
    cia.sees("Troligt feltryck av Lisa")
    stage.passes(seconds=45)
    eva.presses("Jag tittar till")
    lisa.sees("Tack. Någon tittar förbi ändå.")
    eva.presses("Trygg")
    lisa.sees("Klart")


def test_done_before_anybody_came_is_looked_into_too(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Pärm klar")
    lisa.sees("Tack. Någon tittar förbi ändå.")
    lisa.does_not_see("Bra jobbat")
    bo.sees("Lisa säger klart, men ingen har tittat. Titta till.")
    bo.presses("Jag tittar till")
    lisa.sees("Bra jobbat. Paus 15 minuter. Bo stannar.")


def test_a_press_while_a_call_is_open_shows_the_same_call(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Gul pärm")
    before = len(bo.messages())
    lisa.uses_shortcut(2)
    lisa.hears("Pärmen är redan beställd.")
    lisa.types("pärm blå")
    assert len(bo.messages()) == before
    bo.does_not_see("L1")


def test_a_higher_press_raises_the_same_call_and_rings_again(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor
) -> None:
    lisa.presses("Blå pärm")
    stage.passes(seconds=50)
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa · plats 14")
    bo.sees("Se det nyare meddelandet nedan.")
    cia.does_not_see("Lisa")
    stage.passes(seconds=20)
    cia.sees("L3 · Lisa")


def test_a_raise_rings_the_owner_too(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Blå pärm")
    bo.presses("Jag tar")
    told = rings(bo)
    buttons = lisa.labels()
    assert buttons.count("Vit pärm") == 2  # on the page and on the card
    lisa.presses("Vit pärm")
    assert rings(bo) == told + 1
    bo.sees("Du har tagit: L3 · Lisa · plats 14")
    lisa.sees("Bo hämtar pärmen")


def test_a_level_never_falls(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    lower = lisa.finds("Blå pärm")
    lower()
    bo.does_not_see("L1")


def test_when_all_who_were_asked_decline_the_next_ring_starts_at_once(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    bo.sees("Tack för svaret. Andra får frågan.")
    cia.does_not_see("Lisa")
    anna.presses("Kan inte")
    cia.sees("L2 · Lisa")
    lisa.sees("Söker i arkivet")
    bo.presses("Jag tar ändå")
    lisa.sees("Bo hämtar pärmen")


def test_a_ring_that_was_asked_early_lets_the_one_above_come_early_too(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    anna.presses("Kan inte")
    stage.passes(seconds=44)
    eva.does_not_see("Lisa")
    stage.passes(seconds=1)
    eva.sees("L2 · Lisa")


def test_a_fresh_call_forgets_an_earlier_no(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    lisa.presses("Vit pärm")
    bo.sees("L3 · Lisa · plats 14")
    bo.finds("Jag tar")


def test_whom_nothing_reaches_is_passed_over_at_once(stage: Stage, lisa: Actor, cia: Actor) -> None:
    with Session(stage.database) as session:
        for ref in ("bo", "anna"):
            session.get_one(Person, ref).addresses = {"phone": "08-465 004 11"}
        session.commit()
    lisa.presses("Gul pärm")
    cia.sees("L2 · Lisa")
    lisa.sees("Söker i arkivet")


def test_an_owner_who_cannot_go_on_hands_it_back_aloud(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    told = rings(anna)
    stage.passes(seconds=100)
    bo.presses("Jag kan inte längre")
    lisa.sees("Bo kan inte längre. Söker i arkivet.")
    assert rings(anna) == told + 1
    cia.sees("L2 · Lisa")
    stage.passes(seconds=44)
    eva.does_not_see("Lisa")
    stage.passes(seconds=1)
    eva.sees("L2 · Lisa")


def test_an_owner_who_falls_silent_is_asked_and_then_replaced(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    stage.passes(minutes=3)
    bo.sees("Allt under kontroll?")
    stage.passes(seconds=59)
    cia.does_not_see("Lisa")
    stage.passes(seconds=2)
    cia.sees("L2 · Lisa")
    anna.finds("Jag tar")


def test_an_owner_who_presses_is_released_and_the_first_call_rings_on(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Vit pärm")
    lisa.sees("Bo kan inte längre. Söker i arkivet.")
    cia.sees("L2 · Lisa")
    anna.sees("L3 · Bo · plats 15")
    bo.does_not_see("Lisa")


def test_a_presser_cannot_take_another_call_before_their_own_is_closed(
    lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Vit pärm")
    take = bo.finds("Jag tar")
    bo.presses("Gul pärm")
    take()
    bo.hears("Din egen pärm är inte klar än.")
    lisa.sees("Pärm beställd")


def test_what_a_presser_was_told_of_others_is_covered_meanwhile(
    lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Vit pärm")
    bo.sees("Fara. Agera nu.")
    bo.presses("Blå pärm")
    bo.does_not_see("Fara")
    bo.does_not_see("Lisa")
    anna.presses("Jag tar")
    bo.presses("Pärm klar")
    anna.presses("Trygg")
    bo.sees("L3 · Lisa")


def test_a_late_press_changes_nothing_and_says_who_closed_it(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    late = anna.finds("Jag tar")
    lisas = lisa.finds("Fel pärm")
    bo.presses("Jag tar")
    bo.presses("Träffat, trygg")
    lisa.sees("Bo har tittat. Klart.")
    late()
    anna.hears("Redan klart. Bo stängde 14:02.")
    lisas()
    lisa.hears("Klart")
    anna.sees("Klart 14:02. Bo var där. Tack.")


def test_nobody_can_take_their_own_call_or_one_they_were_not_told_of(
    stage: Stage, lisa: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    for stranger in lisa, cia:
        stage.hears(stranger.ref, "help.take", '{"call":1}')
        stage.hears(stranger.ref, "help.due", '{"call":1}')
    lisa.sees("Pärm beställd")


def test_only_the_owner_closes_a_call_that_the_presser_has_not_finished(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    forged = '{"call":1}'
    stage.hears("bo", "help.check", forged)
    lisa.sees("Pärm beställd")
    bo.presses("Jag tar")
    stage.hears("anna", "help.check", forged)
    lisa.sees("Bo hämtar pärmen")
    anna.sees("Bo äger. Behövs du? Stå redo.")


def test_pressing_again_after_done_means_that_it_is_not_over(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    told = rings(bo)
    lisa.uses_shortcut(2)
    assert rings(bo) == told + 1
    lisa.sees("Bo hämtar pärmen")
    lisa.finds("Pärm klar")


def test_pressing_again_before_anybody_looked_starts_the_ladder_over(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    stage.passes(seconds=30)
    told = rings(bo)
    lisa.uses_shortcut(2)
    lisa.sees("Pärm beställd")
    assert rings(bo) == told + 1
    bo.finds("Jag tar")
    stage.passes(seconds=29)
    eva.does_not_see("Lisa")
    stage.passes(seconds=1)  # ring 2 knows already, so its time is the time of ring 3
    eva.sees("L2 · Lisa")


def test_an_owner_who_never_confirms_that_all_is_calm_is_asked_and_replaced(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    stage.passes(minutes=5)
    anna.sees("Lisa säger klart, men ingen har tittat. Titta till.")
    anna.presses("Trygg")
    lisa.sees("Klart")


def test_level_one_offers_a_call_back_when_nobody_answers(
    stage: Stage, lisa: Actor, eva: Actor
) -> None:
    lisa.presses("Blå pärm")
    stage.passes(seconds=300)
    lisa.sees("Vill du bli uppringd?")
    lisa.presses("Ring upp mig")
    lisa.sees("Uppringning beställd. Söker vidare.")
    eva.sees("Vill bli uppringd: 08-465 004 10")


def test_all_forms_are_two_taps_away(lisa: Actor) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Fler blanketter")
    lisa.sees("8 · ")
    lisa.presses("Blankett 6")
    lisa.sees("Blankett 6")


def test_a_change_of_language_shows_everything_open_in_the_new_one(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Vit pärm")
    for who in lisa, bo:
        who.presses("English")
    lisa.sees("Folder ordered")
    lisa.does_not_see("Pärm")
    bo.sees("Danger. Act now.")
    bo.finds("I take it")


def test_each_site_has_its_own_words(stage: Stage, hana: Actor) -> None:
    ines = stage.person("ines")
    hana.presses("Kopia två")
    hana.sees("Kopia beställd")
    ines.sees("L2 · Hana · disk 3")
    ines.sees("Fråga om ett ärende")
    ines.presses("Jag tar")
    hana.sees("Ines kopierar")


def test_typed_words_do_the_same_and_nonsense_gets_a_kind_line(lisa: Actor, bo: Actor) -> None:
    lisa.types("/pärm gul!")
    bo.sees("L2 · Lisa")
