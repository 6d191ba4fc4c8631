"""What `make bench` writes down: goals in words, ratios first, and not whose machine it was."""

import platform
import socket
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import page, results
from benchmarks.__main__ import PARTS
from benchmarks.page import Part
from benchmarks.results import Goal, Section


def measured(kept: Path) -> Section:
    """A section as a part of the run fills it, keeps it, and gives it away."""
    section = Section("A press", "Pressed and counted.", ("", "median")).begin()
    section.add("SQLite", "12.0 ms")
    section.note("One bare commit: 1.0 ms.")
    section.aims("T1: press to durable record", 301, "ms", 300)
    section.aims("to a bare commit", 9.5, "x", 10)
    section.aims("presses a second, to the floor", 0.6, "x", 0.5, at_least=True)
    section.aims("two bots to one", 1.4, "x", None)
    results.keep([section], kept)
    return section


@pytest.mark.parametrize(
    ("goal", "word"),
    [
        (Goal("", 300, "ms", 300), "met"),
        (Goal("", 301, "ms", 300), "missed"),
        (Goal("", 0.5, "x", 0.5, at_least=True), "met"),
        (Goal("", 0.4, "x", 0.5, at_least=True), "missed"),
        (Goal("", 0.4, "x"), "no goal set"),
    ],
)
def test_a_goal_is_met_or_missed_in_words(goal: Goal, word: str) -> None:
    assert goal.word == word


def test_the_page_has_the_ratios_first_and_every_figure_of_the_run(tmp_path: Path) -> None:
    section = measured(tmp_path / "kept.json")
    sections = results.kept(tmp_path / "kept.json")
    assert [one.goals for one in sections] == [section.goals]
    broken = Part("growth", 3.0, "0.1", [], broken=True)
    text = page.write({"Date": "today"}, [Part("press", 12.0, "0.5", sections), broken])
    told = [line for line in text.splitlines() if line.startswith(("#", "| "))]
    assert [line for line in told if line.startswith("#")] == [
        "# Results",
        "## Ratios",
        "## Times and sizes",
        "## A press",
        "## How long each part took",
    ]
    assert "| T1: press to durable record | 301 ms | at most 300 ms | missed |" in told
    assert "| presses a second, to the floor | 0.60 x | at least 0.50 x | met |" in told
    assert "| growth | 3 | 0.1 | did not come to its end |" in told
    assert "One bare commit: 1.0 ms." in text


def test_the_page_knows_the_machine_and_not_whose_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in platform, socket:
        monkeypatch.setattr(place, "node" if place is platform else "gethostname", lambda: "ours-7")
    facts = page.machine(tmp_path)
    assert facts["Disk"].startswith("4 KiB and fsync: ")
    text = page.write(facts, [])
    for secret in "ours-7", str(Path(__file__).parent.parent), str(tmp_path):
        assert secret not in text


def test_every_part_can_be_run_alone() -> None:
    for name in PARTS:
        assert callable(import_module(f"benchmarks.{name}").main)
