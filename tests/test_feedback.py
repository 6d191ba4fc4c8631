"""Feedback, told as conversations: four messages, and whoever reported has the last word."""

from collections.abc import Iterator

import pytest

from handlers import plans
from storage.case_life import Naming, Status
from storage.cases import Case
from storage.plans import open_steps
from tests.conftest import Tongue
from tests.followup import (
    MEASURE,
    acts,
    all_done,
    case,
    quick,
    reports,
    rung,
    says,
    step,
    steps,
    submits,
    until,
)
from tests.stage import Actor, Stage

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = quick(language)
    yield stage
    stage.close()


@BOTH
def test_four_messages_and_the_last_word(stage: Stage, lisa: Actor, cia: Actor, t: Tongue) -> None:
    reports(stage, severity=1)
    lisa.sees(t("Mottaget 14:02. Ansvarig: Cia.", "Received 14:02. Owner: Cia."))
    cia.presses(t("Mitt idag", "My day"))
    told = rung(lisa)
    submits(cia, "feedback.planned", MEASURE, case=1)
    lisa.sees(t("Cia har läst och börjat.", "Cia has read and started."))
    lisa.sees(t("Det här gör vi: Vi är två vid nästa kontakt. Datum 30 november.", "What we do:"))
    assert rung(lisa) == told + 2
    assert case(stage).status is Status.PLANNED
    all_done(stage)
    lisa.sees(t("Klart. Blev det bra?", "Done. Was it good?"))
    assert case(stage).status is Status.CLOSING
    lisa.presses(t("Ja", "Yes"))
    lisa.sees(t("Tack. Ärendet är stängt.", "Thank you. The case is closed."))
    assert case(stage).status is Status.CLOSED


@pytest.mark.parametrize("answer", ["no", "partly"])
def test_anything_but_yes_goes_on_with_the_plan(
    stage: Stage, lisa: Actor, cia: Actor, answer: str, t: Tongue
) -> None:
    reports(stage, severity=2)
    all_done(stage)
    late = lisa.finds(t("Ja", "Yes"))
    says(stage, "lisa", "feedback.became", case=1, round=1, became=answer)
    assert case(stage).status is Status.PLANNED
    cia.sees(t("Hör av dig till Lisa igen.", "Get in touch with Lisa again."))
    late()
    assert case(stage).status is Status.PLANNED, "an old answer closes nothing"
    all_done(stage)
    lisa.sees(t("Klart. Blev det bra?", "Done. Was it good?"))
    says(stage, "lisa", "feedback.became", case=1, round=2, became="yes")
    assert case(stage).status is Status.CLOSED


def test_without_an_answer_it_closes_after_two_asks_and_14_days(stage: Stage, lisa: Actor) -> None:
    reports(stage, severity=0)
    all_done(stage)
    until(stage, "2026-11-30 13:59")
    lisa.does_not_see("Vi undrar fortfarande: blev det bra?")
    told = rung(lisa)
    until(stage, "2026-11-30 14:01")
    lisa.sees("Vi undrar fortfarande: blev det bra?")
    assert rung(lisa) == told + 1
    until(stage, "2026-12-07 13:59")
    assert case(stage).status is Status.CLOSING
    until(stage, "2026-12-07 14:01")
    assert case(stage).status is Status.CLOSED
    lisa.sees("Ärendet är stängt. Hör av dig om något är kvar.")


def test_nobody_else_closes_a_case(stage: Stage, cia: Actor, bo: Actor) -> None:
    reports(stage, severity=1)
    submits(cia, "feedback.propose", {}, case=1)
    assert case(stage).status is Status.CLOSING, "nothing that is due is left"
    for who in ("cia", "bo", "anna", "dag"):
        says(stage, who, "feedback.became", case=1, round=1, became="yes")
    assert case(stage).status is Status.CLOSING


def test_a_serious_case_is_not_proposed_before_its_plan_is_done(stage: Stage, cia: Actor) -> None:
    reports(stage, severity=3)
    submits(cia, "feedback.propose", {}, case=1)
    cia.hears("Först behövs:")
    assert case(stage).status is Status.RECEIVED


def test_what_is_planned_is_not_needed_after_a_close(stage: Stage, lisa: Actor, cia: Actor) -> None:
    reports(stage, severity=1)
    submits(cia, "feedback.propose", {}, case=1)
    lisa.presses("Ja")
    told = rung(cia)
    stage.passes(hours=24 * 60)
    assert rung(cia) == told
    assert not [one for one in steps(stage) if one.open and one.kind == "task"]


def test_without_a_name_the_same_comes_through_the_code(stage: Stage, cia: Actor) -> None:
    """The dialogue by code asks for the lines and gives the answer; no person is in the store."""
    nobody = {"reporter": None, "exposed": None, "naming": Naming.ANONYMOUS}
    reports(stage, severity=2, **nobody)
    assert "contact" not in [one.name for one in steps(stage)]
    assert {one.due_at.minute for one in steps(stage)} <= {0, 1, 15, 30}, "no minute tells when"
    all_done(stage)
    read: list[str] = []

    def look(turn: object) -> list[object]:
        found = turn.get(Case, 1)  # type: ignore[attr-defined]
        words = stage.machine.engine.shelf.current.dictionaries["sv"]
        read.extend(words.read(line) for line in plans.lines(turn, found))  # type: ignore[arg-type]
        return []

    acts(stage, look)  # type: ignore[arg-type]
    assert read[1:] == [
        "Cia har läst och börjat.",
        "Det här gör vi: Vi är två vid nästa kontakt. Datum 30 november.",
        "Klart. Blev det bra?",
    ]
    acts(stage, lambda turn: plans.became(turn, turn.get(Case, 1), "no"))
    assert case(stage).status is Status.PLANNED
    assert step(stage, "feedback").open


def test_a_raised_severity_adds_what_it_asks_for(stage: Stage, cia: Actor) -> None:
    reports(stage, severity=1)
    assert "talk" not in [one.name for one in steps(stage)]
    cia.does_not_see("Lisa behöver dig")

    def raised(turn: object) -> list[object]:
        found = turn.get(Case, 1)  # type: ignore[attr-defined]
        found.rate(3, "cia", None)
        return list(plans.raised(turn, found))  # type: ignore[arg-type]

    acts(stage, raised)  # type: ignore[arg-type]
    cia.sees("Lisa behöver dig inom 30 minuter.")
    names = [one.name for one in steps(stage)]
    assert "talk" in names
    assert len(names) == len({*names})
    with stage.machine.engine.sessions() as session:
        assert open_steps(session, 1)
