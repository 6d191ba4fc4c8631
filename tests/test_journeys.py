"""The journeys of `spec/journeys.md`, played as they are written, in both languages."""

import pytest

from tests.conftest import Tongue
from tests.stage import Actor, Stage

SURFACES = pytest.mark.parametrize("language", ["sv", "en"], ids=["workspace-sv", "workspace-en"])


def rings(actor: Actor) -> int:
    """How many messages of their own have rung for this person."""
    return sum(not message.home for message in actor.messages())


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

    stage.passes(seconds=3)
    lisa.presses(t("Blankett 1", "Form 1"))
    lisa.sees(t("Ställ öppna frågor", "Ask open questions"))

    stage.passes(seconds=6)
    bo.presses(t("Jag tar", "I take it"))
    lisa.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    anna.sees(t("Bo äger. Behövs du? Stå redo.", "Bo has it. Needed? Stand by."))
    bo.sees(t("Suicidhot i telefon", "Suicide threat on the phone"))

    stage.passes(seconds=31)
    told = rings(bo)
    lisa.presses("A")
    lisa.sees(t("Arkivet kontaktas", "The archive being contacted"))
    assert rings(bo) == told + 1
    bo.sees(t("RING 112 NU", "CALL 112 NOW"))
    bo.sees(t("Vad: Suicidhot i telefon", "What: Suicide threat on the phone"))
    bo.sees(t("Exempelmyndigheten", "The Example Agency"))
    bo.sees("Exempelgatan 1")
    bo.sees("08-465 004 10")
    bo.sees("14:02:00")

    stage.passes(seconds=30)
    bo.presses(t("Ringt 112", "Called 112"))
    lisa.sees(t("Arkivet kontaktat 14:03", "Archive contacted at 14:03"))
    lisa.sees(t("A · Arkivet kontaktas · läst", "A · The archive being contacted · read"))
    bo.sees(t("Ringt 112 14:03 (Bo)", "Called 112 at 14:03 (Bo)"))

    stage.passes(minutes=3)
    bo.sees(t("Allt under kontroll?", "Under control?"))
    bo.finds(t("Behöver fler", "Need more"))
    bo.presses(t("Ja, allt under kontroll", "Yes, under control"))
    bo.does_not_see(t("Allt under kontroll?", "Under control?"))

    stage.passes(minutes=2)
    lisa.presses(t("Pärm klar", "Folder done"))
    lisa.sees(
        t("Bra jobbat. Paus 15 minuter. Bo stannar.", "Well done. 15-minute break. Bo stays.")
    )
    lisa.sees(t("Blankett 18", "Form 18"))
    bo.sees(t("Lisa sa klart 14:08.", "Lisa said done at 14:08."))
    bo.presses(t("Trygg", "Safe"))
    anna.sees(t("Klart 14:08. Bo såg till", "Done 14:08. Bo made sure"))
    cia.does_not_see("Lisa")


@SURFACES
def test_j1_nobody_answers(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, eva: Actor, t: Tongue
) -> None:
    gun, farid = stage.person("gun"), stage.person("farid")
    lisa.presses(t("Vit pärm", "White folder"))
    lisa.sees(t("Pärm beställd", "Folder ordered"))
    lisa.presses(t("Blankett 1", "Form 1"))

    stage.passes(seconds=20)
    lisa.sees(t("Söker i arkivet", "Searching the archive"))
    cia.sees("L3 · Lisa")
    eva.does_not_see("Lisa")
    bo.finds(t("Jag tar", "I take it"))

    stage.passes(seconds=25)
    lisa.sees(t("Söker i stora arkivet", "Searching the main archive"))
    for last in eva, farid:
        last.sees("L3 · Lisa")
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
    eva.presses(t("Har träffat Lisa, tryggt", "Met Lisa, all safe"))

    stage.passes(hours=19)  # 09:00 the next day
    why = t("Tryck 14:02 fick svar efter 95 s. Varför?", "Press 14:02 answered after 95 s. Why?")
    for asked in anna, cia, farid:
        asked.sees(why)
        asked.does_not_see(t("Bo kan inte", "Bo can't"))
    bo.does_not_see(why)
    gun.does_not_see(why)
    gun.sees(t("utan svar i tid", "not answered in time"))


