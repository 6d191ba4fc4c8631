"""Triage: five taps, the right advice on twenty cases, a reason for every no, nothing is sent."""

from pathlib import Path

import pytest

from handlers.triage import begin
from handlers.triage.rules import QUESTIONS, DutyText, decisions, in_order
from storage.case_life import Naming
from storage.cases import Case
from storage.triage import Did, Duty, duties_of
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf
from tests.staging import causes, keeps

LINES = (Path(__file__).parent / "data" / "legal.txt").read_text("utf-8").splitlines()
FIXTURES = [[part.strip() for part in line.split("|")] for line in LINES if line[:1] != "#"]


@pytest.mark.parametrize(("story", "answers", "advice"), FIXTURES)
def test_the_tree_gives_what_the_law_asks(story: str, answers: str, advice: str) -> None:
    chosen = dict(zip(QUESTIONS, answers.split(), strict=True))
    found = decisions(chosen, in_order(demo_shelf().current))
    assert found == dict(zip(QUESTIONS, advice.split(), strict=True)), story


def test_there_are_twenty_and_every_option_is_in_one() -> None:
    assert len(FIXTURES) == 20
    used = {
        (id, one)
        for _, said, _ in FIXTURES
        for id, one in zip(QUESTIONS, said.split(), strict=True)
    }
    duties = in_order(demo_shelf().current)
    assert [duty.id for duty in duties] == list(QUESTIONS)
    assert used == {(duty.id, option.id) for duty in duties for option in duty.options}


def test_what_is_not_answered_or_not_known_advises_nothing() -> None:
    assert decisions({"police": "nonsense"}, in_order(demo_shelf().current)) == {}


def test_every_duty_is_to_be_confirmed_and_its_text_names_nobody() -> None:
    for duty in in_order(demo_shelf().current):
        assert duty.confirm and duty.sources
        for text in (duty.text.sv, duty.text.en):
            assert "{" not in text and "Lisa" not in text


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def case_of(stage: Stage, **facts: object) -> Case:
    known: dict[str, object] = {
        "kind": "vapen", "counted_as": "hot", "proposed": 4, "severity": 4, "site": "ostersund",
        "unit": "Kundcenter", "happened_at": stage.loop.now(), "received_at": stage.loop.now(),
        "reporter": "lisa", "exposed": "lisa", "owner": "cia", "deputy": "anna",
        "naming": Naming.NAMED,
    }  # fmt: skip
    return keeps(stage, Case.model_validate({**known, **facts}))


def rows(stage: Stage, case: Case) -> dict[str, Duty]:
    with stage.machine.engine.sessions() as session:
        return {row.duty: row for row in duties_of(session, case.number)}


def test_the_manager_taps_five_answers_and_settles_what_they_advise(
    stage: Stage, cia: Actor, t: Tongue
) -> None:
    case = case_of(stage)
    causes(stage, lambda turn: begin(turn, turn.get(Case, case.number)))
    cia.sees(
        t(
            "Arbetsmiljöverket: stämmer något av detta?",
            "Work Environment Authority: is any of this true?",
        )
    )
    cia.sees(
        t(
            "Vid sådana händelser brukar svaret vara ja.",
            "With events like this the answer is usually yes.",
        )
    )
    cia.presses(
        t("Fara för liv: vapen, mordhot, våld", "Danger to life: weapon, death threat, violence")
    )
    assert rows(stage, case)["work_environment"].answer == "danger", "kept at the tap"
    stage.restarts()
    cia.sees(t("Är någon skadad eller sjukskriven?", "Is anybody hurt or on sick leave?"))
    cia.presses(t("Nej", "No"))
    cia.presses(t("Ja, det är över nu", "Yes, it is over now"))
    cia.presses(t("Nej", "No"))
    cia.presses(t("Nej", "No"))
    cia.sees(t("Anmäl idag", "Report today"))
    cia.sees("anmalarbetsskada.se")
    cia.sees(t("fara för liv eller hälsa", "danger to life or health"))
    cia.sees(
        t("Roboten skickar inget. Du anmäler själv.", "The bot sends nothing. You report yourself.")
    )
    cia.does_not_see("Lisa")
    cia.presses(t("Anmält", "Reported"))
    cia.sees("114 14")
    cia.presses(t("Nej, den utsatta vill inte", "No, the person does not want it"))
    cia.sees(t("Klart: alla fem är avgjorda. Ärende 1", "Done: all five are settled. Case 1"))
    kept = rows(stage, case)
    assert {id: row.did for id, row in kept.items()} == {
        "work_environment": Did.REPORTED, "police": Did.UNWANTED, "injury": Did.NOT_COVERED,
        "child": Did.NOT_COVERED, "data_breach": Did.NOT_COVERED,
    }  # fmt: skip
    assert all(row.decided_by == "cia" and row.decided_at for row in kept.values())


def test_an_answer_can_be_changed_and_opens_the_decision_again(
    stage: Stage, cia: Actor, t: Tongue
) -> None:
    case = case_of(stage)
    causes(stage, lambda turn: begin(turn, turn.get(Case, case.number)))
    for label in ("Inget av det", "Nej", "Nej", "Nej", "Nej"):
        cia.presses(t(label, {"Inget av det": "None of it"}.get(label, "No")))
    cia.presses(t("Ändra: Polis", "Change: Police"))
    assert rows(stage, case)["police"].did is None
    cia.presses(t("Vet ej", "Not sure"))
    cia.sees(t("Fråga HR eller säkerhet idag", "Ask HR or security today"))


def test_after_a_day_it_is_red_and_rings_again(stage: Stage, cia: Actor, t: Tongue) -> None:
    case = case_of(stage)
    causes(stage, lambda turn: begin(turn, turn.get(Case, case.number)))
    before = len(cia.messages())
    stage.passes(hours=24, minutes=1)
    cia.sees(
        t("Försenat: en anmälan är inte avgjord. Ärende 1", "Late: a report is not settled. Case 1")
    )
    assert len(cia.messages()) == before + 1
    stage.passes(hours=48)
    assert len(cia.messages()) == before + 2, "the 72 hours of the data breach"


def test_nobody_else_decides_and_a_manager_whom_it_is_about_is_asked_nothing(
    stage: Stage, cia: Actor, lisa: Actor
) -> None:
    case = case_of(stage)
    causes(stage, lambda turn: begin(turn, turn.get(Case, case.number)))
    payload = '{"case":1,"duty":"police","option":"none"}'
    said = stage.hears("lisa", "triage.answer", payload)
    assert said.notices == ("Det här kan bara en annan kollega göra.",) or "Only" in said.notices[0]
    assert rows(stage, case)["police"].answer is None
    about = case_of(stage, kept_from=["cia"])
    causes(stage, lambda turn: begin(turn, turn.get(Case, about.number)))
    assert not any("2" in line.split() for line in cia.lines())


def test_nothing_but_its_own_card_ever_leaves_the_bot(stage: Stage, cia: Actor, t: Tongue) -> None:
    """Nothing is sent outside by itself: what goes out goes to the owner, as a card."""
    case = case_of(stage)
    causes(stage, lambda turn: begin(turn, turn.get(Case, case.number)))
    cia.presses(t("Dödsfall", "A death"))
    assert {m.to for m in stage.screens.messages.values() if not m.home} == {"cia"}


def test_the_content_is_complete() -> None:
    found = demo_shelf().current.all(DutyText)
    assert set(found) == set(QUESTIONS)
