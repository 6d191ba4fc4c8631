"""The simulation: some seeds here; `make soak` plays ten thousand.

python -m benchmarks.soak --only simulation --seed 17     one run again, with its whole log
"""

from collections import Counter
from collections.abc import Callable

from tests.simulation import play

SEEDS = range(1, 3)


def test_an_agency_in_every_weather(figure: Callable[[str], None]) -> None:
    figures = Counter[str]()
    for seed in SEEDS:
        played = play(seed, steps=30)
        assert played.broken is None, played.told()
        figures += played.figures
    names = ("seeds", "steps", "crashes", "faults", "alerts", "lost", "doubled", "silent")
    figure("simulation: " + ", ".join(f"{figures[name]} {name}" for name in names))
    assert figures["faults"] > 0 and figures["alerts"] > 0


def test_one_seed_is_one_run() -> None:
    first, second = (play(3, steps=20, brief=True).log for _ in range(2))
    assert first == second
