"""Ladders as content: what would make a press fail is told when the content is read."""

from pathlib import Path

import pytest

import handlers
from bot import assembly
from bot.content import ContentError, Pack

LADDER = (assembly.BASE / "ladders" / "level-3.yaml").read_text("utf-8")


def laid_over(folder: Path, text: str) -> Pack:
    """The demo with another ladder for level 3."""
    (folder / "ladders").mkdir()
    (folder / "ladders" / "level-3.yaml").write_text(text, "utf-8")
    return assembly.load([assembly.BASE, assembly.DEMO, folder], handlers.ALL)


def test_an_agency_may_have_times_of_its_own(tmp_path: Path) -> None:
    pack = laid_over(tmp_path, LADDER.replace("after: 20s", "after: 15s"))
    assert pack.word_sets


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('likely: ["1"', 'likely: ["99"', "there is no guidance card 99"),
        ("cover: searching_more", "cover: serching", "there is no cover word “serching”"),
        ("repeat: 30s, cover: exhausted", "repeat: 30s, cover: gone", "no cover word “gone”"),
        (
            "after: 45s",
            "after: 10s",
            "the first rung starts after 0s, each later one and the exhaustion later",
        ),
        ("after: 0s", "after: 5s", "the first rung starts after 0s"),
        ("level: 3\n", "level: 2\n", "no ladder has level 3"),
        ("after: 60s", "after: 45s", "each later one and the exhaustion later"),
        ("repeat: 30s", "repeat: 0s", "level-3.yaml:7"),
        ("silent: 3m", "silent: 0s", "level-3.yaml:8"),
        ("ring: 3", "ring: 9", "level-3.yaml:6"),
        ("level: 3\n", "level: 1\n", "two ladders have level 1"),
        ("after: 20s", "after: soon", "20s, 3m or 1h"),
    ],
)
def test_what_would_make_a_press_fail_is_told(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in LADDER
    with pytest.raises(ContentError) as wrong:
        laid_over(tmp_path, LADDER.replace(old, new))
    assert told in str(wrong.value)


def test_a_ladder_without_a_rung_is_told(tmp_path: Path) -> None:
    first, _, rest = LADDER.partition("rungs:\n")
    bare = first + "rungs: []\n" + rest[rest.index("exhausted:") :]
    with pytest.raises(ContentError, match="the first rung starts after 0s"):
        laid_over(tmp_path, bare)
