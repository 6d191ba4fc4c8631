"""Who is called: the rings around a presser, and the page that says so, and why."""

from bot.cards import Block, Card, Note, Steps, Text
from bot.holidays import open_now
from bot.staff import Site
from bot.turn import Turn
from bot.words import Words, say
from handlers.colleagues import name_of
from handlers.help import routing
from handlers.help.around import Desk, look_around, place
from handlers.help.feature import help_calls
from handlers.help.ladders import Ladder
from handlers.help.names import both
from handlers.help.routing import ENOUGH, Asked, Free, Why
from storage import availability
from storage.availability import State
from storage.help import HelpCall
from storage.people import known

LEVEL = 2
"""The ladder whose times the page tells."""

MOST_SHOWN = 12
"""People of one ring by name: the rest of a big office is a number."""


def plan(
    turn: Turn, site: str, presser: str, area: str | None, floor: str | None, at_home: bool
) -> dict[int, tuple[Asked, ...]]:
    """The rings around somebody who has not pressed yet."""
    return _rings(turn, Desk(site, presser, area, floor, at_home))


def plan_for(turn: Turn, call: HelpCall) -> dict[int, tuple[Asked, ...]]:
    """The rings around a presser, from what the call keeps of their place."""
    site, floor = call.site["ref"], call.site["floor"]["sv"]
    return _rings(turn, Desk(site, call.presser, call.area, floor, call.at_home, call.id))


def _rings(turn: Turn, desk: Desk) -> dict[int, tuple[Asked, ...]]:
    site = turn.content.all(Site).get(desk.site)
    around = look_around(turn, desk, site)
    here = place(turn, desk, site, around)
    return routing.rings(here, desk.presser, [around.candidate(one) for one in around.people])


@help_calls.views("who", say("who.title"))
def called_now(turn: Turn) -> Card:
    """Everybody whom a press of this person would reach, ring by ring."""
    person = turn.person
    site = turn.content.all(Site)[person.site]
    states = availability.of(turn.session, person.ref, turn.now)
    at_home = any(row.state is State.HOME for row in states)
    floor = person.floor["sv"] if person.floor else site.floor.sv
    rings = plan(turn, person.site, person.ref, person.area, floor, at_home)
    where = say("who.at_home") if at_home else both(person.place)
    body: list[Block] = [Text(say("who.presses", name=person.name, place=where))]
    if not open_now(turn.content, site, turn.now):
        body.append(Note(say("who.closed")))
    for number, ring in rings.items():
        body += _ring(turn, number, ring)
    return Card(say("who.title"), say("who.preview"), tuple(body))


def _ring(turn: Turn, number: int, ring: tuple[Asked, ...]) -> list[Block]:
    found: list[Block] = [Text(_heading(turn, number))]
    if not ring:
        found.append(Note(say("who.nobody")))
    else:
        found.append(Steps(tuple(_line(turn, asked) for asked in ring[:MOST_SHOWN])))
    if len(ring) > MOST_SHOWN:
        found.append(Note(say("who.others", count=len(ring) - MOST_SHOWN)))
    if number == 1 and routing.free(ring) < ENOUGH:
        found.append(Note(say("who.too_few")))
    return found


def _heading(turn: Turn, number: int) -> Words:
    """The ring and when it is asked, from the ladder of the middle level."""
    ladders = turn.content.all(Ladder).values()
    rungs = [rung for ladder in ladders if ladder.level == LEVEL for rung in ladder.rungs]
    after = min((rung.after for rung in rungs if rung.ring == number), default=None)
    if after is None:
        return say("who.ring", number=number)
    if after == 0:
        return say("who.ring_at_once", number=number)
    return say("who.ring_after", number=number, seconds=after)


def _line(turn: Turn, asked: Asked) -> Words:
    state = say(f"who.free.{asked.free}", **({"time": asked.until} if asked.until else {}))
    name, why = name_of(turn, asked.ref), _why(turn, asked)
    return say(f"who.{_told(asked.free)}", name=name, state=state, why=why)


def _told(free: Free) -> str:
    """How somebody in this state is told: asked, told silently, or not at all."""
    match free:
        case Free.FREE | Free.AWAY:
            return "asked"
        case Free.BUSY | Free.LUNCH | Free.BREAK | Free.SNOOZED:
            return "silent"
        case Free.HELPING | Free.PRESSING | Free.OFF | Free.UNREACHED:
            return "not_asked"


def _why(turn: Turn, asked: Asked) -> Words:
    match asked.why:
        case Why.ROLE:
            person = known(turn.session, asked.ref)
            on_call = person is not None and "on_call" in person.roles
            return say("who.role.on_call" if on_call else "who.role.security")
        case Why.NEAR:
            return say(f"who.near.{asked.near}")
        case Why.ROSTER | Why.STANDING:
            return say(f"who.named.{asked.why}", near=say(f"who.near.{asked.near}"))