@SURFACES
def test_j2_the_responder_is_in_a_call_too(stage: Stage, t: Tongue, language: str) -> None:
    hana, ines, jonna, leo = (stage.person(ref) for ref in ("hana", "ines", "jonna", "leo"))
    ines.presses(t("Upptagen 30 min", "Busy 30 min"))
    hana.presses(t("Kopia två", "Copy two"))
    hana.sees(t("Söker skrivare", "Searching for a printer"))
    ines.sees("L2 · Hana")
    for label in t("Jag tar", "I take it"), t("Om 2 minuter", "In 2 minutes"):
        ines.finds(label)
    leo.sees("L2 · Hana")  # fewer than two were free in ring 1, so ring 2 knows at once

    stage.passes(seconds=4)
    ines.presses(t("Kan inte", "Can't"))
    ines.sees(
        t("Tack för svaret. Andra får frågan.", "Thanks for answering. Others are being asked.")
    )
    stage.passes(seconds=8)
    leo.presses(t("Jag tar", "I take it"))
    hana.sees(t("Leo kopierar", "Leo makes the copy"))
    leo.presses(t("Där om 1 minut", "There in 1 minute"))
    hana.sees(t("om 1 min", "in 1 min"))
    jonna.sees(t("Leo äger.", "Leo has it."))


@SURFACES
def test_j2_everybody_is_busy(stage: Stage, lisa: Actor, bo: Actor, t: Tongue) -> None:
    everybody = [bo, *(stage.person(ref) for ref in ("anna", "kim", "cia", "eva", "farid"))]
    for colleague in everybody:
        colleague.presses(t("Upptagen 30 min", "Busy 30 min"))
    lisa.presses(t("Blå pärm", "Blue folder"))
    lisa.sees(t("Alla upptagna.", "All busy."))
    bo.presses(t("Om 2 minuter", "In 2 minutes"))
    bo.sees(t("Du får frågan igen 14:04.", "You will be asked again at 14:04."))
    lisa.sees(t("Alla upptagna. Bo klar 14:04.", "All busy. Bo free at 14:04."))
    stage.passes(seconds=119)
    told = rings(bo)
    stage.passes(seconds=2)
    assert rings(bo) == told + 1
    bo.presses(t("Jag tar", "I take it"))
    lisa.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))


@SURFACES
def test_j2_an_owner_presses_and_the_first_call_moves_on(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue
) -> None:
    lisa.presses(t("Gul pärm", "Yellow folder"))
    bo.presses(t("Jag tar", "I take it"))
    bo.presses(t("Vit pärm", "White folder"))
    bo.hears(t("Pärmen till Lisa söks vidare.", "The folder for Lisa is still being looked for."))
    lisa.sees(t("Bo kan inte längre.", "Bo cannot go on."))
    for colleague in anna, cia:
        colleague.sees("L2 · Lisa")
    anna.sees("L3 · Bo")


@SURFACES
def test_j3_the_presser_closes_the_chat(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue
) -> None:
    lisa.presses(t("Gul pärm", "Yellow folder"))
    stage.passes(seconds=30)
    anna.presses(t("Jag tar", "I take it"))
    told = rings(anna)

    stage.passes(seconds=90)
    assert rings(anna) == told + 1
    anna.sees(
        t(
            "Lisa har inte rört något sedan trycket. Gå dit eller ring 08-465 004 10.",
            "Lisa has touched nothing since the press. Go there or phone 08-465 004 10.",
        )
    )
    bo.does_not_see(t("Kontrollera", "Check"))

    stage.passes(seconds=60)
    for nearby in bo, cia:
        nearby.sees(
            t("Lisa svarar inte. Kontrollera plats 14.", "Lisa does not answer. Check seat 14.")
        )

    before = rings(lisa)
    lisa.sees(t("Anna hämtar pärmen", "Anna fetches the folder"))
    lisa.sees(t("Är du okej?", "Are you okay?"))
    lisa.presses(t("Ja", "Yes"))
    assert rings(lisa) == before  # the same call, never a new one
    lisa.does_not_see(t("Är du okej?", "Are you okay?"))
    anna.does_not_see(t("har inte rört", "has touched nothing"))
    bo.does_not_see(t("Kontrollera", "Check"))
    anna.presses(t("Har träffat Lisa, tryggt", "Met Lisa, all safe"))
    lisa.sees(t("Anna har tittat. Klart.", "Anna has had a look. Done."))


