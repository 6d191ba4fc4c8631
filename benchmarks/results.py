"""Results: what a benchmark found, beside the goal that it is held against, told and kept.

A part of `make bench` fills sections; each row is printed as soon as it is known. `--into FILE`
keeps them for `python -m benchmarks`, which makes benchmarks/RESULTS.md of all of them.
"""

import argparse
import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

FIRST, OTHER = 36, 11
"""How wide the columns are printed, at least."""


@dataclass(frozen=True)
class Goal:
    """A figure and what it should be: at most, or at least. Without a goal it stands for itself."""

    what: str
    found: float
    unit: str
    goal: float | None = None
    at_least: bool = False

    @property
    def word(self) -> str:
        if self.goal is None:
            return "no goal set"
        met = self.found >= self.goal if self.at_least else self.found <= self.goal
        return "met" if met else "missed"

    @property
    def asked(self) -> str:
        if self.goal is None:
            return ""
        return f"at {'least' if self.at_least else 'most'} {number(self.goal)} {self.unit}"


@dataclass
class Section:
    """One table with its story; `how` says what is measured against what."""

    title: str
    how: str
    heads: Sequence[str]
    rows: list[list[str]] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def begin(self) -> "Section":
        print(f"\n{self.title}\n{line(self.heads)}", flush=True)
        return self

    def add(self, *cells: str) -> None:
        self.rows.append(list(cells))
        print(line(cells), flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(text, flush=True)

    def aims(
        self, what: str, found: float, unit: str, goal: float | None, at_least: bool = False
    ) -> None:
        one = Goal(what, found, unit, goal, at_least)
        self.goals.append(one)
        judged = f"{one.asked}: {one.word}" if one.asked else one.word
        print(f"  {what}: {number(found)} {unit} ({judged})", flush=True)


def line(cells: Iterable[str]) -> str:
    first, *others = cells
    return f"{first:{FIRST}} " + " ".join(f"{cell:>{OTHER}}" for cell in others)


def number(found: float) -> str:
    """As many digits as say something."""
    if found == int(found) or abs(found) >= 100:
        return f"{found:,.0f}"
    return f"{found:.1f}" if abs(found) >= 10 else f"{found:.2f}"


def ms(seconds: float) -> str:
    return f"{number(seconds * 1000)} ms"


def at(values: Iterable[float], percent: int) -> float:
    """The value below which so many percent lie."""
    return quantiles(sorted(values), n=100, method="inclusive")[percent - 1]


def ends(seconds: Iterable[float]) -> tuple[str, str, str]:
    """Median, p99 and the worst."""
    found = sorted(seconds)
    return ms(median(found)), ms(at(found, 99)), ms(found[-1])


def load() -> str:
    """How busy the machine is, whoever makes it so."""
    return " ".join(f"{one:.2f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "?"


def explained(doc: str | None) -> str:
    """What stands below the first line of a benchmark's own description, as Markdown.

    What is set in, like `  floor  a bare bot`, becomes a list.
    """
    _, _, below = (doc or "").strip().partition("\n\n")
    return "\n\n".join(paragraph(one) for one in below.split("\n\n"))


def paragraph(text: str) -> str:
    items = re.findall(r"^  (\w+) +((?:.*)(?:\n   .*)*)", text, re.MULTILINE)
    told = "\n".join(f"- *{name}*: {' '.join(said.split())}" for name, said in items)
    return told or " ".join(text.split())


def arguments(doc: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--small", action="store_true", help="small sizes: does it run at all?")
    parser.add_argument("--into", type=Path, help="keep the figures in this file, as JSON")
    return parser


def keep(sections: Iterable[Section], into: Path | None) -> None:
    if into is not None:
        into.write_text(json.dumps([asdict(one) for one in sections]), "utf-8")


def kept(file: Path) -> list[Section]:
    found: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return [Section(**{**one, "goals": [Goal(**goal) for goal in one["goals"]]}) for one in found]
