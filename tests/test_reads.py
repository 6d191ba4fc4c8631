"""Reads: no opening without a line, no line without a right; a broken glass is heard at once."""

from collections.abc import Callable

import pytest

import handlers
from bot.actions import pack
from bot.events import Incoming
from bot.export import export
from bot.features import Refused
from bot.turn import Turn
from handlers.reads import open_case
from handlers.reads.actions import BreakGlass, GlassBroken, WhoHasRead
from handlers.reads.feature import taken_along
from storage.case_life import Secrecy
from storage.cases import Case, CaseWatch
from storage.people import Person
from storage.reads import BrokenGlass, Why, reads_of
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf
from tests.staging import keeps
from tests.test_triage import case_of


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def opens(stage: Stage, ref: str, case: Case) -> None:
    """What the page of a case does first."""
    engine = stage.machine.engine
    with engine.sessions() as session:
        who = session.get_one(Person, ref)
        turn = Turn(who, stage.loop.now(), session, demo_shelf().current, engine.surfaces)
        open_case(turn, turn.get(Case, case.number))
        session.commit()


def log(stage: Stage, case: Case) -> list[tuple[str, Why]]:
    with stage.machine.engine.sessions() as session:
        return [(one.person, one.why) for one in reads_of(session, case.number)]


def test_every_opening_has_a_line_and_whom_it_is_about_reads_them(
    stage: Stage, lisa: Actor, t: Tongue
) -> None:
    case = case_of(stage)
    lisa.does(WhoHasRead(case.number))
    lisa.sees(t("Ingen har öppnat det än.", "Nobody has opened it yet."))
    opens(stage, "cia", case)
    stage.passes(minutes=5)
    opens(stage, "anna", case)
    opens(stage, "farid", case)
    lisa.does(WhoHasRead(case.number))
    lisa.sees(t("Vilka har läst ärende 1", "Who has read case 1"))
    for line in (
        t("äger ärendet", "owns the case"),
        t("säkerhet, allvarligt", "security, a serious"),
    ):
        lisa.sees(line)
    assert log(stage, case) == [("farid", Why.SERIOUS), ("anna", Why.OWNER), ("cia", Why.OWNER)]


def test_who_may_not_read_opens_nothing_and_leaves_no_line(stage: Stage) -> None:
    case = case_of(stage)
    for ref in ("bo", "gun", "ivar", "hana", "leo"):
        with pytest.raises(Refused):
            opens(stage, ref, case)
    about_cia = case_of(stage, kept_from=["cia"])
    with pytest.raises(Refused):
        opens(stage, "cia", about_cia)
    assert log(stage, case) == log(stage, about_cia) == []


def test_whom_it_is_about_opens_their_own_without_a_line(stage: Stage) -> None:
    case = case_of(stage)
    opens(stage, "lisa", case)
    assert log(stage, case) == []


def test_an_export_by_whoever_has_the_machine_is_an_opening(
    stage: Stage, lisa: Actor, t: Tongue
) -> None:
    case, _ = case_of(stage), case_of(stage, reporter="bo", exposed="bo")
    with stage.machine.engine.sessions() as session:
        tables = export(session, handlers.ALL, "lisa", stage.loop.now())
        taken_along(session, tables, stage.loop.now())
        session.commit()
    assert log(stage, case) == [("", Why.EXPORT)]
    lisa.does(WhoHasRead(case.number))
    lisa.sees(t("vid utdrag av uppgifter", "in an export of data"))


def test_nobody_else_learns_who_has_read(stage: Stage, cia: Actor, bo: Actor) -> None:
    case = case_of(stage)
    for other in cia, bo:
        other.does(WhoHasRead(case.number))
        assert not any("Vilka har läst" in line or "Who has read" in line for line in other.lines())


def test_a_safety_representative_reads_once_the_person_has_agreed(stage: Stage) -> None:
    case = case_of(stage)
    keeps(
        stage,
        CaseWatch(
            case=case.number,
            person="gun",
            role="safety_rep",
            told_at=stage.loop.now(),
            consent=True,
        ),
    )
    opens(stage, "gun", case)
    assert log(stage, case) == [("gun", Why.CONSENT)]


def test_security_breaks_the_glass_with_a_reason_and_the_owner_knows_at_once(
    stage: Stage, cia: Actor, submits: Callable[..., list[str]], t: Tongue
) -> None:
    case = case_of(stage, secrecy=Secrecy.K3)
    with pytest.raises(Refused):
        opens(stage, "farid", case)
    said = submits("farid", case="1", reason="Polisen ber om hotbilden idag")
    assert said and "Cia" in said[0]
    cia.sees(t("Farid öppnar skyddat ärende 1", "Farid opens protected case 1"))
    cia.does_not_see("Polisen")
    opens(stage, "farid", case)
    assert log(stage, case) == [("farid", Why.GLASS)]
    with stage.machine.engine.sessions() as session:
        kept = session.get_one(BrokenGlass, 1)
        assert (kept.person, kept.told, kept.reason) == (
            "farid", "cia", "Polisen ber om hotbilden idag",
        )  # fmt: skip
    stage.passes(hours=1, minutes=1)
    with pytest.raises(Refused):
        opens(stage, "farid", case)


def test_the_glass_stays_whole_without_a_reason_a_right_or_a_second_person(
    stage: Stage, submits: Callable[..., list[str]]
) -> None:
    case_of(stage, secrecy=Secrecy.K3)
    open_one = case_of(stage)
    about_farid = case_of(stage, secrecy=Secrecy.K3, kept_from=["farid"])
    alone = case_of(stage, secrecy=Secrecy.K3, owner="farid", deputy="farid", kept_from=["dag"])
    why = "Ett helt rimligt skäl"
    for by, number, reason in (
        ("farid", "1", " . "), ("farid", str(open_one.number), why), ("farid", "99", why),
        ("farid", str(about_farid.number), why), ("farid", "ett", why), ("cia", "1", why),
        ("eva", "1", why), ("ivar", "1", why), ("farid", str(alone.number), why),
    ):  # fmt: skip
        assert submits(by, case=number, reason=reason), (by, number)
    with stage.machine.engine.sessions() as session:
        assert session.get(BrokenGlass, 1) is None


@pytest.fixture
def submits(stage: Stage) -> Callable[..., list[str]]:
    def submit(ref: str, **inputs: str) -> list[str]:
        for number, happened in enumerate((BreakGlass(), GlassBroken())):
            id = f"{ref}-{next(stage.events)}-{number}"
            heard = Incoming(id, ref, *pack(happened), inputs if number else {})
            answer = stage.run(stage.machine.hear(heard))
        stage.passes(seconds=0.01)
        return list(answer.notices)

    return submit
