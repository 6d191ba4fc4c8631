"""Ranking: which of a few dozen texts a typed line is about, without any network.

SQLite's own full-text search (FTS5, in memory) ranks by bm25; words are compared by their Swedish
and English stems (Snowball), so that "hotade" finds "hot". Where SQLite was built without FTS5 the
texts with the most stems in common come first: coarser, and nothing else changes.
"""

import re
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Protocol

LANGUAGES = ("swedish", "english")
LONGEST = 300
"""Characters of a line that are read: nobody asks in more."""

BEGINNING = 4
"""Stems at least so long also find the longer words that begin with them: larm, larmcentral."""


NEAR = 0.2
"""Of the best score: no right card of 120 questions is lost by it, at 0.3 one is."""


class Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


@dataclass(frozen=True)
class Document:
    """A text in parts; the n:th weight of the ranking belongs to the n:th part."""

    id: str
    parts: tuple[str, ...]


class Ranking:
    """`ignored` are words that say nothing about what a line is about."""

    def __init__(
        self, documents: Sequence[Document], weights: Sequence[float], ignored: Iterable[str] = ()
    ) -> None:
        self.ignored = frozenset(word for text in ignored for word in words(text))
        self.weights = weights
        self.stems = {
            one.id: [[stem for word in words(part) for stem in stems(word)] for part in one.parts]
            for one in documents
        }
        self.table = self._table(len(weights))

    def best(self, line: str, most: int = 3, among: Collection[str] | None = None) -> list[str]:
        """The ids of the texts that the line is about, best first; none when no word is known."""
        asked = [word for word in words(line[:LONGEST]) if word not in self.ignored]
        found = self._ranked(asked) if asked else []
        return [id for id in found if among is None or id in among][:most]

    def _table(self, parts: int) -> sqlite3.Connection | None:
        columns = [f"part{number}" for number in range(parts)]
        with suppress(sqlite3.OperationalError):
            # Only the writer thread reads it, but another may have built it.
            table = sqlite3.connect(":memory:", check_same_thread=False)
            table.execute(
                f"CREATE VIRTUAL TABLE texts USING fts5(id UNINDEXED, {', '.join(columns)})"
            )
            marks = ", ".join("?" * (parts + 1))
            rows = [(id, *(" ".join(part) for part in said)) for id, said in self.stems.items()]
            table.executemany(f"INSERT INTO texts VALUES ({marks})", rows)  # noqa: S608
            return table
        return None

    def _ranked(self, asked: Sequence[str]) -> list[str]:
        if self.table is None:
            return self._counted(asked)
        weights = ", ".join(str(weight) for weight in (0.0, *self.weights))
        order = f"bm25(texts, {weights})"
        rows = self.table.execute(
            f"SELECT id, {order} FROM texts WHERE texts MATCH ? ORDER BY {order}, rowid",  # noqa: S608
            [" OR ".join(sorted({part for word in asked for part in _wanted(word)}))],
        )
        return _near([(str(id), -rank) for id, rank in rows])

    def _counted(self, asked: Sequence[str]) -> list[str]:
        """Without FTS5: the weights of the parts in which the stems stand."""
        wanted = {stem for word in asked for stem in stems(word)}

        def score(said: Sequence[Sequence[str]]) -> float:
            pairs = zip(self.weights, said, strict=True)
            return sum(weight * len(wanted & {*part}) for weight, part in pairs)

        scores = {id: score(said) for id, said in self.stems.items()}
        return _near(sorted(((id, n) for id, n in scores.items() if n), key=lambda one: -one[1]))


def _near(scored: list[tuple[str, float]]) -> list[str]:
    """Those that come near the best: what shares a small word with the line is no answer."""
    return [id for id, score in scored if score >= NEAR * scored[0][1]]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def stems(word: str) -> tuple[str, ...]:
    """The stem of a word in each language; one when they agree."""
    return tuple(dict.fromkeys(stemmer.stemWord(word) for stemmer in _stemmers()))


def _wanted(word: str) -> Iterable[str]:
    for stem in stems(word):
        yield f'"{stem}"'
        if len(stem) >= BEGINNING:
            yield f'"{stem}" *'


@cache
def _stemmers() -> list[Stemmer]:
    import snowballstemmer  # only where somebody asks the library

    return [snowballstemmer.stemmer(language) for language in LANGUAGES]
