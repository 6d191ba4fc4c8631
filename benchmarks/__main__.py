"""All benchmarks, one after the other: `make bench`; they write benchmarks/RESULTS.md.

    python -m benchmarks                   everything, and the page of results
    python -m benchmarks press growth      these parts alone; they are printed, the page stays
    python -m benchmarks --small           does everything run? Small sizes, and no page either
    python -m benchmarks --page FILE       write the page there, whatever was measured

KOLLEGA_FLOOR names the folder of the bare slack-bolt bot. Each part is a process of its own, in
one temporary folder that goes with the run. A part that breaks is named on the page; a slow one is
not broken.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from benchmarks import page, results

PARTS = (
    "starting",
    "press",
    "slack",
    "teams",
    "replicas",
    "killing",
    "timers",
    "growth",
    "briefing",
)
ROOT = Path(__file__).parent.parent
PAGE = Path(__file__).parent / "RESULTS.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--small", action="store_true", help="small sizes: does it run at all?")
    parser.add_argument("--page", type=Path, help="write the results there")
    asked = parser.parse_args()
    if unknown := {*asked.parts} - {*PARTS}:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    wanted = asked.parts or PARTS
    with tempfile.TemporaryDirectory(prefix="kollega-bench-") as folder:
        where = page.machine(Path(folder))
        parts = [run(name, Path(folder), asked.small) for name in wanted]
    whole = not asked.parts and not asked.small
    if file := asked.page or (PAGE if whole else None):
        file.write_text(page.write(where, parts, asked.small), "utf-8")
        print(f"\nWritten: {file.name}")
    return int(any(part.broken for part in parts))


def run(name: str, folder: Path, small: bool) -> page.Part:
    """One part; what it prints is seen as it goes."""
    into, how = folder / f"{name}.json", ["--small"] if small else []
    command = [sys.executable, "-u", "-m", f"benchmarks.{name}", "--into", str(into), *how]
    print(f"\n== {name}", flush=True)
    before, started = results.load(), perf_counter()
    subprocess.run(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, check=False)
    seconds = perf_counter() - started
    print(f"== {name} took {seconds:.0f} s", flush=True)
    sections = results.kept(into) if into.exists() else []
    return page.Part(name, seconds, before, sections, broken=not into.exists())


if __name__ == "__main__":
    raise SystemExit(main())
