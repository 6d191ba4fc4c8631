"""The long run: random calls under fire, and a crash at every point of every journey.

`make soak`, or `python -m benchmarks.soak 200` for fewer random runs. They are shared among the
cores; each worker begins with a seed of its own, which is printed, and a failing run is printed by
hypothesis so that it replays exactly.
"""

import logging
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from time import perf_counter
from typing import ClassVar

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests import test_crash_reports
from tests.test_crash import STORIES, walk
from tests.test_invariants import Calls

RUNS = 10_000
EACH = 50
"""Runs of one seed: small enough that the cores end together."""


class Counted(Calls):
    """The same random calls, counting what happened."""

    figures: ClassVar[Counter[str]] = Counter()

    def teardown(self) -> None:
        super().teardown()
        self.figures["runs"] += 1
        self.figures["decisions"] += len(self.stage.decisions)
        for decision in self.stage.decisions:
            self.figures[f"{decision.what} {decision.outcome}"] += 1

    def dies(self) -> None:
        super().dies()
        self.figures["kills"] += 1


def random_calls(number: int, runs: int) -> Counter[str]:
    """So many runs from one seed; what happened in them."""
    logging.disable(logging.WARNING)  # the failing platform is part of the play
    Counted.figures = Counter()
    how = settings(
        max_examples=runs,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        database=None,
    )
    try:
        run_state_machine_as_test(seed(number)(Counted), settings=how)
    except BaseException:
        print(f"seed {number} found something", flush=True)
        raise
    return Counted.figures


def crashes(story: str) -> tuple[int, int]:
    """Points walked, and how many went wrong."""
    logging.disable(logging.CRITICAL)
    found = dict(walk(STORIES[story]))
    return len(found), sum(bool(wrong) for wrong in found.values())


def report_crashes() -> tuple[int, int]:
    """The same for the story of a report."""
    logging.disable(logging.CRITICAL)
    found = test_crash_reports.walk(every=1)
    return len(found), sum(bool(wrong) for wrong in found.values())


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    started = perf_counter()
    parts = [min(EACH, runs - done) for done in range(0, runs, EACH)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for story, (points, wrong) in zip(STORIES, pool.map(crashes, STORIES), strict=True):
            print(f"{points:>9}  crash points of {story}, {wrong} wrong", flush=True)
        points, wrong = pool.submit(report_crashes).result()
        print(f"{points:>9}  crash points of a report, {wrong} wrong", flush=True)
        figures: Counter[str] = Counter()
        for number, found in enumerate(pool.map(random_calls, range(len(parts)), parts)):
            figures += found
            print(f"{figures['runs']:>9}  runs, seed {number} done", flush=True)
    for name, count in sorted(figures.items()):
        print(f"{count:>9}  {name}")
    print(f"no invariant was broken; {perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
