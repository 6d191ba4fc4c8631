"""Commands: what people may type instead of pressing."""

import unicodedata
from collections.abc import Mapping
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot import commands
from bot.actions import Action
from bot.commands import Command, check, plain, shortcuts, understand
from handlers.help.actions import Press
from tests.stage import demo_shelf
from tests.toys import Count, Play

Shape = TypeVar("Shape", bound=BaseModel)


class Typed:
    """Content of nothing but commands."""

    cover_words = frozenset({"level_1", "level_2", "level_3", "first", "second"})

    def __init__(self, *known: Command) -> None:
        self.known = {command.id: command for command in known}

    def all(self, shape: type[Shape]) -> Mapping[str, Shape]:
        return self.known if shape is Command else {}  # type: ignore[return-value]


def command(id: str, number: int, sv: str, en: str, shortcut: str | None = None) -> Command:
    values = {"number": str(number)}
    said, told = tuple(sv.split(", ")), tuple(en.split(", "))
    return Command(id=id, action="toy.count", values=values, shortcut=shortcut, sv=said, en=told)


CONTENT = Typed(
    command("yellow", 2, "gul, pärm gul, pärm", "yellow, folder"),
    command("white", 3, "vit, pärm vit, pärm gul nu", "white", shortcut="level_3"),
    command("how", 4, "hur gör jag, ?", "how, ?"),
    command("blue", 1, "blå", "blue", shortcut="level_1"),
)


@pytest.mark.parametrize(
    "line",
    [
        "Pärm gul!",
        "/pärm gul",
        "gul tack",
        "GUL",
        "  gul  ",
        "*gul*",
        "_gul_",
        "gul.",
        "Gul, snälla!!!",
        "“Pärm gul”",
        "pärm  \n gul",
        "yellow",
        "Folder, please",
        unicodedata.normalize("NFD", "Pärm gul"),
    ],
)
def test_many_ways_to_type_it_mean_the_same(line: str) -> None:
    assert understand(CONTENT, line) == Count(2)


@pytest.mark.parametrize(
    "line",
    ["", " ", "!!!", "gult", "guld", "ja gul", "hej", "pärmen", "🟡", "??", "\x00", "x" * 9999],
)
def test_what_nobody_can_tell_is_none(line: str) -> None:
    assert understand(CONTENT, line) is None


@pytest.mark.parametrize(
    ("line", "number"),
    [("pärm", 2), ("pärm vit", 3), ("pärm gul", 2), ("pärm gul nu tack", 3), ("pärm gult", 2)],
)
def test_the_longest_phrase_wins(line: str, number: int) -> None:
    assert understand(CONTENT, line) == Count(number)


@pytest.mark.parametrize("line", ["?", " ? ", "how do I", "Hur gör jag?"])
def test_a_lone_question_mark_is_a_question(line: str) -> None:
    assert understand(CONTENT, line) == Count(4)


@given(st.text(max_size=200))
def test_no_line_makes_it_raise(line: str) -> None:
    found: Action | None = understand(CONTENT, line)
    assert found is None or isinstance(found, Count)
    assert plain(plain(line)) == plain(line)


def test_shortcuts_come_in_the_order_of_the_file() -> None:
    assert [one.shortcut for one in shortcuts(CONTENT)] == ["level_3", "level_1"]


def test_one_shortcut_of_the_base_pack_wants_a_deliberate_press() -> None:
    held = [one.id for one in shortcuts(demo_shelf().current) if one.hold]
    assert held == ["white"]


def test_a_command_for_an_action_that_does_not_exist_is_a_mistake_of_the_content() -> None:
    wrong = Typed(
        Command(id="gone", action="toy.forgotten", sv=("x",), en=("x",)),
        Command(id="values", action="toy.count", values={"number": "many"}, sv=("y",), en=("y",)),
        Command(id="fine", action="toy.play", values={"game": "now"}, sv=("z",), en=("z",)),
    )
    assert [(id, path) for _, id, path, _ in check(wrong)] == [
        ("gone", ("action",)),
        ("values", ("action",)),
    ]
    assert understand(wrong, "z") == Play("now")
    assert {"commands": Command} == commands.SHAPES


@pytest.mark.parametrize(
    "line",
    ["ett ögonblick", "Tre personer väntar", "two minutes", "how are you", "hjälp kollegan sen",
     "start klockan nio", "1 kaffe"],
)  # fmt: skip
def test_an_everyday_sentence_presses_nothing(line: str) -> None:
    assert understand(demo_shelf().current, line) is None


def test_a_keyboard_without_swedish_letters_calls_too() -> None:
    for line, level in (
        ("hjalp", 2),
        ("Hjalp mig!", 2),
        ("parm bla", 1),
        ("bla parm", 1),
        ("tva", 2),
    ):
        assert understand(demo_shelf().current, line) == Press(level)
    for line in "hjalp kollegan sen", "bla bla bla":
        assert understand(demo_shelf().current, line) is None


@pytest.mark.parametrize(
    ("line", "level"), [("Tre!", 3), ("hjälp", 2), ("HELP", 2), ("1", 1), ("vit tack", 3)]
)
def test_the_same_words_alone_do(line: str, level: int) -> None:
    assert understand(demo_shelf().current, line) == Press(level)
