"""The tour of the house leads to rooms that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "house.md").read_text("utf-8")
PATH = re.compile(r"`((?:bot|handlers|storage|content|tests|benchmarks|docs)/[\w/.-]*)")


def test_every_path_on_the_tour_exists() -> None:
    paths = {path.rstrip(".") for path in PATH.findall(TEXT)}
    assert len(paths) > 30
    assert not [path for path in paths if not (ROOT / path).exists()]


def test_every_bench_on_the_tour_exists() -> None:
    for module in set(re.findall(r"python -m (benchmarks\.\w+)", TEXT)):
        assert (ROOT / f"{module.replace('.', '/')}.py").exists(), module
