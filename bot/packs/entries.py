"""Entries: what a pack says, each thing by a name of its own, as it stands in the files."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from bot.content.files import COVER, WORDS
from bot.content.marks import Tree, Where, read
from bot.packs.sums import files
from bot.words import LANGUAGES


@dataclass(frozen=True)
class Entry:
    """A sentence, cover word, card, person: `name` is folder and id, such as words/help.take."""

    name: str
    tree: Tree
    where: Where
    value: Any

    @property
    def line(self) -> int:
        return self.tree.values.get(self.where, (1, 1))[0]

    @property
    def place(self) -> str:
        return f"{self.tree.file}:{self.line}"

    @property
    def version(self) -> str:
        found = self.value.get("version") if isinstance(self.value, dict) else None
        return str(found or "-")

    @property
    def texts(self) -> dict[str, str]:
        """Every written value by its path inside the entry."""
        return dict(_flat((), self.value))

    @property
    def digest(self) -> str:
        said = repr(sorted(self.texts.items())).encode()
        return blake2b(said, digest_size=8).hexdigest()


def entries(folder: Path) -> dict[str, Entry]:
    """By name; files that cannot be read have none (check-content tells why)."""
    inside = (file for file in files(folder) if file.parent.parent == folder)
    found = (_of(read(file)) for file in inside if file.suffix == ".yaml")
    return {entry.name: entry for each in found for entry in each}


def _of(tree: Tree) -> Iterator[Entry]:
    folder, stem = tree.file.parent.name, tree.file.stem
    if folder == WORDS:
        yield from _sentences(tree, f"{WORDS}/{stem}", (), tree.data)
    elif folder == COVER:
        yield from _cover_words(tree, tree.data)
    elif isinstance(tree.data, list):
        for at, item in enumerate(tree.data):
            if isinstance(item, dict) and "id" in item:
                yield Entry(f"{folder}/{item['id']}", tree, (at,), item)
    elif isinstance(tree.data, dict):
        yield Entry(f"{folder}/{tree.data.get('id', stem)}", tree, (), tree.data)


def _cover_words(tree: Tree, data: Any) -> Iterator[Entry]:
    for part, inside in data.items() if isinstance(data, dict) else ():
        for name, value in inside.items() if isinstance(inside, dict) else ():
            yield Entry(f"{COVER}/{tree.file.stem}/{part}.{name}", tree, (part, name), value)


def _sentences(tree: Tree, name: str, where: Where, value: Any) -> Iterator[Entry]:
    if isinstance(value, dict) and not {*value} & {*LANGUAGES}:
        for key, inner in value.items():
            yield from _sentences(tree, f"{name}.{key}", (*where, key), inner)
    elif where:
        yield Entry(name, tree, where, value)


def _flat(path: tuple[str, ...], value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat((*path, str(name)), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value, 1):
            yield from _flat((*path, str(at)), inner)
    else:
        yield ".".join(path), "" if value is None else str(value)
