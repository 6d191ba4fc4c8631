"""Today: what is mine, on one card. Whatever has something to tell a person adds its lines here.

`@adds(20)` declares a function that tells the sections of one feature; the number is its place.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.actions import Action, action
from bot.cards import Block, Button, Card, CoverCard, Keys, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.features import ANYONE, Feature, Lasting
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import discreet
from storage.people import Person, people
from storage.today import MyDay

my_day = Feature("today")
my_day.lasts(Lasting.ONE_A_PERSON, MyDay)

MOST_LINES = 8
"""Lines of one section; what is more is counted."""

WEEK_HOURS = 7 * 24
"""So long it is covered while its reader presses, and read again afterwards."""

KEPT_HOURS = 24
"""A card that is older is not kept true any more: a newer one can be asked for."""


@action("today.open")
class OpenToday(Action):
    pass


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text with its buttons; or, where it `opens` something, a button by itself."""

    words: Words
    buttons: tuple[Button, ...] = ()
    opens: Action | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """`aside`: it offers something and waits for nobody."""

    title: Words
    lines: tuple[Line, ...]
    aside: bool = False


Telling = Callable[[Turn, Person], Iterable[Section]]

TELLINGS: dict[int, Telling] = {}


def adds(place: int) -> Callable[[Telling], Telling]:
    """Declare what a feature tells a person of their day; raises ValueError for a taken place."""

    def register(telling: Telling) -> Telling:
        if place in TELLINGS:
            raise ValueError(place)
        TELLINGS[place] = telling
        return telling

    return register


@my_day.on(OpenToday, may=ANYONE)
def open_today(turn: Turn, _: OpenToday) -> Effects:
    return ring(turn, turn.person, None, Lane.ANSWER)


@my_day.redraws
def redraw(turn: Turn) -> Effects:
    return refresh(turn, [turn.person.ref], hours=WEEK_HOURS)


def ring(turn: Turn, whose: Person, title: Words | None, lane: Lane = Lane.NUDGE) -> Effects:
    """A new card, last in the chat; the one before points to it."""
    row = turn.find(MyDay, whose.ref)
    if row is None:
        row = turn.keep(MyDay(person=whose.ref, shown_at=turn.now))
    else:
        row.show(turn.now)
    effects: Effects = [Show(slot(row), whose.ref, card(turn, whose, title), lane)]
    if row.number > 1:
        moved = Card(say("today.moved"), preview(turn, whose), tone=Tone.QUIET)
        effects.append(Show(slot(row, before=1), whose.ref, moved, lane, only_an_edit=True))
    return effects


def refresh(turn: Turn, refs: Iterable[str], hours: int = KEPT_HOURS) -> Effects:
    """Keep the newest card of these people true, in place; it rings nobody."""
    effects: Effects = []
    for whose in people(turn.session, refs):
        row = turn.session.get(MyDay, whose.ref)
        if row is not None and row.shown_at > turn.after(hours=-hours):
            effects.append(Show(slot(row), whose.ref, card(turn, whose, None), Lane.BULK))
    return effects


def slot(row: MyDay, before: int = 0) -> str:
    return f"today:{row.person}:{row.number - before}"


def card(turn: Turn, whose: Person, title: Words | None) -> Card | CoverCard:
    sections = [one for place in sorted(TELLINGS) for one in TELLINGS[place](turn, whose)]
    told = [one for one in sections if one.lines]
    body = tuple(block for one in told for block in shown(one))
    if all(one.aside for one in told):
        body = (Text(say("today.nothing")), *body)
    heading = title or say("today.title", time=turn.now)
    found = Card(heading, preview(turn, whose), body)
    return discreet(turn, whose.ref, cover_of(turn.content, whose), found)


def shown(section: Section) -> Iterator[Block]:
    yield Note(section.title)
    for line in section.lines[:MOST_LINES]:
        if line.opens is not None:
            yield Keys((Button(line.words, line.opens),))
            continue
        yield Text(line.words)
        if line.buttons:
            yield Keys(line.buttons)
    if len(section.lines) > MOST_LINES:
        yield Note(say("today.more", count=len(section.lines) - MOST_LINES))


def preview(turn: Turn, whose: Person) -> Words:
    return cover_of(turn.content, whose)("responder_preview")
