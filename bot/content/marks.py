"""YAML with places: a file becomes a tree, and every mistake in it knows its line.

PyYAML alone turns 8:30 into 510 and "no" into False, and swallows a name that is written twice.
Here every scalar stays text and the shape decides.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Where = tuple[str | int, ...]
"""The way from the top of a file to one value: names of maps and numbers of list items."""

LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
DEEPEST = 30
HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Problem(NamedTuple):
    """One mistake and its place; lines and columns count from 1."""

    file: Path
    line: int
    column: int
    text: str
    source: str = ""

    def __str__(self) -> str:
        said = f"{self.file}:{self.line}:{self.column}: {self.text}"
        if not self.source:
            return said
        # Tabs stay tabs, so that the caret stands below the mistake in every terminal.
        before = re.sub(r"[^\t]", " ", self.source[: self.column - 1])
        return f"{said}\n  {self.line:>4} | {self.source}\n       | {before}^"


class ContentError(Exception):
    """Every mistake that a reading found, in the order in which the files were read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = dict.fromkeys(problems)
        order = {file: at for at, file in enumerate(dict.fromkeys(each.file for each in found))}
        self.problems = sorted(found, key=lambda each: (order[each.file], each))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Tree:
    """What one file says, where it says it, and the mistakes found in it so far."""

    file: Path
    lines: list[str]
    data: Any = None
    values: dict[Where, tuple[int, int]] = field(default_factory=dict)
    names: dict[Where, tuple[int, int]] = field(default_factory=dict)
    mistakes: list[Problem] = field(default_factory=list)

    def find(self, where: Iterable[str | int]) -> Where:
        """The place as far as the file has it; what is not in the file is stepped over."""
        node: Any = self.data
        found: Where = ()
        for part in where:
            step = _step(node, part)
            if step is not None:
                node = node[step]
                found = (*found, step)
        return found

    def wrong(self, where: Iterable[str | int], text: str, *, at_name: bool = False) -> None:
        """Note a mistake at a value, or at the name in front of it."""
        found = self.find(where)
        places = self.names if at_name and found in self.names else self.values
        self.wrong_at(places.get(found, (1, 1)), text)

    def wrong_at(self, place: tuple[int, int], text: str) -> None:
        self.mistakes.append(Problem(self.file, *place, text, self.line(place[0])))

    def line(self, number: int) -> str:
        """The text of a line; a mistake at the very end stands below the last one."""
        return self.lines[number - 1] if number <= len(self.lines) else ""


def _step(node: object, part: str | int) -> str | int | None:
    if isinstance(node, dict):
        return next((name for name in (part, str(part)) if name in node), None)
    if isinstance(node, list) and isinstance(part, int) and 0 <= part < len(node):
        return part
    return None


def shown(file: Path) -> Path:
    """The path as a person at this terminal would write it."""
    full, here = file.absolute(), Path.cwd()
    return full.relative_to(here) if full.is_relative_to(here) else full


def suggest(word: str, allowed: Iterable[str]) -> str:
    """The end of a sentence about an unknown word: what was probably meant, or what there is."""
    names = list(allowed)
    near = get_close_matches(word, names, 1, 0.6)
    if near:
        return f" – did you mean “{near[0]}”?"
    return f" – allowed: {', '.join(names)}" if 0 < len(names) <= 20 else ""


class Loader(yaml.CSafeLoader):
    """Resolves nothing: every plain scalar is text."""


Loader.yaml_implicit_resolvers = {}


def read(file: Path) -> Tree:
    """The file as a tree; what cannot be read is a mistake of the tree, never an exception."""
    tree = Tree(shown(file), [])
    try:
        raw = file.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as wrong:
        tree.wrong_at((1, 1), f"this file cannot be read: {wrong.strerror}")
    except UnicodeDecodeError as wrong:
        before = raw[: wrong.start].decode("utf-8-sig", "replace")
        said = "this file is not UTF-8; open it in an editor and save it again as UTF-8"
        tree.wrong_at(_end_of(before), said)
    else:
        tree.lines = LINE_BREAK.split(text)
        _parse(tree, text)
    return tree


def _end_of(text: str) -> tuple[int, int]:
    lines = LINE_BREAK.split(text)
    return len(lines), len(lines[-1]) + 1


def _parse(tree: Tree, text: str) -> None:
    hidden = HIDDEN.search(text)
    if hidden:
        said = "a character that nobody can see stands here; delete it"
        return tree.wrong_at(_end_of(text[: hidden.start()]), said)
    try:
        if _readable(tree, text):
            node = yaml.compose(text, Loader=Loader)
            tree.data = None if node is None else _built(tree, node, ())
    except yaml.MarkedYAMLError as wrong:
        _tell(tree, wrong)
    except yaml.YAMLError as wrong:
        tree.wrong_at((1, 1), f"this is not YAML: {wrong}")


def _readable(tree: Tree, text: str) -> bool:
    """Refuses what a loader must not follow: *this, which repeats &that, and endless brackets."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            said = 'a text that begins with * must stand in "quotes"; nothing can be repeated by *'
            tree.wrong_at(_place(event.start_mark), said)
        if depth > DEEPEST:  # libyaml follows every one, and crashes the process far down
            tree.wrong_at(_place(event.start_mark), "too many lists inside lists")
            return False
    return not tree.mistakes


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _built(tree: Tree, node: Any, where: Where) -> object:
    tree.values[where] = _place(node.start_mark)
    if isinstance(node, yaml.SequenceNode):
        return [_built(tree, part, (*where, at)) for at, part in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(tree, node, where)
    return None if not node.style and node.value in ("", "~", "null") else node.value


def _mapping(tree: Tree, node: Any, where: Where) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in node.value:
        here, place = (*where, name.value), _place(name.start_mark)
        if not isinstance(name, yaml.ScalarNode):
            tree.wrong_at(place, "a name must be one word, not a list or a map")
            continue
        if name.value in found:
            line = tree.names[here][0]
            tree.wrong_at(place, f"“{name.value}” is written twice; the first is on line {line}")
        tree.names[here] = place
        found[name.value] = _built(tree, value, here)
    return found


HINTS = (
    ("quoted", "a closing quotation mark is missing"),
    ("mapping values", 'put the text in "quotes" when it has a colon in it'),
    ("',' or '}'", "is a comma or a quotation mark missing on this line?"),
    ("single document", "keep what stands above and below “---” in two files"),
    ("", 'are all lines equally far in? Put a text in "quotes" when it begins with a sign'),
)


def _tell(tree: Tree, wrong: yaml.MarkedYAMLError) -> None:
    problem, context = wrong.problem or "", wrong.context or ""
    # A text without its closing quotation mark ends anywhere: where it begins is the place.
    mark = wrong.context_mark if "quoted" in context else wrong.problem_mark
    place = _place(mark or wrong.context_mark) if mark or wrong.context_mark else (1, 1)
    hint = next(hint for sign, hint in HINTS if sign in f"{context} {problem}")
    if tree.line(place[0])[place[1] - 1 :].startswith("\t"):
        hint = "use spaces, not the tab key, at the start of a line"
    tree.wrong_at(place, f"{problem} – {hint}")
