"""Follow-up, told as conversations: tasks, delegation, delays, help, escalation, owners."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session

from bot.effects import Effects
from bot.staff import tell_left
from bot.turn import Turn
from handlers.plans.shapes import PlanShape
from storage.case_life import Status as CaseStatus
from storage.people import Person
from storage.plan_life import Status
from storage.timers import Timer
from tests.conftest import Tongue
from tests.followup import (
    acts,
    case,
    quick,
    reports,
    rung,
    says,
    step,
    steps,
    submits,
    titles,
    until,
)
from tests.stage import Actor, Stage, demo_shelf

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    stage = quick(language)
    yield stage
    stage.close()


@pytest.fixture
def dag(stage: Stage) -> Actor:
    return stage.person("dag")


@pytest.fixture
def farid(stage: Stage) -> Actor:
    return stage.person("farid")


@pytest.fixture
def gun(stage: Stage) -> Actor:
    return stage.person("gun")


@pytest.fixture
def hr(stage: Stage) -> Actor:
    """Somebody of HR, whom the demo has not."""
    facts = {"ref": "hugo", "name": "Hugo", "unit": "HR", "site": "sundsvall", "source": "csv"}
    more = {"languages": ["sv"], "roles": ["hr"], "addresses": {"workspace": "hugo"}}
    person = Person.model_validate({**facts, **more, "place": {"sv": "rum 1", "en": "room 1"}})

    def hire(turn: Turn) -> Effects:
        turn.session.add(person)
        return []

    acts(stage, hire)
    return stage.person("hugo")


# J8: the manager ignores every nudge


@BOTH
def test_j8_the_manager_ignores_nudges(
    stage: Stage, lisa: Actor, cia: Actor, anna: Actor, dag: Actor, hr: Actor, gun: Actor, t: Tongue
) -> None:
    reports(stage)
    cia.sees(t("Lisa behöver dig inom 30 minuter. Ring, inte chatt.", "Lisa needs you within 30"))
    wanted = t("Kontaktat Delegera Frånvarande", "Contacted Delegate Away").split()
    assert {*wanted} <= {*cia.labels()} - {t("Senare", "Later")}
    told = rung(cia)

    until(stage, "2026-11-23 14:21")
    cia.does_not_see(t("10 minuter kvar", "10 minutes left"))
    until(stage, "2026-11-23 14:22")
    cia.sees(t("10 minuter kvar. Delegera med ett tryck.", "10 minutes left. Delegate in one tap."))
    assert rung(cia) == told + 1

    anna.does_not_see("Lisa")
    until(stage, "2026-11-23 14:32")
    cia.sees(t("Försenat. Anna tar kontakten nu.", "Late. Anna makes contact now."))
    anna.sees(t("Ta kontakt med Lisa nu.", "Get in touch with Lisa now."))
    dag.sees(t("Kontakten försenad. Anna tar över.", "Contact delayed. Anna takes over."))
    anna.presses(t("Kontaktat", "Contacted"))
    lisa.sees(t("Anna har läst och börjat.", "Anna has read and started."))

    until(stage, "2026-11-23 15:59")
    told = rung(cia)
    until(stage, "2026-11-23 16:00")
    assert rung(cia) == told + 1, "one list and not a pile"
    cia.sees(t("4 steg kvar idag.", "4 steps left today."))
    cia.sees(t("AV-bedömning", "AV decision"))

    until(stage, "2026-11-23 16:29")
    dag.does_not_see(t("AV-bedömning saknas", "AV decision missing"))
    until(stage, "2026-11-23 16:30")
    dag.sees(t("AV-bedömning saknas för ärende 1.", "AV decision missing for case 1."))
    assert {*t("Ta Påminn Tilldela", "Take Remind Assign").split()} <= {*dag.labels()}
    told = rung(cia)

    until(stage, "2026-11-24 08:29")
    assert rung(cia) == told, "nobody is reminded in the evening, at night or early"
    until(stage, "2026-11-24 08:31")
    assert rung(cia) == told + 1, "one list in the morning, not five messages"
    cia.sees(t("5 steg väntar.", "5 steps waiting."))

    until(stage, "2026-11-26 08:31")
    dag.sees(t("Steg försenat 3 dagar: Polisbeslut", "Step late 3 days: Police decision"))
    dag.sees(t("Stödsamtal saknas för ärende 1.", "Support talk missing for case 1."))
    hr.sees(t("Steg försenat 3 dagar: Polisbeslut", "Step late 3 days: Police decision"))
    gun.sees(t("Försenade steg i Kundcenter:", "Late steps in Kundcenter:"))
    for name in ("Cia", "Lisa"):
        gun.does_not_see(name)

    until(stage, "2026-11-30 12:59")
    lisa.does_not_see(t("Har Cia hört av sig?", "Has Cia been in touch?"))
    until(stage, "2026-11-30 13:00")
    lisa.sees(t("Har Cia hört av sig?", "Has Cia been in touch?"))
    lisa.presses(t("Nej", "No"))
    lisa.sees(t("Vill du hellre ha en annan chef? Välj här.", "Would you rather have another"))
    dag.sees(t("Hör av dig till Lisa igen.", "Get in touch with Lisa again."))
    lisa.presses(t("Hellre Leo", "Rather Leo"))
    assert case(stage).owner == "leo"
    lisa.sees(t("Ansvarig: Leo.", "Owner: Leo."))


def test_nobody_has_more_than_two_reminders_a_day(stage: Stage, cia: Actor) -> None:
    """Three cases of severity 3 at once: the cards of the first hour are care and no nudges."""
    for _ in range(3):
        reports(stage)
    until(stage, "2026-11-24 07:00")
    for day in (24, 26):
        told = rung(cia)
        until(stage, f"2026-11-{day} 23:00")
        assert rung(cia) - told <= 2


def test_a_single_reminder_of_the_day_says_that_today_counts(stage: Stage, cia: Actor) -> None:
    reports(stage)
    for name in ("contact", "danger", "home", "police", "team"):
        says(stage, "cia", "plans.done", step=step(stage, name).number)
    until(stage, "2026-11-23 16:00")
    cia.sees("AV-bedömning saknas. Idag gäller.")


# The first contact


@BOTH
def test_the_first_contact_takes_three_taps(
    stage: Stage, lisa: Actor, cia: Actor, anna: Actor, t: Tongue
) -> None:
    reports(stage)
    cia.presses(t("Ringer före 14:32", "Will phone by 14:32"))
    cia.sees(t("Du ringer Lisa senast 14:32.", "You will phone Lisa by 14:32."))
    cia.presses(t("Kontaktat", "Contacted"))
    lisa.sees(t("Cia har läst och börjat.", "Cia has read and started."))
    cia.sees(t("Är Lisa trygg nu?", "Is Lisa safe now?"))
    cia.presses(t("Ja", "Yes"))
    cia.sees(t("Vad behöver Lisa idag?", "What does Lisa need today?"))
    says(stage, "cia", "plans.need", step=step(stage, "contact").number, need="home", wanted=True)
    cia.presses(t("Klart", "Done"))
    cia.sees(t("Kontakten: klart. Tack, Cia.", "The contact: done. Thank you, Cia."))
    assert step(stage, "need-home").open
    anna_before = rung(anna)
    stage.passes(minutes=40)
    assert rung(anna) == anna_before, "the deputy is not needed"
    assert case(stage).status is CaseStatus.ACTED


def test_not_safe_calls_security_and_those_above_at_once(
    stage: Stage, cia: Actor, dag: Actor, farid: Actor
) -> None:
    reports(stage)
    cia.presses("Kontaktat")
    cia.presses("Nej")
    farid.sees("Personen är inte trygg nu. Stöd chefen på plats.")
    dag.sees("Farid vill gärna ha hjälp: Trygghet nu.")
    cia.sees("Säkerhet är tillfrågad nu.")
    farid.presses("Mottaget")
    assert step(stage, "unsafe").status is Status.DONE


def test_whoever_is_away_hands_the_contact_over_in_one_tap(
    stage: Stage, cia: Actor, anna: Actor
) -> None:
    reports(stage)
    cia.presses("Frånvarande")
    anna.sees("Lisa behöver dig inom 30 minuter.")
    cia.sees("Anna har det nu: Kontakten. Tack.")


def test_the_contact_cannot_be_put_off(stage: Stage, cia: Actor) -> None:
    reports(stage)
    number = step(stage, "contact").number
    says(stage, "cia", "plans.later", step=number)
    submits(cia, "plans.put_off", {"reason": "meeting", "time": "hour"}, step=number, snoozes=0)
    cia.hears("Det här kan inte vänta. Delegera med ett tryck.")
    assert step(stage, "contact").snoozes == 0


# Later, somebody else, help


def test_a_step_is_put_off_with_a_reason_at_most_twice(stage: Stage, cia: Actor) -> None:
    reports(stage, severity=2)
    until(stage, "2026-11-24 09:00")
    number = step(stage, "talk").number
    inputs = {"reason": "answer", "time": "tomorrow"}
    submits(cia, "plans.put_off", {"reason": "", "time": ""}, step=number, snoozes=0)
    cia.hears("Välj ett av alternativen")
    submits(cia, "plans.put_off", inputs, step=number, snoozes=0)
    submits(cia, "plans.put_off", inputs, step=number, snoozes=0)
    assert step(stage, "talk").snoozes == 1, "the same form twice puts it off once"
    submits(cia, "plans.put_off", inputs, step=number, snoozes=1)
    submits(cia, "plans.put_off", inputs, step=number, snoozes=2)
    cia.hears("Det har flyttats två gånger.")
    assert step(stage, "talk").snoozed_because == "answer"


def test_what_is_for_today_waits_an_hour_at_most(stage: Stage, cia: Actor) -> None:
    reports(stage)
    number = step(stage, "authority").number
    late = {"reason": "meeting", "time": "tomorrow"}
    submits(cia, "plans.put_off", late, step=number, snoozes=0)
    assert step(stage, "authority").snoozes == 0


def test_a_delegation_waits_for_a_yes(stage: Stage, cia: Actor, anna: Actor, t: Tongue) -> None:
    reports(stage)
    number = step(stage, "contact").number
    says(stage, "cia", "plans.delegate", step=number)
    submits(cia, "plans.offer", {"person": "anna"}, step=number)
    anna.sees(t("Cia undrar om du kan ta: Kontakten.", "Cia wonders whether you can take"))
    cia.sees(t("Frågan ligger hos Anna.", "Anna has been asked."))
    assert step(stage, "contact").holder is None
    anna.presses(t("Jag tar det", "I'll take it"))
    assert step(stage, "contact").holder == "anna"
    cia.sees(t("Anna har det nu: Kontakten. Tack.", "Anna has it now: The contact."))
    anna.presses(t("Kontaktat", "Contacted"))
    assert step(stage, "contact").done_by == "anna"


def test_a_no_needs_no_reason_and_comes_back(stage: Stage, cia: Actor, anna: Actor) -> None:
    reports(stage)
    number = step(stage, "contact").number
    submits(cia, "plans.offer", {"person": "anna"}, step=number)
    told = rung(cia)
    anna.presses("Kan inte")
    assert rung(cia) == told + 1
    cia.sees("Anna kan inte just nu.")
    assert "Kontaktat" in cia.labels()


def test_nobody_gives_a_step_to_whoever_may_not_know(stage: Stage, cia: Actor) -> None:
    reports(stage, kept_from=["bo"])
    number = step(stage, "contact").number
    for wrong in ("bo", "lisa", "nobody", ""):
        submits(cia, "plans.offer", {"person": wrong}, step=number)
        cia.hears("Den kollegan går inte att välja här.")
    assert step(stage, "contact").offered_to is None


def test_help_is_asked_of_the_deputy_and_those_above(
    stage: Stage, cia: Actor, anna: Actor, dag: Actor
) -> None:
    reports(stage)
    cia.presses("Behöver hjälp")
    for other in anna, dag:
        other.sees("Cia vill gärna ha hjälp: Kontakten.")
    anna.presses("Jag hjälper")
    cia.sees("Anna hjälper dig.")
    dag.sees("Anna hjälper. Tack.")


def test_those_above_take_remind_or_assign(
    stage: Stage, cia: Actor, anna: Actor, dag: Actor
) -> None:
    reports(stage)
    until(stage, "2026-11-23 16:31")
    number = step(stage, "authority").number
    told = rung(cia)
    submits(dag, "plans.remind", {}, step=number)
    dag.hears("Cia är påmind.")
    assert rung(cia) == told + 1
    submits(dag, "plans.assigned", {"person": "anna"}, step=number)
    assert step(stage, "authority").holder == "anna"
    anna.sees("Bedöm anmälan till Arbetsmiljöverket.")
    says(stage, "dag", "plans.take", step=number)
    dag.presses("Beslutat")
    assert step(stage, "authority").done_by == "dag"
    for other in anna, cia:
        other.sees("AV-bedömning: klart. Tack, Dag.")


@pytest.mark.parametrize("who", ["bo", "gun", "lisa", "anna"])
def test_nobody_else_does_a_managers_step(stage: Stage, who: str) -> None:
    reports(stage)
    for wire in ("plans.done", "plans.delegate", "plans.take", "plans.help", "plans.show"):
        says(stage, who, wire, step=step(stage, "authority").number)
    assert step(stage, "authority").status is Status.PLANNED


# The evening, the weekend, and who is on call


def test_in_the_evening_the_manager_on_call_makes_the_contact(
    stage: Stage, cia: Actor, eva: Actor
) -> None:
    until(stage, "2026-11-27 19:00")  # a Friday
    reports(stage)
    eva.sees("Lisa behöver dig inom 30 minuter.")
    cia.does_not_see("Lisa behöver dig")
    assert case(stage).owner == "cia"
    told = rung(cia)
    until(stage, "2026-11-30 08:29")
    assert rung(cia) == told, "nobody is reminded on a weekend"
    until(stage, "2026-11-30 08:31")
    assert rung(cia) == told + 1


def test_what_is_very_serious_rings_in_the_evening_too(stage: Stage, cia: Actor) -> None:
    until(stage, "2026-11-27 19:00")
    reports(stage, severity=4)
    until(stage, "2026-11-27 20:29")
    told = rung(cia)
    until(stage, "2026-11-27 20:31")
    assert rung(cia) > told


# J9: the manager is the one it happened to, or the one it is about


def test_j9_the_manager_is_the_one_it_happened_to(
    stage: Stage, cia: Actor, dag: Actor, anna: Actor, t: Tongue
) -> None:
    reports(stage)
    reports(stage, reporter="cia", exposed="cia", owner="dag", deputy="eva")
    dag.sees(t("Cia behöver dig inom 30 minuter.", "Cia needs you within 30 minutes."))
    cia.sees(t("Anna kan ta dina påminnelser i 2 dagar. Ok?", "Anna can take your reminders"))
    cia.presses(t("Ja, tack", "Yes, please"))
    anna.sees(t("Du tar påminnelser för Cia till onsdag", "You take reminders for Cia until Wed"))
    told = rung(cia)
    until(stage, "2026-11-23 16:01")
    anna.sees(t("AV-bedömning", "AV decision"))
    assert rung(cia) == told, "the contact of the first case rings Anna too"
    until(stage, "2026-11-26 08:31")
    assert rung(cia) > told, "after two days they come to Cia again"


def test_j9_the_manager_it_is_about_gets_no_trace(
    stage: Stage, lisa: Actor, cia: Actor, dag: Actor
) -> None:
    before = titles(cia)
    reports(stage, owner="dag", deputy="eva", kept_from=["cia"])
    stage.passes(hours=24 * 4)
    assert titles(cia) == before
    assert not any("cia" in (one.holder, one.offered_to) for one in steps(stage))
    cia.presses("Mitt idag")
    cia.sees("Inget väntar på dig just nu.")


# Owners


def leaves(stage: Stage, ref: str) -> None:
    """The staff file no longer names somebody."""

    def go(turn: Turn) -> Effects:
        turn.get(Person, ref).left_at = turn.now
        tell_left(turn.session, [ref], turn.now)
        return []

    acts(stage, go)
    stage.machine.clock.wake()


def test_a_leavers_cases_move_within_a_minute_and_both_are_told(
    stage: Stage, lisa: Actor, cia: Actor, anna: Actor, bo: Actor, dag: Actor, t: Tongue
) -> None:
    reports(stage)
    leaves(stage, "cia")
    stage.passes(seconds=60)
    found = case(stage)
    assert (found.owner, found.deputy) == ("anna", "bo")
    anna.sees(t("Ärende 1 är ditt nu. Ersättare: Bo.", "Case 1 is yours now. Deputy: Bo."))
    bo.sees(t("Du är ersättare i ärende 1 nu. Ansvarig: Anna.", "You are deputy in case 1 now."))
    anna.sees(t("Lisa behöver dig inom 30 minuter.", "Lisa needs you within 30 minutes."))
    lisa.sees(t("Ansvarig: Anna.", "Owner: Anna."))


def test_a_deputy_who_leaves_is_replaced(stage: Stage, cia: Actor, dag: Actor) -> None:
    """And what lies weeks ahead is left in peace."""
    reports(stage)
    far = f"plan:1:{step(stage, 'follow-2').number}"
    before = due_of(stage, far)
    submits(cia, "plans.offer", {"person": "anna"}, step=step(stage, "contact").number)
    leaves(stage, "anna")
    stage.passes(seconds=5)
    found = case(stage)
    assert found.owner == "cia"
    assert found.deputy not in ("anna", "cia", "")
    assert step(stage, "contact").offered_to is None
    assert due_of(stage, far) == before


def due_of(stage: Stage, key: str) -> datetime:
    with Session(stage.database) as session:
        timer = session.get(Timer, key)
        assert timer
        return timer.due


# One's own day


def test_my_day_is_one_card_that_stays_true(
    stage: Stage, lisa: Actor, cia: Actor, t: Tongue
) -> None:
    reports(stage)
    cia.presses(t("Mitt idag", "My day"))
    cia.sees(t("Mitt idag, måndag 23 november", "My day, Monday 23 November"))
    cia.sees(t("Polisbeslut · ärende 1", "Police decision · case 1"))
    cia.sees(t("Ärende 1 · ansvarig", "Case 1 · owner"))
    told = rung(cia)
    says(stage, "cia", "plans.done", step=step(stage, "police").number)
    cia.does_not_see(t("Polisbeslut · ärende 1", "Police decision · case 1"))
    assert rung(cia) == told, "it is kept true in place"
    lisa.presses(t("Mitt idag", "My day"))
    lisa.sees(t("Ärende 1 · pågår · ansvarig Cia", "Case 1 · under way · owner Cia"))
    lisa.presses(t("Mitt idag", "My day"))
    lisa.sees(t("Se den nyare listan nedan.", "See the newer list below."))


def test_nothing_plain_stands_before_somebody_who_presses(stage: Stage, cia: Actor) -> None:
    reports(stage)
    stage.hears("cia", "help.press", '{"level":3}')
    cia.presses("Mitt idag")
    cia.does_not_see("Polisbeslut")


def test_a_plan_runs_on_when_the_content_changes(stage: Stage) -> None:
    """What a case goes by is on the case; a new case goes by the new plan."""
    reports(stage)
    pack = demo_shelf().current
    (name, plan), *_ = pack.all(PlanShape).items()
    fewer = plan.model_copy(update={"steps": [one for one in plan.steps if one.id != "talk"]})
    entries: Any = {**pack.entries, PlanShape: {name: fewer}}
    engine: Any = stage.machine.engine
    engine.shelf = SimpleNamespace(current=replace(pack, entries=entries))
    until(stage, "2026-11-24 12:00")
    assert step(stage, "talk").status is Status.REMINDED
    other = reports(stage)
    assert "talk" not in [one.name for one in steps(stage, other)]
