"""Visits, told as conversations: silence is planned, and somebody notices when it lasts (J10)."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from sqlmodel import Session

from handlers.visits.watches import Assessment
from storage.visit_life import Colour, Status
from storage.visit_told import quiet_places
from storage.visits import Visit
from tests.conftest import Tongue
from tests.stage import Actor, Stage, buttons, demo_shelf, dump
from tests.test_covert import betrays
from tests.test_reports import Presser

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def stage(language: str) -> Iterator[Stage]:
    """Hours pass here: what a crash left behind is swept up each half minute."""
    stage = Stage(language, sweep_seconds=30)
    yield stage
    stage.close()


def visit(stage: Stage, number: int = 1) -> Visit:
    with Session(stage.database) as session:
        found = session.get(Visit, number)
        assert found is not None
        return found


def assess(actor: Presser, answers: str, language: str = "sv") -> None:
    """Seven taps: y, n or ? each."""
    labels = {
        "sv": {"y": "Ja", "n": "Nej", "?": "Vet ej"},
        "en": {"y": "Yes", "n": "No", "?": "Don't know"},
    }
    for answer in answers:
        actor.presses(labels[language][answer])


def plan(actor: Actor, t: Tongue, answers: str = "ynnynny") -> None:
    """A yellow visit: bad news, alone; the phone works."""
    actor.presses(t("Besök", "Visit"))
    assess(actor, answers, t("sv", "en"))


def sets_off(actor: Actor, t: Tongue, answers: str = "ynnynny") -> None:
    plan(actor, t, answers)
    actor.presses(t("Starta", "Start"))


def at(stage: Stage, clock: str) -> None:
    """Let it be this local time (on the day of the stage, 14:02 at first)."""
    hour, minute = (int(part) for part in clock.split(":"))
    local = stage.loop.now() + timedelta(hours=1)
    seconds = (hour * 60 + minute) * 60 - (local.hour * 3600 + local.minute * 60 + local.second)
    stage.passes(minutes=(seconds % 86_400 + 0.5) / 60)


def device(stage: Stage, actor: Actor, label: str, minutes_ago: float) -> None:
    """A press that waited in a phone without signal."""
    found = [b for m in actor.messages() for b in buttons(m) if b[0] == label]
    stamp = stage.loop.now() - timedelta(minutes=minutes_ago)
    answer = stage.hears(actor.ref, found[-1][1], found[-1][2], at=stamp)
    actor.notices += answer.notices


def planned_in_taps(stage: Stage, ivar: Actor, t: Tongue) -> None:
    """08:40 in J10: yellow, uncertain coverage, a second number, silence until 17:02 here."""
    plan(ivar, t)
    ivar.sees(t("Gult: två personer, eller ta det på kontoret.", "Yellow: two people, or do it"))
    ivar.sees(t("Leo får veta när du startar.", "Leo will be told when you start."))
    ivar.presses(t("Ändra täckning", "Change coverage"))
    ivar.presses(t("Till 17:02", "Until 17:02"))
    words = {"second": "08-465 004 21", "place": "Norra bygden"}
    number = [b for m in ivar.messages() for b in buttons(m) if b[1] == "visits.words"][-1]
    assert stage.hears("ivar", number[1], number[2]).form is not None
    stage.hears("ivar", "visits.words_kept", '{"visit":1}', inputs=words)
    ivar.presses(t("Starta", "Start"))
    ivar.sees(t("Tystnad till 17:02 är ok.", "Silence until 17:02 is ok."))
    ivar.sees(t("Ring från korsningen.", "Call from the junction."))


@BOTH
def test_j10_a_missed_check_in_without_signal(
    stage: Stage, ivar: Actor, jonna: Actor, leo: Actor, eva: Actor, t: Tongue
) -> None:
    planned_in_taps(stage, ivar, t)
    for knows in (jonna, leo):
        knows.sees(
            t("Ivar är på besök. Tyst till 17:02 är ok.", "Ivar is on a visit. Silence until")
        )
        knows.sees("08-465 004 21")

    stage.passes(minutes=78)  # sent 15:17, delivered 15:20
    device(stage, ivar, t("Framme", "Arrived"), minutes_ago=3)
    jonna.sees(t("Framme 15:17.", "Arrived 15:17."))
    kept = visit(stage)
    assert kept.arrived_at and kept.arrived_heard_at
    assert (kept.arrived_heard_at - kept.arrived_at) == timedelta(minutes=3)

    at(stage, "17:02")
    ivar.sees(t("Klar med besöket?", "Done with the visit?"))
    jonna.does_not_see(t("min sen", "min late"))

    rung = len(leo.messages())
    at(stage, "17:07")
    jonna.sees(t("Ivar 5 min sen. Ingen täckning. Ring 1, sen 2.", "Ivar 5 min late. No coverage."))
    jonna.sees("070-174 06 05")
    assert len(leo.messages()) == rung, "the manager knows of it, and is not rung yet"

    at(stage, "17:16")
    jonna.presses(t("Inget svar", "No answer"))
    for asked in (jonna, leo):
        asked.sees(t("Kontakta verksamheten på plats?", "Contact the place?"))
        asked.sees(t("Är en kollega i närheten?", "Is a colleague nearby?"))
    eva.does_not_see("Ivar")

    late = jonna.finds(t("Inget svar", "No answer"))
    at(stage, "17:32")
    late()  # the clock was faster: that climbs once
    for decides in (leo, eva):
        decides.sees(t("beslut nu. Åk dit två · polis 112 · vänta 15", "decide now. Go two"))
    before = len(eva.messages())
    at(stage, "17:35")
    assert len(eva.messages()) == before
    at(stage, "17:40")
    assert len(eva.messages()) >= before + 3, "nobody decides: those on call are rung"

    device(stage, ivar, t("Klar", "Done"), minutes_ago=40)
    for told in (jonna, leo, eva):
        told.sees(t("Ivar klar 17:00. Larmet avslutat.", "Ivar done 17:00. Closed."))
        told.sees(t("Pratat med Ivar? Ring en gång.", "Talked with Ivar? Call once."))
    ivar.sees(t("Ny plats med dålig täckning sparad.", "Place with bad coverage saved."))
    assert visit(stage).status is Status.SAID_DONE
    stage.passes(minutes=11)
    jonna.presses(t("Har pratat, tryggt", "Talked, all safe"))
    leo.sees(t("Jonna har pratat med Ivar", "Jonna talked with Ivar"))
    assert visit(stage).status is Status.CLOSED
    with Session(stage.database) as session:
        assert quiet_places(session, "sundsvall") == ["Norra bygden"]
    count = len(eva.messages())
    stage.passes(hours=3)
    assert len(eva.messages()) == count, "after the end nobody is rung"


@BOTH
def test_the_twin_is_the_same_byte_for_byte_and_112_is_called(language: str, t: Tongue) -> None:
    screens = []
    for word in (t("Klar", "Done"), t("Klar, tack", "Done, thanks")):
        stage = Stage(language, sweep_seconds=30)
        ivar, jonna = stage.person("ivar"), stage.person("jonna")
        leo, farid = stage.person("leo"), stage.person("farid")
        sets_off(ivar, t)
        ivar.presses(t("Framme", "Arrived"))
        ivar.presses(word)
        seen = [dump(message) for message in ivar.messages()]
        stage.passes(minutes=7)
        screens.append((seen, [dump(message) for message in ivar.messages()], ivar.notices))
        warned = t("TVÅNG möjligt. Ivar kan inte tala fritt.", "Possible DURESS. Ivar cannot speak")
        if "tack" in word or "thanks" in word:
            for told in (jonna, leo, farid):
                told.sees(warned)
            rung = len(farid.messages())
            assert rung > 10, "until somebody has called it sounds"
            farid.sees(t("Säg till 112:", "Say to 112:"))
            farid.presses(t("Ringt 112", "Called 112"))
            stage.passes(minutes=14)
            assert len(farid.messages()) == rung
            stage.passes(minutes=3)
            assert len(farid.messages()) > rung, "what became of it is asked"
            leo.presses(t("Har träffat, trygg nu", "Met, safe now"))
            assert visit(stage).status is Status.CLOSED
            screens[-1] = (screens[-1][0], [dump(m) for m in ivar.messages()], ivar.notices)
        else:
            jonna.sees(t("Ivar klar 14:02.", "Ivar done 14:02."))
            farid.does_not_see("Ivar")
            assert visit(stage).status is Status.DONE
        stage.close()
    assert screens[0] == screens[1]


def test_typed_klar_tack_is_the_twin_and_klar_is_not(stage: Stage, ivar: Actor, t: Tongue) -> None:
    sets_off(ivar, t)
    ivar.types("Klar, tack!")
    assert visit(stage).status is Status.FORCED
    ivar.sees("Klart. Tack.")
    hana = stage.person("hana")
    sets_off(hana, t)
    hana.types("klar")
    assert visit(stage, 2).status is Status.DONE


def expected(answers: str) -> Colour:
    """Card 29 as it is written, by hand: seven letters, y n or ?."""
    negative, earlier, home, alone, more, avoidable, works = list(answers)
    sum_of = sum(one in "y?" for one in (negative, earlier, home, alone, more))
    sum_of += (avoidable == "y") + (works in "n?")
    if sum_of >= 4 or all(one in "y?" for one in (earlier, home, alone)):
        return Colour.RED
    return Colour.YELLOW if sum_of >= 2 else Colour.GREEN


SAID = {"y": "yes", "n": "no", "?": "unknown"}


def colour_of(answers: str) -> Colour:
    card = demo_shelf().current.all(Assessment)["visit"]
    said = {question.id: SAID[one] for question, one in zip(card.questions, answers, strict=True)}
    assert card.next_question(said) is None
    return card.colour(said)


def test_all_128_combinations_give_the_stated_colour() -> None:
    every = ["".join(one) for one in product("yn", repeat=7)]
    assert len(every) == 128
    found = {one: colour_of(one) for one in every}
    assert found == {one: expected(one) for one in every}
    counted = [list(found.values()).count(colour) for colour in Colour]
    assert counted == [8, 55, 65]


def test_not_knowing_is_a_risk_wherever_it_can_be_said() -> None:
    """Whether it can be done at the office is known: there is no third answer there."""
    for one in product("yn?", "yn?", "yn?", "yn?", "yn?", "yn", "yn?"):
        answers = "".join(one)
        assert colour_of(answers) is expected(answers)
        assert colour_of(answers) is colour_of(answers[:-1].replace("?", "y") + answers[-1])


@BOTH
def test_a_red_visit_alone_waits_for_the_named_managers_yes(
    stage: Stage, ivar: Actor, jonna: Actor, leo: Actor, eva: Actor, t: Tongue
) -> None:
    plan(ivar, t, "nyyynny")
    ivar.sees(t("Rött: inte ensam.", "Red: not alone."))
    assert t("Starta", "Start") not in ivar.labels()
    stage.hears("ivar", "visits.start", '{"visit":1}')
    assert visit(stage).status is Status.PLANNED

    ivar.presses(t("Fråga Leo", "Ask Leo"))
    leo.sees(t("Ivar vill åka ensam på ett rött besök.", "Ivar wants to go alone on a red visit."))
    leo.sees(t("Är det hemma hos personen? Ja", "Is it in the person’s home? Yes"))
    leo.does_not_see(t("negativt besked", "bad news"))
    for nobody in ("ivar", "jonna", "eva"):
        stage.hears(nobody, "visits.permit", '{"visit":1,"allowed":true}')
        assert not visit(stage).permitted, nobody

    leo.presses(t("Nej, inte ensam", "No, not alone"))
    ivar.sees(t("Leo säger nej till ensam. Ta med någon.", "Leo says not alone."))
    ivar.presses(t("Annan chef", "Other manager"))
    stage.hears("leo", "visits.permit", '{"visit":1,"allowed":true}')
    assert not visit(stage).permitted, "only whoever is named now"
    ivar.presses(t("Fråga Eva", "Ask Eva"))
    eva.presses(t("Ja, ensam", "Yes, alone"))
    ivar.sees(t("Eva säger ja. Du kan starta.", "Eva says yes. You can start."))
    ivar.presses(t("Starta", "Start"))
    assert visit(stage).status is Status.STARTED


def test_a_new_answer_after_the_yes_needs_a_new_yes(stage: Stage, ivar: Actor, leo: Actor) -> None:
    plan(ivar, lambda sv, en: sv, "nyyynny")
    ivar.presses("Fråga Leo")
    leo.presses("Ja, ensam")
    ivar.presses("Börja om")
    assess(ivar, "yyyyyny")
    ivar.does_not_see("Du kan starta.")
    stage.hears("ivar", "visits.start", '{"visit":1}')
    assert visit(stage).status is Status.PLANNED


def test_a_red_visit_with_two_starts_and_the_manager_knows(
    stage: Stage, ivar: Actor, leo: Actor
) -> None:
    plan(ivar, lambda sv, en: sv, "yyynyny")
    ivar.sees("Ni är två. Leo får veta.")
    ivar.presses("Starta")
    leo.sees("Ivar är på besök.")


def test_two_instead_of_one_in_one_tap(stage: Stage, ivar: Actor) -> None:
    plan(ivar, lambda sv, en: sv, "nyyynny")
    ivar.presses("Vi blir två")
    ivar.sees("Gult: två personer")
    ivar.presses("Starta")
    assert visit(stage).status is Status.STARTED


def test_silent_though_there_is_coverage(stage: Stage, ivar: Actor, jonna: Actor) -> None:
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    stage.passes(minutes=126)
    jonna.sees("Ivar 5 min sen. Svarar inte. Ring nu.")
    jonna.presses("Har pratat, tryggt")
    ivar.sees("Klart. Tack.")


def test_support_is_phoned_at_once(stage: Stage, ivar: Actor, jonna: Actor, leo: Actor) -> None:
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    ivar.presses("Behöver stöd")
    ivar.sees("Kontoret ringer strax.")
    for rung in (jonna, leo):
        rung.sees("Ivar behöver stöd. Ring nu.")
    jonna.presses("Jag tar det")
    ivar.sees("Jonna ringer dig.")
    leo.sees("Jonna tar det.")
    before = len(leo.messages())
    stage.passes(minutes=14)
    assert len(leo.messages()) == before
    jonna.presses("Har pratat, tryggt")
    ivar.sees("Klart. Tack.")


def test_more_time_ends_what_silence_began(stage: Stage, ivar: Actor, jonna: Actor) -> None:
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    stage.passes(minutes=127)
    jonna.sees("min sen")
    device(stage, ivar, "Mer tid", minutes_ago=3)
    assert visit(stage).status is Status.ARRIVED
    stage.passes(minutes=20)
    jonna.does_not_see("min sen")
    stage.passes(minutes=20)
    jonna.sees("min sen")


def test_a_restart_in_the_middle_loses_nothing(stage: Stage, ivar: Actor, jonna: Actor) -> None:
    """Down from before the question until after the grace: noticed within T13's 30 seconds."""
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    stage.passes(minutes=119)
    stage.dies()
    stage.loop.impatient.moved += 4 * 60
    stage.restarts()
    ivar.sees("Klar med besöket?")
    stage.passes(minutes=4.9)
    jonna.does_not_see("min sen")
    stage.passes(seconds=30)
    jonna.sees("min sen")


