"""The content pack: folders of YAML become words, cover words and checked values.

Every mistake of every file is told at once, and a pack with mistakes is never used.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, Field

from bot.content.draft import CoverSet, Draft
from bot.content.files import COVER, read_pack
from bot.content.marks import ContentError, Problem
from bot.content.texts import check_texts
from bot.features import Complaint
from bot.words import LANGUAGES, CoverText, Dictionary, WordSet

__all__ = ["ContentError", "Day", "Pack", "Problem", "Seconds", "Shelf", "load"]

S = TypeVar("S", bound=BaseModel)
Check = Callable[["Pack"], Iterable[Complaint]]


def _seconds(written: object) -> object:
    if not isinstance(written, str):
        return written
    found = re.fullmatch(r"([0-9]{1,6})([smh])", written.strip())
    if found is None:
        raise ValueError("write a number and s, m or h, such as 20s, 3m or 1h")
    return int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]]


Seconds = Annotated[int, BeforeValidator(_seconds), Field(ge=0)]
"""A length of time, written "20s", "3m" or "1h"."""


Day = date
"""A day, written 2027-03-01."""


@dataclass(frozen=True)
class Pack:
    """Everything that content says. Never changed: a reload makes a new one."""

    entries: Mapping[type[BaseModel], Mapping[str, BaseModel]]
    dictionaries: Mapping[str, Dictionary]
    word_sets: tuple[str, ...]
    forbidden: tuple[str, ...]

    def all(self, shape: type[S]) -> Mapping[str, S]:
        return cast(Mapping[str, S], self.entries.get(shape, {}))

    @property
    def cover_words(self) -> frozenset[str]:
        """The keys that every word set has."""
        sets = [frozenset(words.words) for words in self.dictionaries["sv"].covers.values()]
        return frozenset.intersection(*sets) if sets else frozenset()


class Shelf:
    """The pack in use. A pack with mistakes never replaces it; `problems` are its newest."""

    def __init__(self, load_pack: Callable[[], Pack]) -> None:
        self.current = load_pack()
        self.read_from(load_pack, [])

    def read_from(self, load_pack: Callable[[], Pack], problems: Sequence[Problem]) -> None:
        """Another reading from now on, whose pack has these mistakes at the moment."""
        self._load_pack, self.problems = load_pack, [*problems]

    def reload(self) -> list[Problem]:
        try:
            self.current, self.problems = self._load_pack(), []
        except ContentError as wrong:
            self.problems = wrong.problems
        return self.problems


def load(
    folders: Sequence[Path], shapes: Mapping[str, type[BaseModel]], checks: Iterable[Check] = ()
) -> Pack:
    """The folders as one pack; raises ContentError with every mistake in every file."""
    draft = Draft()
    for folder in folders:
        read_pack(draft, folder, shapes)
    check_texts(draft.texts, draft.forbidden, _nouns(draft))
    _check_sets(draft)
    pack = _bound(draft)
    for check in checks:
        _ask(draft, pack, check)
    if draft.problems:
        raise ContentError(draft.problems)
    return pack


def _nouns(draft: Draft) -> frozenset[str] | None:
    """The nouns of all word sets; None when a file of them has mistakes and one may be missing."""
    if any(tree.mistakes for tree in draft.trees if tree.file.parent.name == COVER):
        return None
    sets = [entry.value for entry in draft.entries.get(CoverSet, {}).values()]
    return frozenset(noun for each in sets if isinstance(each, CoverSet) for noun in each.nouns)


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
    # A check may also stumble over the gap that a broken entry or file leaves.
    with suppress(Exception) if draft.problems else nullcontext():
        for shape, name, path, text in check(pack):
            if any(f"“{each}”" in text for each in broken):
                continue
            if entry := draft.entries.get(shape, {}).get(name):
                entry.tree.wrong((*entry.where, *path), text)
            else:
                draft.stray(Path(name), text)
