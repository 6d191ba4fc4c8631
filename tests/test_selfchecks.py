"""Self-checks, told as conversations: a short question, nothing kept of the answer, and a talk."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect

from tests.conftest import Tongue
from tests.databases import every_row
from tests.followup import all_done, quick, reports, rung, until
from tests.stage import Actor, Stage

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = quick(language)
    yield stage
    stage.close()


@pytest.fixture
def dag(stage: Stage) -> Actor:
    return stage.person("dag")


def test_the_exposed_and_the_helper_are_asked_on_four_days(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue
) -> None:
    reports(stage, severity=2, helper="bo")
    all_done(stage)  # they go on when the case has long been closed
    asks = t("Hur är det idag?", "How is today?")
    days = ["2026-11-24", "2026-11-30", "2026-12-21", "2027-02-15"]
    for day in days:
        until(stage, f"{day} 09:59")
        told = [rung(one) for one in (lisa, bo)]
        until(stage, f"{day} 10:01")
        assert [rung(one) for one in (lisa, bo)] == [count + 1 for count in told]
        for one in lisa, bo:
            one.sees(asks)
    anna.does_not_see(asks)
    told = [rung(bo)]
    until(stage, "2027-03-15 10:01")
    assert [rung(bo)] == told


def test_green_and_yellow_leave_the_same_trace(language: str) -> None:
    """What a person answers can be read in no table: the whole store is the same to the letter."""
    stores = []
    for label in ("Grönt", "Gult"):
        stage = quick(language)
        lisa = stage.person("lisa")
        reports(stage, severity=1)
        until(stage, "2026-11-24 10:01")
        lisa.presses(label)
        lisa.sees("Tack. Det är vanligt att reagera sent.")
        dumped = "\n".join(every_row(stage.database))
        stores.append(re.sub(r"'[0-9a-f]{16}'", "(random)", dumped))  # the audit's salt
        stage.close()
    assert stores[0] == stores[1]


def test_one_tap_ends_the_questions(stage: Stage, lisa: Actor) -> None:
    reports(stage, severity=2)
    until(stage, "2026-11-24 10:01")
    lisa.presses("Inga fler frågor")
    lisa.sees("Vi frågar inte mer om det här.")
    until(stage, "2026-11-30 12:00")
    lisa.does_not_see("Hur är det idag?")


def test_two_cases_are_one_question_a_day(stage: Stage, lisa: Actor) -> None:
    reports(stage, severity=1)
    reports(stage, severity=1)
    told = rung(lisa)
    until(stage, "2026-11-24 12:00")
    assert rung(lisa) == told + 1


@BOTH
def test_who_wants_to_talk_reaches_the_chosen_one_at_once(
    stage: Stage, lisa: Actor, cia: Actor, anna: Actor, t: Tongue
) -> None:
    reports(stage, severity=1)
    until(stage, "2026-11-24 10:01")
    lisa.presses(t("Vill prata", "Want to talk"))
    lisa.presses("Cia")
    cia.sees(t("Lisa vill gärna prata med dig. Kan du ringa nu?", "Lisa would like to talk"))
    lisa.sees(t("Cia har fått din fråga nu.", "Cia has your question now."))
    lisa.does_not_see(t("Cia hör av sig till dig nu.", "Cia will get in touch with you now."))
    cia.presses(t("Jag ringer", "I'll phone"))
    lisa.sees(t("Cia hör av sig till dig nu.", "Cia will get in touch with you now."))
    told = rung(anna)
    stage.passes(minutes=20)
    assert rung(anna) == told


def test_a_wish_to_talk_is_covered_while_either_of_them_presses(
    stage: Stage, lisa: Actor, cia: Actor
) -> None:
    reports(stage, severity=1)
    until(stage, "2026-11-24 10:01")
    lisa.presses("Vill prata")
    lisa.presses("Cia")
    for who, line in (lisa, "Cia har fått din fråga nu."), (cia, "Lisa vill gärna prata med dig."):
        who.sees(line)
        who.uses_shortcut(1)
        who.does_not_see(line)


def test_after_five_minutes_without_an_answer_the_next_is_asked_too(
    stage: Stage, lisa: Actor, cia: Actor, anna: Actor, eva: Actor
) -> None:
    reports(stage, severity=1)
    until(stage, "2026-11-24 10:01")
    lisa.presses("Vill prata")
    lisa.presses("Cia")
    stage.passes(minutes=4, seconds=50)
    anna.does_not_see("Lisa vill gärna prata med dig.")
    stage.passes(seconds=11)
    anna.sees("Lisa vill gärna prata med dig.")
    lisa.sees("Inget svar än. Vi har frågat Anna också.")
    anna.presses("Kan inte nu")
    eva.sees("Lisa vill gärna prata med dig.")
    late = cia.finds("Jag ringer")
    eva.presses("Jag ringer")
    lisa.sees("Eva hör av sig till dig nu.")
    late()
    cia.hears("Eva var först. Tack.")


def test_nobody_reads_of_a_wish_who_may_not_know(stage: Stage, lisa: Actor, cia: Actor) -> None:
    reports(stage, owner="dag", deputy="eva", kept_from=["cia"], severity=2)
    until(stage, "2026-11-24 10:01")
    lisa.presses("Vill prata")
    assert "Cia" not in lisa.labels()
    stage.hears("lisa", "selfchecks.whom", '{"case":1,"person":"cia"}')
    cia.does_not_see("vill gärna prata")


def test_no_column_could_hold_how_somebody_is(stage: Stage) -> None:
    columns = {found["name"] for found in inspect(stage.database).get_columns("self_check")}
    kept = {"case", "person", "started_at", "days", "number", "next_at", "asked_at", "stopped_at"}
    assert columns == kept


def test_a_question_is_covered_while_they_press_and_asked_as_before_afterwards(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    reports(stage, severity=1)
    until(stage, "2026-11-24 10:01")
    lisa.sees("Hur är det idag?")
    told = len(lisa.messages())
    lisa.uses_shortcut(1)
    stage.passes(seconds=1)
    lisa.does_not_see("Hur är det idag?")
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    bo.presses("Trygg")
    stage.passes(seconds=1)
    lisa.sees("Hur är det idag?")
    assert len(lisa.messages()) <= told + 3, "only of the call itself"
