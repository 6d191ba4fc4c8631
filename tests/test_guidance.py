"""The cards of guidance: all 36, in two languages, short enough to be read in a glance."""

from datetime import date
from pathlib import Path

import pytest

import handlers
from bot import assembly
from bot.content import ContentError
from bot.words import LANGUAGES, Both
from handlers.guidance import MOST_STEPS, MOST_WORDS, Guidance, Step, for_calls, in_order
from tests.lix import lix
from tests.stage import Actor, Stage, demo_shelf

EASY = 40
"""LIX: a text that everybody reads at once (the issue's own bound)."""

CARDS = in_order(demo_shelf().current)


def steps(card: Guidance) -> list[Step]:
    return [*card.steps, *(step for part in card.sections for step in part.steps)]


def texts(card: Guidance) -> list[Both]:
    titles = [part.title for part in card.sections]
    return [card.title, card.hint, *titles, *steps(card), *card.avoid, *card.phrases]


def test_all_36_are_there_and_16_of_them_are_for_calls() -> None:
    assert [card.id for card in CARDS] == [str(number) for number in range(1, 37)]
    assert [card.id for card in for_calls(demo_shelf().current)] == [str(n) for n in range(1, 17)]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: f"card {card.id}")
def test_a_card_is_read_in_a_glance(card: Guidance) -> None:
    parts = [part.steps for part in card.sections] or [card.steps]
    assert all(1 < len(part) <= MOST_STEPS for part in parts)
    for text in texts(card):
        assert all(text.text(language).strip() for language in LANGUAGES)
        assert all(len(text.text(language).split()) <= 15 for language in LANGUAGES)
    for step in steps(card):
        assert all(len(step.text(language).split()) <= MOST_WORDS for language in LANGUAGES)
    assert card.avoid, "every card says what not to say"
    assert card.sources and card.owner.sv and card.confirm and card.version >= 1
    assert card.expires > date(2027, 1, 1)


def test_the_swedish_is_easy(figure: object) -> None:
    measured = {card.id: lix(text.sv for text in steps(card)) for card in CARDS}
    hardest = max(measured, key=lambda id: measured[id])
    mean = sum(measured.values()) / len(measured)
    assert callable(figure)
    figure(f"LIX of 36 cards: mean {mean:.0f}, hardest {measured[hardest]:.0f} (card {hardest})")
    assert {id: round(found) for id, found in measured.items() if found > EASY} == {}


def test_lix_is_what_the_book_says() -> None:
    assert lix(["Kattungen sitter på mattan."]) == 4 + 100 * 1 / 4
    assert lix(["Myndighetsutövning fordrar ansvarstagande."]) == 3 + 100
    assert lix(["Gå. Stå."]) == 1


def test_what_an_approver_must_see_to_is_told_to_no_user(stage: Stage) -> None:
    marks = [step.confirm for card in CARDS for step in steps(card) if step.confirm]
    assert len(marks) >= 15
    lisa: Actor = stage.person("lisa")
    lisa.presses("Kort")
    lisa.presses("På plats")
    lisa.presses("Hotfull besökare i reception")
    lisa.sees("Disk mellan er")
    for mark in marks:
        lisa.does_not_see(mark)


APPROVED = '- {id: "2", version: 1, by: "Eva Ek, chef", on: 2026-01-10, until: 2026-11-20}\n'


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("approvals/a.yaml", APPROVED.replace('"2"', '"77"'), "there is no card 77; write"),
        ("approvals/a.yaml", APPROVED.replace(": 1", ": 9"), "card 2 has only come to version 1"),
        ("approvals/a.yaml", APPROVED.replace("2026-11", "2025-11"), "write a later day than"),
        ("guidance/09.yaml", "when: call\ndesk: no\n", "leave “desk: no” out"),
        ("guidance/09.yaml", "sections: [{title: {sv: a, en: b}, steps: [{sv: a, en: b}]}]\n",
         "write either “steps” or “sections”"),
    ],
)  # fmt: skip
def test_a_card_or_an_approval_that_cannot_be(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    if file.startswith("guidance"):
        base = (assembly.BASE / "guidance/09-filming.yaml").read_text("utf-8")
        text = base.replace("when: call\n", "" if "when" in text else "when: call\n") + text
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(ContentError) as wrong:
        assembly.load([assembly.BASE, tmp_path], handlers.ALL)
    assert told in str(wrong.value)
