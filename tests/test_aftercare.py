"""Aftercare, told as conversations: a break, one question, and company if it is wanted."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from handlers.aftercare.actions import CareDue
from storage.aftercare import Aftercare
from storage.availability import CARE, State
from storage.people import Person, RosterSlot
from storage.timers import Timer, hurry_timers
from tests.conftest import Tongue
from tests.stage import Actor, Stage, texts
from tests.test_availability import holds, rings
from tests.test_covert import betrays, scan

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def kim(stage: Stage) -> Actor:
    return stage.person("kim")


def after_a_call(stage: Stage, presser: Actor, helper: Actor) -> None:
    """A yellow press that the helper took, and that the presser says is over, at 14:05."""
    stage.hears(presser.ref, "help.press", '{"level":2}')
    stage.hears(helper.ref, "help.take", '{"call":1}')
    stage.passes(minutes=1)
    stage.hears(helper.ref, "help.phoned", '{"call":1}')
    stage.passes(minutes=2)
    stage.hears(presser.ref, "help.finish", '{"call":1,"how":"done"}')


def say(stage: Stage, who: Actor, what: str, rest: str = "") -> None:
    who.notices += stage.hears(who.ref, f"aftercare.{what}", f'{{"call":1{rest}}}').notices


def care(stage: Stage) -> Aftercare:
    with Session(stage.database) as session:
        found = session.get(Aftercare, 1)
        assert found is not None
        return found


@BOTH
def test_a_break_at_once_and_one_question(stage: Stage, lisa: Actor, bo: Actor, t: Tongue) -> None:
    after_a_call(stage, lisa, bo)
    lisa.sees(t("Är du okej?", "Are you okay?"))
    lisa.sees(t("Paus till 14:20", "Break until 14:20"))
    assert holds(stage, "lisa") == {CARE: State.BREAK}
    bo.sees(t("Efter samtalet: stanna en stund hos Lisa.", "After the call: stay a while with Li"))
    bo.sees(t("Fråga: ”Vad behöver du nu?”", "Ask: “What do you need now?”"))
    bo.sees(t("Säg: ”Du gjorde rätt som ropade.”", "Say: “You did right to call.”"))

    lisa.presses(t("Ja", "Yes"))
    lisa.sees(t("Fint att höra.", "Good to hear."))
    lisa.finds(t("Sällskap på fikat", "Company for coffee"))
    lisa.presses(t("Redo nu", "Ready now"))
    lisa.sees(t("Välkommen tillbaka.", "Welcome back."))
    assert holds(stage, "lisa") == {}
    lisa.does_not_see(t("Paus till", "Break until"))
    asked = rings(lisa)
    stage.passes(hours=1)
    assert rings(lisa) == asked


def test_whoever_was_there_reads_what_does_good_only_when_no_call_of_their_own_is_open(
    stage: Stage, lisa: Actor, bo: Actor, kim: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    bo.sees("Efter samtalet: stanna en stund hos Lisa.")
    bo.uses_shortcut(1)
    bo.does_not_see("Efter samtalet")
    kim.presses("Jag tar")
    bo.presses("Pärm klar")
    kim.presses("Trygg")
    bo.sees("Efter samtalet: stanna en stund hos Lisa.")


@BOTH
def test_the_end_of_the_break_is_asked_about_once(
    stage: Stage, lisa: Actor, bo: Actor, t: Tongue
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses(t("Ja", "Yes"))
    before = rings(lisa)
    stage.passes(minutes=15)
    lisa.sees(t("Pausen är slut. Redo?", "The break is over. Ready?"))
    assert rings(lisa) == before + 1
    assert holds(stage, "lisa") == {}

    lisa.presses(t("15 minuter till", "15 minutes more"))
    lisa.sees(t("Paus till 14:35.", "Break until 14:35."))
    assert holds(stage, "lisa") == {CARE: State.BREAK}
    stage.passes(minutes=15)
    lisa.sees(t("Pausen är slut. Redo?", "The break is over. Ready?"))
    stage.passes(minutes=20)
    assert rings(lisa) == before + 1
    lisa.presses(t("Redo nu", "Ready now"))
    lisa.sees(t("Välkommen tillbaka.", "Welcome back."))


def test_the_break_can_be_made_longer_twice_and_the_same_press_counts_once(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Ja")
    longer = lisa.finds("15 minuter till")
    longer()
    longer()
    lisa.sees("Paus till 14:35.")
    lisa.presses("15 minuter till")
    lisa.sees("Paus till 14:50.")
    assert "15 minuter till" not in lisa.labels()
    say(stage, lisa, "rest", ',"breaks":2')
    lisa.hears("Det är redan klart.")
    lisa.sees("Paus till 14:50.")


@BOTH
def test_company_is_asked_for_aloud_and_named_when_somebody_says_yes(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, t: Tongue
) -> None:
    after_a_call(stage, lisa, bo)
    before, annas = rings(bo), rings(anna)
    lisa.presses(t("Sällskap på fikat", "Company for coffee"))
    lisa.sees(t("Vi frågar vem som kan ta en fika.", "We are asking who can join you for coffee."))
    assert (rings(bo), rings(anna)) == (before + 1, annas)
    bo.sees(t("Lisa vill gärna ha sällskap en stund.", "Lisa would like some company"))
    bo.presses(t("Jag stannar", "I'll stay"))
    lisa.sees(t("Bo tar gärna en fika med dig.", "Bo will join you for coffee."))
    bo.sees(t("Tack. Du är hos Lisa.", "Thank you. You are with Lisa."))
    stage.passes(minutes=10)
    anna.does_not_see(t("sällskap", "company"))


@BOTH
def test_when_the_helper_cannot_others_are_asked_at_once_and_the_first_yes_wins(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, kim: Actor, t: Tongue
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses(t("Sällskap på fikat", "Company for coffee"))
    bo.presses(t("Kan inte", "Can't"))
    bo.sees(t("Tack för svaret. Andra får frågan.", "Thanks for answering. Others are being"))
    annas = anna.finds(t("Jag stannar", "I'll stay"))
    lisa.does_not_see(t("tar gärna", "will join"))
    annas()
    lisa.sees(t("Anna tar gärna en fika med dig.", "Anna will join you for coffee."))
    say(stage, bo, "stay")
    bo.hears(t("Anna var först. Tack.", "Anna was first. Thank you."))
    bo.sees(t("Anna är hos Lisa. Tack.", "Anna is with Lisa. Thank you."))


@BOTH
def test_nobody_says_yes(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, kim: Actor, cia: Actor, t: Tongue
) -> None:
    after_a_call(stage, lisa, bo)
    bo.presses(t("Trygg", "Safe"))
    lisa.presses(t("Sällskap på fikat", "Company for coffee"))
    kim.does_not_see(t("sällskap", "company"))
    stage.passes(minutes=2)
    for colleague in kim, anna, cia:
        colleague.sees(t("Lisa vill gärna ha sällskap", "Lisa would like some company"))
    lisa.does_not_see(t("Ingen har sagt ja", "Nobody has said yes"))

    told = rings(cia)
    stage.passes(minutes=3)
    lisa.sees(t("Ingen har sagt ja än.", "Nobody has said yes yet."))
    lisa.sees(t("Vi har skrivit till Anna och Cia.", "We have written to Anna and Cia."))
    for leading in anna, cia:
        leading.sees(t("Ingen har sagt ja till att hålla Lisa sällskap.", "Nobody has said yes to"))
    assert rings(cia) == told + 1
    lisa.does_not_see(t("tar gärna", "will join"))

    cia.presses(t("Jag tar kontakt", "I'll get in touch"))
    lisa.sees(t("Cia tar gärna en fika med dig.", "Cia will join you for coffee."))
    anna.sees(t("Cia är hos Lisa. Tack.", "Cia is with Lisa. Thank you."))


@BOTH
def test_not_okay(stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses(t("Nej", "No"))
    lisa.sees(t("Tack för att du säger det.", "Thank you for saying so."))
    lisa.sees(t("Vi har skrivit till Anna.", "We have written to Anna."))
    anna.sees(t("Lisa mår inte bra efter samtalet. Ta kontakt nu.", "Lisa is not well after the"))
    bo.sees(t("Lisa behöver sällskap nu.", "Lisa needs company now."))
    cia.does_not_see(t("mår inte bra", "not well"))
    bo.presses(t("Jag stannar", "I'll stay"))
    anna.sees(t("Bo är hos Lisa.", "Bo is with Lisa."))
    anna.sees(t("Ta kontakt nu.", "Get in touch now."))
    lisa.sees(t("Bo tar gärna en fika med dig.", "Bo will join you for coffee."))


def test_not_okay_and_no_team_lead(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    with Session(stage.database) as session:
        lead = session.get(Person, "anna")
        assert lead is not None
        lead.roles = ["responder"]
        session.commit()
    after_a_call(stage, lisa, bo)
    lisa.presses("Nej")
    cia.sees("Lisa mår inte bra efter samtalet. Ta kontakt nu.")
    anna.does_not_see("mår inte bra")
    lisa.sees("Vi har skrivit till Cia.")


def test_who_is_not_okay_stays_looked_after_when_the_break_is_over(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Nej")
    lisa.presses("Redo nu")
    anna.finds("Jag tar kontakt")
    bo.finds("Jag stannar")


def test_who_is_ready_again_is_looked_for_no_more(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    late = bo.finds("Jag stannar")
    lisa.presses("Redo nu")
    bo.sees("Lisa är redo igen. Tack.")
    late()
    bo.hears("Lisa är redo igen. Det behövs inte längre. Tack.")
    stage.passes(minutes=10)
    lisa.does_not_see("Ingen har sagt ja")


def test_who_said_yes_and_cannot_any_longer_is_replaced_aloud(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    bo.presses("Jag stannar")
    stage.passes(minutes=8)
    bo.presses("Jag kan inte längre")
    lisa.sees("Bo kan inte längre.")
    lisa.sees("Vi frågar vem som kan ta en fika.")
    anna.presses("Jag stannar")
    lisa.sees("Anna tar gärna en fika med dig.")
    lisa.does_not_see("Bo kan inte längre.")


def test_who_was_okay_and_then_is_not_can_say_so(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    yes, no = lisa.finds("Ja"), lisa.finds("Nej")
    yes()
    lisa.presses("Sällskap på fikat")
    no()
    lisa.sees("Tack för att du säger det.")
    yes()  # a late echo takes nothing back
    lisa.sees("Tack för att du säger det.")


@BOTH
def test_at_home_everything_is_by_phone(stage: Stage, lisa: Actor, bo: Actor, t: Tongue) -> None:
    """L16: the one who pressed works at home."""
    lisa.presses(t("Hemma idag", "Home today"))
    after_a_call(stage, lisa, bo)
    bo.sees(t("Efter samtalet: hör av dig till Lisa.", "After the call: get in touch with Lisa."))
    lisa.presses(t("Sällskap på telefon, 15 min", "Company by phone, 15 min"))
    lisa.sees(t("Vi frågar vem som kan ringa.", "We are asking who can phone."))
    bo.sees(t("Ring och prata i 15 minuter.", "Phone and talk for 15 minutes."))
    bo.sees("08-465 004 10")
    bo.presses(t("Jag ringer", "I'll phone"))
    lisa.sees(t("Bo ringer dig, 15 minuter.", "Bo will phone you, 15 minutes."))
    bo.sees(t("Tack. Ring Lisa nu.", "Thank you. Phone Lisa now."))


def test_at_home_the_persons_own_number_is_shown(stage: Stage, lisa: Actor, bo: Actor) -> None:
    with Session(stage.database) as session:
        whose = session.get(Person, "lisa")
        assert whose is not None
        whose.addresses = {**whose.addresses, "phone": "08-465 004 99"}
        session.commit()
    lisa.presses("Hemma idag")
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på telefon, 15 min")
    bo.sees("08-465 004 99")


def test_a_helper_from_another_site_phones(stage: Stage, lisa: Actor, eva: Actor) -> None:
    stage.hears("lisa", "help.press", '{"level":3}')
    stage.passes(minutes=2)
    stage.hears("eva", "help.take", '{"call":1}')
    stage.hears("lisa", "help.finish", '{"call":1,"how":"done"}')
    lisa.presses("Sällskap på fikat")
    eva.presses("Jag ringer")
    lisa.sees("Eva ringer dig, 15 minuter.")


def test_a_press_before_it_was_closed_takes_it_all_back(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    late = bo.finds("Jag stannar")
    lisa.uses_shortcut(2)
    lisa.sees("Pausen väntar.")
    bo.sees("Behövs inte just nu. Tack.")
    assert holds(stage, "lisa") == {}
    with Session(stage.database) as session:
        assert session.get(Timer, "aftercare:1") is None
    late()
    assert stage.decisions[-1].outcome == "refused"
    say(stage, lisa, "answer", ',"answer":"no"')
    lisa.hears("Pausen väntar.")

    told, asked = rings(lisa), rings(bo)
    stage.hears("lisa", "help.finish", '{"call":1,"how":"done"}')
    assert (rings(lisa), rings(bo)) == (told + 1, asked + 1)  # cards of their own: they ring
    lisa.presses("Sällskap på fikat")
    bo.presses("Jag stannar")
    lisa.sees("Bo tar gärna en fika med dig.")


def test_it_begins_once_however_often_it_ends(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Ja")
    told = rings(lisa)
    stage.passes(minutes=5)
    bo.presses("Trygg")
    lisa.sees("Spara som händelse?")
    assert rings(lisa) == told + 1
    lisa.sees("Paus till 14:20.")


def test_met_and_safe_begins_it_too(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.does_not_see("Är du okej?")
    bo.presses("Har träffat Lisa, tryggt")
    lisa.sees("Är du okej?")


def test_a_wrong_press_is_followed_by_nothing(stage: Stage, lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    lisa.presses("Fel pärm")
    bo.presses("Trygg")
    lisa.does_not_see("Är du okej?")
    assert holds(stage, "lisa") == {}


def test_who_is_on_a_break_is_not_called_but_may_press(
    stage: Stage, lisa: Actor, bo: Actor, hana: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    bo.presses("Trygg")
    lisa.presses("Vit pärm")
    lisa.sees("Pärm beställd")
    bo.sees("L3 · Lisa")


def test_only_those_it_is_for_and_those_asked_may_speak(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    for stranger, what, rest in (
        (bo, "answer", ',"answer":"yes"'),
        (bo, "ready", ""),
        (bo, "rest", ',"breaks":0'),
        (anna, "stay", ""),
        (anna, "cannot", ""),
        (lisa, "stay", ""),
        (lisa, "due", ""),
    ):
        say(stage, stranger, what, rest)
        assert stage.decisions[-1].outcome == "refused", what
        stranger.hears("Det här kan bara en annan kollega göra.")
    assert care(stage).company_by is None


def test_whoever_presses_meanwhile_is_not_asked_and_has_nothing_to_read(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    late = bo.finds("Jag stannar")
    bo.uses_shortcut(2)
    late()
    bo.hears("Din egen pärm är inte klar än.")
    stage.passes(minutes=2)
    bo.does_not_see("Lisa vill gärna ha sällskap")
    anna.sees("Lisa vill gärna ha sällskap")


def test_whoever_has_pressed_is_not_asked_at_all(
    stage: Stage, lisa: Actor, bo: Actor, kim: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    kim.uses_shortcut(1)
    lisa.presses("Sällskap på fikat")
    stage.passes(minutes=6)
    assert not [m for m in kim.messages() if any(key.startswith("aftercare") for key in m.keys)]


def test_who_has_something_else_to_do_is_asked_last(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, kim: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    anna.presses("Upptagen 30 min")
    kim.presses("Hemma idag")
    lisa.presses("Sällskap på fikat")
    bo.presses("Kan inte")
    for later in anna, kim:
        later.does_not_see("Lisa vill gärna")
    stage.passes(minutes=2)
    anna.finds("Jag stannar")
    kim.finds("Jag ringer")


def test_who_is_off_shift_is_left_in_peace_and_who_is_on_call_is_told(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, kim: Actor, eva: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    bo.presses("Trygg")
    now = stage.loop.now()
    with Session(stage.database) as session:
        for ref in ("anna", "cia", "kim"):
            began, over = now - timedelta(hours=2), now - timedelta(minutes=30)
            slot = RosterSlot(site="ostersund", ring=1, person=ref, starts=began, ends=over)
            session.add(slot)
        session.commit()
    lisa.presses("Sällskap på fikat")
    bo.presses("Kan inte")
    for away in anna, cia, kim:
        away.does_not_see("Lisa vill gärna ha sällskap")
        away.does_not_see("Ingen har sagt ja")
    eva.sees("Ingen har sagt ja till att hålla Lisa sällskap. Ta kontakt nu.")
    lisa.sees("Vi har skrivit till Eva.")


def test_a_crash_between_the_steps_loses_nothing(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    stage.restarts()
    lisa.presses("Sällskap på fikat")
    stage.restarts()
    bo.finds("Jag stannar")
    stage.passes(minutes=2)
    stage.restarts()
    anna.sees("Lisa vill gärna ha sällskap")
    stage.dies()
    stage.passes(minutes=30)
    stage.start()
    stage.passes(seconds=1)
    lisa.sees("Ingen har sagt ja än.")
    lisa.sees("Pausen är slut. Redo?")
    anna.presses("Jag tar kontakt")
    stage.restarts()
    lisa.sees("Anna tar gärna en fika med dig.")


def test_an_early_or_repeated_timer_changes_nothing(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    before = [line for message in lisa.messages() for line in texts(message)]
    with Session(stage.database) as session:
        hurry_timers(session, stage.loop.now())
        session.commit()
    stage.restarts()
    assert [line for message in lisa.messages() for line in texts(message)] == before
    lisa.does(CareDue(1))
    assert stage.decisions[-1].outcome == "refused"


def test_where_nobody_is_left_the_line_is_honest(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    with Session(stage.database) as session:
        for ref in ("bo", "anna", "kim", "cia", "eva"):
            gone = session.get(Person, ref)
            assert gone is not None
            gone.left_at = stage.loop.now()
        session.commit()
    lisa.presses("Sällskap på fikat")
    lisa.sees("Ingen har sagt ja än.")
    lisa.sees("Ring gärna någon du litar på.")


def test_a_change_of_language_shows_it_in_the_new_one(stage: Stage, lisa: Actor, bo: Actor) -> None:
    after_a_call(stage, lisa, bo)
    lisa.presses("Sällskap på fikat")
    lisa.presses("English")
    lisa.sees("We are asking who can join you for coffee.")
    bo.presses("English")
    bo.sees("Lisa would like some company for a while.")


def test_the_break_after_another_call_is_not_cut_short(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    after_a_call(stage, lisa, bo)
    bo.presses("Trygg")
    stage.passes(minutes=10)
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    bo.presses("Har träffat Lisa, tryggt")
    stage.passes(minutes=6)
    lisa.does_not_see("Pausen är slut. Redo?")
    assert holds(stage, "lisa") == {CARE: State.BREAK}
    stage.passes(minutes=10)
    lisa.sees("Pausen är slut. Redo?")


@BOTH
@pytest.mark.parametrize(("ref", "helper"), [("lisa", "bo"), ("hana", "ines")])
@pytest.mark.parametrize("home", [False, True])
def test_nothing_of_it_betrays(stage: Stage, ref: str, helper: str, home: bool) -> None:
    """Every card of the presser, both word sets; and what colleagues read is as mild."""
    presser, other = stage.person(ref), stage.person(helper)
    if home:
        stage.hears(ref, "availability.say", '{"state":"home"}')
    screens = 0
    for _ in everything(stage, presser, other):
        scan(presser)
        screens += 1
    assert screens > 15
    ours = [m for m in other.messages() if any(key.startswith("aftercare") for key in m.keys)]
    assert ours
    assert [betrays(line) for m in ours for line in texts(m) if betrays(line)] == []


def everything(stage: Stage, presser: Actor, helper: Actor) -> Iterator[None]:
    after_a_call(stage, presser, helper)
    yield
    for answer in "yes", "company", "no":
        say(stage, presser, "answer", f',"answer":"{answer}"')
        yield
        say(stage, helper, "cannot")
        yield
    for _ in range(3):
        stage.forwards()
        yield
    say(stage, helper, "stay")
    yield
    say(stage, helper, "cannot")
    yield
    for breaks in 0, 0, 1, 2:
        say(stage, presser, "rest", f',"breaks":{breaks}')
        yield
    say(stage, presser, "ready")
    yield
    stage.hears(presser.ref, "help.press", '{"level":2}')
    say(stage, presser, "answer", ',"answer":"no"')
    yield
    stage.hears(presser.ref, "help.finish", '{"call":1,"how":"done"}')
    say(stage, presser, "answer", ',"answer":"company"')
    yield
    stage.passes(minutes=20)
    yield
    say(stage, presser, "ready")
    yield


def test_after_a_forced_finish_colleagues_are_told_and_the_presser_sees_nothing(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("Fel pärm, tack")
    bo.presses("Trygg")
    for colleague in bo, anna:
        colleague.sees("Lisa kan ha varit tvingad. Fråga öga mot öga, inte här.")
    lisa.does_not_see("tvingad")
    lisa.does_not_see("Är du okej?")
