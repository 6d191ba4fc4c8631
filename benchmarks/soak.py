"""The long run: a whole agency in every weather, random calls under fire, a crash at every point of
every journey, bent requests, and real kills.

`make soak`, or by itself:

    python -m benchmarks.soak --runs 200         fewer random runs
    python -m benchmarks.soak --first 5000       the runs from this seed on
    python -m benchmarks.soak --seed 17          one run again, with its whole log
    python -m benchmarks.soak --only simulation --seed 17    the same of the whole agency

Each random run has a seed of its own and plays the same on every machine. One that breaks an
invariant is printed whole; the others go on, and the end says how many there were.
"""

import argparse
import gc
import logging
import os
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random
from time import perf_counter, process_time

from benchmarks import killing
from tests import fuzz, simulation, test_crash_reports
from tests.slack.stage import SlackStage
from tests.teams.stage import TeamsStage
from tests.test_crash import STORIES, walk
from tests.test_invariants import PEOPLE, Calls
from tests.test_visits_always import story as visit_story
from tests.test_visits_always import walk as walk_visits

VISITS = {"j10": visit_story(polite=False), "j10 twin": visit_story(polite=True)}

PARTS = ("simulation", "crashes", "calls", "fuzz", "kills")
RUNS, STEPS, BODIES = 10_000, 30, 100_000
EACH = 50
"""Runs that one worker plays before it tells of them."""

GARBAGE = 50_000
"""New objects after which Python looks for cycles; its own 700 is meant for small programs."""

SLOWEST = 100
"""Seconds that pass in one step at most."""


@dataclass
class Played:
    """What happened in one run; `broken` is None where every invariant held to the end."""

    seed: int
    log: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    broken: str | None = None

    def told(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.log, self.broken or "every invariant held"])


class Player:
    """Plays one run: what may happen is that of `Calls`, what does happen is the seed's."""

    def __init__(self, seed: int) -> None:
        self.chance, self.calls, self.played = Random(seed), Calls(), Played(seed)
        self.told = 0

    def play(self) -> Played:
        try:
            self.step("presses", "lisa", 3)
            for _ in range(STEPS):
                name, *how = self.next()
                self.step(name, *how)
            self.step("in_the_end_nobody_is_left_in_silence")
        except Exception:
            self.played.broken = traceback.format_exc()
        finally:
            self.calls.stage.close()
        self.played.figures.update(["runs"])
        return self.played

    def next(self) -> tuple[str | int, ...]:
        """What happens next."""
        who, pick = self.chance.choice(PEOPLE), self.chance.randrange(10_000)
        late = [("presses_an_old_button", pick), ("forges", who, pick)] if self.calls.seen else []
        return self.chance.choice(
            [
                ("presses", who, self.chance.randint(1, 3)),
                *[("presses_a_button", who, pick)] * 3,
                *late,
                *[("time_passes", self.chance.randint(1, SLOWEST))] * 2,
                ("stops_answering", who),
                ("comes_back",),
                ("dies",),
            ]
        )

    def step(self, name: str | int, *how: str | int) -> None:
        now = self.calls.stage.loop.now()
        self.played.log.append(f"{now:%H:%M:%S}  {name} {' '.join(map(str, how))}")
        getattr(self.calls, str(name))(*how)
        self._decided()
        self.calls.everything_holds()

    def _decided(self) -> None:
        decisions = self.calls.stage.decisions
        for one in decisions[self.told :]:
            self.played.log.append(f"{one.at:%H:%M:%S}      {one.who} {one.what} {one.outcome}")
            self.played.figures.update(["decisions", f"{one.what} {one.outcome}"])
        self.told = len(decisions)


def random_calls(seeds: Iterable[int]) -> tuple[Counter[str], list[Played], float]:
    """What happened in all these runs, those that broke something, and seconds of CPU."""
    logging.disable(logging.CRITICAL)  # the failing platform is part of the play
    figures, broken, began = Counter[str](), [], process_time()
    for seed in seeds:
        played = Player(seed).play()
        figures += played.figures
        if played.broken:
            broken.append(played)
    return figures, broken, process_time() - began


def crashes(story: str) -> tuple[int, int]:
    """Points walked, and how many went wrong."""
    logging.disable(logging.CRITICAL)
    found = dict(walk(STORIES[story]) if story in STORIES else walk_visits(VISITS[story]))
    return len(found), sum(bool(wrong) for wrong in found.values())


def report_crashes() -> tuple[int, int]:
    """The same for the story of a report."""
    logging.disable(logging.CRITICAL)
    found = test_crash_reports.walk(every=1)
    return len(found), sum(bool(wrong) for wrong in found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--bodies", type=int, default=BODIES, help="of the fuzz")
    parser.add_argument("--seed", type=int, help="play this run again and print it")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=PARTS)
    asked = parser.parse_args()
    if asked.seed is not None:
        raise SystemExit(play_again(asked.seed, asked.only))
    wrong, seeds = 0, range(asked.first, asked.first + asked.runs)
    wanted = [asked.only] if asked.only else PARTS
    with ProcessPoolExecutor(asked.jobs, initializer=many_runs) as pool:
        if "crashes" in wanted:
            wrong += walk_all(pool)
        if "calls" in wanted:
            wrong += play_all(pool, seeds)
        if "simulation" in wanted:
            wrong += simulate_all(pool, seeds)
    if "fuzz" in wanted:
        wrong += fuzz_all(asked.bodies)
    if "kills" in wanted:
        wrong += killing.main([])
    raise SystemExit(wrong != 0)


