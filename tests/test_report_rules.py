"""The rules of reports as tables: the taxonomy, how serious it is, who receives it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.words import LANGUAGES
from handlers.reports import severity
from handlers.reports.taxonomy import Channel, Elsewhere, Factor, Felt, Kind, Sighting, dialog
from storage.case_life import Effect
from tests.stage import demo_shelf

TABLE = Path(__file__).parent / "data" / "severity.txt"
FIXTURES = [
    tuple(cell.strip() for cell in line.split("|"))
    for line in TABLE.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
PACK = demo_shelf().current


@pytest.mark.parametrize("row", FIXTURES, ids=" · ".join)
def test_the_rules_propose(row: tuple[str, ...]) -> None:
    kind, factors, felt, series, expected = row
    known = PACK.all(Factor)
    chosen = [code for code in factors.split() if code != "-"]
    assert {*chosen} <= {*known}
    found = severity.proposed(
        PACK, PACK.all(Kind)[kind], chosen, None if felt == "-" else felt, series == "yes"
    )
    assert found == int(expected)


def test_there_are_forty_and_they_cover_every_type_and_every_level(
    figure: Callable[[str], None],
) -> None:
    figure(f"severity: {len(FIXTURES)} fixtures, {len(PACK.all(Kind))} types")
    assert len(FIXTURES) >= 40
    assert {row[0] for row in FIXTURES} == {*PACK.all(Kind)}
    assert {row[-1] for row in FIXTURES} == {"0", "1", "2", "3", "4", "5"}


def test_the_taxonomy_is_that_of_the_specification() -> None:
    assert (len(PACK.all(Kind)), len(PACK.all(Channel))) == (22, 13)
    assert {one.id for one in PACK.all(Felt).values()} == {*Effect}
    assert {*PACK.all(Elsewhere)} == {"fire", "theft", "it"}
    assert len(PACK.all(Sighting)) == 8


def test_every_answer_leads_to_a_case_in_both_languages() -> None:
    """Every type is reached, every group has a usual one, and nothing is left untranslated."""
    whole = dialog(PACK)
    groups = [one.id for one in whole.question("group").options]
    reached = set()
    for group in groups:
        known = whole.choose({}, "group", group)
        kinds = {one.id for one in whole.question("kind").open_to(known)} & {*PACK.all(Kind)}
        assert [one for one in kinds if PACK.all(Kind)[one].usual], group
        reached |= kinds
    assert reached == {*PACK.all(Kind)}
    for question in whole.questions:
        for option in question.options:
            for words in (option.label, option.says, question.ask):
                for language in LANGUAGES:
                    assert words is None or words.text(language).strip()
                    assert words is None or len(words.text(language).split()) <= 12


def test_what_names_relatives_or_a_home_is_for_named_persons_only() -> None:
    threat = PACK.all(Kind)["hot_direkt"]
    assert severity.secrecy(PACK, threat, []) == 1
    for factor in "narstaende", "hemadress":
        assert severity.secrecy(PACK, threat, [factor]) == 2
    assert severity.secrecy(PACK, PACK.all(Kind)["sexuellt"], []) == 2