@SURFACES
def test_j3_no_means_that_it_is_worse(stage: Stage, lisa: Actor, anna: Actor, t: Tongue) -> None:
    lisa.presses(t("Gul pärm", "Yellow folder"))
    anna.presses(t("Jag tar", "I take it"))
    stage.passes(seconds=120)
    lisa.presses(t("Nej", "No"))
    anna.sees("L3 · Lisa")


@SURFACES
def test_j5_a_wrong_press(stage: Stage, lisa: Actor, bo: Actor, t: Tongue) -> None:
    lisa.presses(t("Gul pärm", "Yellow folder"))
    lisa.sees(t("Pärm beställd", "Folder ordered"))
    stage.passes(seconds=5)
    lisa.presses(t("Fel pärm", "Wrong folder"))
    thanks = (
        "Tack. Vi ber någon titta förbi ändå.",
        "Thanks. We are asking someone to drop by anyway.",
    )
    lisa.sees(t(*thanks))
    bo.sees(t("Troligt feltryck av Lisa.", "Probably a wrong press by Lisa."))
    stage.passes(seconds=55)
    bo.presses(t("Trygg", "Safe"))
    lisa.sees(t("Klart", "Done"))
    lisa.does_not_see(t("Är du okej?", "Are you okay?"))


@SURFACES
def test_j5_the_forced_twin(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue
) -> None:
    lisa.presses(t("Gul pärm", "Yellow folder"))
    bo.presses(t("Jag tar", "I take it"))
    told = rings(anna)
    lisa.presses(t("Fel pärm, tack", "Wrong folder, thanks"))
    lisa.does_not_see("L3")
    for colleague in bo, anna:
        colleague.sees(t("L3 · Lisa · plats 14", "L3 · Lisa · seat 14"))
    bo.sees(t("Gå inte ensam. Ring 112.", "Do not go alone. Call 112."))
    bo.sees(t("TVÅNG möjligt", "Possible DURESS"))
    assert rings(anna) == told + 1
    stage.passes(seconds=61)  # Bo does not answer
    anna.sees(t("TVÅNG möjligt", "Possible DURESS"))
    cia.sees(t("TVÅNG möjligt", "Possible DURESS"))
    stage.hears("cia", "help.check", '{"call":1}')
    assert stage.decisions[-1].outcome == "refused"
    anna.presses(t("Jag tar", "I take it"))
    anna.presses(t("Trygg", "Safe"))
    lisa.sees(t("Klart", "Done"))


@SURFACES
def test_j5_three_wrong_presses_in_a_week_are_a_reason_to_practise(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue
) -> None:
    for _ in range(3):
        anna.does_not_see(t("Behöver ni öva?", "Practise?"))
        lisa.presses(t("Gul pärm", "Yellow folder"))
        lisa.presses(t("Fel pärm", "Wrong folder"))
        bo.presses(t("Trygg", "Safe"))
    anna.sees(t("Tre feltryck", "Three wrong presses"))
    bo.does_not_see(t("Tre feltryck", "Three wrong presses"))


