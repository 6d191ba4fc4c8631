"""The rules that keep the parts apart: who may import whom, and what no room may hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers
from bot.actions import KNOWN
from bot.assembly import shapes
from tests.stage import demo_shelf

ROOT = Path(__file__).parent.parent

VOCABULARY = {
    "bot.actions", "bot.cards", "bot.content", "bot.dialogs", "bot.effects", "bot.features",
    "bot.guards", "bot.holidays", "bot.ladders", "bot.plans", "bot.ranking", "bot.ready",
    "bot.schedules", "bot.staff", "bot.turn", "bot.wheel", "bot.words",
}  # fmt: skip
"""What handlers may know of the machine."""

SURFACE_VOCABULARY = {
    "bot.actions", "bot.cards", "bot.effects", "bot.events", "bot.pace", "bot.surfaces",
    "bot.wire",
}  # fmt: skip
"""What surfaces may know: cards, actions, and what is said between them and the machine."""

PLATFORM_WORDS = ("slack", "teams", "workspace", "block kit", "adaptive")
FEATURE_WORDS = (
    "help_call", "presser", "ladder", "rung", "guidance", "incident", "visit", "triage",
    "anonymous", "reporter", "selfcheck", "briefing", "aftercare", "severity", "feedback",
    "practice",
)  # fmt: skip
"""What the machine must not know; "report", "case", "plan" and "checklist" are words of its own."""


def files(folder: str) -> list[Path]:
    return [file for file in (ROOT / folder).rglob("*.py") if "__pycache__" not in file.parts]


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{name.name}" for name in node.names}
            known = {name for name in names if is_module(name)}
            found |= known or {node.module}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def ours(folder: str, outside: str = "") -> Iterator[tuple[Path, str]]:
    for file in files(folder):
        if outside and outside in file.as_posix():
            continue
        for module in imports(file):
            yield file, module


def starts(module: str, *tops: str) -> bool:
    return module.split(".")[0] in tops


def test_storage_knows_rows_and_nothing_of_ours() -> None:
    for file, module in ours("storage"):
        assert not starts(module, "bot", "handlers", "slack_bolt", "msal", "aiohttp", "asyncio"), (
            f"{file} imports {module}"
        )


def test_only_the_command_line_knows_the_handlers() -> None:
    for file, module in ours("bot", outside="command_line"):
        assert not starts(module, "handlers"), f"{file} imports {module}"


def test_handlers_speak_the_vocabulary_and_nothing_else_of_the_machine() -> None:
    for file, module in ours("handlers"):
        assert not starts(module, "slack_bolt", "slack_sdk", "msal", "aiohttp", "asyncio"), file
        if starts(module, "bot"):
            assert module in VOCABULARY, f"{file} imports {module}"


def test_surfaces_know_cards_and_actions_only() -> None:
    for file, module in ours("bot/surfaces"):
        assert not starts(module, "handlers", "storage"), f"{file} imports {module}"
        if starts(module, "bot"):
            known = module in SURFACE_VOCABULARY or module.startswith("bot.surfaces.")
            assert known, f"{file} imports {module}"


def test_only_surfaces_name_a_platforms_package() -> None:
    for file, module in ours("bot", outside="surfaces"):
        assert not starts(module, "slack_bolt", "slack_sdk", "msal"), f"{file} imports {module}"


def test_handlers_never_wait_and_never_look_at_a_clock() -> None:
    for file in files("handlers"):
        tree = ast.parse(file.read_text("utf-8"))
        waits = [n for n in ast.walk(tree) if isinstance(n, (ast.Await, ast.AsyncFunctionDef))]
        assert not waits, f"{file.name} awaits"
        for module in imports(file):
            assert not starts(module, "time", "random", "datetime"), f"{file.name}: {module}"


def test_handlers_name_no_platform_and_the_machine_names_no_feature() -> None:
    for folder, words in (("handlers", PLATFORM_WORDS), ("bot", FEATURE_WORDS)):
        for file in files(folder):
            text = code_of(file).casefold()
            found = [word for word in words if word in text]
            assert not found, f"{file} speaks of {found}"


def test_no_sentence_lives_in_a_handler() -> None:
    """A sentence has a space and two words; keys, slots and names have none."""
    for file in files("handlers"):
        for text in strings(file):
            assert len(text.split()) < 3 or text in complaints(file), f"{file.name}: {text!r}"


def test_every_phrase_that_the_code_names_exists() -> None:
    """A missing phrase would be found by whoever presses; so it is found here."""
    words, covers = (
        demo_shelf().current.dictionaries["sv"].sentences,
        demo_shelf().current.cover_words,
    )
    for folder in ("handlers", "bot"):
        for file in files(folder):
            if file.name in COMMAND_LINE:
                continue
            for name, key in spoken(file):
                known = words if name == "say" else covers
                assert any(fits(key, one) for one in known), f"{file.name} says {key}"


def test_only_the_loader_makes_cover_texts() -> None:
    for folder in ("handlers", "bot"):
        for file in files(folder):
            if file.name not in ("words.py", "content.py"):
                calls = {n.func.id for n in ast.walk(ast.parse(file.read_text("utf-8")))
                         if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}  # fmt: skip
                assert "CoverText" not in calls, f"{file} makes a cover text of its own"


def test_every_action_has_one_handler() -> None:
    handled = [action for feature in handlers.ALL for action in feature.answers]
    known = {kind for name, kind in KNOWN.items() if not name.startswith("toy.")}
    assert set(handled) == known
    assert len(handled) == len(known)


def test_wire_names_are_for_ever() -> None:
    promised = (ROOT / "tests" / "wire_names.txt").read_text("utf-8").split()
    known = {name for name in KNOWN if not name.startswith("toy.")}
    assert set(promised) <= known, "an old message may still carry this name"
    assert known <= set(promised), "a new wire name is a promise: write it down"


def test_every_content_folder_is_read_by_somebody() -> None:
    known = {*shapes(handlers.ALL), "words", "cover", "demo"}
    assert {p.name for p in (ROOT / "content").iterdir() if p.is_dir()} <= known
    assert demo_shelf().current.word_sets == ("copies", "folders")


@pytest.mark.parametrize("folder", ["bot", "handlers", "storage"])
def test_every_file_names_its_story_in_the_first_line(folder: str) -> None:
    for file in files(folder):
        doc = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        assert doc.splitlines()[:1] and len(doc.splitlines()[0]) > 5, f"{file} tells no story"


def spoken(file: Path) -> Iterator[tuple[str, str]]:
    """Every key that is said, as `say("help.take")` or `cover("sent")`; {} where it is computed."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args):
            continue
        if node.func.id in ("say", "cover") and (key := key_of(node.args[0])):
            yield node.func.id, key


