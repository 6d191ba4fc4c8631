"""Reports, told as conversations: a tap a question, nothing to type, the right people told."""

from collections.abc import Callable, Iterator
from typing import Protocol

import pytest
from sqlmodel import Session, select

from storage.cases import Case
from storage.drafts import Draft
from storage.feedback import Feedback
from storage.plan_life import Kind
from storage.plans import PlanStep
from storage.timers import Timer
from tests.conftest import Tongue
from tests.stage import Actor, Stage
from tests.test_covert import betrays
from tests.test_guards import SAMPLE

BOTH = pytest.mark.parametrize("language", ["sv", "en"], ids=["workspace-sv", "workspace-en"])

THREAT = (
    ("Ny händelse", "New event"),
    ("Hot", "Threat"),
    ("Direkt hot", "Direct threat"),
    ("Telefon", "Phone"),
    ("Nyss", "Just now"),
    ("Obehagligt", "Unpleasant"),
    ("Inget av detta", "None of these"),
    ("Med namn", "With my name"),
)


@pytest.fixture
def gun(stage: Stage) -> Actor:
    return stage.person("gun")


@pytest.fixture
def dag(stage: Stage) -> Actor:
    return stage.person("dag")


@pytest.fixture
def farid(stage: Stage) -> Actor:
    return stage.person("farid")


class Presser(Protocol):
    def presses(self, label: str) -> None: ...


def taps(who: Presser, *labels: str) -> None:
    for label in labels:
        who.presses(label)


def rows(stage: Stage, kind: type) -> list:  # type: ignore[type-arg]
    with Session(stage.database) as session:
        return list(session.exec(select(kind)))


def case_of(stage: Stage, number: int = 1) -> Case:
    with Session(stage.database) as session:
        found = session.get(Case, number)
        assert found is not None
        return found


@BOTH
def test_a_full_report_is_eight_taps_and_nothing_typed(
    stage: Stage, lisa: Actor, cia: Actor, gun: Actor, farid: Actor, t: Tongue,
    figure: Callable[[str], None],
) -> None:  # fmt: skip
    for sv, en in THREAT:
        lisa.presses(t(sv, en))
        assert lisa.form is None, "a form would ask for something typed"
    figure(f"taps of a full report from the home page: {len(THREAT)}")
    assert len(THREAT) <= 8
    lisa.sees(t("Tack. Cia hör av sig inom 30 minuter.", "Thank you. Cia will contact you within"))
    lisa.sees(t("Ärende 1. Mottaget 14:02. Ansvarig: Cia.", "Case 1. Received 14:02. Owner: Cia."))
    cia.sees(t("Lisa behöver dig inom 30 minuter. Ring, inte chatt.", "Lisa needs you within 30"))
    farid.sees(t("Ny händelse: Direkt hot", "New event: Direct threat"))
    gun.sees(t("Ny händelse, grad 3", "New event, level 3"))
    gun.does_not_see("Lisa")
    case = case_of(stage)
    assert (case.kind, case.channel, case.severity, case.counted_as) == (
        "hot_direkt", "telefon", 3, "hot",
    )  # fmt: skip
    assert (case.owner, case.deputy, case.reporter, case.exposed) == ("cia", "anna", "lisa", "lisa")
    assert rows(stage, Draft) == []


@pytest.mark.parametrize("language", ["en"], ids=["workspace-en"])
def test_an_interruption_at_every_question_loses_nothing(
    stage: Stage, lisa: Actor, t: Tongue
) -> None:
    """The bot dies, a day passes; she goes on where she was, from the list of her own."""
    lisa.presses(t("Ny händelse", "New event"))
    for sv, en in THREAT[1:-1]:
        lisa.presses(t(sv, en))
        before = question(lisa)
        stage.restarts()
        stage.passes(hours=24)
        taps(lisa, t("Ny händelse", "New event"), t("Mina händelser", "My events"))
        lisa.sees(t("Utkast · Hot", "Draft · Threat"))
        lisa.presses(t("Fortsätt", "Go on"))
        assert question(lisa) == before
    lisa.presses(t("Med namn", "With my name"))
    assert case_of(stage).kind == "hot_direkt"


