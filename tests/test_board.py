"""Signals and sentences: one tap each, in order, and what was seen is never guessed."""

import pytest
from sqlmodel import Session

from handlers.help.board_texts import SENTENCES, SIGNALS, Sentence, SignalText
from storage.help_lines import lines
from tests.stage import Actor, Stage, demo_shelf
from tests.test_journeys import rings


@pytest.fixture
def call(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")


def test_there_are_eight_letters_and_twelve_sentences_and_no_more() -> None:
    pack = demo_shelf().current
    assert list(pack.all(SignalText)) == [*"ABCDEFGH"]
    assert len(pack.all(SignalText)) == SIGNALS
    assert len(pack.all(Sentence)) == SENTENCES


@pytest.mark.usefixtures("call")
def test_every_letter_and_every_sentence_arrives_with_one_tap(lisa: Actor, bo: Actor) -> None:
    pack = demo_shelf().current
    for letter, signal in pack.all(SignalText).items():
        lisa.presses(letter)
        bo.sees(f"Lisa: {signal.means.sv}")
    for sentence in pack.all(Sentence).values():
        bo.presses(sentence.label.sv)
        said = sentence.said.sv.format(Dispatch="Arkivet", dispatch="arkivet")
        lisa.sees(f"Bo: {said}")


@pytest.mark.usefixtures("call")
def test_the_order_is_kept(lisa: Actor, bo: Actor) -> None:
    lisa.presses("B")
    bo.presses("Jag är på väg")
    lisa.presses("G")
    told = [line for line in bo.lines() if " Lisa: " in line or " Du: " in line]
    assert [line.split(": ")[1].removesuffix(" (läst)") for line in told][-3:] == [
        "Kom hit till mig nu",
        "Jag är på väg",
        "Kom inte fram. Håll dig nära",
    ]


@pytest.mark.usefixtures("call")
def test_each_side_sees_whether_the_other_has_seen_it(lisa: Actor, bo: Actor) -> None:
    lisa.presses("B")
    lisa.sees("B · Hämtas hos mig · skickat")
    bo.presses("Uppfattat")
    lisa.sees("B · Hämtas hos mig · läst")
    bo.presses("Du gör det bra")
    bo.does_not_see("Du gör det bra (läst)")
    lisa.presses("Läst")
    bo.sees("Du: Du gör det bra (läst)")


@pytest.mark.usefixtures("call")
def test_an_answer_is_a_sign_that_the_line_before_it_was_seen(lisa: Actor, bo: Actor) -> None:
    lisa.presses("B")
    bo.presses("Jag är på väg")
    lisa.sees("B · Hämtas hos mig · läst")


@pytest.mark.usefixtures("call")
def test_a_press_from_an_older_card_proves_nothing_of_the_newer_line(
    lisa: Actor, bo: Actor
) -> None:
    """Bo's thumb was on its way when Lisa's signal came: he has not seen it."""
    early = bo.finds("Jag lyssnar")
    lisa.presses("A")
    early()
    lisa.sees("A · Arkivet kontaktas · skickat")


@pytest.mark.usefixtures("call")
def test_the_same_press_twice_says_it_once_and_a_later_one_says_it_again(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    press = lisa.finds("B")
    press()
    told = rings(bo)
    press()
    assert rings(bo) == told
    lisa.presses("B")
    assert rings(bo) == told + 1
    with Session(stage.database) as session:
        assert [line.code for line in lines(session, 1)] == ["B", "B"]


@pytest.mark.usefixtures("call")
def test_a_signal_rings_those_who_have_the_call_and_a_sentence_rings_nobody(
    lisa: Actor, bo: Actor, anna: Actor
) -> None:
    helper, other, presser = rings(bo), rings(anna), rings(lisa)
    lisa.presses("B")
    bo.presses("Jag är på väg")
    assert (rings(bo), rings(anna), rings(lisa)) == (helper + 1, other, presser)


def test_a_letter_can_be_typed_before_anybody_has_taken_it(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    lisa.types("a")
    lisa.sees("A · Noterat · skickat")
    lisa.does_not_see("kontaktas")  # nobody has said that they do anything yet
    bo.sees("Lisa: RING 112 NU")
    bo.presses("Jag tar")
    lisa.sees("A · Arkivet kontaktas")
    bo.sees("RING 112 NU. Säg så här:")


def test_the_script_for_a_presser_at_home_asks_for_the_address(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Hemma idag")
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")
    lisa.presses("A")
    bo.sees("Var: Lisa arbetar hemma. Fråga om adressen.")
    bo.does_not_see("Exempelgatan 1")


@pytest.mark.usefixtures("call")
def test_only_who_has_the_call_can_speak_to_the_presser(stage: Stage, lisa: Actor) -> None:
    for forged in ("help.say", "help.relayed", "help.read"):
        rest = ',"code":"5"' if forged == "help.say" else ""
        stage.hears("anna", forged, f'{{"call":1{rest},"after":0}}')
        assert stage.decisions[-1].outcome == "refused"
    stage.hears("bo", "help.signal", '{"call":1,"code":"A","after":0}')
    assert stage.decisions[-1].outcome == "refused"
    lisa.does_not_see("Arkivet")


@pytest.mark.usefixtures("call")
def test_a_letter_that_content_no_longer_has_is_an_old_button(stage: Stage, lisa: Actor) -> None:
    told = stage.hears("lisa", "help.signal", '{"call":1,"code":"Z","after":0}')
    assert told.notices == ("Knappen gäller inte längre. Se det nyaste meddelandet.",)


@pytest.mark.usefixtures("call")
def test_112_is_logged_once(lisa: Actor, bo: Actor) -> None:
    again = bo.finds("Ringt 112")
    again()
    lisa.sees("Arkivet kontaktat 14:02")
    again()
    assert "Ringt 112" not in bo.labels()
