"""Content files: the folders of a pack are read into the draft; what nothing reads is told."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bot.content.draft import CoverSet, Draft, Entry, Forbidden, Leaf
from bot.content.marks import Tree, Where, read, shown, suggest
from bot.content.plain import shaped
from bot.content.texts import Written
from bot.words import LANGUAGES, Both, Coverable, CoverText

WORDS, COVER, FORBIDDEN, DEMO = "words", "cover", "forbidden", "demo"
TOP = ("pack.yaml", "pack.sum", "pack.sum.minisig", "pack.over")
"""What a pack says about itself (`bot.packs`)."""

COVERT_WORDS = "common"
"""The word file whose sentences may reach anybody, at the desk too."""


def read_pack(draft: Draft, folder: Path, shapes: Mapping[str, type[BaseModel]]) -> None:
    ours: dict[tuple[type[BaseModel], str], Entry] = {}
    draft.texts.append([])
    for name, tree in _files(draft, folder, sorted({WORDS, COVER, *shapes})):
        draft.trees.append(tree)
        if tree.data is None:
            _tell_empty(tree)
        elif name == WORDS:
            _add_words(draft, tree)
        elif (name, tree.file.stem) == (COVER, FORBIDDEN):
            found = shaped(tree, (), Forbidden, tree.data)
            draft.forbidden += found.words if found else []
        else:
            _add_entries(draft, ours, tree, CoverSet if name == COVER else shapes[name])


def _tell_empty(tree: Tree) -> None:
    if not tree.mistakes:
        tree.wrong((), "nothing is written in this file; write something or delete it")


def _files(draft: Draft, root: Path, names: list[str]) -> Iterator[tuple[str, Tree]]:
    """Every file of a pack with the name of its folder; what does not belong there is told."""
    if not root.is_dir():
        draft.stray(shown(root), "there is no such folder; check its path")
        return
    for folder in _seen(root):
        if folder.name not in names or not folder.is_dir():
            text = f"nothing reads “{folder.name}”{suggest(folder.name, names)}"
            draft.stray(shown(folder), text)
            continue
        for file in _seen(folder):
            if file.suffix == ".yaml" and file.is_file():
                yield folder.name, read(file)
            else:
                text = f"nothing reads this; content is files such as {folder.name}/name.yaml"
                draft.stray(shown(file), text)


def _seen(folder: Path) -> list[Path]:
    ours = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in ours if path.name not in ("README.md", DEMO, *TOP))


def _add_words(draft: Draft, tree: Tree) -> None:
    for where, leaf in _leaves(tree, (), tree.data):
        key = ".".join((tree.file.stem, *map(str, where)))
        found = Written(tree, where, leaf.model_dump(), tree.file.stem == COVERT_WORDS, key)
        draft.sentences[key] = found
        draft.texts[-1].append(found)


def _leaves(tree: Tree, where: Where, node: object) -> Iterator[tuple[Where, Leaf]]:
    if isinstance(node, dict) and (not where or _is_branch(node)):
        for name, inner in node.items():
            yield from _leaves(tree, (*where, name), inner)
    elif leaf := shaped(tree, where, Leaf, node):
        yield where, leaf


def _is_branch(node: Mapping[str, object]) -> bool:
    inside = any(isinstance(inner, dict) for inner in node.values())
    return inside and not node.keys() & set(LANGUAGES)


def _add_entries(
    draft: Draft, ours: dict[tuple[type[BaseModel], str], Entry], tree: Tree, shape: type[BaseModel]
) -> None:
    known = draft.entries.setdefault(shape, {})
    for name, entry in _entries(tree, shape):
        if twin := ours.get((shape, name)):
            line = twin.tree.values[twin.where][0]
            tree.wrong(
                (*entry.where, "id"), f"“{name}” is already in {twin.tree.file}, line {line}"
            )
        ours[shape, name] = entry
        known[name] = _over(known.get(name), entry)
        draft.texts[-1] += _texts(entry)


def _over(old: Entry | None, new: Entry) -> Entry:
    """A later pack replaces an entry whole, but of a word set only the words that it has."""
    if old and isinstance(old.value, CoverSet) and isinstance(new.value, CoverSet):
        nouns = {**old.value.nouns, **new.value.nouns}
        words = {**old.value.words, **new.value.words}
        return new._replace(value=CoverSet(nouns=nouns, words=words))
    return new


def _entries(tree: Tree, shape: type[BaseModel]) -> Iterator[tuple[str, Entry]]:
    if not isinstance(tree.data, list):
        own = tree.data.get("id") if isinstance(tree.data, dict) else None
        name = own if isinstance(own, str) and "id" in shape.model_fields else tree.file.stem
        yield name, Entry(tree, (), shaped(tree, (), shape, tree.data))
        return
    for at, item in enumerate(tree.data):
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            tree.wrong((at,), "every item of this list needs an “id”")
            continue
        bare = {k: v for k, v in item.items() if k != "id" or "id" in shape.model_fields}
        yield item["id"], Entry(tree, (at,), shaped(tree, (at,), shape, bare))


def _texts(entry: Entry) -> Iterator[Written]:
    if isinstance(entry.value, CoverSet):
        for name, text in entry.value.nouns.items():
            yield Written(entry.tree, (*entry.where, "nouns", name), _said(text), covert=True)
        for name, text in entry.value.words.items():
            at, key = (*entry.where, "words", name), f"{COVER}/{name}"
            yield Written(entry.tree, at, _said(text), covert=True, key=key, nouns=True)
    else:
        yield from _texts_in(entry, entry.where, entry.value)


def _texts_in(entry: Entry, where: Where, value: object) -> Iterator[Written]:
    """Every text in both languages that stands anywhere inside a value."""
    if isinstance(value, Both):
        cover = isinstance(value, CoverText)
        bare = isinstance(value, Coverable) and value.cover is None and _at_desk(entry)
        yield Written(entry.tree, where, _said(value), cover or bare, nouns=cover, bare=bare)
    if isinstance(value, Coverable):
        yield from _texts_in(entry, (*where, "cover"), value.cover)
    if isinstance(value, Both):
        return
    for step, inner in _inside(value):
        yield from _texts_in(entry, (*where, step), inner)


def _at_desk(entry: Entry) -> bool:
    """An entry that says `desk: no` is never read there, so that its lines need no covers."""
    return bool(getattr(entry.value, "desk", True))


def _said(text: Both) -> dict[str, str]:
    return {language: text.text(language) for language in LANGUAGES}


def _inside(value: object) -> Iterable[tuple[Any, object]]:
    if isinstance(value, BaseModel):
        return iter(value)
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else ()
