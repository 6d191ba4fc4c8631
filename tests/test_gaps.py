"""Gaps, told as conversations: why nobody answered in time, and whether practice would do good."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from handlers.gaps import GapDue
from storage.gaps import Gap
from storage.help import HelpCall
from storage.help_life import Finish, Status
from storage.timers import Timer, hurry_timers
from tests.conftest import Tongue
from tests.stage import Actor, Stage, texts
from tests.test_availability import rings

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def gun(stage: Stage) -> Actor:
    return stage.person("gun")


@pytest.fixture
def farid(stage: Stage) -> Actor:
    return stage.person("farid")


def nobody_answers_until(stage: Stage, helper: str, seconds: int) -> None:
    """A white press that this helper takes so late, and then closes."""
    stage.hears("lisa", "help.press", '{"level":3}')
    number = newest(stage)
    stage.passes(seconds=seconds)
    stage.hears(helper, "help.take", f'{{"call":{number}}}')
    stage.hears(helper, "help.check", f'{{"call":{number}}}')


def newest(stage: Stage) -> int:
    with Session(stage.database) as session:
        return max(call.number for call in session.exec(select(HelpCall)))


def gap(stage: Stage, call: int = 1) -> Gap | None:
    with Session(stage.database) as session:
        return session.get(Gap, call)


def due(stage: Stage, key: str) -> datetime:
    with Session(stage.database) as session:
        timer = session.get(Timer, key)
        assert timer is not None
        return timer.due.astimezone(ZoneInfo("Europe/Stockholm"))


@BOTH
def test_j1_the_next_day(
    stage: Stage, lisa: Actor, anna: Actor, cia: Actor, farid: Actor, gun: Actor, t: Tongue
) -> None:
    nobody_answers_until(stage, "eva", 95)
    asks = t("Tryck 14:02 fick svar efter 95 s. Varför?", "Press 14:02 answered after 95 s. Why?")
    for leading in anna, cia, farid:
        leading.does_not_see(asks)
    stage.passes(hours=18, minutes=56)  # 08:59
    anna.does_not_see(asks)
    stage.passes(minutes=1)
    for leading in anna, cia, farid:
        leading.sees(asks)
        assert names_in(leading, asks) == []
    number = ("Tryck utan svar i tid de senaste 30 dagarna: 1", "Presses not answered in time in")
    gun.sees(t(*number))
    gun.does_not_see(asks)
    lisa.does_not_see(asks)

    late = cia.finds(t("För få på plats", "Too few at work"))
    anna.presses(t("Lunchen inte täckt", "Lunch not covered"))
    thanks = t("Anna: lunchen var inte täckt. Tack.", "Anna: lunch was not covered. Thank you.")
    for leading in anna, cia, farid:
        leading.sees(thanks)
    late()
    cia.hears(thanks)
    found = gap(stage)
    assert found is not None
    assert (found.reason, found.answered_after) == ("lunch", 95)


def names_in(actor: Actor, title: str) -> list[str]:
    """Nobody is named on the card that has this title."""
    cards = [message for message in actor.messages() if title in texts(message)]
    assert cards
    lines = [line for message in cards for line in texts(message)]
    named = ("Lisa", "Bo", "Anna", "Kim", "Cia", "Eva", "Farid", "Gun", "plats 14", "seat 14")
    return [line for line in lines for name in named if name in line]


def test_a_call_that_is_answered_in_time_leaves_no_gap(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, gun: Actor
) -> None:
    nobody_answers_until(stage, "bo", 10)
    stage.passes(hours=24)
    assert gap(stage) is None
    anna.does_not_see("Varför?")
    gun.does_not_see("Tryck utan svar")


def test_a_gap_is_asked_about_once_however_long_it_rings(
    stage: Stage, lisa: Actor, anna: Actor
) -> None:
    nobody_answers_until(stage, "eva", 500)
    told = rings(anna)
    stage.passes(hours=19)
    anna.sees("Tryck 14:02 fick svar efter 500 s. Varför?")
    assert rings(anna) == told + 1
    stage.passes(hours=48)
    assert rings(anna) == told + 1


def test_a_long_wait_is_told_in_minutes(stage: Stage, lisa: Actor, anna: Actor) -> None:
    nobody_answers_until(stage, "eva", 1500)
    stage.passes(hours=19)
    anna.sees("Tryck 14:02 fick svar efter 25 min. Varför?")


def test_while_it_is_open_nobody_is_asked_why(stage: Stage, lisa: Actor, anna: Actor) -> None:
    stage.hears("lisa", "help.press", '{"level":1}')
    stage.passes(minutes=6)
    a_day_ago(stage)
    stage.passes(seconds=31)
    anna.does_not_see("Varför?")
    assert due(stage, "gap:1").hour == 15  # an hour later
    stage.hears("anna", "help.take", '{"call":1}')
    stage.hears("anna", "help.check", '{"call":1}')
    stage.passes(minutes=59)
    anna.does_not_see("Varför?")
    stage.passes(minutes=2)
    anna.sees("Varför?")


def a_day_ago(stage: Stage) -> None:
    """As if it had been pressed yesterday: a night of ringing would take a test minutes."""
    with Session(stage.database) as session:
        session.get_one(Gap, 1).pressed_at -= timedelta(days=1)
        session.get_one(Timer, "gap:1").due = stage.loop.now()
        session.commit()
    stage.machine.clock.wake()


def test_the_morning_is_that_of_the_site(stage: Stage, lisa: Actor) -> None:
    stage.passes(hours=11)  # 01:02 at night, already the next day there
    stage.hears("lisa", "help.press", '{"level":3}')
    stage.passes(minutes=2)
    told = due(stage, "gap:1")
    assert (told.hour, told.minute) == (9, 0)
    assert told.date() == stage.loop.now().astimezone(told.tzinfo).date() + timedelta(days=1)


def test_only_those_in_charge_may_say_why(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, gun: Actor, eva: Actor, farid: Actor
) -> None:
    """Eva is a manager, but of another site; Farid is security, anywhere."""
    nobody_answers_until(stage, "eva", 95)
    stage.passes(hours=19)
    for stranger in lisa, bo, gun, eva:
        stage.hears(stranger.ref, "gaps.say", '{"call":1,"reason":"few"}')
        assert stage.decisions[-1].outcome == "refused", stranger.ref
    lisa.does(GapDue(1))
    assert stage.decisions[-1].outcome == "refused"
    stage.hears("farid", "gaps.say", '{"call":1,"reason":"nonsense"}')
    assert stage.decisions[-1].outcome == "refused"
    farid.presses("Något annat")
    anna.sees("Farid: något annat. Tack.")
    same = stage.hears("farid", "gaps.say", '{"call":1,"reason":"other"}')
    assert stage.decisions[-1].outcome == "done" and not same.notices


def test_a_crash_between_the_steps_loses_nothing(stage: Stage, lisa: Actor, anna: Actor) -> None:
    stage.hears("lisa", "help.press", '{"level":3}')
    stage.passes(seconds=70)
    stage.restarts()
    stage.passes(seconds=25)
    stage.hears("eva", "help.take", '{"call":1}')
    stage.hears("eva", "help.check", '{"call":1}')
    stage.restarts()
    stage.dies()
    stage.passes(hours=30)
    stage.start()
    stage.passes(seconds=1)
    anna.sees("Tryck 14:02 fick svar efter 95 s. Varför?")
    stage.restarts()
    anna.presses("Alla i samtal")
    stage.restarts()
    anna.sees("Anna: alla var i samtal. Tack.")


def test_an_early_timer_asks_nobody_before_its_time(stage: Stage, lisa: Actor, anna: Actor) -> None:
    nobody_answers_until(stage, "eva", 95)
    with Session(stage.database) as session:
        hurry_timers(session, stage.loop.now())
        session.commit()
    stage.restarts()
    anna.does_not_see("Varför?")
    assert due(stage, "gap:1").hour == 9


def test_the_safety_representative_reads_one_number_that_is_kept_up(
    stage: Stage, lisa: Actor, gun: Actor
) -> None:
    for _ in range(2):
        nobody_answers_until(stage, "eva", 95)
    stage.passes(hours=19)
    gun.sees("Tryck utan svar i tid de senaste 30 dagarna: 2")
    gun.does_not_see("dagarna: 1")
    stage.passes(hours=24 * 31)
    nobody_answers_until(stage, "eva", 95)
    stage.passes(hours=24)
    gun.sees("Tryck utan svar i tid de senaste 30 dagarna: 1")


def test_a_change_of_language_shows_it_in_the_new_one(
    stage: Stage, lisa: Actor, anna: Actor
) -> None:
    nobody_answers_until(stage, "eva", 95)
    stage.passes(hours=19)
    anna.presses("English")
    anna.sees("Press 14:02 answered after 95 s. Why?")


@BOTH
def test_j5_three_wrong_presses_in_a_week(
    stage: Stage, lisa: Actor, bo: Actor, anna: Actor, cia: Actor, t: Tongue
) -> None:
    asks = t("Tre feltryck på en vecka. Behöver ni öva?", "Three wrong presses in a week. Would")
    for _ in range(2):
        wrong_press(stage)
        stage.passes(hours=24)
    anna.does_not_see(asks)
    told = rings(anna)
    wrong_press(stage)
    anna.sees(asks)
    anna.sees(t("Hellre ett tryck för mycket än ett för lite.", "Better one press too many than"))
    cia.does_not_see(asks)
    cards = [m for m in anna.messages() if any(asks in line for line in texts(m))]
    assert not [line for m in cards for line in texts(m) if "Lisa" in line or "Bo" in line]
    assert rings(anna) > told

    anna.presses(t("Ja, vi övar", "Yes, we'll practise"))
    anna.sees(t("Anna: vi övar. Tack.", "Anna: we'll practise. Thank you."))
    wrong_press(stage)
    assert sum(any(asks in line for line in texts(m)) for m in anna.messages()) == 1


def wrong_press(
    stage: Stage, how: str = "wrong", presser: str = "lisa", helper: str = "bo"
) -> None:
    stage.hears(presser, "help.press", '{"level":2}')
    number = newest(stage)
    stage.hears(helper, "help.take", f'{{"call":{number}}}')
    stage.hears(presser, "help.finish", f'{{"call":{number},"how":"{how}"}}')
    stage.hears(helper, "help.check", f'{{"call":{number}}}')


def test_it_is_asked_once_a_week_at_most(stage: Stage, lisa: Actor, anna: Actor) -> None:
    for _ in range(3):
        wrong_press(stage)
    stage.hears("anna", "practice.answer", '{"site":"ostersund","number":1,"wanted":false}')
    stage.passes(hours=24 * 6)
    for _ in range(2):
        wrong_press(stage)
    anna.does_not_see("5 feltryck")
    stage.passes(hours=25)
    wrong_press(stage)
    anna.sees("Tre feltryck på en vecka.")
    wrong_press(stage)
    anna.does_not_see("4 feltryck")
    stage.passes(hours=24 * 8)
    for _ in range(4):
        wrong_press(stage)
    anna.finds("Ja, vi övar")
    stage.hears("anna", "practice.answer", '{"site":"ostersund","number":1,"wanted":true}')
    assert stage.decisions[-1].outcome == "refused"


def test_only_wrong_presses_of_the_same_site_count(
    stage: Stage, lisa: Actor, hana: Actor, anna: Actor
) -> None:
    jonna = stage.person("jonna")
    for _ in range(2):
        wrong_press(stage)
        wrong_press(stage, presser="hana", helper="ines")
        wrong_press(stage, how="done")
        wrong_press(stage, how="forced")
    for lead in anna, jonna:
        lead.does_not_see("feltryck på en vecka")
    wrong_press(stage, presser="hana", helper="ines")
    jonna.sees("Tre feltryck på en vecka.")
    anna.does_not_see("feltryck på en vecka")
    stage.hears("anna", "practice.answer", '{"site":"sundsvall","number":1,"wanted":true}')
    assert stage.decisions[-1].outcome == "refused"


def test_the_first_answer_counts(stage: Stage, lisa: Actor, anna: Actor, cia: Actor) -> None:
    for _ in range(3):
        wrong_press(stage)
    anna.presses("Inte just nu")
    anna.sees("Anna: inte just nu. Tack.")
    cia.notices += stage.hears(
        "cia", "practice.answer", '{"site":"ostersund","number":1,"wanted":true}'
    ).notices
    cia.hears("Anna: inte just nu. Tack.")


def test_several_are_told_as_a_number(stage: Stage, lisa: Actor, anna: Actor) -> None:
    with Session(stage.database) as session:
        for _ in range(3):
            session.add(closed_as_wrong(stage))
        session.commit()
    wrong_press(stage)
    anna.sees("4 feltryck på en vecka. Behöver ni öva?")


def closed_as_wrong(stage: Stage) -> HelpCall:
    now = stage.loop.now()
    return HelpCall(
        presser="kim", level=1, site={"ref": "ostersund"}, place={}, ladder={},
        status=Status.CLOSED, started_at=now, ladder_at=now, finished_at=now,
        finished_as=Finish.WRONG, closed_at=now, closed_by="bo",
    )  # fmt: skip
