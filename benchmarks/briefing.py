"""How long it takes until a big shift has its briefing, and what an alert waits meanwhile.

`python -m benchmarks.briefing [1000]`: so many people begin at the same time in one workspace. The
engine, the courier and its model of Slack's pace are real, time is virtual. Figures, never a test.
"""

import sys
from datetime import datetime, timedelta
from time import process_time

from tests.test_briefings import SHIFT, arrivals, crowd

PEOPLE = 1000
BEFORE = timedelta(minutes=15)


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
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
    print(f"{len(found):>6} of {many} people briefed, over one workspace at Slack's own pace")
    print(f"{spread:>6.0f} s from the first to the last ({len(found) / spread:.1f} a second)")
    print(f"{early:>6.0f} s to spare before the quarter of an hour, for the last of them")
    print(f"{waited.total_seconds():>6.2f} s until an alert pressed in the middle of it arrived")
    print(f"{longest.ms:>6.0f} ms the longest single decision ({longest.what})")
    print(f"{process_time() - began:>6.1f} s of CPU")
    stage.close()


if __name__ == "__main__":
    main()
