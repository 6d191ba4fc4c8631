"""Calendars: a person's dates in their own calendar, by an address that only they were told.

The address is told once, in a message to them alone; the store keeps a hash of it. A new one, or
none, makes the old one lead nowhere at once.
"""

from collections.abc import Iterator
from dataclasses import replace

from bot.actions import Action, action
from bot.cards import Button, Card, Note, Text, Tone
from bot.effects import Effect, Effects, Lane, Show
from bot.features import ANYONE, Feature, Lasting, Mine
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers import leaflets, today
from handlers.today import Line, Section, adds
from storage.calendars import CalendarFeed
from storage.people import Person

own_calendars = Feature("calendars")
own_calendars.lasts(Lasting.THEIRS, CalendarFeed)
own_calendars.owns(Mine(CalendarFeed, ("person",), ("made_at",)))


@action("calendars.make")
class MakeFeed(Action):
    pass


@action("calendars.stop")
class StopFeed(Action):
    pass


@own_calendars.on(MakeFeed, may=ANYONE)
def make_feed(turn: Turn, _: MakeFeed) -> Effects:
    me = turn.person
    row = turn.find(CalendarFeed, me.ref) or turn.keep(CalendarFeed(person=me.ref))
    token = row.renew(turn.now)
    lines = (Text(f"{turn.address}/calendar/{token}.ics"), Note(say("calendars.keep")))
    card = Card(say("calendars.made"), cover_of(turn.content, me)("responder_preview"), lines)
    told = leaflets.shown(turn, "calendars", slot(turn, row), me.ref, {"runs": True}, Lane.ANSWER)
    return [*(with_address(one, card) for one in told), *today.refresh(turn, [me.ref])]


def with_address(told: Effect, card: Card) -> Effect:
    """Told this once: what is drawn again after a call of their own does not know it."""
    if isinstance(told, Show) and isinstance(told.card, Card):
        return replace(told, card=card)
    return told


@own_calendars.on(StopFeed, may=ANYONE)
def stop_feed(turn: Turn, _: StopFeed) -> Effects:
    me = turn.person
    row = turn.find(CalendarFeed, me.ref)
    if row is None or row.hashed is None:
        return today.refresh(turn, [me.ref])
    told = leaflets.shown(turn, "calendars", slot(turn, row), me.ref, {"runs": False}, Lane.ANSWER)
    row.revoke()
    return [*told, *today.refresh(turn, [me.ref])]


@leaflets.draws("calendars")
def address_was(turn: Turn, whose: Person, about: leaflets.About) -> Card:
    see = cover_of(turn.content, whose)("responder_preview")
    if not about["runs"]:
        return Card(say("calendars.stopped"), see, tone=Tone.QUIET)
    return Card(say("calendars.made"), see, (Note(say("calendars.told_once")),))


def slot(turn: Turn, row: CalendarFeed) -> str:
    """A place of its own for each address, so that an old message tells no newer one."""
    return f"calendar:{turn.person.ref}:{row.made_at or turn.now:%y%m%d%H%M%S%f}"


@adds(90)
def calendar_line(turn: Turn, whose: Person) -> Iterator[Section]:
    row = turn.session.get(CalendarFeed, whose.ref)
    running = row is not None and row.hashed is not None
    make = Button(say("calendars.renew" if running else "calendars.make"), MakeFeed())
    buttons = (make, Button(say("calendars.stop"), StopFeed())) if running else (make,)
    words = say("calendars.runs" if running else "calendars.offer")
    yield Section(say("calendars.title"), (Line(words, buttons),), aside=True)