def test_where_phones_were_silent_silence_is_planned(stage: Stage, ivar: Actor) -> None:
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    stage.passes(minutes=10)
    device(stage, ivar, "Klar", minutes_ago=5)
    ivar.presses("Spara platsens namn")
    stage.hears("ivar", "visits.place_kept", '{"visit":1}', inputs={"place": "Fjällgatan 123 45"})
    assert visit(stage).place is None, "an address is no name of a place"
    stage.hears("ivar", "visits.place_kept", '{"visit":1}', inputs={"place": "Norra bygden"})
    ivar.sees("Ny plats med dålig täckning sparad.")
    plan(ivar, lambda sv, en: sv, "nnnynny")
    stage.hears("ivar", "visits.words_kept", '{"visit":2}', inputs={"place": "Norra bygden"})
    assert visit(stage, 2).covered is False


def test_nothing_on_the_way_betrays(language: str, stage: Stage, ivar: Actor) -> None:
    """A person stands beside the phone: every line of every state is an office word."""
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    seen: set[str] = set()
    for press in ("Framme", "Mer tid", None, "Behöver stöd", "Klar"):
        if press:
            ivar.presses(press)
        else:
            stage.passes(minutes=155)
        seen |= {line for line in ivar.lines() if not line.startswith("Besöket har startat")}
    assert [line for line in seen if betrays(line)] == []


def test_others_cannot_speak_for_a_visitor(stage: Stage, ivar: Actor, jonna: Actor) -> None:
    sets_off(ivar, lambda sv, en: sv, "nnnynny")
    stage.hears("jonna", "visits.done", '{"visit":1,"polite":false}')
    stage.hears("hana", "visits.talked", '{"visit":1}')
    stage.hears("ivar", "visits.due", '{"visit":1}')
    assert visit(stage).status is Status.STARTED
