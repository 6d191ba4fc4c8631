"""The library, told as conversations: by group, by a line, and never a real word to a presser."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml
from sqlmodel import Session, select

from bot import ranking
from bot.ranking import Document, Ranking
from handlers.library.search import built, search
from storage.audit import AuditLine
from storage.library import Reading
from tests.conftest import Tongue
from tests.stage import Actor, Stage, demo_shelf, dump

QUESTIONS = yaml.safe_load(Path(__file__).with_name("data").joinpath("questions.yaml").read_text())
BOTH = pytest.mark.parametrize("language", ["sv", "en"])


def first(kind: str, most: int = 1) -> int:
    """How many questions find their card among the first so many."""
    found = search(demo_shelf().current)
    asked = QUESTIONS[kind]
    return sum(bool({*found.best(one["says"], most)} & {*one["card"]}) for one in asked)


@pytest.mark.parametrize(("kind", "least"), [("tune", 27), ("held", 27), ("final", 27)])
def test_the_right_card_comes_first(kind: str, least: int, figure: Callable[[str], None]) -> None:
    assert len(QUESTIONS[kind]) == 30
    right, among = first(kind), first(kind, most=3)
    figure(f"ask, {kind}: right card first in {right} of 30, in the first three in {among}")
    assert right >= least
    assert among >= 29


def test_without_fts5_it_is_coarser_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ranking, "_table", lambda self, parts: None)
    plain = built(demo_shelf().current)
    asked = [one for kind in ("tune", "held", "final") for one in QUESTIONS[kind]]
    right = sum(bool({*plain.best(one["says"], 3)} & {*one["card"]}) for one in asked)
    assert right >= 75, right


@pytest.mark.parametrize(
    "line", ["", "   ", '"', "'; DROP TABLE texts", "hot AND OR NOT", "a*", "(", "😀", "x" * 9000]
)
def test_a_line_of_any_kind_is_read(line: str) -> None:
    small = Ranking([Document("a", ("ett hot",)), Document("b", ("en bomb",))], (1.0,))
    assert set(small.best(line)) <= {"a", "b"}


def test_words_are_found_by_their_stems_and_their_beginnings() -> None:
    small = Ranking([Document("a", ("hotade",)), Document("b", ("larmcentralen",))], (1.0,))
    assert small.best("hot") == ["a"]
    assert small.best("larm") == ["b"]
    assert small.best("ingenting") == []
    assert ranking.stems("hotade") == ("hot", "hotad")


@BOTH
def test_a_card_is_found_by_its_group(stage: Stage, lisa: Actor, t: Tongue) -> None:
    lisa.presses(t("Kort", "Cards"))
    lisa.presses(t("Chef", "Manager"))
    lisa.presses(t("Chef: första timmen och samma dag", "Manager: first hour and same day"))
    lisa.sees(t("Första timmen", "The first hour"))
    lisa.sees(t("Hem tillsammans. Ring ikväll.", "Home together. Call tonight."))
    lisa.sees(t("inte godkänt hos er än", "not yet approved by you"))
    lisa.presses(t("Alla kort", "All cards"))
    lisa.sees(t("Vad gäller det?", "What is it about?"))
    assert len([m for m in lisa.messages() if not m.home]) == 1, "one message, turned page by page"


@BOTH
def test_a_line_that_no_command_knows_asks_the_library(
    stage: Stage, lisa: Actor, t: Tongue
) -> None:
    lisa.types(t("en kille filmar oss i väntrummet", "someone is filming us"))
    assert lisa.notices == []
    lisa.sees(t("Välj en pärm, eller skriv", "Choose a folder, or type"))  # if it was meant so
    lisa.presses(t("Någon filmar", "Someone films"))
    lisa.sees(t("Rör inte kameran", "Do not touch the camera"))
    lisa.presses(t("Tillbaka", "Back"))
    lisa.sees(t("Någon filmar", "Someone films"))


def test_a_line_about_nothing_says_how_to_press(lisa: Actor) -> None:
    lisa.types("xyzzy")
    lisa.hears("Välj en pärm")
    assert not [m for m in lisa.messages() if not m.home]


def test_what_was_typed_is_kept_nowhere(stage: Stage, lisa: Actor) -> None:
    lisa.types("Torsten Fiktivsson filmar oss")
    with Session(stage.database) as session:
        assert session.get(Reading, "lisa") is not None
        lines = session.exec(select(AuditLine)).all()
        assert lines and all("Torsten" not in line.model_dump_json() for line in lines)
    for message in stage.screens.messages.values():
        assert "Torsten" not in dump(message)


def test_a_line_can_be_written_in_a_form(stage: Stage, lisa: Actor) -> None:
    lisa.presses("Kort")
    lisa.presses("Skriv en rad")
    assert lisa.form is not None
    lisa.submits(lisa.form.action, line="pulver i ett kuvert")
    lisa.presses("Hotbrev, paket, mejl")
    lisa.submits(lisa.form.action, line="xyzzy")
    lisa.hears("Inget kort hittades")


@BOTH
def test_a_presser_gets_covert_titles_only(stage: Stage, lisa: Actor, t: Tongue) -> None:
    lisa.presses(t("Kort", "Cards"))
    lisa.presses(t("Nu i samtalet", "Now, in the call"))
    lisa.presses(t("Suicidhot i telefon", "Suicide threat on the phone"))
    lisa.sees(t("Självmordslinjen", "helpline"))
    lisa.presses(t("Blå pärm", "Blue folder"))
    lisa.does_not_see(t("Självmordslinjen", "helpline"))  # what stood open is covered at once
    lisa.sees(t("Blankett 1", "Form 1"))
    lisa.types(t("hon vill ta livet av sig", "she wants to kill herself"))
    lisa.sees(t("1 · Omtanke", "1 · Care"))
    lisa.does_not_see(t("Suicidhot", "Suicide"))
    lisa.presses(t("Fler blanketter", "More forms"))
    lisa.does_not_see(t("Larmprov", "Alarm test"))  # no desk may read that one
    stage.hears("lisa", "library.read", '{"place":1,"card":"26"}')
    lisa.does_not_see(t("Larmprov", "Alarm test"))


def test_an_earlier_message_is_put_away(stage: Stage, lisa: Actor) -> None:
    lisa.presses("Kort")
    stage.passes(minutes=1)
    lisa.types("bomb i huset")
    lisa.sees("Kort · undanlagda")
    assert len([m for m in lisa.messages() if "Vad gäller det?" in dump(m)]) == 0


def test_another_language_shows_the_open_page_again(stage: Stage, lisa: Actor) -> None:
    lisa.types("någon filmar")
    lisa.presses("Någon filmar")
    lisa.presses("English")
    lisa.sees("Do not touch the camera.")


def test_an_expired_card_says_so_to_everybody(lisa: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        sys.modules["handlers.guidance"], "valid_until", lambda content, card: date(2026, 11, 22)
    )
    lisa.types("någon filmar")
    lisa.presses("Någon filmar")
    lisa.sees("Utgånget 2026-11-22: fråga säkerhetsfunktionen.")
    lisa.presses("Blå pärm")
    lisa.sees("Utgånget: fråga säkerhetsfunktionen.")
