"""The content pack: folders of YAML become words, cover words and checked values.

Every mistake of every file is told at once, and a pack with mistakes is never used.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, NamedTuple, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from bot.features import Complaint
from bot.words import (
    LANGUAGES,
    Both,
    Coverable,
    CoverText,
    Dictionary,
    Sentence,
    WordSet,
    placeholders,
)
from bot.yaml_marks import ContentError, Problem, Tree, Where, read, shaped, shown, suggest

__all__ = ["ContentError", "Pack", "Problem", "Seconds", "Shelf", "load"]

S = TypeVar("S", bound=BaseModel)
Check = Callable[["Pack"], Iterable[Complaint]]

WORDS, COVER, FORBIDDEN, DEMO = "words", "cover", "forbidden", "demo"
COVERT_WORDS = "common"
"""The word file whose sentences may reach anybody, at the desk too."""


def _seconds(written: object) -> object:
    if not isinstance(written, str):
        return written
    found = re.fullmatch(r"([0-9]{1,6})([smh])", written.strip())
    if found is None:
        raise ValueError("write a number and s, m or h, such as 20s, 3m or 1h")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


Seconds = Annotated[int, BeforeValidator(_seconds), Field(ge=0)]
"""A length of time, written "20s", "3m" or "1h"."""


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


@dataclass(frozen=True)
class Pack:
    """Everything that content says. Never changed: a reload makes a new one."""

    entries: Mapping[type[BaseModel], Mapping[str, BaseModel]]
    dictionaries: Mapping[str, Dictionary]
    word_sets: tuple[str, ...]
    forbidden: tuple[str, ...]

    def all(self, shape: type[S]) -> Mapping[str, S]:
        return cast(Mapping[str, S], self.entries.get(shape, {}))


class Shelf:
    """The pack in use. A pack with mistakes never replaces it."""

    def __init__(self, load_pack: Callable[[], Pack]) -> None:
        self.current = load_pack()
        self._load_pack = load_pack

    def reload(self) -> list[Problem]:
        try:
            self.current = self._load_pack()
        except ContentError as wrong:
            return wrong.problems
        return []


class Written(NamedTuple):
    """One text in both languages and where it stands; a covert one may be read at the desk."""

    tree: Tree
    where: Where
    sentences: Mapping[str, Sentence]
    covert: bool


class Entry(NamedTuple):
    """One value of a shape and where it stands; None when it has mistakes."""

    tree: Tree
    where: Where
    value: BaseModel | None


@dataclass
class Draft:
    """What has been read so far, with its places; later packs write over earlier ones."""

    stray: list[Problem] = field(default_factory=list)
    trees: list[Tree] = field(default_factory=list)
    texts: list[Written] = field(default_factory=list)
    forbidden: list[str] = field(default_factory=list)
    sentences: dict[str, Written] = field(default_factory=dict)
    entries: dict[type[BaseModel], dict[str, Entry]] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        return self.stray + [mistake for tree in self.trees for mistake in tree.mistakes]


def load(
    folders: Sequence[Path], shapes: Mapping[str, type[BaseModel]], checks: Iterable[Check] = ()
) -> Pack:
    """The folders as one pack; raises ContentError with every mistake in every file."""
    draft = Draft()
    for folder in folders:
        _read_folder(draft, folder, {**shapes, COVER: CoverSet})
    for text in draft.texts:
        _check_text(text, draft.forbidden)
    _check_sets(draft)
    pack = _bound(draft)
    for check in checks:
        _ask(draft, pack, check)
    if draft.problems:
        raise ContentError(draft.problems)
    return pack


def _read_folder(draft: Draft, folder: Path, shapes: Mapping[str, type[BaseModel]]) -> None:
    ours: dict[tuple[type[BaseModel], str], Entry] = {}
    for name, tree in _files(draft, folder, sorted({WORDS, *shapes})):
        draft.trees.append(tree)
        if tree.data is None:
            _tell_empty(tree)
        elif name == WORDS:
            _add_words(draft, tree)
        elif (name, tree.file.stem) == (COVER, FORBIDDEN):
            found = shaped(tree, (), Forbidden, tree.data)
            draft.forbidden += found.words if found else []
        else:
            _add_entries(draft, ours, tree, shapes[name])


def _tell_empty(tree: Tree) -> None:
    if not tree.mistakes:
        tree.wrong((), "nothing is written in this file; write something or delete it")


def _files(draft: Draft, root: Path, names: list[str]) -> Iterator[tuple[str, Tree]]:
    """Every file of a pack with the name of its folder; what does not belong there is told."""
    if not root.is_dir():
        draft.stray.append(Problem(shown(root), 1, 1, "there is no such folder; check its path"))
        return
    for folder in _seen(root):
        if folder.name not in names or not folder.is_dir():
            text = f"nothing reads “{folder.name}”{suggest(folder.name, names)}"
            draft.stray.append(Problem(shown(folder), 1, 1, text))
            continue
        for file in _seen(folder):
            if file.suffix == ".yaml" and file.is_file():
                yield folder.name, read(file)
            else:
                text = f"nothing reads this; content is files such as {folder.name}/name.yaml"
                draft.stray.append(Problem(shown(file), 1, 1, text))


def _seen(folder: Path) -> list[Path]:
    ours = (path for path in folder.iterdir() if not path.name.startswith("."))
    return sorted(path for path in ours if path.name not in ("README.md", DEMO))


def _add_words(draft: Draft, tree: Tree) -> None:
    for where, leaf in _leaves(tree, (), tree.data):
        found = Written(tree, where, leaf.model_dump(), tree.file.stem == COVERT_WORDS)
        draft.sentences[".".join((tree.file.stem, *map(str, where)))] = found
        draft.texts.append(found)


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
        draft.texts += _texts(entry, entry.where, entry.value)


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


def _texts(entry: Entry, where: Where, value: object) -> Iterator[Written]:
    """Every text in both languages that stands anywhere inside a value."""
    if isinstance(value, Both):
        bare = isinstance(value, Coverable) and value.cover is None
        said = {language: value.text(language) for language in LANGUAGES}
        yield Written(entry.tree, where, said, bare or isinstance(value, CoverText))
    if isinstance(value, Coverable):
        yield from _texts(entry, (*where, "cover"), value.cover)
    if isinstance(value, Both):
        return
    for step, inner in _inside(value):
        yield from _texts(entry, (*where, step), inner)


def _inside(value: object) -> Iterable[tuple[Any, object]]:
    if isinstance(value, BaseModel):
        return iter(value)
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, (list, tuple)) else ()


def _check_text(text: Written, forbidden: Iterable[str]) -> None:
    """Nothing empty, no bracket left open, the same {names} everywhere, no forbidden word."""
    forms = [form for language, said in text.sentences.items() for form in _forms(language, said)]
    names = {where: _names(text, where, said) for where, said in forms}
    for where, said in forms:
        if not said.strip():
            text.tree.wrong((*text.where, *where), "this text is empty")
        for name in sorted(frozenset().union(*names.values()) - names[where]):
            # "one colleague" need not tell its number, "{count} colleagues" must.
            if (name, where[-1]) != ("count", "one"):
                said_twice = f"“{{{name}}}” is missing here; the text beside it has it"
                text.tree.wrong((*text.where, *where), said_twice)
    if text.covert:
        _check_covert(text, forms, forbidden)


def _forms(language: str, said: Sentence) -> list[tuple[Where, str]]:
    if isinstance(said, str):
        return [((language,), said)]
    return [((language, form), text) for form, text in said.items()]


def _names(text: Written, where: Where, said: str) -> frozenset[str]:
    try:
        names = placeholders(said)
    except ValueError:
        text.tree.wrong((*text.where, *where), "a bracket { or } stands alone; brackets are pairs")
        return frozenset()
    if not all(name.isidentifier() for name in names):
        text.tree.wrong((*text.where, *where), "write one name between { and }, such as {helper}")
    return frozenset(name for name in names if name.isidentifier())


def _check_covert(text: Written, forms: list[tuple[Where, str]], forbidden: Iterable[str]) -> None:
    for where, said in forms:
        with suppress(ValueError):  # an open bracket is told already
            read_aloud = " ".join(part for part, *_ in Formatter().parse(said))
            for stem in forbidden:
                if _folded(stem) in _folded(read_aloud):
                    told = f"“{stem}” must not be read at the desk; say it in other words"
                    text.tree.wrong((*text.where, *where), told)


def _folded(text: str) -> str:
    """For comparing: ö is ö whether a computer wrote it as one sign or as two."""
    return unicodedata.normalize("NFKC", text).casefold()


def _check_sets(draft: Draft) -> None:
    """Every word set says the same things, so that a site may pick any of them."""
    found = draft.entries.get(CoverSet, {})
    sets = {name: entry for name, entry in found.items() if entry.value}
    for part in ("nouns", "words"):
        has = {name: getattr(entry.value, part).keys() for name, entry in sets.items()}
        owners = {key: name for name, keys in has.items() for key in keys}
        for name, entry in sets.items():
            for key in sorted(owners.keys() - has[name]):
                text = f"“{key}” is missing in this word set; the set “{owners[key]}” has it"
                entry.tree.wrong((part,), text)


def _bound(draft: Draft) -> Pack:
    whole = {
        shape: {name: entry.value for name, entry in found.items() if entry.value}
        for shape, found in draft.entries.items()
    }
    covers = cast(dict[str, CoverSet], whole.pop(CoverSet, {}))
    dictionaries = {language: _dictionary(draft, covers, language) for language in LANGUAGES}
    return Pack(whole, dictionaries, tuple(sorted(covers)), tuple(dict.fromkeys(draft.forbidden)))


def _dictionary(draft: Draft, covers: Mapping[str, CoverSet], language: str) -> Dictionary:
    def spoken(texts: Mapping[str, CoverText]) -> dict[str, str]:
        return {key: text.text(language) for key, text in texts.items()}

    sentences = {key: each.sentences[language] for key, each in draft.sentences.items()}
    sets = {name: WordSet(spoken(each.words), spoken(each.nouns)) for name, each in covers.items()}
    return Dictionary(language, sentences, sets)


def _ask(draft: Draft, pack: Pack, check: Check) -> None:
    """Let a check complain; what it says about an entry that is broken anyway is an echo."""
    every = [found for entries in draft.entries.values() for found in entries.items()]
    broken = [name for name, entry in every if entry.value is None]
    # A check may also stumble over the gap that a broken entry leaves.
    with suppress(Exception) if broken else nullcontext():
        for shape, name, path, text in check(pack):
            if any(f"“{each}”" in text for each in broken):
                continue
            if entry := draft.entries.get(shape, {}).get(name):
                entry.tree.wrong((*entry.where, *path), text)
            else:
                draft.stray.append(Problem(Path(name), 1, 1, text))