def question(who: Actor) -> str:
    """The title of the newest message."""
    return str(who.messages()[-1].slack["blocks"][0]["text"]["text"])


def test_save_now_keeps_it_and_reminds_once(stage: Stage, lisa: Actor, cia: Actor) -> None:
    taps(lisa, "Ny händelse", "Kränkning", "Spara nu")
    lisa.sees("Sparat. Du kan sluta här. Resten kan vänta.")
    stage.passes(hours=20)
    lisa.sees("Du har en händelse som väntar.")
    stage.passes(hours=48)
    assert sum("som väntar" in line for line in lisa.lines()) == 2, "once, on both platforms"
    lisa.presses("Skicka som det är")
    lisa.presses("Med namn")
    assert case_of(stage).kind == "krankning"
    cia.sees("Lisa behöver dig")


def test_save_now_stands_on_every_question(lisa: Actor) -> None:
    lisa.presses("Ny händelse")
    for label, _ in THREAT[1:-1]:
        lisa.presses(label)
        assert "Spara nu" in lisa.labels()


def test_an_answer_is_corrected_from_the_last_card(stage: Stage, lisa: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:-1]))
    taps(lisa, "Rätta något", "Plats", "Nätet")
    lisa.sees("Närmare bestämt?")
    taps(lisa, "Sociala medier", "Med namn")
    assert case_of(stage).channel == "social"


def test_several_things_can_have_been_part_of_it(stage: Stage, lisa: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:6]))
    taps(lisa, "Vapen", "Familj nämnd", "Kö", "✓ Kö", "Fler", "Vet var jag bor", "Vidare")
    lisa.sees("4 · Mycket allvarlig")
    lisa.presses("Med namn")
    case = case_of(stage)
    assert (case.factors, case.also, case.severity, case.secrecy) == (
        ["vapen", "narstaende", "hemadress"], ["vapen"], 4, 2,
    )  # fmt: skip


def test_what_is_not_for_us_goes_elsewhere_in_one_line(stage: Stage, lisa: Actor) -> None:
    taps(lisa, "Ny händelse", "Annat", "Stöld")
    lisa.sees("Stöld: säg till chefen, och anmäl på 114 14.")
    assert rows(stage, Case) == []
    taps(lisa, "Oro för ett barn", "Telefon")
    lisa.sees("När?")


def test_a_time_is_chosen_without_typing(stage: Stage, lisa: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:4]), "Välj tid")
    lisa.fills(day="2", hour="9")
    taps(lisa, "Lugnt", "Inget av detta")
    lisa.sees("lördag 21 november 09:00")
    lisa.presses("Med namn")
    assert case_of(stage).exact
    taps(lisa, *(sv for sv, _ in THREAT[:4]), "Välj tid")
    lisa.fills(day="99999", hour="x")
    assert rows(stage, Draft)[0].happened_at <= stage.loop.now()


def test_lines_are_optional_and_nothing_that_was_typed_is_lost(
    stage: Stage, lisa: Actor, cia: Actor
) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:-1]), "Skriv en rad")
    lisa.fills(words="Han sa att han väntar utanför.", source="K-7F3Q", evidence="Pärm 3")
    lisa.sees("Han sa att han väntar utanför.")
    lisa.presses("Skriv en rad")
    lisa.fills(words="", source="", evidence="Pärm 4")
    taps(lisa, "Med namn", "Skriv en rad")
    lisa.fills(words="Och han ringde igen.")
    cia.presses("Visa ärendet")
    cia.sees("Han sa att han väntar utanför.\nOch han ringde igen.")
    cia.sees("K-7F3Q")
    cia.sees("Pärm 4")


