"""Cases, told as conversations: one page, its severity, who owns it, who reads what."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from bot.effects import Effects, Show
from bot.turn import Turn
from handlers import rights
from handlers.cases import access, arrived, fields, lists, page, watching
from handlers.cases.actions import ListCases
from handlers.reads import grant
from storage.case_life import LIFE, Behalf, Effect, Naming, Secrecy, Status
from storage.cases import Case, CaseEvent, CaseWatch
from storage.life import NotPossible
from storage.people import ROLES, Person
from storage.reads import CaseRead
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf
from tests.test_reports import BOTH, THREAT, case_of, dag, farid, gun, rows, taps

__all__ = ["dag", "farid", "gun"]


@pytest.fixture
def reported(stage: Stage, language: str) -> Actor:
    """Lisa has reported a direct threat: level 3, owned by Cia."""
    lisa = stage.person("lisa")
    taps(lisa, *(sv if language == "sv" else en for sv, en in THREAT))
    return lisa


@BOTH
def test_a_case_is_one_page(reported: Actor, stage: Stage, cia: Actor, t: Tongue) -> None:
    cia.presses(t("Visa ärendet", "Show the case"))
    for line in (
        t("Ärende 1 · Direkt hot", "Case 1 · Direct threat"),
        t("Telefon", "Phone"),
        t("3 · Allvarlig", "3 · Serious"),
        t("Cia, ersättare Anna", "Cia, deputy Anna"),
        t("Nästa steg: Cia läser och tar kontakt.", "Next step: Cia reads it and gets in touch."),
        t("Skyddsombudet informerat, utan namn", "Safety representative informed, without a name"),
    ):
        cia.sees(line)
    cia.presses(t("Läst, jag börjar", "Read, I begin"))
    reported.sees(t("Cia har läst och börjat.", "Cia has read and started."))
    cia.sees(t("Nästa steg: Cia bestämmer vad som görs.", "Next step: Cia decides what will be"))
    assert case_of(stage).status is Status.READ
    taps(reported, t("Mina händelser", "My events"), t("Öppna 1", "Open 1"))
    reported.presses(t("Vem har läst?", "Who has read it?"))
    reported.sees(t("äger ärendet", "owns the case"))
    assert [one.person for one in rows(stage, CaseRead)] == ["cia", "cia"]


def test_anybody_who_reads_it_may_say_more_and_those_who_must_know_are_told(
    reported: Actor, stage: Stage, dag: Actor
) -> None:
    dag.does_not_see("Ny händelse:")
    taps(reported, "Mina händelser", "Öppna 1", "Höj till grad 4")
    dag.sees("Ny händelse: Direkt hot")
    reported.sees("Lisa höjde graden från 3 till 4")
    assert case_of(stage).severity == 4


def test_it_falls_only_with_a_managers_name_and_reason(
    reported: Actor, stage: Stage, cia: Actor, anna: Actor
) -> None:
    taps(reported, "Mina händelser", "Öppna 1")
    assert "Sänk till grad 2" not in reported.labels()
    stage.hears("lisa", "cases.lowered", '{"case":1,"level":2}', inputs={"reason": "milder"})
    stage.hears("anna", "cases.lowered", '{"case":1,"level":2}', inputs={"reason": "milder"})
    stage.hears("cia", "cases.lowered", '{"case":1,"level":2}')
    assert case_of(stage).severity == 3
    taps(cia, "Visa ärendet", "Sänk till grad 2")
    cia.fills(reason="milder", words="Vi pratade med honom.")
    cia.sees("Cia sänkte graden från 3 till 2: Lindrigare än det först såg ut: Vi pratade med")
    assert case_of(stage).severity == 2
    event = rows(stage, CaseEvent)[-1]
    assert (event.by, event.role, event.before, event.after) == ("cia", "manager", "3", "2")


def test_it_is_handed_to_the_deputy(reported: Actor, stage: Stage, cia: Actor, anna: Actor) -> None:
    taps(cia, "Visa ärendet", "Lämna över till Anna")
    assert (case_of(stage).owner, case_of(stage).deputy) == ("anna", "cia")
    anna.sees("Lisa behöver dig inom 30 minuter.")


def test_the_list_is_filtered_by_buttons(stage: Stage, lisa: Actor, cia: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT))
    taps(lisa, "Ny händelse", "Ensamarbete")
    taps(cia, "Ny händelse", "Mina händelser", "Mina ärenden (2)")
    cia.sees("1 · Direkt hot · grad 3 · Mottaget")
    cia.sees("2 · Farligt ensamarbete · grad 0 · Mottaget")
    cia.presses("Allvarliga")
    assert "Öppna 2" not in cia.labels()
    taps(cia, "✓ Allvarliga", "Öppna 1", "Läst, jag börjar", "Till listan", "Nya")
    assert "Öppna 1" not in cia.labels()
    cia.presses("Stängda")
    cia.sees("Inget här just nu.")
    for _ in range(6):
        taps(lisa, "Ny händelse", "Ordning")
    taps(cia, "Pågår", "Fler")
    cia.finds("Öppna 6")


@BOTH
def test_the_safety_representative_knows_within_a_minute_and_without_a_name(
    reported: Actor, stage: Stage, gun: Actor, cia: Actor, t: Tongue
) -> None:
    gun.sees(t("Ny händelse, grad 3", "New event, level 3"))
    gun.sees(t("Direkt hot", "Direct threat"))
    gun.sees("Kundcenter")
    gun.presses(t("Följ", "Follow"))
    gun.sees(t("Mottaget", "Received"))
    gun.presses(t("Fråga chef", "Ask manager"))
    cia.sees(t("Gun (skyddsombud) frågar om ärende 1.", "Gun (safety representative) asks about"))
    gun.presses(t("Mer info med samtycke", "More info with consent"))
    stage.hears("gun", "cases.show", '{"case":1}')
    gun.does_not_see("Lisa")
    reported.presses(t("Ja, gärna", "Yes, gladly"))
    gun.presses(t("Visa ärendet", "Show the case"))
    gun.sees("Lisa")
    reported.presses(t("Nej tack", "No thanks"))
    gun.notices += stage.hears("gun", "cases.show", '{"case":1}').notices
    gun.hears(t("Det här kan bara en annan kollega göra.", "Only another colleague"))


def test_below_the_second_level_the_representative_is_left_in_peace(
    stage: Stage, lisa: Actor, gun: Actor
) -> None:
    taps(lisa, "Ny händelse", "Ordning eller risk", "Ordningsstörning", "Disk", "Nyss", "Lugnt")
    taps(lisa, "Inget av detta", "Med namn")
    gun.does_not_see("Ny händelse, grad")


# The row


def test_a_severity_never_falls_without_a_named_reason() -> None:
    case = Case(**FACTS, severity=3)
    for by, reason in (None, "milder"), ("cia", None), ("cia", "  "):
        with pytest.raises(NotPossible):
            case.rate(2, by, reason)
    case.rate(4, None, None)
    case.rate(1, "cia", "milder")
    assert case.severity == 1


def test_a_case_is_never_without_an_owner_and_a_deputy() -> None:
    case = Case(**FACTS, severity=3, kept_from=["leo"])
    for owner, deputy in ("", "anna"), ("cia", ""), ("leo", "anna"), ("cia", "leo"):
        with pytest.raises(NotPossible):
            case.give(owner, deputy)
    assert (case.owner, case.deputy) == ("cia", "anna")


def test_every_status_leads_somewhere() -> None:
    assert {*LIFE} == {*Status}
    assert all(steps for steps in LIFE.values())


# Who reads what: no field above somebody's level stands on any card of theirs

FACTS: dict[str, Any] = {
    "kind": "hot_direkt", "counted_as": "hot", "proposed": 3, "site": "ostersund",
    "unit": "Kundcenter", "owner": "cia", "deputy": "anna",
}  # fmt: skip

SECRETS = {
    "words": "ORDEN", "evidence": "BEVISET", "source": "KÄLLAN", "place": "PLATSEN",
    "reporter": "Melker", "exposed": "Ursula", "helper": "Hjalmar",
}  # fmt: skip
"""What each field would show, in words that nothing else says."""

PEOPLE = {
    ref: Person(
        ref=ref, name=name, languages=["sv"], roles=[], unit="Kundcenter", site="ostersund",
        place={"sv": "p", "en": "p"}, addresses={"workspace": ref},
    )
    for ref, name in (("melker", "Melker"), ("ursula", "Ursula"), ("hjalmar", "Hjalmar"))
}  # fmt: skip

CASES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    severity=st.integers(0, 5),
    secrecy=st.sampled_from(list(Secrecy)),
    naming=st.sampled_from(list(Naming)),
    kept=st.booleans(),
    owned=st.booleans(),
    near=st.booleans(),
    consent=st.booleans(),
)


@pytest.fixture(scope="module")
def crowd() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


@given(roles=st.sets(st.sampled_from(ROLES), min_size=1, max_size=3), facts=CASES)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_role_ever_sees_a_field_above_its_level_on_any_card(
    crowd: Stage, roles: set[str], facts: dict[str, Any]
) -> None:
    with crowd.machine.engine.sessions() as session:
        turn, case = drawn(crowd, session, roles, facts)
        text = "\n".join(
            repr(card)
            for card in (
                page.page(turn, case),
                lists.listed(turn, ListCases("all")),
                *shown_to("x", [*arrived.tell(turn, case), *watching.shown(turn, case)]),
            )
        )
        may = access.fields(turn, turn.person, case)
        given_consent = grant(turn, turn.person, case)
        for field, secret in SECRETS.items():
            seen = rights.sees(turn.person, case, field, given_consent)
            assert (field in may) == seen
            if not seen:
                assert secret not in text, f"{roles} see {field}"
        session.rollback()


def shown_to(ref: str, effects: Effects) -> list[object]:
    return [one.card for one in effects if isinstance(one, Show) and one.to == ref]


def drawn(
    stage: Stage, session: Session, roles: set[str], facts: dict[str, Any]
) -> tuple[Turn, Case]:
    """A case with every field filled, and somebody with these roles who looks at it."""
    for one in PEOPLE.values():
        session.merge(one)
    site, unit = ("ostersund", "Kundcenter") if facts["near"] else ("sundsvall", "Elsewhere")
    me = Person(
        ref="x", name="X", languages=["sv"], roles=sorted(roles), unit=unit, site=site,
        place={"sv": "p", "en": "p"}, addresses={"workspace": "x"},
    )  # fmt: skip
    session.add(me)
    session.flush()
    now = stage.loop.now()
    turn = Turn(me, now, session, demo_shelf().current, ["workspace"])
    naming = Naming(str(facts["naming"]))
    hidden = naming is Naming.ANONYMOUS
    case = Case(
        **{**FACTS, "owner": "x" if facts["owned"] else "cia"},
        severity=facts["severity"], secrecy=facts["secrecy"], naming=naming,
        kept_from=["x"] if facts["kept"] else [], happened_at=now, received_at=now,
        reporter=None if hidden else "melker", exposed=None if hidden else "ursula",
        on_behalf=Behalf.OTHER, effect=Effect.AFRAID, helper="hjalmar", words="ORDEN",
        evidence="BEVISET", source="KÄLLAN", place={"sv": "PLATSEN", "en": "PLATSEN"},
    )  # fmt: skip
    turn.keep(case)
    if facts["consent"]:
        turn.keep(
            CaseWatch(case=case.number, person="x", role="safety_rep", told_at=now, consent=True)
        )
    return turn, case


def test_the_property_can_fail(crowd: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every field open to everybody it finds the leak."""
    monkeypatch.setattr(access, "fields", lambda *_: frozenset(access.NAMES))
    with crowd.machine.engine.sessions() as session:
        facts = {"severity": 2, "secrecy": 1, "naming": "named", "kept": False, "owned": False}
        turn, case = drawn(crowd, session, {"handler"}, facts | {"near": True, "consent": False})
        assert "ORDEN" in repr(page.page(turn, case))
        session.rollback()


def test_every_field_of_a_page_has_a_right(figure: Callable[[str], None]) -> None:
    assert {*fields.FIELDS} | {"timeline"} == {*access.NAMES}
    assert {*access.NAMES.values()} <= rights.FIELDS
    figure(f"fields of a case: {len(access.NAMES)}, each with a right")
