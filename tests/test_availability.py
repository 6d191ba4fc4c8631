"""Availability, told as conversations: people say whether they are free, and it ends by itself."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import Session

from handlers.availability_keys import StateDue
from handlers.home import OpenHome
from storage import availability
from storage.availability import CARE, OWN, PLACE, State
from storage.timers import Timer, hurry_timers
from tests.conftest import Tongue
from tests.stage import Actor, Stage
from tests.test_covert import scan

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


def holds(stage: Stage, ref: str) -> dict[str, State]:
    with Session(stage.database) as session:
        rows = availability.of(session, ref, stage.loop.now())
        return {row.source: row.state for row in rows}


def rings(actor: Actor) -> int:
    return sum(not message.home for message in actor.messages())


@BOTH
def test_busy_for_half_an_hour_and_it_ends_by_itself(stage: Stage, bo: Actor, t: Tongue) -> None:
    bo.presses(t("Upptagen 30 min", "Busy 30 min"))
    bo.hears(t("Upptagen till 14:32. Andra frågas först.", "Busy until 14:32. Others are asked"))
    bo.sees(t("Upptagen till 14:32", "Busy until 14:32"))
    assert holds(stage, "bo") == {OWN: State.BUSY}
    assert t("Lunch 45 min", "Lunch 45 min") not in bo.labels()

    stage.passes(minutes=29)
    bo.finds(t("Ledig igen", "Free again"))
    stage.passes(minutes=1)
    assert holds(stage, "bo") == {}
    assert t("Ledig igen", "Free again") not in bo.labels()
    bo.finds(t("Upptagen 30 min", "Busy 30 min"))
    assert rings(bo) == 0


@BOTH
def test_lunch_and_back_early(stage: Stage, bo: Actor, t: Tongue) -> None:
    bo.presses("Lunch 45 min")
    bo.sees(t("Lunch till 14:47", "At lunch until 14:47"))
    assert holds(stage, "bo") == {OWN: State.LUNCH}
    stage.passes(minutes=10)
    bo.presses(t("Ledig igen", "Free again"))
    bo.hears(t("Noterat. Du är ledig igen.", "Noted. You are free again."))
    assert holds(stage, "bo") == {}
    bo.finds("Lunch 45 min")


@BOTH
def test_at_home_until_the_end_of_the_day(stage: Stage, lisa: Actor, t: Tongue) -> None:
    lisa.presses(t("Hemma idag", "Home today"))
    lisa.hears(t("Noterat. Du jobbar hemma idag.", "Noted. You work from home today."))
    assert holds(stage, "lisa") == {PLACE: State.HOME}
    lisa.finds(t("Upptagen 30 min", "Busy 30 min"))
    stage.passes(hours=9, minutes=57)  # 23:59
    lisa.finds(t("På plats igen", "Back on site"))
    stage.passes(minutes=1)
    assert holds(stage, "lisa") == {}
    lisa.finds(t("Hemma idag", "Home today"))


@BOTH
def test_back_on_site_again(stage: Stage, lisa: Actor, t: Tongue) -> None:
    lisa.presses(t("Hemma idag", "Home today"))
    lisa.presses(t("På plats igen", "Back on site"))
    lisa.hears(t("Noterat. Du är på plats igen.", "Noted. You are back on site."))
    assert holds(stage, "lisa") == {}


def test_busy_at_home_are_two_things_and_each_ends_in_its_own_time(stage: Stage, bo: Actor) -> None:
    bo.presses("Hemma idag")
    bo.presses("Upptagen 30 min")
    assert holds(stage, "bo") == {OWN: State.BUSY, PLACE: State.HOME}
    stage.passes(minutes=30)
    bo.sees("Jobbar hemma idag")
    assert "Ledig igen" not in bo.labels()
    stage.passes(hours=10)
    bo.does_not_see("Jobbar hemma idag")


@pytest.mark.parametrize(
    ("typed", "state"),
    [("upptagen", State.BUSY), ("Lunch!", State.LUNCH), ("jobbar hemma", State.HOME),
     ("busy", State.BUSY), ("at lunch", State.LUNCH), ("working from home", State.HOME)],
)  # fmt: skip
def test_it_can_be_typed_too(stage: Stage, bo: Actor, typed: str, state: State) -> None:
    bo.types(typed)
    assert list(holds(stage, "bo").values()) == [state]
    bo.types("ledig")
    bo.types("back on site")
    assert holds(stage, "bo") == {}


def test_a_late_or_repeated_timer_is_harmless(stage: Stage, bo: Actor) -> None:
    bo.presses("Upptagen 30 min")
    with Session(stage.database) as session:
        hurry_timers(session, stage.loop.now())
        session.commit()
    stage.restarts()
    bo.sees("Upptagen till 14:32")
    stage.passes(minutes=31)
    assert "Ledig igen" not in bo.labels()
    with Session(stage.database) as session:
        assert session.get(Timer, "availability:bo") is None


def test_the_clock_alone_lets_it_end(stage: Stage, bo: Actor) -> None:
    bo.presses("Upptagen 30 min")
    bo.does(StateDue("bo"))
    assert stage.decisions[-1].outcome == "refused"


def test_it_ends_while_the_bot_is_away(stage: Stage, bo: Actor) -> None:
    bo.presses("Lunch 45 min")
    stage.dies()
    stage.passes(hours=1)
    stage.start()
    stage.passes(seconds=1)
    bo.finds("Lunch 45 min")


def test_a_language_is_changed_with_all_that_is_said(stage: Stage, bo: Actor) -> None:
    bo.presses("Upptagen 30 min")
    bo.presses("English")
    bo.sees("Busy until 14:32")


def test_a_second_statement_takes_the_place_of_the_first(stage: Stage, bo: Actor) -> None:
    lunch = bo.finds("Lunch 45 min")
    bo.presses("Upptagen 30 min")
    lunch()
    bo.sees("Lunch till 14:47")
    assert holds(stage, "bo") == {OWN: State.LUNCH}
    stage.passes(minutes=31)
    assert holds(stage, "bo") == {OWN: State.LUNCH}


def test_who_says_free_ends_a_break_too(stage: Stage, bo: Actor) -> None:
    with Session(stage.database) as session:
        until = stage.loop.now() + timedelta(minutes=15)
        availability.state(session, "bo", CARE, State.BREAK, until)
        session.commit()
    bo.does(OpenHome())
    bo.sees("Paus till 14:17")
    bo.presses("Ledig igen")
    assert holds(stage, "bo") == {}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("ref", ["lisa", "hana"])
def test_nothing_of_it_betrays(stage: Stage, ref: str) -> None:
    """Both word sets: the home page may be read by whoever stands at the desk."""
    person = stage.person(ref)
    for _ in everything(stage, person):
        scan(person)


def everything(stage: Stage, person: Actor) -> Iterator[None]:
    for state in "busy", "lunch", "home":
        stage_said = stage.hears(person.ref, "availability.say", f'{{"state":"{state}"}}')
        person.notices += stage_said.notices
        yield
    for ended in "free", "back":
        person.notices += stage.hears(person.ref, f"availability.{ended}", "{}").notices
        yield
