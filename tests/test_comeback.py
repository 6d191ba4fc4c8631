"""Comeback: what may not be saved comes back with every word in it, whatever the feature."""

import json
from collections.abc import Iterator

import pytest

from bot.cards import Field, Form
from bot.comeback import KEEP, LONGEST, YES
from bot.effects import Effects
from bot.features import ANYONE, Feature
from bot.surfaces.slack import check
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import render as teams
from bot.turn import Turn
from storage.audit import AuditLine
from storage.seen import Seen
from tests.test_guards import SAMPLE
from tests.toys import Count, Guard, Play, Toys

NUMBER = f"{SAMPLE[:6]}-{SAMPLE[6:]}"
TEXT = f"Han heter {NUMBER} och ringde på 112 igen"
HELD = f"Han heter >>>{NUMBER}<<< och ringde på 112 igen"


class Told(Toys):
    """Toys that keep what handlers were given, and one form of their own."""

    def feature(self) -> Feature:
        self.given: list[dict[str, str]] = []
        toys = super().feature()
        del toys.answers[Count]
        toys.on(Count, may=ANYONE, form=self.form)(self.take)
        return toys

    def form(self, turn: Turn, asked: Count) -> Form:
        choice = Field("how", "Hur?", (("a", "Så"), ("b", "Eller så")))
        return Form("Lådan", (Field("why", "Varför?", long=True), choice), "Skicka", asked)

    def take(self, turn: Turn, asked: Count) -> Effects:
        self.given.append(dict(turn.inputs))
        return []


@pytest.fixture
def toys() -> Iterator[Told]:
    toys = Told()
    yield toys
    toys.close()


def test_a_form_with_a_number_comes_back_with_every_word_and_the_number_marked(toys: Told) -> None:
    form = toys.submits(Count(7), why=TEXT, how="b").form
    assert form and toys.given == []
    assert (form.title, form.action, form.submit) == ("Lådan", Count(7), "Skicka")
    assert [one.value for one in form.fields] == [HELD, "b"]
    assert "Ta bort det, så sparas resten" in str(form.note)


def test_without_the_number_the_rest_is_saved_and_the_marks_are_gone(toys: Told) -> None:
    toys.submits(Count(7), why=HELD.replace(NUMBER, "en man"), how="b")
    assert toys.given == [{"why": "Han heter en man och ringde på 112 igen", "how": "b"}]


def test_marks_alone_do_not_let_it_in_and_nor_does_saying_yes(toys: Told) -> None:
    for why in (HELD, TEXT):
        assert toys.submits(Count(7), why=why, **{KEEP: YES}).form
    assert toys.given == []


def test_a_phone_number_is_asked_about_and_saved_by_a_yes(toys: Told) -> None:
    form = toys.submits(Count(7), why="Ring 070-123 45 67", how="a").form
    assert form and "telefonnummer" in str(form.note) and toys.given == []
    assert [one.name for one in form.fields] == ["why", "how", KEEP]
    toys.submits(Count(7), why=form.fields[0].value, how="a", **{KEEP: YES})
    assert toys.given == [{"why": "Ring 070-123 45 67", "how": "a"}]


def test_a_form_that_no_feature_declares_comes_back_all_the_same(toys: Told) -> None:
    form = toys.submits(Play("now"), one=TEXT, two="Storgatan 12").form
    assert form and form.action == Play("now")
    assert [(one.name, one.value) for one in form.fields] == [
        ("one", HELD),
        ("two", ">>>Storgatan 12<<<"),
    ]
    assert [one.label for one in form.fields] == ["Din text, ruta 1", "Din text, ruta 2"]


def test_what_was_typed_and_stopped_is_kept_nowhere(toys: Told) -> None:
    toys.submits(Count(7), why=TEXT)
    assert toys.hears("toy.play", json.dumps({"game": TEXT})).notices == (
        "Där stod ett personnummer. Inget sparades. Skriv gärna igen utan numret.",
    )
    kept = [row.model_dump_json() for kind in (AuditLine, Seen) for row in toys.rows(kind)]
    assert kept and not any(NUMBER in row or SAMPLE in row for row in kept)
    assert [line.outcome for line in toys.rows(AuditLine)] == ["refused", "refused"]


def test_who_may_not_do_it_sees_no_form(toys: Told) -> None:
    answer = toys.submits(Guard("now"), "bo", why=TEXT)
    assert answer.form is None and answer.notices == ("Inte din.",)


def test_an_agency_may_be_strict(toys: Told) -> None:
    wrong = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
    toys.submits(Count(7), why=wrong)
    assert len(toys.given) == 1
    toys.engine.strict = True
    assert toys.submits(Count(7), why=wrong).form and len(toys.given) == 1


def test_a_text_too_long_to_be_marked_comes_back_whole(toys: Told) -> None:
    long = f"{NUMBER} {'x' * (LONGEST - len(NUMBER) - 1)}"
    form = toys.submits(Count(7), why=long).form
    assert form and form.fields[0].value == long


@pytest.mark.parametrize("language", ["sv", "en"])
def test_both_platforms_show_it_filled_in(toys: Told, language: str) -> None:
    toys.add_people("kim", languages=[language])
    form = toys.submits(Count(7), "kim", why=TEXT, how="b").form
    assert form
    view = slack.modal(form)
    assert check.view(view) == []
    elements = [block["element"] for block in view["blocks"] if "element" in block]
    assert elements[0]["initial_value"] == HELD
    assert elements[1]["initial_option"]["value"] == "b"
    shown = json.dumps(teams.form(form), ensure_ascii=False)
    assert HELD in shown and str(form.note).partition(",")[0] in shown
