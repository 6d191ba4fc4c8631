"""Names: how people, places and levels of a call are called."""

from bot.turn import Turn
from bot.words import Both, Words, say
from handlers.colleagues import name_of as person_name
from storage.help import HelpCall

__all__ = ["both", "headline", "person_name", "place_of", "presser_name"]


def presser_name(turn: Turn, call: HelpCall) -> str:
    return person_name(turn, call.presser)


def headline(turn: Turn, call: HelpCall) -> Words:
    name, place = presser_name(turn, call), place_of(call)
    return say("help.headline", level=call.shown_level, name=name, place=place)


def place_of(call: HelpCall) -> Words:
    return say("help.at_home") if call.at_home else both(call.place)


def both(text: dict[str, str]) -> Both:
    return Both(**text)
