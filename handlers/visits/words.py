"""Own words: what a visitor may write about the way, and what is better not written anywhere."""

from bot.features import Refused
from bot.staff import PERSONAL
from bot.turn import Turn
from bot.words import say

LONGEST = 120
FEW_DIGITS = 2
"""A road may have a number; more digits look like an address or a position."""


def own_words(turn: Turn, name: str) -> str | None:
    """What was written in a form's field, shortened; None when nothing was."""
    text = " ".join(turn.inputs.get(name, "").split())[:LONGEST]
    if PERSONAL.search(text) and name != "second":
        raise Refused(say("visits.no_identity"))
    return text or None


def place_words(turn: Turn, name: str) -> str | None:
    """The visitor's word for a place: no address, no position, nobody's home."""
    text = own_words(turn, name)
    if text and sum(letter.isdigit() for letter in text) > FEW_DIGITS:
        raise Refused(say("visits.no_position"))
    return text
