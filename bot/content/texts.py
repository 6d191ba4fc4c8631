"""Content texts: what must hold for every text, so that none fails or gives away at a press."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import get_close_matches
from string import Formatter
from typing import NamedTuple

from bot.content.marks import Tree, Where
from bot.words import Sentence, placeholders

Names = frozenset[str]
"""What stands between { and }."""

NO_NAMES: Names = frozenset()


class Written(NamedTuple):
    """One text in both languages and where it stands.

    `covert`: it may be read at the desk. `key`: what the code calls it, and gives it values by.
    `nouns`: it may name the nouns of the word sets. `bare`: it may be given a cover.
    """

    tree: Tree
    where: Where
    sentences: Mapping[str, Sentence]
    covert: bool = False
    key: str = ""
    nouns: bool = False
    bare: bool = False

    def forms(self) -> Iterator[tuple[Where, str]]:
        for language, said in self.sentences.items():
            if isinstance(said, str):
                yield (language,), said
            else:
                yield from (((language, form), text) for form, text in said.items())

    def wrong(self, where: Where, text: str) -> None:
        self.tree.wrong((*self.where, *where), text)


def check_texts(
    packs: Iterable[Sequence[Written]], forbidden: Iterable[str], nouns: Names | None
) -> None:
    """The texts of each pack in turn; `nouns` is None when a word set could not be read."""
    stems = tuple(forbidden)
    promised: dict[str, Names] = {}
    for texts in packs:
        for text in texts:
            _check_text(text, _known(text, promised, nouns))
            if text.covert:
                _check_covert(text, stems)
        promised = {**_promises(texts), **promised}


def _known(text: Written, promised: Mapping[str, Names], nouns: Names | None) -> Names | None:
    """The names that a text may use; None when nobody can tell."""
    if text.key and text.key not in promised:
        return None  # the first to say it, and the code gives whatever it names
    if text.nouns and nouns is None:
        return None
    return promised.get(text.key, NO_NAMES) | (nouns or NO_NAMES if text.nouns else NO_NAMES)


def _promises(texts: Iterable[Written]) -> dict[str, Names]:
    """What a pack names in each sentence, in all forms and in all word sets together."""
    found: dict[str, Names] = {}
    for text in texts:
        if text.key:
            for _, said in text.forms():
                with suppress(ValueError):  # an open bracket is told already
                    found[text.key] = found.get(text.key, NO_NAMES) | placeholders(said)
    return found


def _check_text(text: Written, known: Names | None) -> None:
    """Nothing empty, no bracket left open, only known {names}, the same ones everywhere."""
    names = {where: _names(text, where, said) for where, said in text.forms()}
    every = NO_NAMES.union(*names.values())
    strange = NO_NAMES if known is None else every - known
    for where, said in text.forms():
        if not said.strip():
            text.wrong(where, "this text is empty")
        for name in sorted(names[where] & strange):
            text.wrong(where, _stranger(text, name, known or NO_NAMES))
        if not names[where] & strange:  # or else what is missing is most often what was meant
            _check_missing(text, where, every - strange - names[where])


def _check_missing(text: Written, where: Where, missing: Names) -> None:
    for name in sorted(missing):
        # "one colleague" need not tell its number, "{count} colleagues" must.
        if (name, where[-1]) != ("count", "one"):
            text.wrong(where, f"“{{{name}}}” is missing here; the text beside it has it")


def _names(text: Written, where: Where, said: str) -> Names:
    try:
        names = placeholders(said)
    except ValueError:
        text.wrong(where, "a bracket { or } stands alone; brackets are pairs")
        return NO_NAMES
    if not _fillable(said):
        text.wrong(where, "write one name between { and }, such as {helper}")
    return frozenset(name for name in names if name.isidentifier())


def _fillable(said: str) -> bool:
    """Names and formats such as {time:HH:mm} only: nothing by number, no part of a value."""
    return all(
        name is None or (name.isidentifier() and not how and not set("{}") & set(shape or ""))
        for _, name, shape, how in Formatter().parse(said)
    )


def _stranger(text: Written, name: str, known: Names) -> str:
    if text.key:
        return f"“{{{name}}}” is not known in this sentence{_instead(name, known)}"
    if text.nouns:
        return f"“{{{name}}}” is no noun of the word sets{_instead(name, known)}"
    return f"“{{{name}}}” would be read as it stands; write this text without {{ and }}"


def _instead(name: str, known: Names) -> str:
    near = get_close_matches(name, sorted(known), 1, 0.6)
    if near:
        return f" – did you mean “{{{near[0]}}}”?"
    listed = ", ".join(f"{{{each}}}" for each in sorted(known))
    return f"; known: {listed}" if listed else "; leave it out"


def _check_covert(text: Written, forbidden: Iterable[str]) -> None:
    for where, said in text.forms():
        with suppress(ValueError):  # an open bracket is told already
            read_aloud = " ".join(part for part, *_ in Formatter().parse(said))
            for stem in forbidden:
                if _folded(stem) in _folded(read_aloud):
                    other = ", or write a “cover”" if text.bare else ""
                    why = f"“{stem}” must not be read at the desk; say it in other words{other}"
                    text.wrong(where, why)


def _folded(text: str) -> str:
    """For comparing: ö is ö whether a computer wrote it as one sign or as two."""
    return unicodedata.normalize("NFKC", text).casefold()