def test_a_personal_number_comes_back_and_is_never_kept(stage: Stage, lisa: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:-1]), "Skriv en rad")
    lisa.fills(words=f"Han heter {SAMPLE} och var arg.", source="", evidence="")
    assert lisa.form is not None
    assert f">>>{SAMPLE}<<<" in lisa.form.fields[0].value
    lisa.fills(words="Han var arg.", source="", evidence="")
    assert rows(stage, Draft)[0].words == "Han var arg."


def test_who_is_not_safe_gets_a_colleague_first(stage: Stage, lisa: Actor, bo: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT[:5]), "Rädd", "Nej")
    bo.sees("L2 · Lisa")
    for line in lisa.lines():
        assert not betrays(line), line
    bo.presses("Jag tar")
    bo.presses("Har träffat Lisa, tryggt")
    lisa.sees("Fanns detta med?")
    taps(lisa, "Inget av detta", "Med namn")
    case = case_of(stage)
    assert (case.severity, case.call, case.helper) == (4, 1, "bo")


@pytest.mark.parametrize("stop", [1, 3, 6, len(THREAT)])
def test_whoever_presses_for_help_has_nothing_plain_on_the_screen(stage: Stage, stop: int) -> None:
    lisa, bo = stage.person("lisa"), stage.person("bo")
    taps(lisa, *(sv for sv, _ in THREAT[:stop]))
    late = lisa.finds(THREAT[min(stop, 6)][0]) if 0 < stop < 7 else None
    before = question(lisa)
    lisa.presses("Gul pärm")
    assert [line for line in lisa.lines() if betrays(line)] == []
    if late is not None:
        late()
        lisa.hears("Din egen pärm är inte klar än.")
    taps(bo, "Jag tar", "Har träffat Lisa, tryggt")
    if 1 < stop < len(THREAT):
        lisa.sees(before)


TOLD = ("Direkt hot", "Lisa", "grad 3", "ärende 1", "Ärende 1")
"""What nobody at the desk may read of the case, whoever was told of it."""


def told(who: Actor) -> list[str]:
    return [line for line in who.lines() if any(mark in line for mark in TOLD)]


@pytest.mark.parametrize("ref", ["cia", "gun", "farid", "lisa"])
def test_whoever_was_told_of_a_case_reads_it_again_only_when_their_own_call_is_over(
    stage: Stage, lisa: Actor, gun: Actor, ref: str
) -> None:
    """Each message of it, also the older ones (found by the simulation, seed 1411)."""
    who, others = stage.person(ref), [stage.person(one) for one in ("kim", "bo", "jonna", "leo")]
    taps(lisa, *(sv for sv, _ in THREAT), "Prata med någon", "Byta ärende")
    taps(gun, "Fråga chef", "Mer info med samtycke")
    before, messages = told(who), len(who.messages())
    assert before
    who.uses_shortcut(2)
    assert told(who) == []
    comes = next(one for one in others if "Jag tar" in one.labels())
    comes.presses("Jag tar")
    who.presses("Kopia klar" if ref == "farid" else "Pärm klar")
    comes.presses("Trygg")
    assert told(who) and (ref == "lisa" or told(who) == before)
    assert len(who.messages()) <= messages + 4, "only of the call itself"


# Two taps


def test_a_risk_is_two_taps_from_the_home_page(
    stage: Stage, lisa: Actor, cia: Actor, figure: Callable[[str], None]
) -> None:
    taps(lisa, "Ny händelse", "Ensamarbete")
    figure("taps of a risk observation from the home page: 2")
    lisa.sees("Tack. Sparat. Cia går igenom det.")
    cia.sees("Ny händelse: Farligt ensamarbete")
    case = case_of(stage)
    assert (case.severity, case.kind, case.owner) == (0, "ensamarbete", "cia")
    lisa.presses("Ångra")
    lisa.sees("Ångrat. Inget är sparat.")
    cia.sees("Återtaget")
    assert rows(stage, Case) == []