@SURFACES
def test_j6_two_press_at_once(stage: Stage, t: Tongue, lisa: Actor, bo: Actor, anna: Actor) -> None:
    kim, cia = stage.person("kim"), stage.person("cia")
    lisa.presses(t("Blå pärm", "Blue folder"))
    stage.passes(seconds=0.2)
    kim.presses(t("Vit pärm", "White folder"))
    for helper in bo, anna:
        helper.sees(t("L1 · Lisa · plats 14", "L1 · Lisa · seat 14"))
        helper.sees(t("2 väntar. Ta den översta först.", "2 are waiting. Take the top one first."))
        lines = [line for line in helper.lines() if line.startswith(("1. L", "2. L"))]
        assert [line[3:5] for line in lines][-2:] == ["L3", "L1"]
    stage.passes(seconds=4)
    bo.presses(t("Jag tar L3 Kim", "I take L3 Kim"))
    kim.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    assert t("Jag tar", "I take it") not in bo.labels()
    bo.sees(t("Du är upptagen med ett annat samtal.", "You are busy with another call."))

    annas, cias = anna.finds(t("Jag tar", "I take it")), cia.finds(t("Jag tar", "I take it"))
    annas()
    cias()
    cia.hears(t("Anna var först. Stå redo?", "Anna was first. Stand by?"))
    lisa.sees(t("Anna hämtar pärmen", "Anna fetches the folder"))
    anna.sees(t("Listan är slut.", "The list is done."))


@SURFACES
def test_j6_the_same_visitor(stage: Stage, t: Tongue, lisa: Actor, bo: Actor, anna: Actor) -> None:
    kim = stage.person("kim")
    lisa.presses(t("Gul pärm", "Yellow folder"))
    stage.passes(seconds=30)
    anna.presses(t("Gul pärm", "Yellow folder"))
    bo.presses(t("Jag tar", "I take it"))
    anna.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    bo.sees(t("Samma händelse som L2 · Lisa", "The same event as L2 · Lisa"))
    kim.finds(t("Jag tar", "I take it"))
    bo.presses(t("Ja, samma", "Yes, the same"))
    lisa.sees(t("Bo hämtar pärmen", "Bo fetches the folder"))
    assert t("Jag tar", "I take it") not in kim.labels()
    bo.presses(t("Har träffat Anna, tryggt", "Met Anna, all safe"))
    for presser in lisa, anna:
        presser.sees(t("Bo har tittat. Klart.", "Bo has had a look. Done."))


@SURFACES
def test_j11_a_visitor_reads_the_screen(stage: Stage, t: Tongue, hana: Actor) -> None:
    """Office words only, and no message that rings a second time at the desk."""
    ines = stage.person("ines")
    hana.presses(t("Kopia två", "Copy two"))
    hana.sees(t("Kopia beställd", "Copy ordered"))
    stood = rings(hana)
    stage.passes(seconds=8)
    ines.sees(t("Gå dit nu, lugnt som vanligt.", "Go there now, calmly, as usual."))
    ines.presses(t("Jag tar", "I take it"))
    for letter in "ABCDEFGH":
        hana.presses(letter)
    for sentence in t("Jag ser dig", "I can see you"), t("Du gör det bra", "You are doing well"):
        ines.presses(sentence)
        hana.sees(sentence)
    assert rings(hana) == stood


@SURFACES
def test_l16_a_presser_at_home_is_phoned(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue
) -> None:
    lisa.presses(t("Hemma idag", "Home today"))
    lisa.presses(t("Blå pärm", "Blue folder"))
    bo.sees(t("Lisa arbetar hemma. Ring inom 2 minuter", "Lisa works from home. Phone within"))
    bo.presses(t("Jag tar", "I take it"))
    lisa.sees(t("Bo hämtar pärmen. Ringer dig.", "Bo fetches the folder. Will phone you."))
    stage.passes(seconds=119)
    bo.does_not_see(t("Allt under kontroll?", "Under control?"))
    stage.passes(seconds=1)
    bo.sees(t("Allt under kontroll?", "Under control?"))
    bo.presses(t("Har ringt", "Have phoned"))
    bo.does_not_see(t("Allt under kontroll?", "Under control?"))
    stage.passes(minutes=9)
    bo.does_not_see(t("Allt under kontroll?", "Under control?"))
    bo.presses(t("Har pratat med Lisa, tryggt", "Talked with Lisa, all safe"))
    lisa.sees(t("Bo har tittat. Klart.", "Bo has had a look. Done."))


