"""Availability: a person says whether they are free, and nobody has to ask them in vain.

It ends by itself, and what it says is for the one question of whom to ask. Nothing is counted.
"""

from typing import assert_never

from bot.effects import Effects, Notice
from bot.features import ANYONE, CLOCK, Feature, Mine
from bot.staff import cover_of
from bot.turn import Turn
from handlers import aftercare
from handlers.availability_keys import Back, Free, SayState, StateDue, when_it_ends
from handlers.home import page
from storage import availability
from storage.availability import CARE, OWN, PLACE, State
from storage.people import person as find_person

free_or_busy = Feature("availability")
free_or_busy.owns(Mine(availability.Availability, ("person",), ("source", "state", "until")))

BUSY_MINUTES, LUNCH_MINUTES = 30, 45


@free_or_busy.on(SayState, may=ANYONE)
def say_state(turn: Turn, said: SayState) -> Effects:
    match said.state:
        case "busy":
            return stated(turn, OWN, State.BUSY, minutes=BUSY_MINUTES)
        case "lunch":
            return stated(turn, OWN, State.LUNCH, minutes=LUNCH_MINUTES)
        case "home":
            return stated(turn, PLACE, State.HOME)
        case _:
            assert_never(said.state)


def stated(turn: Turn, source: str, state: State, minutes: int | None = None) -> Effects:
    """Until a time, or until the end of the person's own day."""
    me, cover = turn.person, cover_of(turn.content, turn.person)
    midnight = turn.morning(me.zone, days=1, hour=0)
    until = midnight if minutes is None else turn.after(minutes=minutes)
    availability.state(turn.session, me.ref, source, state, until)
    return [*drawn(turn), Notice(cover(f"told_{state}", time=until))]


@free_or_busy.on(Free, may=ANYONE)
def free(turn: Turn, _: Free) -> Effects:
    """It ends a break too, so nobody is asked about it later."""
    for source in (OWN, CARE):
        availability.end(turn.session, turn.person.ref, source)
    cover = cover_of(turn.content, turn.person)
    return [*aftercare.ready_again(turn), *drawn(turn), Notice(cover("told_free"))]


@free_or_busy.on(Back, may=ANYONE)
def back(turn: Turn, _: Back) -> Effects:
    availability.end(turn.session, turn.person.ref, PLACE)
    return [*drawn(turn), Notice(cover_of(turn.content, turn.person)("told_back"))]


@free_or_busy.on(StateDue, may=CLOCK)
def state_due(turn: Turn, happened: StateDue) -> Effects:
    """Early or late, the page says what holds now."""
    whose = find_person(turn.session, happened.person)
    if whose is None:
        return []
    return [page(turn, whose), *when_it_ends(turn, whose.ref)]


def drawn(turn: Turn) -> Effects:
    return [page(turn, turn.person), *when_it_ends(turn, turn.person.ref)]
