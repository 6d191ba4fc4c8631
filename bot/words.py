"""Words: what the bot says, before anyone has chosen a language.

Kinds of words, so that the type says what may stand where:

- `Phrase` is a key in the word files, with the values that its sentence needs.
- `Both` is a text that content wrote in both languages (a title, a place).
- `CoverText` is such a text that the content loader has found free of every forbidden word,
  and `Coverable` one that carries a cover text where it needs one.
- `CoverPhrase` is the only kind that a presser's screen may hold: a cover word or a cover text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from string import Formatter
from typing import ClassVar, assert_never
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal
from pydantic import BaseModel, ConfigDict

LANGUAGES = ("sv", "en")


class Both(BaseModel):
    """A text in both languages, as content wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    sv: str
    en: str

    def text(self, language: str) -> str:
        return self.sv if language == "sv" else self.en


class CoverText(Both):
    """A text that may stand on a presser's screen. Only the content loader makes these."""

    covert: ClassVar[bool] = True


class Coverable(Both):
    """A text with, where its own words must not be read at the desk, a cover to show instead."""

    cover: CoverText | None = None

    @property
    def covert(self) -> CoverText:
        """What the presser sees. The loader refuses a line that is neither clean nor covered."""
        return self.cover or CoverText(sv=self.sv, en=self.en)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A key in the word files and the values its sentence needs."""

    key: str
    args: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class CoverPhrase:
    """A cover word (by key) or a cover text, in the word set of one site."""

    word_set: str
    what: str | CoverText
    args: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """Several words as one list: "Anna, Bo och Cia"."""

    parts: tuple["Words", ...]


Words = str | Phrase | Both | Joined | CoverPhrase


def say(key: str, **args: object) -> Phrase:
    return Phrase(key, tuple(args.items()))


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover words of one word set: `cover("sent")`, `cover("taken", helper="Bo")`."""

    word_set: str

    def __call__(self, what: str | CoverText, **args: object) -> CoverPhrase:
        return CoverPhrase(self.word_set, what, tuple(args.items()))


FIRST_GROUPED = 1000
"""Numbers below it are written alike in every language, without a library's help."""

MOST_TEXTS = 8192
"""Texts whose placeholders are remembered: more than the content has."""

Sentence = str | Mapping[str, str]
"""A sentence, or its plural forms (`one`, `other`), chosen by the value named `count`."""


@dataclass(frozen=True, slots=True)
class WordSet:
    """The cover words of one set in one language; nouns may be used inside cover texts."""

    words: Mapping[str, str]
    nouns: Mapping[str, str]


@dataclass(frozen=True)
class Dictionary:
    """Every sentence and every cover word of one language."""

    language: str
    sentences: Mapping[str, Sentence]
    covers: Mapping[str, WordSet] = field(default_factory=dict)

    def read(self, words: Words, zone: str = "Europe/Stockholm") -> str:
        """The words spelled out; times are told in `zone` (an IANA name)."""
        match words:
            case str():
                return words
            case Both():
                return words.text(self.language)
            case Phrase(key, args):
                return self._fill(self._form(key, args), args, zone)
            case Joined(parts):
                return join([self.read(part, zone) for part in parts], self.language)
            case CoverPhrase(word_set, what, args):
                return self._cover(self._set(word_set, what), what, args, zone)
            case _:
                assert_never(words)

    def _form(self, key: str, args: tuple[tuple[str, object], ...]) -> str:
        sentence = self.sentences[key]
        if isinstance(sentence, str):
            return sentence
        count = dict(args).get("count", 0)
        form = locale_of(self.language).plural_form(count if isinstance(count, int) else 0)
        return sentence.get(form, sentence["other"])

    def _set(self, word_set: str, what: str | CoverText) -> WordSet:
        """The word set, or another that has the word: content may change under a running call."""
        sets = [self.covers[word_set]] if word_set in self.covers else []
        sets += self.covers.values()
        for found in sets:
            if not isinstance(what, str) or what in found.words:
                return found
        raise KeyError(what)

    def _cover(
        self, words: WordSet, what: str | CoverText, args: tuple[tuple[str, object], ...], zone: str
    ) -> str:
        text = words.words[what] if isinstance(what, str) else what.text(self.language)
        return self._fill(text, (*words.nouns.items(), *args), zone)

    def _fill(self, text: str, args: tuple[tuple[str, object], ...], zone: str) -> str:
        named = placeholders(text)
        if not named:
            return text.format()  # doubled brackets are one
        return text.format(
            **{name: self._value(value, zone) for name, value in args if name in named}
        )

    def _value(self, value: object, zone: str) -> object:
        if isinstance(value, datetime):
            return Moment(value, self.language, zone)
        if isinstance(value, int) and not isinstance(value, bool):
            if 0 <= value < FIRST_GROUPED:
                return str(value)
            return format_decimal(value, locale=locale_of(self.language))
        if isinstance(value, (str, Phrase, Both, Joined, CoverPhrase)):
            return self.read(value, zone)
        raise TypeError(f"a sentence cannot hold a {type(value).__name__}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time inside a sentence: `{time}` is 14:02, `{time:EEEE d MMMM}` as Babel does."""

    at: datetime
    language: str
    zone: str

    def __format__(self, pattern: str) -> str:
        local = self.at.astimezone(ZoneInfo(self.zone))
        return format_datetime(local, pattern or "HH:mm", locale=locale_of(self.language))


@cache
def locale_of(language: str) -> Locale:
    return Locale.parse({"sv": "sv_SE", "en": "en_GB"}[language])


def join(parts: list[str], language: str) -> str:
    return format_list(parts, locale=locale_of(language))


@lru_cache(maxsize=MOST_TEXTS)
def placeholders(text: str) -> frozenset[str]:
    """The names in curly brackets; raises ValueError when a bracket is left open."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
