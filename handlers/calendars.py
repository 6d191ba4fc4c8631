"""Calendars: a person's dates in their own calendar, by an address that only they were told.

The address is told once, in a message to them alone; the store keeps a hash of it. A new one, or
none, makes the old one lead nowhere at once.
"""

from collections.abc import Iterator

from bot.actions import Action, action
from bot.cards import Button, Card, Note, Text, Tone
from bot.effects import Effects, Lane, Show
from bot.features import ANYONE, Feature, Lasting, Mine
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers import today
from handlers.colleagues import discreet
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
    return [show(turn, card, row), *today.refresh(turn, [me.ref])]


@own_calendars.on(StopFeed, may=ANYONE)
def stop_feed(turn: Turn, _: StopFeed) -> Effects:
    me = turn.person
    row = turn.find(CalendarFeed, me.ref)
    if row is None or row.hashed is None:
        return today.refresh(turn, [me.ref])
    see = cover_of(turn.content, me)("responder_preview")
    card = Card(say("calendars.stopped"), see, tone=Tone.QUIET)
    told = show(turn, card, row)
    row.revoke()
    return [told, *today.refresh(turn, [me.ref])]


def show(turn: Turn, card: Card, row: CalendarFeed) -> Show:
    """In a place of its own for each address, so that an old message tells no newer one."""
    me, made = turn.person, row.made_at or turn.now
    seen = discreet(turn, me.ref, cover_of(turn.content, me), card)
    return Show(f"calendar:{me.ref}:{made:%y%m%d%H%M%S%f}", me.ref, seen, Lane.ANSWER)


@adds(90)
def calendar_line(turn: Turn, whose: Person) -> Iterator[Section]:
    row = turn.session.get(CalendarFeed, whose.ref)
    running = row is not None and row.hashed is not None
    make = Button(say("calendars.renew" if running else "calendars.make"), MakeFeed())
    buttons = (make, Button(say("calendars.stop"), StopFeed())) if running else (make,)
    words = say("calendars.runs" if running else "calendars.offer")
    yield Section(say("calendars.title"), (Line(words, buttons),), aside=True)