def play_again(seed: int, only: str | None) -> int:
    """One run with its whole log; 1 when it broke an invariant."""
    if only == "simulation":
        agency = simulation.play(seed)
        print(agency.told())
        return int(agency.broken is not None)
    logging.disable(logging.CRITICAL)
    played = Player(seed).play()
    print(played.told())
    return int(played.broken is not None)


def many_runs() -> None:
    """What is loaded by now stays: looking for cycles in it, run after run, is an eighth of all."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE, 10, 10)


COLUMNS = ("seeds", "steps", "crashes", "faults", "alerts", "lost", "doubled", "silent")


def simulated(seeds: Iterable[int]) -> tuple[Counter[str], list[simulation.Played], float]:
    """What happened in all these runs of the agency, those that broke something, seconds of CPU."""
    figures, broken, began = Counter[str](), [], process_time()
    for seed in seeds:
        played = simulation.play(seed)
        figures += played.figures
        if played.broken:
            broken.append(played)
    return figures, broken, process_time() - began


def simulate_all(pool: ProcessPoolExecutor, seeds: range) -> int:
    figures, cpu, wrong = Counter[str](), 0.0, 0
    for found, broken, seconds in pool.map(simulated, parts(seeds)):
        figures, cpu, wrong = figures + found, cpu + seconds, wrong + len(broken)
        for played in broken:
            print(played.told(), flush=True)
        line = ", ".join(f"{figures[name]} {name}" for name in COLUMNS)
        print(f"simulation: {line}; {wrong} broken, {cpu:.0f} s of CPU", flush=True)
    print("".join(f"{name:>10}" for name in COLUMNS))
    print("".join(f"{figures[name]:>10}" for name in COLUMNS))
    for name, count in sorted(figures.items()):
        if name not in COLUMNS:
            print(f"{count:>10}  {name}")
    print(f"seeds {seeds[0]} to {seeds[-1]}: {wrong} of {figures['seeds']} broke an invariant")
    return wrong


def fuzz_all(bodies: int) -> int:
    """Half of the bodies to each platform's server, all in this one process."""
    slack, teams = SlackStage(), TeamsStage()
    try:
        return sum(
            (
                bent("slack", lambda *how: fuzz.slack(slack, *how), bodies // 2),
                bent("teams", lambda *how: fuzz.teams(teams, *how), bodies // 2),
            )
        )
    finally:
        slack.close()
        teams.close()


def bent(name: str, send: Callable[[Random, int, fuzz.Seen], None], bodies: int) -> int:
    """The memory is measured after the first tenth: until then caches fill."""
    seen, chance = fuzz.Seen(), Random(1)
    with fuzz.heard(seen):
        send(chance, bodies // 10, seen)
        before = fuzz.rss_mb()
        send(chance, bodies - bodies // 10, seen)
        after = fuzz.rss_mb()
    answers = dict(sorted(seen.statuses.items()))
    print(f"fuzz, {name}: {bodies} bodies, {answers}, {before:.0f} MB to {after:.0f} MB")
    for line in [*seen.bad, *seen.tracebacks][:20]:
        print(line)
    return len(seen.bad) + len(seen.tracebacks)


def walk_all(pool: ProcessPoolExecutor) -> int:
    wrong = 0
    every = [*STORIES, *VISITS]
    for story, (points, bad) in zip(every, pool.map(crashes, every), strict=True):
        print(f"{points:>9}  crash points of {story}, {bad} wrong", flush=True)
        wrong += bad
    points, bad = pool.submit(report_crashes).result()
    print(f"{points:>9}  crash points of a report, {bad} wrong", flush=True)
    return wrong + bad


def play_all(pool: ProcessPoolExecutor, seeds: range) -> int:
    started, cpu, wrong = perf_counter(), 0.0, 0
    figures: Counter[str] = Counter()
    for found, broken, seconds in pool.map(random_calls, parts(seeds)):
        figures, cpu, wrong = figures + found, cpu + seconds, wrong + len(broken)
        for played in broken:
            print(played.told(), flush=True)
        print(f"{figures['runs']:>9}  runs, {wrong} wrong, {cpu:.0f} s of CPU", flush=True)
    for name, count in sorted(figures.items()):
        print(f"{count:>9}  {name}")
    print(f"seeds {seeds[0]} to {seeds[-1]}: {wrong} of {figures['runs']} runs broke an invariant")
    print(f"{perf_counter() - started:.0f} s, {cpu / figures['runs']:.2f} s of CPU a run")
    return wrong


def parts(seeds: range) -> list[range]:
    return [seeds[at : at + EACH] for at in range(0, len(seeds), EACH)]


if __name__ == "__main__":
    main()