def test_a_risk_of_two_taps_has_a_plan_too(stage: Stage, lisa: Actor, cia: Actor) -> None:
    """Found by the simulation: nobody would ever have been asked about it again."""
    taps(lisa, "Ny händelse", "Ensamarbete")
    (step,) = (one for one in rows(stage, PlanStep) if one.kind == Kind.TASK)
    assert f"plan:1:{step.id}" in {timer.key for timer in rows(stage, Timer)}
    lisa.sees("Ansvarig: Cia")
    lisa.presses("Ångra")
    assert rows(stage, PlanStep) == [] == rows(stage, Feedback)
    assert not [one.key for one in rows(stage, Timer) if one.key.startswith(("plan:", "heard:"))]
    lisa.does_not_see("Ansvarig: Cia")


def test_a_tip_goes_to_security(stage: Stage, lisa: Actor, cia: Actor, farid: Actor) -> None:
    taps(lisa, "Ny händelse", "Tips till säkerhet")
    lisa.sees("Säkerhet har fått tipset.")
    farid.sees("Ny händelse: Det kunde ha gått illa")
    cia.does_not_see("händelse:")
    assert case_of(stage).owner == "farid"


def test_who_is_alone_is_not_alone_for_long(
    stage: Stage, lisa: Actor, anna: Actor, cia: Actor
) -> None:
    taps(lisa, "Ny händelse", "Jag är ensam nu")
    lisa.sees("Anna vet att du är ensam.")
    anna.sees("Lisa är ensam nu.")
    anna.presses("Jag går dit")
    lisa.sees("Anna kommer till dig.")
    anna.sees("Anna går dit. Tack.")


# From a call


