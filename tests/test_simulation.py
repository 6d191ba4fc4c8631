"""The simulation: some seeds here; `make soak` plays ten thousand.

python -m benchmarks.soak --only simulation --seed 17     one run again, with its whole log
"""

from collections import Counter
from collections.abc import Callable

import pytest

from benchmarks import soak
from tests import simulation
from tests.simulation import AgencyStage, Played, play

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


def test_what_rests_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is left out (`tests/resting.py`), the same seed is the same run."""
    rested = play(4, steps=20, brief=True)
    monkeypatch.setattr(AgencyStage, "calm", lambda _: False)
    whole = play(4, steps=20, brief=True)
    assert (rested.log, rested.figures) == (whole.log, whole.figures)


@pytest.mark.parametrize(("broken", "code"), [("lost: an alert", 1), (None, 0)])
def test_a_seed_played_again_says_whether_it_broke(
    broken: str | None, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    played = Played(17, broken=broken)
    monkeypatch.setattr(simulation, "play", lambda _: played)
    assert soak.play_again(17, "simulation") == code
