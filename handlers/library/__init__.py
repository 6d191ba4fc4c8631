"""The library: every card by group or by a line in one's own words, without any network.

One message of it stands open at a time; an earlier one is put away. A line that no command knows
asks the library before it is given up.
"""

from bot.cards import Field, Form
from bot.effects import Effects, Notice, Open
from bot.features import ANYONE, Feature, Lasting, Mine
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.guidance import Guidance
from handlers.library.actions import (
    AskLibrary,
    BackToFound,
    Browse,
    OpenLibrary,
    ReadCard,
    WriteLine,
)
from handlers.library.pages import page, put_away
from handlers.library.search import check, search
from storage import help_calls as calls
from storage.library import Reading

__all__ = ["OpenLibrary", "ask", "library"]

library = Feature("library")
library.lasts(Lasting.ONE_A_PERSON, Reading)
library.owns(Mine(Reading, ("person",), ("group", "card", "opened_at")))

BEST = 3
"""So many cards are offered: one is read in the time that four take to choose from."""


@library.on(OpenLibrary, may=ANYONE)
def open_library(turn: Turn, _: OpenLibrary) -> Effects:
    return opened(turn)


@library.on(Browse, may=ANYONE)
def browse(turn: Turn, chosen: Browse) -> Effects:
    reading, left = at(turn, chosen.place)
    reading.turn_to(group=chosen.group)
    return [*left, page(turn, reading)]


@library.on(ReadCard, may=ANYONE)
def read_card(turn: Turn, chosen: ReadCard) -> Effects:
    reading, left = at(turn, chosen.place)
    if chosen.card in turn.content.all(Guidance):
        reading.turn_to(card=chosen.card, found=tuple(reading.found))
    return [*left, page(turn, reading)]


@library.on(BackToFound, may=ANYONE)
def back_to_found(turn: Turn, chosen: BackToFound) -> Effects:
    reading, left = at(turn, chosen.place)
    reading.turn_to(found=tuple(reading.found))
    return [*left, page(turn, reading)]


@library.on(WriteLine, may=ANYONE)
def write_line(_: Turn, asked: WriteLine) -> Effects:
    field = Field("line", say("library.your_words"))
    title, submit = say("library.title"), say("library.find")
    return [Open(Form(title, (field,), submit, AskLibrary(asked.place)))]


@library.on(AskLibrary, may=ANYONE)
def ask_library(turn: Turn, asked: AskLibrary) -> Effects:
    found = find(turn, turn.inputs.get("line", ""))
    reading, left = at(turn, asked.place)
    reading.turn_to(found=found)
    none = [] if found else [Notice(cover_of(turn.content, turn.person)("cards_none"))]
    return [*left, page(turn, reading), *none]


def ask(turn: Turn, line: str) -> Effects:
    """The cards that a typed line is about, in a new message; nothing when there are none."""
    found = find(turn, line)
    return opened(turn, found) if found else []


def find(turn: Turn, line: str) -> tuple[str, ...]:
    """At most three; a presser is offered only what a desk may read."""
    cards = turn.content.all(Guidance).values()
    pressing = turn.person.ref in calls.pressers(turn.session)
    among = {card.id for card in cards if card.desk or not pressing}
    return tuple(search(turn.content).best(line, BEST, among))


def opened(turn: Turn, found: tuple[str, ...] = ()) -> Effects:
    """In a new message, which stands lowest; the earlier one is put away."""
    reading, left = at(turn, int(turn.now.timestamp() * 1000))
    reading.turn_to(found=found)
    return [*left, page(turn, reading)]


def at(turn: Turn, place: int) -> tuple[Reading, Effects]:
    """This person's reading, in that message of theirs from now on."""
    reading = turn.find(Reading, turn.person.ref)
    if reading is None:
        fresh = Reading(person=turn.person.ref, place=place, found=[], opened_at=turn.now)
        return turn.keep(fresh), []
    left = put_away(turn, reading) if reading.place != place else []
    reading.place, reading.opened_at = place, turn.now
    return reading, left


@library.redraws
def redraw(turn: Turn) -> Effects:
    """In another language, or in cover words while this person has a call of their own open."""
    reading = turn.find(Reading, turn.person.ref)
    return [page(turn, reading)] if reading is not None else []


library.checks(check)
