"""More people: asked for with one tap, filled by nearness, and a shortage is said within 20 s."""

from bot.staff import tell_left
from storage.people import Person
from tests.stage import Actor, Stage
from tests.test_journeys import rings


def owned(lisa: Actor, bo: Actor) -> None:
    lisa.presses("Gul pärm")
    bo.presses("Jag tar")


def test_the_nearest_are_asked_and_come(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    kim = stage.person("kim")
    owned(lisa, bo)
    told = rings(anna)
    bo.presses("Två till")
    assert rings(anna) == told + 1
    anna.sees("2 till behövs hos Lisa. Kan du komma?")
    cia.sees("2 till behövs hos Lisa.")
    kim.does_not_see("Lisa")
    bo.sees("2 till är tillfrågade.")
    anna.presses("Jag kommer")
    bo.sees("Anna kommer också.")
    lisa.sees("Anna kommer också")
    cia.sees("En till behövs hos Lisa.")
    cia.presses("Jag kommer")
    bo.does_not_see("tillfrågad")
    anna.sees("Du är med: L2 · Lisa")


def test_a_request_for_three_is_filled_or_the_shortage_is_told_within_twenty_seconds(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, eva: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("Tre till")
    anna.presses("Jag kommer")
    told = rings(bo)
    stage.passes(seconds=19)
    bo.does_not_see("saknas")
    stage.passes(seconds=1)
    bo.sees("2 saknas. Inga fler har svarat än. Alla lediga är tillfrågade.")
    lisa.sees("Fler söks. 2 saknas än.")
    assert rings(bo) == told + 1
    eva.sees("2 till behövs hos Lisa.")
    eva.presses("Jag kommer")
    lisa.sees("Fler söks. 1 saknas än.")


def test_half_way_still_more_are_asked(stage: Stage, lisa: Actor, bo: Actor, cia: Actor) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    cia.does_not_see("Lisa")
    stage.passes(seconds=10)
    cia.sees("En till behövs hos Lisa.")


def test_who_cannot_come_is_replaced_at_once(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    cia.does_not_see("Lisa")
    anna.presses("Kan inte")
    cia.sees("En till behövs hos Lisa.")


def test_where_there_are_too_few_it_is_said_at_once(stage: Stage, lisa: Actor, bo: Actor) -> None:
    for ref in ("anna", "kim", "cia", "eva", "farid"):
        stage.person(ref).presses("Upptagen 30 min")
    owned(lisa, bo)
    bo.presses("Två till")
    bo.sees("2 saknas.")
    lisa.sees("Fler söks. 2 saknas än.")


def test_one_too_many_hears_that_it_is_enough(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    stage.passes(seconds=10)
    late = cia.finds("Jag kommer")
    anna.presses("Jag kommer")
    late()
    cia.hears("Det räcker nu. Tack.")
    assert "Jag kommer" not in cia.labels()


def test_the_presser_asks_with_one_letter(lisa: Actor, bo: Actor, anna: Actor) -> None:
    owned(lisa, bo)
    lisa.presses("E")
    anna.sees("En till behövs hos Lisa.")
    bo.sees("Lisa: Vi behöver bli en till")
    lisa.sees("Frågar efter fler")


def test_who_takes_it_can_say_at_once_that_one_is_too_few(
    lisa: Actor, bo: Actor, anna: Actor
) -> None:
    lisa.presses("Vit pärm")
    bo.presses("Jag tar, behöver en till")
    lisa.sees("Bo hämtar pärmen")
    anna.presses("Jag kommer")
    bo.sees("Anna kommer också.")


def test_who_came_and_cannot_go_on_is_replaced(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    anna.presses("Jag kommer")
    anna.presses("Jag kan inte längre")
    cia.sees("En till behövs hos Lisa.")
    bo.does_not_see("Anna kommer också.")


def test_who_came_takes_over_when_the_owner_is_gone(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    anna.presses("Jag kommer")
    bo.presses("Jag kan inte längre")
    anna.presses("Jag tar")
    lisa.sees("Anna hämtar pärmen")
    lisa.does_not_see("Anna kommer också")
    cia.sees("Anna äger.")


def test_who_presses_themself_is_no_helper_any_more(
    lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    anna.presses("Jag kommer")
    anna.presses("Gul pärm")
    lisa.does_not_see("Anna kommer också")
    cia.sees("En till behövs hos Lisa.")


def test_only_those_who_have_the_call_can_ask_for_more(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    owned(lisa, bo)
    for stranger in "anna", "cia":
        stage.hears(stranger, "help.need", '{"call":1,"more":3}')
        assert stage.decisions[-1].outcome == "refused"
    lisa.does_not_see("Frågar efter fler")


def test_more_than_can_come_is_said_plainly(stage: Stage, lisa: Actor, bo: Actor) -> None:
    owned(lisa, bo)
    for ref in "anna", "cia", "eva":
        stage.person(ref)
    bo.presses("Tre till")
    stage.person("anna").presses("Jag kommer")
    stage.person("cia").presses("Jag kommer")
    stage.passes(seconds=21)
    stage.person("eva").presses("Jag kommer")
    bo.presses("Tre till")
    bo.hears("Högst 5 till kan komma.")


def test_who_came_and_then_leaves_the_agency_is_replaced(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    owned(lisa, bo)
    bo.presses("En till")
    anna.presses("Jag kommer")
    bo.sees("Anna kommer också.")
    leaves(stage, "anna")
    bo.does_not_see("Anna kommer också.")
    cia.sees("En till behövs hos Lisa. Kan du komma?")


def test_an_owner_who_leaves_the_agency_is_replaced_at_once(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor
) -> None:
    owned(lisa, bo)
    leaves(stage, "bo")
    anna.finds("Jag tar")
    lisa.does_not_see("Bo hämtar pärmen")


def test_who_was_asked_to_come_and_helps_elsewhere_is_replaced_at_once(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor
) -> None:
    kim = stage.person("kim")
    owned(lisa, bo)
    bo.presses("En till")
    anna.sees("En till behövs hos Lisa.")
    cia.does_not_see("En till behövs hos Lisa.")
    kim.presses("Gul pärm")
    anna.presses("Jag tar")
    cia.sees("En till behövs hos Lisa.")


def leaves(stage: Stage, ref: str) -> None:
    with stage.machine.engine.sessions() as session:
        gone = session.get_one(Person, ref)
        gone.left_at = stage.loop.now()
        tell_left(session, [ref], stage.loop.now())
        session.commit()
    stage.machine.clock.wake()
    stage.passes(seconds=0.1)