@SURFACES
def test_j0_the_end_a_call_becomes_a_report(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor, t: Tongue
) -> None:
    gun, farid = stage.person("gun"), stage.person("farid")
    lisa.presses(t("Vit pärm", "White folder"))
    lisa.presses(t("Blankett 1", "Form 1"))
    bo.presses(t("Jag tar", "I take it"))
    lisa.presses("A")
    bo.presses(t("Ringt 112", "Called 112"))
    stage.passes(minutes=2)
    lisa.presses(t("Pärm klar", "Folder done"))
    lisa.does_not_see(t("Spara som händelse?", "Save as event?"))
    bo.presses(t("Trygg", "Safe"))
    lisa.sees(t("Är du okej?", "Are you okay?"))
    lisa.does_not_see(t("Spara som händelse?", "Save as event?"))
    lisa.presses(t("Ja", "Yes"))
    lisa.sees(t("Spara som händelse? Redan ifyllt: 7 av 9.", "Save as event? Already filled: 7 of"))
    lisa.presses(t("Ja, spara", "Yes, save"))
    lisa.presses(t("Obehagligt", "Unpleasant"))
    lisa.presses(t("Inget av detta", "None of these"))
    lisa.sees(t("Hot om självmord", "Suicide threat"))
    lisa.sees(t("Ringt", "Called"))
    lisa.presses(t("Med namn", "With my name"))
    lisa.sees(t("Tack. Cia hör av sig inom 30 minuter.", "Thank you. Cia will contact you within"))
    cia.sees(t("Lisa behöver dig inom 30 minuter.", "Lisa needs you within 30 minutes."))
    gun.sees(t("Ny händelse, grad 3", "New event, level 3"))
    gun.does_not_see("Lisa")
    farid.sees(t("Hot om självmord", "Suicide threat"))
    cia.presses(t("Visa ärendet", "Show the case"))
    cia.sees(t("Telefon", "Phone"))
    cia.sees("Bo")


@SURFACES
def test_j9_the_reporter_is_the_manager(stage: Stage, cia: Actor, t: Tongue) -> None:
    dag = stage.person("dag")
    for label in (
        t("Ny händelse", "New event"), t("Hot", "Threat"), t("Direkt hot", "Direct threat"),
        t("Telefon", "Phone"), t("Nyss", "Just now"), t("Obehagligt", "Unpleasant"),
        t("Inget av detta", "None of these"),
    ):  # fmt: skip
        cia.presses(label)
    cia.sees(t("Du är chef här. Dag blir ansvarig.", "You are the manager here. Dag becomes the"))
    cia.presses(t("Med namn", "With my name"))
    dag.sees(t("Cia behöver dig inom 30 minuter.", "Cia needs you within 30 minutes."))


@SURFACES
def test_j9_the_manager_is_the_problem(stage: Stage, lisa: Actor, cia: Actor, t: Tongue) -> None:
    dag = stage.person("dag")
    before = cia.lines()
    for label in (
        t("Ny händelse", "New event"), t("Ordning eller risk", "Order or risk"),
        t("Farligt ensamarbete", "Dangerous lone work"),
    ):  # fmt: skip
        lisa.presses(label)
    lisa.sees(t("Gäller det din chef?", "Is it about your manager?"))
    for label in (
        t("Ja", "Yes"), t("Disk", "Desk"), t("Nyss", "Just now"), t("Rädd", "Afraid"),
        t("Ja", "Yes"), t("Inget av detta", "None of these"),
    ):  # fmt: skip
        lisa.presses(label)
    lisa.sees(t("Cia får inte läsa och får ingen avisering.", "Cia cannot read it"))
    lisa.presses(t("Med namn", "With my name"))
    dag.sees(t("Lisa behöver dig", "Lisa needs you"))
    assert cia.lines() == before
