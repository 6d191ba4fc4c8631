"""Whom a surface does not reach, as conversations: the call jumps on, administrators know."""

import pytest
from sqlmodel import Session, select

from bot.actions import pack
from bot.effects import Later
from handlers.unreached import Noted, Over
from storage.unreached import Unreached
from tests.conftest import Tongue
from tests.stage import Actor, Stage

BOTH = pytest.mark.parametrize("language", ["sv", "en"])


@pytest.fixture
def ivar(stage: Stage) -> Actor:
    return stage.person("ivar")


def noted(stage: Stage, person: str, why: str = "left", surface: str = "workspace") -> None:
    caused(stage, Noted(surface, person, why))  # type: ignore[arg-type]


def caused(stage: Stage, action: Noted | Over) -> None:
    stage.run(stage.machine.cause(Later("unreached", stage.loop.now(), action)))
    stage.passes(seconds=0.1)


def rows(stage: Stage) -> list[Unreached]:
    with Session(stage.database) as session:
        return list(session.exec(select(Unreached)))


def cards(actor: Actor, text: str) -> int:
    """How many messages of this person say it."""
    return sum(text in str(message.slack) for message in actor.messages())


@BOTH
def test_the_next_nearest_is_asked_at_once_and_an_administrator_is_told(
    stage: Stage, lisa: Actor, bo: Actor, cia: Actor, ivar: Actor, t: Tongue
) -> None:
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
    cia.does_not_see("L3 · Lisa")
    noted(stage, "bo")
    cia.sees("L3 · Lisa")
    ivar.sees(
        t(
            "Bo nås inte i webbläsaren: kontot är avstängt.",
            "Bo is not reached in the browser: the account is deactivated.",
        )
    )
    ivar.sees(t("Uppdatera personallistan.", "Please update the staff list."))
    lisa.does_not_see("Bo")


def test_once_a_day_is_enough(stage: Stage, ivar: Actor) -> None:
    for _ in range(3):
        noted(stage, "bo")
        stage.passes(minutes=10)
    noted(stage, "bo", "closed")
    assert cards(ivar, "Bo nås inte") == 1
    noted(stage, "anna")
    assert cards(ivar, "nås inte") == 2
    stage.passes(hours=25)
    noted(stage, "bo", "closed")
    assert cards(ivar, "Bo nås inte") == 2
    ivar.sees("Bo nås inte i webbläsaren: samtalet är stängt för boten.")


def test_nobody_is_told_that_they_cannot_be_told(stage: Stage, ivar: Actor) -> None:
    noted(stage, "ivar")
    assert cards(ivar, "nås inte") == 0
    assert [row.address for row in rows(stage)] == ["ivar"]


@BOTH
def test_a_surface_that_lets_nobody_in_is_told_with_its_repair(
    stage: Stage, ivar: Actor, t: Tongue
) -> None:
    noted(stage, "", "token", "teams")
    ivar.sees(
        t(
            "Ingen nås i Teams nu: nyckeln gäller inte längre.",
            "Nobody is reached in Teams now: the token is no longer valid.",
        )
    )
    ivar.sees(t("Kör sedan kollega doctor.", "Then run kollega doctor."))


def test_who_is_back_is_told_in_the_same_place(stage: Stage, ivar: Actor) -> None:
    noted(stage, "bo")
    caused(stage, Over("workspace", "bo"))
    ivar.sees("Bo nås i webbläsaren igen.")
    ivar.does_not_see("Bo nås inte")
    assert rows(stage) == []
    caused(stage, Over("workspace", "bo"))
    noted(stage, "bo")
    ivar.sees("Bo nås inte")


def test_an_administrator_who_presses_has_nothing_to_read_at_the_desk(
    stage: Stage, ivar: Actor
) -> None:
    ivar.uses_shortcut(3)
    noted(stage, "bo")
    ivar.does_not_see("nås inte")


def test_an_administrator_reads_it_in_the_language_that_they_choose(
    stage: Stage, ivar: Actor
) -> None:
    noted(stage, "bo")
    ivar.types("english")
    ivar.sees("Bo is not reached in the browser: the account is deactivated.")
    ivar.does_not_see("nås inte")


def test_no_client_can_say_that_somebody_is_not_reached(
    stage: Stage, lisa: Actor, bo: Actor
) -> None:
    for action in Noted("workspace", "bo", "left"), Over("workspace", "bo"):
        lisa.notices += stage.hears("lisa", *pack(action)).notices
        lisa.hears("Det här kan bara en annan kollega göra.")
    assert rows(stage) == []
    lisa.uses_shortcut(3)
    bo.sees("L3 · Lisa")
