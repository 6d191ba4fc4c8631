"""Cards: what the bot shows, in words no platform owns.

`Card` is for everybody. `CoverCard` is for a presser's screen: it can hold cover phrases and
nothing else, has no colour and no picture, and becomes an ordinary card when it is spelled.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.actions import Action
from bot.words import CoverPhrase, Words


class Tone(StrEnum):
    PLAIN = "plain"
    GOOD = "good"
    URGENT = "urgent"
    QUIET = "quiet"
    """A card that only points elsewhere: its title is small print."""


@dataclass(frozen=True, slots=True)
class Text:
    words: Words


@dataclass(frozen=True, slots=True)
class Note:
    """Small print under the main message."""

    words: Words


@dataclass(frozen=True, slots=True)
class Facts:
    pairs: tuple[tuple[Words, Words], ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """Numbered lines, in order."""

    lines: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    alt: Words


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars by category, one series or several; `values` are as many as the categories."""

    title: Words
    categories: tuple[Words, ...]
    series: tuple[tuple[Words, tuple[int, ...]], ...]

    def in_words(self) -> str:
        """The same numbers as text, where a platform cannot draw them (of a spelled chart)."""

        def row(values: tuple[int, ...]) -> str:
            return ", ".join(f"{n} {v}" for n, v in zip(self.categories, values, strict=True))

        return f"{self.title}. " + "; ".join(f"{n}: {row(values)}" for n, values in self.series)


@dataclass(frozen=True, slots=True)
class Item:
    label: Words
    done: bool
    action: Action


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """`hold`: it wants a deliberate press, where a surface can ask for one."""

    label: Words
    action: Action
    tone: Tone = Tone.PLAIN
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Keys:
    """Buttons that stand inside a card, apart from those that decide about it."""

    buttons: tuple[Button, ...]


Block = Text | Note | Facts | Steps | Image | Chart | Checklist | Keys


@dataclass(frozen=True, slots=True)
class Card:
    """One message. `preview` is what a lock screen shows, so it must be neutral.

    `more` stands below the buttons: what is good to have but must not push them out of sight.
    `private`: once it stands, nothing of ours remembers that it does; it can be edited no more.
    """

    title: Words
    preview: Words
    body: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = Tone.PLAIN
    more: tuple[Block, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a form: a choice when it has options, otherwise a written answer.

    `value` is what stands in it from the start.
    """

    name: str
    label: Words
    options: tuple[tuple[str, Words], ...] = ()
    required: bool = True
    long: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """`note` stands above the fields."""

    title: Words
    fields: tuple[Field, ...]
    submit: Words
    action: Action
    note: Words | None = None


@dataclass(frozen=True, slots=True)
class CoverLine:
    words: CoverPhrase


@dataclass(frozen=True, slots=True)
class CoverSteps:
    lines: tuple[CoverPhrase, ...]


@dataclass(frozen=True, slots=True)
class CoverNote:
    words: CoverPhrase


@dataclass(frozen=True, slots=True)
class CoverButton:
    label: CoverPhrase
    action: Action
    hold: bool = False


@dataclass(frozen=True, slots=True)
class CoverKeys:
    buttons: tuple[CoverButton, ...]


CoverBlock = CoverLine | CoverNote | CoverSteps | CoverKeys


@dataclass(frozen=True, slots=True)
class CoverCard:
    """One message that a person at the desk may read over the presser's shoulder."""

    title: CoverPhrase
    preview: CoverPhrase
    body: tuple[CoverBlock, ...] = ()
    buttons: tuple[CoverButton, ...] = ()
