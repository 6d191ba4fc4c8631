"""How long it takes until a big shift has its briefing, and what an alert waits meanwhile.

So many people begin at the same time in one workspace, and one call is pressed in the middle of
it. The engine, the courier and its model of Slack's pace are real, time is virtual: these figures
are Slack's limits and our order of sending, and know nothing of the machine.
"""

from datetime import datetime, timedelta
from time import process_time

from benchmarks import results
from benchmarks.results import Section, explained
from tests.test_briefings import SHIFT, arrivals, crowd

PEOPLE = 1000
BEFORE = timedelta(minutes=15)
T14, ALERT = 60, 1
"""Seconds from the first briefing to the last; until an alert in the middle of them arrives."""


def main() -> None:
    parser = results.arguments(__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    asked = parser.parse_args()
    results.keep([measure(100 if asked.small else asked.people)], asked.into)


def measure(many: int) -> Section:
    section = Section("The briefing of a big shift", explained(__doc__), ("", "found")).begin()
    began = process_time()
    stage = crowd(many)
    bo = stage.person("bo")
    due = SHIFT - BEFORE
    halfway = due - timedelta(seconds=many / 8)
    stage.passes(minutes=(halfway - stage.loop.now()).total_seconds() / 60)
    pressed = stage.loop.now()
    stage.person("lisa").uses_shortcut(3)
    stage.passes(seconds=5)
    alerts = [m for m in bo.messages() if not m.home]
    for what in ("take", "check"):
        stage.hears("bo", f"help.{what}", '{"call":1}')
    waited = datetime.fromisoformat(alerts[0].at) - pressed
    stage.passes(seconds=(due - stage.loop.now()).total_seconds() + 300)
    found = arrivals(stage)
    longest = max(stage.decisions, key=lambda decision: decision.ms)
    spread = (found[-1] - found[0]).total_seconds()
    early = (due - found[-1]).total_seconds()
    section.add("people briefed", f"{len(found)} of {many}")
    section.add("first to last", f"{spread:.0f} s")
    section.add("briefed a second", f"{len(found) / spread:.1f}")
    section.add("to spare before the quarter", f"{early:.0f} s")
    section.add("longest single decision", f"{longest.ms:.0f} ms")
    section.add("CPU", f"{process_time() - began:.1f} s")
    section.aims(f"T14: {many:,} briefings, first to last", spread, "s", T14)
    what = f"an alert behind {many:,} briefings, until it arrives"
    section.aims(what, waited.total_seconds(), "s", ALERT)
    stage.close()
    return section


if __name__ == "__main__":
    main()
