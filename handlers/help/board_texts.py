"""The texts of the board: what presser and helpers can say with one tap, as content."""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.features import Complaint
from bot.turn import Content
from bot.words import Both, CoverText

SIGNALS, SENTENCES = 8, 12
"""As many as `spec/features.md` L08 asks for."""


class SignalText(BaseModel):
    """A signal of the presser. The button is its letter, the same in every language.

    `legend` explains the letter on the presser's own screen and `said` stands there once it was
    pressed; `means` is what helpers read. `starts` is what else happens.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1, max_length=8)
    legend: CoverText
    said: CoverText
    means: Both
    starts: Literal["relay", "more"] | None = None


class Sentence(BaseModel):
    """A sentence of a helper: `label` is their button, `said` is what the presser reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str = Field(min_length=1, max_length=8)
    label: Both
    said: CoverText


def check_board(content: Content) -> Iterable[Complaint]:
    signals = content.all(SignalText)
    starting = [text.starts for text in signals.values()]
    for id, text in signals.items():
        if len(signals) > SIGNALS:
            yield SignalText, id, (), f"at most {SIGNALS} signals can be found in a hurry"
        if text.starts and starting.count(text.starts) > 1:
            yield SignalText, id, ("starts",), f"two signals start “{text.starts}”"
    for id in list(content.all(Sentence))[SENTENCES:]:
        yield Sentence, id, (), f"at most {SENTENCES} sentences can be found in a hurry"
