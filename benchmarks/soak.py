"""The long run: random calls under fire, and what was seen. `make soak`, or with a number of runs.

Every run is a seed; a failing one is printed by hypothesis so that it replays exactly.
"""

import logging
import sys
from collections import Counter
from time import perf_counter
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.test_invariants import Calls

RUNS = 1000


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


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    logging.disable(logging.WARNING)  # the failing platform is part of the play
    started = perf_counter()
    run_state_machine_as_test(
        Counted,
        settings=settings(
            max_examples=runs,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            database=None,
        ),
    )
    for name, count in sorted(Counted.figures.items()):
        print(f"{count:>9}  {name}")
    print(f"no invariant was broken; {perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
