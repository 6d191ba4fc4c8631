"""The page of results: the machine, the ratios first, then every table as it was measured.

No path and no name of the machine is on it, and no figure that was not measured in this run.
"""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import bare, results, stores
from benchmarks.results import Goal, Section, number

ROOT = Path(__file__).parent.parent


@dataclass
class Part:
    """What one benchmark brought home, how long it took, and how busy the machine was before."""

    name: str
    seconds: float
    load: str
    sections: list[Section]
    broken: bool = False


Facts = dict[str, str]


def machine(folder: Path) -> Facts:
    """What the figures depend on; measured before anything else runs."""
    middle, late, worst = results.ends(bare.disk(folder))
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Commit": commit(),
        "Processor": f"{cores} cores, {processor()}",
        "Memory": memory(),
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Databases": f"SQLite {sqlite3.sqlite_version}, PostgreSQL {stores.postgres_version()}",
        "Disk": f"4 KiB and fsync: {middle} median, {late} p99, {worst} worst",
        "Load before": results.load(),
    }


def commit() -> str:
    """The commit that was measured, and whether that is all."""

    def git(*words: str) -> str:
        told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return told.stdout.strip()

    try:
        name = git("rev-parse", "--short=10", "HEAD")
        changed = git("status", "--porcelain", "--", ".", ":!benchmarks/RESULTS.md")
    except OSError:
        return "unknown"
    return f"{name or 'unknown'}{', with changes that are not committed' if changed else ''}"


def processor() -> str:
    found = facts("/proc/cpuinfo").get("model name") or platform.processor()
    return found or "an unnamed processor"


def memory() -> str:
    total = facts("/proc/meminfo").get("MemTotal", "")
    return f"{int(total.split()[0]) / 2**20:.0f} GB" if total else "unknown"


def facts(file: str) -> Facts:
    if not Path(file).exists():
        return {}
    rows = (row.partition(":") for row in Path(file).read_text("utf-8").splitlines())
    return {name.strip(): value.strip() for name, _, value in rows}


def write(where: Facts, parts: Sequence[Part], small: bool = False) -> str:
    """The whole page, as Markdown."""
    sections = [one for part in parts for one in part.sections]
    goals = [goal for section in sections for goal in section.goals]
    ratios = [goal for goal in goals if goal.unit == "x"]
    others = [goal for goal in goals if goal.unit != "x"]
    told = [
        "# Results",
        "",
        "Written by `make bench` (`python -m benchmarks`) from its own runs; do not edit.",
        *(["", "**Small sizes: these figures say only that everything runs.**"] if small else []),
        "",
        *table(("", ""), [[name, value] for name, value in where.items()]),
        *(["", "## Ratios", "", *judged(ratios)] if ratios else []),
        *(["", "## Times and sizes", "", *judged(others)] if others else []),
        *(line for section in sections for line in whole(section)),
        "",
        "## How long each part took",
        "",
        *table(("part", "seconds", "load before", ""), list(taken(parts))),
    ]
    return "\n".join(told) + "\n"


def judged(goals: Iterable[Goal]) -> list[str]:
    rows = [[one.what, f"{number(one.found)} {one.unit}", one.asked, one.word] for one in goals]
    return table(("what", "found", "goal", ""), rows)


def whole(section: Section) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", section.how, "")
    yield from table(section.heads, section.rows)
    for note in section.notes:
        yield from ("", note)


def taken(parts: Iterable[Part]) -> Iterator[list[str]]:
    for part in parts:
        how = "did not come to its end" if part.broken else ""
        yield [part.name, f"{part.seconds:.0f}", part.load, how]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table, its first column to the left and all others to the right."""
    first, *others = heads
    rule = "|---|" + "---:|" * len(others)
    return [row([first, *others]), rule, *(row(cells) for cells in rows)]


def row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.strip() for cell in cells)} |"