def key_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = (p.value if isinstance(p, ast.Constant) else "{}" for p in node.values)
        return "".join(str(part) for part in parts)
    return ""


def fits(key: str, known: str) -> bool:
    return re.fullmatch(re.escape(key).replace(r"\{\}", r"[^.]+"), known) is not None


def code_of(file: Path) -> str:
    """The code without comments, docstrings and other strings that stand alone."""
    if file.name in PLATFORM_ROOMS | COMMAND_LINE or "surfaces" in file.parts:
        return ""  # composition names its surfaces, and they name themselves
    return ast.unparse(Bare().visit(ast.parse(file.read_text("utf-8"))))


class Bare(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        return ast.Pass() if isinstance(node.value, ast.Constant) else node


COMMAND_LINE = {"command_line.py", "demo.py", "planning.py"}
"""What speaks to operators, in a terminal; its sentences are not content."""

PLATFORM_ROOMS = {
    "house.py", "serving.py", "settings.py", "doctor.py", "slack_care.py", "slack_doctor.py",
    "slack_doctor_places.py", "slack_house.py", "slack_news.py", "slack_people.py",
    "slack_sheets.py", "slack_units.py", "slack_workspaces.py", "teams_doctor.py",
    "teams_house.py", "teams_package.py", "teams_people.py", "world.py", "tables.py", "imports.py",
}  # fmt: skip
"""Where the parts of one platform are put together, and addresses are read."""


def test_every_exception_is_still_needed() -> None:
    there = {file.name for file in files("bot")}
    assert there >= PLATFORM_ROOMS and there >= COMMAND_LINE


def strings(file: Path) -> list[str]:
    tree = ast.parse(file.read_text("utf-8"))
    docs = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in docs
    ]


def complaints(file: Path) -> set[str]:
    """What a check tells whoever writes content, which no user sees."""
    tree = ast.parse(file.read_text("utf-8"))
    checks = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and "check" in n.name]
    found = {n.value for c in checks for n in ast.walk(c) if isinstance(n, ast.Constant)}
    return {text for text in found if isinstance(text, str)}


def test_every_long_test_exists() -> None:
    """A line that names nothing would let a renamed test slip back into the usual run."""
    for line in (ROOT / "tests" / "long.txt").read_text("utf-8").split():
        file, _, test = line.partition("::")
        assert f"def {test}(" in (ROOT / "tests" / file).read_text("utf-8"), line
