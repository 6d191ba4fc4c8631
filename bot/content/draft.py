"""Content draft: what has been read of the packs so far, every value with its place."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, StringConstraints

from bot.content.marks import Problem, Tree, Where
from bot.content.texts import Written
from bot.words import CoverText


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Forms(Strict):
    """The plural forms of a sentence in one language."""

    one: str
    other: str


class Leaf(Strict):
    """One sentence of a word file."""

    sv: str | Forms
    en: str | Forms


class CoverSet(Strict):
    nouns: dict[str, CoverText] = {}
    words: dict[str, CoverText] = {}


class Forbidden(Strict):
    words: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]]


class Entry(NamedTuple):
    """One value of a shape and where it stands; None when it has mistakes."""

    tree: Tree
    where: Where
    value: BaseModel | None


@dataclass
class Draft:
    """Later packs write over the sentences and entries of earlier ones; `texts` has all of them."""

    trees: list[Tree] = field(default_factory=list)
    texts: list[list[Written]] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    sentences: dict[str, Written] = field(default_factory=dict)
    entries: dict[type[BaseModel], dict[str, Entry]] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        return [mistake for tree in self.trees for mistake in tree.mistakes]

    def stray(self, file: Path, text: str) -> None:
        """Note a mistake about something that has no lines."""
        tree = Tree(file, [])
        tree.wrong((), text)
        self.trees.append(tree)