def test_who_is_not_okay_is_asked_about_the_report_when_the_break_is_over(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    taps(lisa, "Gul pärm")
    taps(bo, "Jag tar")
    taps(lisa, "Pärm klar")
    taps(bo, "Trygg")
    taps(lisa, "Nej")
    lisa.does_not_see("Spara som händelse?")
    stage.passes(minutes=16)
    lisa.sees("Spara som händelse?")
    lisa.presses("Inte nu")
    lisa.sees("Den är sparad. Resten kan vänta.")
    stage.passes(hours=1)
    taps(lisa, "Ny händelse", "Mina händelser", "Fortsätt")
    lisa.sees("Vad hände?")


def test_a_wrong_press_is_never_asked_about(stage: Stage, lisa: Actor) -> None:
    for call, word in (1, "Fel pärm"), (2, "Fel pärm, tack"):
        taps(lisa, "Blå pärm", word)
        for act in "help.take", "help.check":
            stage.hears("bo", act, f'{{"call":{call}}}')
    stage.passes(minutes=30)
    lisa.does_not_see("Spara som händelse?")


# For somebody else (R05)


def test_for_a_colleague_who_is_told(stage: Stage, bo: Actor, lisa: Actor, cia: Actor) -> None:
    taps(bo, "Ny händelse", "För någon annan", "En kollega var utsatt")
    bo.fills(who="lisa")
    taps(bo, *(sv for sv, _ in THREAT[1:]))
    lisa.sees("Bo har rapporterat en händelse för dig.")
    lisa.presses("Visa ärendet")
    lisa.sees("Cia, ersättare Anna")
    cia.sees("Lisa behöver dig inom 30 minuter.")
    assert (case_of(stage).reporter, case_of(stage).exposed) == ("bo", "lisa")


def test_as_a_witness_nobody_is_named(stage: Stage, bo: Actor, cia: Actor) -> None:
    taps(bo, "Ny händelse", "För någon annan", "Jag såg det hända")
    taps(bo, *(sv for sv, _ in THREAT[1:]))
    cia.sees("Ny händelse: Direkt hot")
    assert (case_of(stage).exposed, case_of(stage).on_behalf) == (None, "witness")


def test_a_manager_reports_for_one_of_their_own_and_owns_it(
    stage: Stage, cia: Actor, lisa: Actor
) -> None:
    taps(cia, "Ny händelse", "För någon annan", "Jag är chef för den utsatta")
    cia.fills(who="lisa")
    taps(cia, *(sv for sv, _ in THREAT[1:]))
    assert case_of(stage).owner == "cia"
    lisa.sees("Cia har rapporterat en händelse för dig.")


def test_an_elected_representative_passes_the_line_by(stage: Stage, farid: Actor) -> None:
    elin = stage.person("elin")
    taps(elin, "Ny händelse", "För någon annan", "Jag är förtroendevald")
    taps(elin, *(sv for sv, _ in THREAT[1:]))
    farid.sees("Elin behöver dig inom 30 minuter.")
    assert case_of(stage).owner == "farid"


def test_nobody_reports_as_what_they_are_not(stage: Stage, lisa: Actor) -> None:
    taps(lisa, "Ny händelse", "För någon annan")
    assert "Jag är förtroendevald" not in lisa.labels()
    stage.hears("lisa", "reports.as", '{"draft":1,"behalf":"elected"}')
    assert "behalf" not in rows(stage, Draft)[0].answers


# J9: the reporter is the manager, or the manager is the problem


@BOTH
def test_j9_a_manager_whom_it_is_about_gets_no_trace(
    stage: Stage, lisa: Actor, cia: Actor, dag: Actor, t: Tongue
) -> None:
    mona = stage.person("mona")
    before = cia.lines()
    taps(lisa, t("Ny händelse", "New event"), t("Ordning eller risk", "Order or risk"))
    taps(lisa, t("Farligt ensamarbete", "Dangerous lone work"))
    lisa.sees(t("Gäller det din chef?", "Is it about your manager?"))
    taps(lisa, t("Ja", "Yes"), t("Disk", "Desk"), t("Nyss", "Just now"), t("Rädd", "Afraid"))
    taps(lisa, t("Ja", "Yes"), t("Inget av detta", "None of these"))
    lisa.sees(t("Cia får inte läsa och får ingen avisering.", "Cia cannot read it"))
    lisa.presses(t("Med namn", "With my name"))
    case = case_of(stage)
    assert (case.owner, case.deputy, case.kept_from) == ("dag", "mona", ["cia"])
    dag.sees(t("Lisa behöver dig", "Lisa needs you"))
    mona.presses(t("Ny händelse", "New event"))
    assert cia.lines() == before
    for action in "cases.show", "cases.read", "cases.raise":
        level = ',"level":5' if action == "cases.raise" else ""
        cia.notices += stage.hears("cia", action, f'{{"case":1{level}}}').notices
        cia.hears(t("Det här kan bara en annan kollega göra.", "Only another colleague"))
    stage.hears("cia", "cases.list", '{"which":"all"}')
    cia.does_not_see(t("Farligt ensamarbete", "Dangerous lone work"))
    assert (case_of(stage).severity, case_of(stage).status) == (2, "received")


def test_j9_when_the_next_one_is_concerned_too_the_person_chooses(
    stage: Stage, lisa: Actor, cia: Actor, dag: Actor
) -> None:
    mona, before = stage.person("mona"), (cia.lines(), dag.lines())
    taps(lisa, *(sv for sv, _ in THREAT[:-1]), "Det gäller Cia")
    lisa.sees("Dag")
    lisa.presses("Det gäller Dag")
    lisa.sees("Välj vem som tar emot.")
    for label in "HR: Mona", "Säkerhet: Farid", "Skyddsombud: Gun":
        lisa.finds(label)
    lisa.presses("HR: Mona")
    lisa.sees("Cia och Dag får inte läsa")
    lisa.presses("Med namn")
    mona.sees("Lisa behöver dig inom 30 minuter.")
    assert case_of(stage).kept_from == ["cia", "dag"]
    assert (cia.lines(), dag.lines()) == before


def test_there_is_always_an_owner_and_a_deputy(stage: Stage) -> None:
    for ref in "hana", "ivar", "leo", "dag", "eva", "farid", "mona":
        taps(stage.person(ref), *(sv for sv, _ in THREAT))
    for case in rows(stage, Case):
        assert case.owner and case.deputy and case.owner != case.deputy
        assert case.reporter not in (case.owner, case.deputy), case.reporter


# J7 and the small seams


def test_without_a_name_nothing_on_the_case_says_who(stage: Stage, lisa: Actor, cia: Actor) -> None:
    stage.passes(minutes=37)
    taps(lisa, *(sv for sv, _ in THREAT[:-1]))
    lisa.sees("Utan namn: vi sparar inte vem du är.")
    lisa.presses("Utan namn")
    lisa.sees("Vi sparar inte vem du är. Liten grupp kan ändå gissa.")
    lisa.sees("Fara nu? Tryck Vit pärm eller ring 112.")
    lisa.presses("Skicka utan namn")
    case = case_of(stage)
    assert (case.reporter, case.exposed, case.place, case.call, case.unit) == (None,) * 4 + ("",)
    assert (case.happened_at.minute, case.received_at.minute, case.exact) == (0, 0, False)
    cia.presses("Visa ärendet")
    cia.does_not_see("Lisa")
    lisa.sees("Tack. Sparat utan namn. Cia tar hand om det.")
    (told,) = [one for one in lisa.notices if one.startswith("Kod: ")]
    lisa.sees("Skriv upp koden.")
    cia.presses("Fråga")
    cia.fills(text="Har det hänt förut?")
    taps(lisa, "Ange kod")
    lisa.fills(code=told[5:24])
    assert lisa.form and "Har det hänt förut?" in str(lisa.form.note)
    lisa.fills(text="Ja, två gånger.", wish="name")
    lisa.hears("Cia ser nu ditt namn.")
    assert case_of(stage).reporter == "lisa"


def test_a_message_is_reported_by_a_neutral_reference(stage: Stage, lisa: Actor) -> None:
    stage.hears("lisa", "reports.message", '{"reference":"C1/1764000000.000100"}')
    lisa.sees("Vad hände?")
    taps(lisa, "Hot", "Direkt hot", "Sociala medier", "Nyss", "Lugnt", "Inget av detta", "Med namn")
    assert case_of(stage).evidence == "C1/1764000000.000100"


def test_pictures_are_refused_and_the_bot_says_how_to_keep_them(lisa: Actor, stage: Stage) -> None:
    lisa.notices += stage.hears("lisa", "reports.refuse_file", "{}").notices
    lisa.hears("Bilder tas inte emot här.")
    taps(lisa, *(sv for sv, _ in THREAT), "Spara bevis")
    lisa.sees("Radera inget. Svara inte. Vidarebefordra inte.")
    lisa.presses("Skriv var det finns")
    lisa.fills(words="", evidence="Säkerhets mapp, dnr 12")
    assert case_of(stage).evidence == "Säkerhets mapp, dnr 12"


def test_a_wish_reaches_the_owner(lisa: Actor, cia: Actor) -> None:
    taps(lisa, *(sv for sv, _ in THREAT), "Prata med någon")
    lisa.sees("Noterat: du vill prata med någon. Cia vet.")
    cia.sees("Vill prata med någon.")


def forged() -> Iterator[tuple[str, str]]:
    yield "reports.answer", '{"draft":1,"question":"kind","option":"hot_direkt"}'
    yield "reports.send", '{"draft":1,"naming":"named"}'
    yield "reports.throw", '{"draft":1}'
    yield "reports.resume", '{"draft":1}'


@pytest.mark.parametrize(("name", "payload"), list(forged()))
def test_a_draft_is_for_nobody_but_its_writer(
    stage: Stage, lisa: Actor, bo: Actor, name: str, payload: str
) -> None:
    taps(lisa, "Ny händelse", "Hot")
    bo.notices += stage.hears("bo", name, payload).notices
    bo.hears("Det här kan bara en annan kollega göra.")
    assert rows(stage, Draft)[0].answers == {"group": "threat"}
