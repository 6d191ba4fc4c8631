"""The help call, told as conversations; the journeys themselves are in `test_journeys`."""

import asyncio
from datetime import timedelta
from random import Random

import pytest
from sqlmodel import Session

from handlers.help.actions import FinishCall, Press, Take
from storage.help import HelpCall
from storage.help_life import Finish
from storage.people import Person, RosterSlot, everybody, replace_people
from storage.timers import hurry_timers
from tests.stage import Actor, Stage, dump
from tests.weather import StormySurface, Weather

SURFACES = pytest.mark.parametrize("language", ["sv", "en"], ids=["workspace-sv", "workspace-en"])


def rings(actor: Actor) -> int:
    """How many messages of their own have rung for this person."""
    return sum(not message.home for message in actor.messages())


def test_nothing_that_a_forced_presser_does_takes_the_warning_away(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Blå pärm")
    lisa.presses("Fel pärm, tack")
    lisa.uses_shortcut(1)
    bo.sees("TVÅNG möjligt")
    lisa.uses_shortcut(2)
    bo.sees("L3 · Lisa")
    bo.sees("TVÅNG möjligt")
    for how in "Pärm klar", "Fel pärm":
        lisa.presses(how)
        bo.sees("TVÅNG möjligt")
        stage.hears("bo", "help.check", '{"call":1}')
        assert stage.decisions[-1].outcome == "refused"
        lisa.uses_shortcut(1)
    bo.presses("Jag tar")
    bo.sees("TVÅNG möjligt")


@SURFACES
@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("owned", [False, True])
def test_wrong_and_its_forced_twin_are_the_same_to_the_letter(
    language: str, level: int, owned: bool
) -> None:
    """I17: at every moment until it is closed, on both platforms."""
    wrong, forced = (twin(language, level, owned, how) for how in ("wrong", "forced"))
    assert len(wrong) == len(forced)
    assert [at for at, pair in enumerate(zip(wrong, forced, strict=True)) if len({*pair}) > 1] == []


def twin(language: str, level: int, owned: bool, how: str) -> list[str]:
    """Everything that stood on Lisa's screen, moment by moment."""
    stage = Stage(language)
    lisa, screens = stage.person("lisa"), []
    lisa.uses_shortcut(level)
    if owned:
        stage.hears("bo", "help.take", '{"call":1}')
    told = stage.hears("lisa", "help.finish", f'{{"call":1,"how":"{how}"}}')
    for seconds in (0, 1, 19, 30, 60, 120, 300):
        stage.passes(seconds=seconds)
        screens.append("".join(dump(m) + str(m.edited_at) for m in lisa.messages()))
    stage.hears("anna", "help.take", '{"call":1}')
    screens.append("".join(dump(message) for message in lisa.messages()))
    stage.hears("anna", "help.check", '{"call":1}')
    screens.append("".join(dump(message) for message in lisa.messages()))
    stage.close()
    return [str(told), *screens]


def test_a_wrong_press_is_looked_into_all_the_same(lisa: Actor, bo: Actor, anna: Actor) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    lisa.sees("Tack. Vi ber någon titta förbi ändå.")
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
    lisa.sees("Tack. Vi ber någon titta förbi ändå.")
    eva.presses("Trygg")
    lisa.sees("Klart")


def test_done_before_anybody_came_is_looked_into_too(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Pärm klar")
    lisa.sees("Tack. Vi ber någon titta förbi ändå.")
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
    lisa.hears("Ändrat till: Vit pärm")
    lisa.sees("Bo hämtar pärmen")


def test_an_owner_of_a_raised_call_confirms_or_is_replaced(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Blå pärm")
    bo.presses("Jag tar")
    lisa.presses("Vit pärm")
    bo.sees("Allt under kontroll?")
    stage.passes(seconds=61)
    anna.finds("Jag tar")
    cia.sees("L3 · Lisa")


def test_a_level_never_falls(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    lower = lisa.finds("Blå pärm")
    lower()
    bo.does_not_see("L1")


def test_when_somebody_declines_the_next_nearest_is_asked_at_once(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, eva: Actor
) -> None:
    kim = stage.person("kim")
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    bo.sees("Tack för svaret. Andra får frågan.")
    cia.sees("L2 · Lisa")
    kim.does_not_see("Lisa")
    anna.presses("Kan inte")
    kim.sees("L2 · Lisa")
    for colleague in cia, kim:
        colleague.presses("Kan inte")
    eva.sees("L2 · Lisa")
    bo.presses("Jag tar ändå")
    lisa.sees("Bo hämtar pärmen")


def test_a_ring_that_was_asked_one_by_one_does_not_hold_up_the_one_above(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    anna.presses("Kan inte")
    stage.passes(seconds=29)
    eva.does_not_see("Lisa")
    stage.passes(seconds=1)
    eva.sees("L2 · Lisa")


def test_a_fresh_call_forgets_an_earlier_no(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Kan inte")
    lisa.presses("Vit pärm")
    bo.sees("L3 · Lisa · plats 14")
    bo.finds("Jag tar")


def test_whom_nothing_reaches_is_passed_over_at_once(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    with Session(stage.database) as session:
        for ref in ("bo", "anna"):
            session.get_one(Person, ref).addresses = {"phone": "08-465 004 11"}
        session.commit()
    lisa.presses("Gul pärm")
    cia.sees("L2 · Lisa")
    assert rings(bo) == rings(anna) == 0


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
    lisa.presses("Blankett 2")
    bo.presses("Jag tar")
    stage.passes(minutes=3)
    bo.sees("Allt under kontroll?")
    stage.passes(seconds=59)
    cia.does_not_see("Lisa")
    stage.passes(seconds=2)
    cia.sees("L2 · Lisa")
    anna.finds("Jag tar")
    lisa.sees("Söker i arkivet")
    lisa.does_not_see("Bo kan inte längre")  # he has not said so
    bo.does_not_see("Tack för svaret")
    bo.finds("Jag tar")


def test_an_owner_who_presses_is_released_and_the_first_call_rings_on(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Vit pärm")
    lisa.sees("Bo kan inte längre. Söker i arkivet.")
    cia.sees("L2 · Lisa")
    anna.sees("L3 · Bo · plats 15")
    bo.hears("Pärmen till Lisa söks vidare.")
    bo.does_not_see("L2 · Lisa")


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
    bo.presses("Har träffat Lisa, tryggt")
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
        for forged in ("help.take", "help.due", "help.check", "help.release", "help.all_well"):
            told = stage.hears(stranger.ref, forged, '{"call":1}')
            assert told.notices == ("Det här kan bara en annan kollega göra.",)
            assert stage.decisions[-1].outcome == "refused"
    for forged in ("help.raise", "help.form", "help.finish", "help.call_back"):
        values = {
            "help.raise": ',"level":3',
            "help.form": ',"form":"1"',
            "help.finish": ',"how":"done"',
        }
        stage.hears("cia", forged, f'{{"call":1{values.get(forged, "")}}}')
        assert stage.decisions[-1].outcome == "refused"
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


def test_a_clock_that_is_set_back_answers_whoever_has_pressed_again(
    stage: Stage, lisa: Actor
) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    lisa.uses_shortcut(2)
    stage.loop.skew -= timedelta(seconds=60)
    lisa.uses_shortcut(2)
    lisa.hears("Pärmen är redan beställd.")
    lisa.sees("Pärm beställd")


def test_who_let_one_call_go_hears_of_another_though_the_presser_who_is_done_is_not_asked(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    kim, gun = stage.person("kim"), stage.person("gun")
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    gun.presses("Gul pärm")
    kim.presses("Jag tar")
    anna.presses("Gul pärm")
    kim.presses("Jag kan inte längre")
    kim.does_not_see("Anna")
    lisa.types("lunch")
    lisa.presses("Pärm klar")
    bo.presses("Trygg")
    kim.sees("L2 · Anna")
    lisa.does_not_see("Anna")


def test_an_owner_who_never_confirms_that_all_is_calm_is_asked_and_replaced(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    stage.passes(minutes=5)
    anna.sees("Lisa säger klart, men ingen har tittat. Titta till.")
    anna.presses("Trygg")
    lisa.sees("Bra jobbat. Paus 15 minuter.")


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
    lisa.sees("Stäng av ljud på mobil och dator.")


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


def test_what_the_buttons_say_can_be_typed_too(lisa: Actor, bo: Actor) -> None:
    lisa.types("klar")
    lisa.hears("Välj en pärm, eller skriv blå, gul eller vit.")
    lisa.types("gul")
    bo.presses("Jag tar")
    lisa.types("Pärm klar")
    lisa.sees("Bra jobbat. Paus 15 minuter. Bo stannar.")
    bo.presses("Trygg")
    lisa.types("vit")
    lisa.types("fel pärm!")
    bo.sees("Troligt feltryck av Lisa.")


def test_typed_words_do_the_same_and_nonsense_gets_a_kind_line(lisa: Actor, bo: Actor) -> None:
    lisa.types("/pärm gul!")
    bo.sees("L2 · Lisa")


# What a fresh pair of eyes found


def test_a_higher_press_after_a_wrong_one_leaves_no_old_button(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Blå pärm")
    lisa.presses("Fel pärm")
    told = rings(bo)
    lisa.uses_shortcut(3)
    assert rings(bo) == told + 1
    anna.presses("Jag tar")
    assert "Jag tar" not in bo.labels() and "Trygg" not in bo.labels()


def test_an_old_raise_button_means_that_it_was_not_a_wrong_press(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    raise_it = lisa.finds("Vit pärm")
    lisa.presses("Fel pärm")
    raise_it()
    bo.sees("Fara. Agera nu.")
    bo.does_not_see("Troligt feltryck")
    lisa.finds("Pärm klar")


def test_where_nobody_can_be_told_the_presser_hears_it_at_once(stage: Stage, lisa: Actor) -> None:
    with Session(stage.database) as session:
        for somebody in everybody(session):
            somebody.addresses = {} if somebody.ref != "lisa" else somebody.addresses
        session.commit()
    lisa.presses("Vit pärm")
    lisa.sees("Arkivet stängt. Ta paus nu. Ring själv vid fara.")


def test_when_the_last_ones_decline_there_is_no_more_waiting(stage: Stage, lisa: Actor) -> None:
    asked = [stage.person(ref) for ref in ("bo", "anna", "kim", "cia", "eva", "farid")]
    lisa.presses("Gul pärm")
    for colleague in asked:
        colleague.presses("Kan inte")
    lisa.sees("Arkivet stängt. Ta paus nu.")
    asked[0].sees("Ingen har svarat än.")


def test_an_hour_away_is_not_made_up_for_with_a_storm(
    stage: Stage, lisa: Actor, eva: Actor
) -> None:
    lisa.presses("Vit pärm")
    stage.passes(seconds=61)
    told = rings(eva)
    stage.dies()
    stage.run(asyncio.sleep(3600))
    stage.start()
    stage.passes(seconds=1)
    assert rings(eva) == told + 1
    stage.passes(seconds=30)
    assert rings(eva) == told + 2


def test_a_raise_forgets_the_call_back(stage: Stage, lisa: Actor, eva: Actor) -> None:
    lisa.presses("Blå pärm")
    stage.passes(seconds=300)
    lisa.presses("Ring upp mig")
    lisa.presses("Vit pärm")
    eva.does_not_see("Vill bli uppringd")
    stage.passes(seconds=60)
    lisa.sees("Arkivet stängt. Ta paus nu. Ring själv vid fara.")


def test_nobody_is_promised_before_somebody_came(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Fel pärm")
    for _ in range(4):
        lisa.sees("Tack. Vi ber någon titta förbi ändå.")
        stage.passes(seconds=30)
    bo.presses("Trygg")
    lisa.sees("Klart")


def test_a_roster_of_people_who_have_left_gives_way_to_the_standing_ring(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    roster(stage, "ghost")
    lisa.presses("Gul pärm")
    bo.sees("L2 · Lisa")


def roster(stage: Stage, ref: str) -> None:
    """One person stands in ring 1 for an hour, and nobody who is not in the roster."""
    now = stage.loop.now()
    ends = now + timedelta(hours=1)
    with Session(stage.database) as session:
        session.add(RosterSlot(site="ostersund", ring=1, person=ref, starts=now, ends=ends))
        session.commit()


def test_the_roster_of_the_hour_goes_before_the_standing_ring(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor
) -> None:
    roster(stage, "cia")
    roster(stage, "kim")
    lisa.presses("Gul pärm")
    cia.sees("L2 · Lisa")
    bo.does_not_see("Lisa")


def test_an_owner_who_leaves_is_replaced_within_a_minute(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Blå pärm")
    bo.presses("Jag tar")
    told = rings(anna)
    with Session(stage.database) as session:
        kept = {ref: vars_of(session, ref) for ref in ("lisa", "anna", "kim", "cia", "eva")}
        assert replace_people(session, "pack", kept, stage.loop.now())
        hurry_timers(session, stage.loop.now())
        session.commit()
    stage.passes(seconds=59)
    lisa.sees("Söker i arkivet")
    assert rings(anna) > told


def vars_of(session: Session, ref: str) -> dict[str, object]:
    return session.get_one(Person, ref).model_dump(exclude={"ref", "source", "left_at"})


def test_an_owner_is_not_asked_at_once_when_the_presser_presses_again(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    stage.passes(seconds=170)
    lisa.uses_shortcut(2)
    stage.passes(seconds=120)
    bo.does_not_see("Allt under kontroll?")
    lisa.sees("Bo hämtar pärmen")


def test_a_form_that_content_no_longer_has_does_not_stop_the_call(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    with Session(stage.database) as session:
        session.get_one(HelpCall, 1).form = "77"
        session.get_one(HelpCall, 1).site = {
            **session.get_one(HelpCall, 1).site,
            "cover": "a set of yesterday",
        }
        session.commit()
    stage.passes(seconds=30)
    cia.sees("L2 · Lisa")
    bo.presses("Jag tar")
    lisa.sees("Bo")


def test_no_button_stands_that_would_do_nothing(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Blå pärm")
    stage.passes(seconds=300)
    bo.presses("Jag tar")
    assert "Ring upp mig" not in lisa.labels()


def test_who_let_go_does_not_count_as_asked(
    lisa: Actor, bo: Actor, anna: Actor, stage: Stage, eva: Actor
) -> None:
    kim, cia = stage.person("kim"), stage.person("cia")
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Jag kan inte längre")
    for colleague in anna, kim, cia:
        colleague.presses("Kan inte")
    eva.sees("L2 · Lisa")


def test_who_was_pressing_is_told_when_their_own_call_is_closed(
    lisa: Actor, bo: Actor, anna: Actor
) -> None:
    bo.presses("Blå pärm")
    lisa.presses("Gul pärm")
    bo.does_not_see("Lisa")
    anna.presses("Jag tar")  # the newest, which is Lisa's
    anna.presses("Jag kan inte längre")
    bo.presses("Fel pärm")
    anna.presses("Trygg")
    bo.sees("L2 · Lisa")


def test_a_presser_decides_nothing_about_other_calls(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    no = bo.finds("Kan inte")
    lisa.presses("Fel pärm")
    safe = bo.finds("Trygg")
    bo.presses("Vit pärm")
    for forged in no, safe:
        forged()
        bo.hears("Din egen pärm är inte klar än.")
    lisa.does_not_see("Klart")


def test_a_raise_rings_those_who_stand_by_too(lisa: Actor, bo: Actor, anna: Actor) -> None:
    lisa.presses("Blå pärm")
    bo.presses("Jag tar")
    told = rings(anna)
    lisa.presses("Vit pärm")
    assert rings(anna) == told + 1
    anna.sees("Bo äger. Behövs du? Stå redo.")
    anna.sees("L3 · Lisa")


def test_a_call_that_closed_while_it_was_covered_shows_its_end_afterwards(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Blå pärm")
    anna.presses("Jag tar")  # Bo's
    stage.hears("anna", "help.take", '{"call":1}')
    stage.hears("anna", "help.check", '{"call":1}')
    bo.does_not_see("Lisa")
    stage.hears("anna", "help.check", '{"call":2}')
    bo.sees("L2 · Lisa")


def test_a_call_number_that_no_database_holds_is_an_old_button(stage: Stage, lisa: Actor) -> None:
    told = stage.hears("lisa", "help.form", f'{{"call":{10**23},"form":"1"}}')
    assert told.notices == ("Knappen gäller inte längre. Se det nyaste meddelandet.",)


# What a second pair of eyes found


@pytest.mark.parametrize("then", ["press", "raise", "raise twice"])
@pytest.mark.parametrize("level", [1, 2])
def test_the_forced_twin_looks_alike_after_another_press_too(level: int, then: str) -> None:
    wrong, forced = (pressed_anew(level, then, how) for how in ("wrong", "forced"))
    assert len(wrong) == len(forced)
    assert [at for at, pair in enumerate(zip(wrong, forced, strict=True)) if len({*pair}) > 1] == []


def pressed_anew(level: int, then: str, how: str) -> list[str]:
    """Everything on Lisa's screen while nobody answers her second press."""
    stage = Stage("sv")
    lisa, screens = stage.person("lisa"), []
    lisa.uses_shortcut(level)
    stage.hears("lisa", "help.finish", f'{{"call":1,"how":"{how}"}}')
    stage.passes(seconds=7)
    lisa.uses_shortcut(level if then == "press" else level + 1)
    if then == "raise twice":
        lisa.uses_shortcut(3)
    for _ in range(80):
        stage.passes(seconds=5)
        screens.append("".join(dump(m) + str(m.edited_at) for m in lisa.messages()))
    stage.close()
    return screens


@pytest.mark.parametrize("first", ["Pärm klar", "Fel pärm"])
def test_the_polite_word_counts_after_another_one(lisa: Actor, bo: Actor, first: str) -> None:
    lisa.presses("Gul pärm")
    thanks = lisa.finds("Fel pärm, tack")
    lisa.presses(first)
    screen = [dump(message) for message in lisa.messages()]
    bo.does_not_see("TVÅNG")
    thanks()
    bo.sees("TVÅNG möjligt")
    assert [dump(message) for message in lisa.messages()] == screen


def test_everybody_who_is_rung_reads_that_the_presser_may_be_forced(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar, behöver en till")
    anna.presses("Jag kommer")
    bo.presses("En till")
    lisa.presses("Fel pärm, tack")
    for colleague in bo, anna, cia:
        colleague.sees("TVÅNG möjligt")


def test_no_at_the_highest_level_starts_the_ladder_over(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")
    stage.passes(seconds=125)
    no = lisa.finds("Nej")
    stage.passes(minutes=6)
    told = rings(anna)
    no()
    assert stage.decisions[-1].outcome == "done"
    assert rings(anna) == told + 1


def test_closing_one_of_two_joined_calls_leaves_a_forced_one_open(
    stage: Stage, lisa: Actor, anna: Actor, bo: Actor
) -> None:
    lisa.presses("Gul pärm")
    anna.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Ja, samma")
    lisa.presses("Fel pärm, tack")
    stage.hears("bo", "help.check", '{"call":2}')
    with Session(stage.database) as session:
        assert session.get_one(HelpCall, 1).open
    bo.sees("TVÅNG möjligt")


def test_asking_for_more_people_does_not_stop_the_watch_over_a_quiet_presser(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("En till")
    stage.passes(seconds=120)
    bo.sees("Lisa har inte rört något sedan trycket.")


def test_an_owner_who_works_on_is_not_replaced_for_a_question_unanswered(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Vit pärm")
    lisa.presses("Blankett 1")
    bo.presses("Jag tar")
    stage.passes(seconds=182)
    bo.sees("Allt under kontroll?")
    for _ in range(4):
        stage.passes(seconds=20)
        bo.presses("Du gör det bra")
    bo.presses("Ringt 112")
    stage.passes(seconds=50)
    lisa.sees("Bo hämtar pärmen")
    stage.passes(seconds=15)
    lisa.does_not_see("Bo hämtar pärmen")


def test_nobody_is_rung_twice_in_one_turn(stage: Stage, lisa: Actor, bo: Actor) -> None:
    for ref in ("anna", "kim", "cia", "eva", "farid"):
        stage.person(ref).uses_shortcut(1)
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    told = rings(bo)
    lisa.presses("E")
    assert rings(bo) == told + 1
    assert bo.labels().count("Jag kan inte längre") == 1


def test_the_first_log_of_112_stays_when_it_is_asked_for_again(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("A")
    bo.presses("Ringt 112")
    stage.passes(minutes=1)
    lisa.presses("A")
    bo.sees("RING 112 NU. Säg så här:")
    bo.sees("Ringt 112 14:02 (Bo)")
    bo.presses("Ringt 112")
    lisa.sees("Arkivet kontaktat 14:03")


def test_nobody_more_is_asked_once_the_presser_says_done(
    stage: Stage, lisa: Actor, bo: Actor, eva: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Tre till")
    lisa.presses("Pärm klar")
    told = rings(bo)
    stage.passes(seconds=30)
    assert rings(bo) == told
    eva.does_not_see("Lisa")


def test_a_presser_who_leads_the_site_reads_nothing_of_wrong_presses(
    lisa: Actor, anna: Actor, bo: Actor
) -> None:
    for presser in lisa, lisa, anna:
        presser.presses("Gul pärm")
        presser.presses("Fel pärm")
        bo.presses("Trygg")
    anna.does_not_see("feltryck")


def test_two_minutes_are_not_forgotten_by_a_press_in_between(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    bo.presses("Upptagen 30 min")
    lisa.presses("Blå pärm")
    bo.presses("Om 2 minuter")
    bo.presses("Blå pärm")
    stage.passes(seconds=125)
    bo.presses("Fel pärm")
    stage.hears("anna", "help.check", '{"call":2}')
    told = rings(bo)
    stage.passes(seconds=31)
    assert rings(bo) >= told + 1


def test_who_was_done_and_is_then_forced_reads_what_they_read_before(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    """Found by the simulation: the owner, asked because of it, said nothing, and was let go."""
    lisa.does(Press(2))
    bo.does(Take(1))
    lisa.does(FinishCall(1, Finish.DONE))
    before = lisa.lines()
    lisa.does(FinishCall(1, Finish.FORCED))
    stage.passes(minutes=4)
    assert lisa.lines() == before
    bo.sees("TVÅNG")


def test_after_an_outage_everybody_has_one_alert_and_not_one_for_every_repeat() -> None:
    weather = Weather(Random(1))
    stage = Stage("sv", wrap=lambda inner: StormySurface(inner, weather))
    try:
        weather.down = True
        stage.person("lisa").does(Press(3))
        stage.passes(minutes=20)
        assert any(done.outcome == "done" and done.who == "clock" for done in stage.decisions)
        weather.clears()
        stage.passes(seconds=40)
        told = [one for one in stage.screens.messages.values() if one.to == "bo"]
        assert len(told) <= 3, len(told)
        stage.person("bo").sees("Jag tar")
    finally:
        stage.close()
