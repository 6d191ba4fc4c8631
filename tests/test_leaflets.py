"""Leaflets: what one was told in passing is covered at a press, and read again when it is over.

That nothing else stays plain is held against every story (`tests/covering.py`).
"""

from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from handlers.briefings.actions import RaiseLevel
from handlers.home import Speak
from handlers.plans import ownership
from handlers.reads.actions import WhoHasRead
from handlers.routines.actions import OpenRoutines, ShowCoverage
from storage.cases import Case
from storage.leaflets import Leaflet
from storage.sealed import Keys, fresh_key, give, keys_of
from tests.stage import Actor, Stage
from tests.staging import causes
from tests.test_triage import case_of

OTHERS = "kim", "bo", "jonna", "leo"


def calls(stage: Stage, who: Actor) -> Actor:
    """They press; who comes?"""
    others = [stage.person(one) for one in OTHERS if one != who.ref]
    who.uses_shortcut(1)
    stage.passes(seconds=1)
    return next(one for one in others if "Jag tar" in one.labels())


def is_over(stage: Stage, who: Actor, comes: Actor) -> None:
    comes.presses("Jag tar")
    who.presses("Pärm klar")
    comes.presses("Trygg")
    stage.passes(seconds=1)


def is_deputy(stage: Stage) -> tuple[Actor, str]:
    anna = stage.person("anna")
    number = case_of(stage).number
    causes(stage, lambda turn: ownership.both_told(turn, turn.get(Case, number)))
    return anna, "Du är ersättare i ärende 1 nu."


def has_read(stage: Stage) -> tuple[Actor, str]:
    lisa = stage.person("lisa")
    lisa.does(WhoHasRead(case_of(stage).number))
    return lisa, "Vilka har läst ärende 1"


def level(stage: Stage) -> tuple[Actor, str]:
    anna = stage.person("anna")
    anna.submits(RaiseLevel(), hours="24")
    anna.notices.clear()
    return anna, "Höjt läge"


def covers(stage: Stage) -> tuple[Actor, str]:
    cia = stage.person("cia")
    cia.does(ShowCoverage())
    return cia, "Listor per enhet"


def doors(stage: Stage) -> tuple[Actor, str]:
    lisa = stage.person("lisa")
    lisa.does(OpenRoutines())
    return lisa, "Inget väntar på dig."


@pytest.mark.parametrize("told", [is_deputy, has_read, level, covers, doors])
def test_what_was_told_in_passing_is_covered_and_read_again(
    stage: Stage, told: Callable[[Stage], tuple[Actor, str]]
) -> None:
    who, line = told(stage)
    who.sees(line)
    before = [message for message in who.messages() if not message.home]
    comes = calls(stage, who)
    who.does_not_see(line)
    is_over(stage, who, comes)
    who.sees(line)
    assert {one.id for one in before} <= {one.id for one in who.messages()}, "in the same place"


def test_what_is_told_while_they_press_is_read_when_it_is_over(stage: Stage) -> None:
    anna = stage.person("anna")
    comes = calls(stage, anna)
    is_deputy(stage)
    anna.does_not_see("Du är ersättare")
    is_over(stage, anna, comes)
    anna.sees("Du är ersättare i ärende 1 nu. Ansvarig: Cia.")


def test_in_another_language_it_is_read_in_that(stage: Stage) -> None:
    anna, line = is_deputy(stage)
    anna.does(Speak("en"))
    anna.sees("You are deputy in case 1 now.")
    anna.does_not_see(line)


def test_what_it_told_of_may_be_gone_by_then(stage: Stage) -> None:
    """It is covered all the same, and stays so: there is nothing left to tell."""
    lisa, line = has_read(stage)
    with Session(stage.database) as session:
        session.delete(session.get_one(Case, 1))
        session.commit()
    comes = calls(stage, lisa)
    lisa.does_not_see(line)
    is_over(stage, lisa, comes)
    lisa.does_not_see(line)


def test_nothing_of_what_stood_in_it_is_kept(stage: Stage) -> None:
    is_deputy(stage)
    with Session(stage.database) as session:
        kept = session.exec(select(Leaflet).where(Leaflet.person == "anna")).one()
    assert kept.about == {"case": 1, "role": "deputy", "other": "cia"}


def test_a_colleague_who_was_called_last_hour_reads_nothing_of_it_at_the_desk(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    """The call is closed: what stood there then is no open call's any more."""
    lisa.uses_shortcut(1)
    bo.presses("Jag tar")
    lisa.presses("Pärm klar")
    bo.presses("Trygg")
    stage.passes(minutes=30)
    bo.sees("Bo såg till att allt var lugnt")
    comes = calls(stage, bo)
    bo.does_not_see("Bo såg till att allt var lugnt")
    is_over(stage, bo, comes)
    bo.sees("Bo såg till att allt var lugnt")


def test_what_no_key_opens_keeps_nothing_else_from_being_covered(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """A key is missing: the case cannot be read, but what was told in passing is covered."""
    lisa = stage.person("lisa")
    lisa.does(WhoHasRead(case_of(stage, words="Han sa mitt barns namn").number))
    lisa.sees("Vilka har läst ärende 1")
    before = keys_of(stage.database.dialect)
    give(stage.database, lambda: Keys("other", {"other": fresh_key()}))
    calls(stage, lisa)
    lisa.does_not_see("Vilka har läst ärende 1")
    assert "reports cannot be shown again: incident_case.words is sealed" in caplog.text
    give(stage.database, lambda: before)
