"""Dialogue cards, told as conversations: a case at a staff meeting, and one decision."""

import pytest
from sqlmodel import Session, select

from handlers.dialogues import Case, Decide
from storage.audit import AuditLine
from storage.dialogues import Dialogue
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


def meetings(stage: Stage) -> list[Dialogue]:
    with Session(stage.database) as session:
        return list(session.exec(select(Dialogue).order_by("id")))


def opens_the_card(who: Actor, t: Tongue) -> None:
    who.presses(t("Kort", "Cards"))
    who.presses(t("Förebygga", "Preventing"))
    title = t("Dialogkort för arbetsplatsträff", "Dialogue cards for the staff meeting")
    who.presses(title)


@BOTH
def test_a_meeting_draws_a_case_and_decides_one_thing(stage: Stage, anna: Actor, t: Tongue) -> None:
    opens_the_card(anna, t)
    anna.presses(t("Dra ett kort, 15 min", "Draw a card, 15 min"))
    (meeting,) = meetings(stage)
    case = demo_shelf().current.all(Case)[meeting.case]
    anna.sees(case.case.text(stage.language))
    for question in (
        t("Vad gör du de första tio sekunderna?", "What do you do in the first ten seconds?"),
        t("Vem kommer om du trycker?", "Who comes if you press?"),
        t("Vad säger vår rutin – och stämmer den?", "What does our routine say"),
    ):
        anna.sees(question)
    anna.sees(t("15 minuter: läs högt", "15 minutes: read aloud"))
    anna.sees(t("kan väcka minnen", "can wake memories"))
    anna.presses(t("Ett beslut idag", "One decision today"))
    anna.submits(Decide(meeting.number), decision="  Två i disken \n efter tre.  ")
    anna.sees(t("Ert beslut: Två i disken efter tre.", "Your decision: Två i disken efter tre."))
    anna.sees(t("Ändra beslutet", "Change the decision"))


def test_no_case_comes_twice_before_all_have_come(stage: Stage, anna: Actor) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    for _ in range(24):
        anna.presses("Dra ett kort, 30 min")
    cases = [meeting.case for meeting in meetings(stage)]
    assert len({*cases[:12]}) == len({*cases[12:]}) == 12
    assert cases[:12] != cases[12:], "in another order the second time"
    assert cases[:3] != ["1", "2", "3"]


def test_a_case_that_does_not_fit_is_laid_back(stage: Stage, anna: Actor) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    anna.presses("Dra ett kort, 30 min")
    before = meetings(stage)[0].case
    anna.presses("Ta ett annat kort")
    assert meetings(stage)[0].case != before
    assert len(meetings(stage)) == 1


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "Skriv en rad"),
        ("x" * 141, "högst 140 tecken"),
    ],
)
def test_a_decision_is_one_line_without_numbers(
    stage: Stage, anna: Actor, written: str, told: str
) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    anna.presses("Dra ett kort, 15 min")
    anna.submits(Decide(1), decision=written)
    anna.hears(told)
    assert meetings(stage)[0].decision is None


def test_a_decision_with_a_personal_number_comes_back_with_every_word(
    stage: Stage, anna: Actor
) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    anna.presses("Dra ett kort, 15 min")
    anna.submits(Decide(1), decision="Ring 19121212-1212 oftare")
    assert anna.form
    assert any("oftare" in one.value for one in anna.form.fields)
    assert meetings(stage)[0].decision is None


def test_only_the_unit_touches_its_own_meeting(stage: Stage, anna: Actor, eva: Actor) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    anna.presses("Dra ett kort, 15 min")
    eva.submits(Decide(1), decision="Mitt")
    eva.hears("Det här kan bara en annan kollega göra.")
    assert meetings(stage)[0].decision is None


def test_the_share_of_meetings_that_decided_names_nobody(stage: Stage, anna: Actor) -> None:
    opens_the_card(anna, lambda sv, en: sv)
    for _ in range(4):
        anna.presses("Dra ett kort, 15 min")
    anna.submits(Decide(1), decision="Ett")
    card = stage.machine.engine.look("dialogues", "anna", stage.loop.now())
    said = repr(card)
    assert "1 av 4 möten, 25 %" in said
    assert "Anna" not in said and "anna" not in said
    with Session(stage.database) as session:
        kept = [line.payload for line in session.exec(select(AuditLine))]
    assert not any("Ett" in payload for payload in kept)
