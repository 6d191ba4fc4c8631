"""Colleagues: how they are called, who of them can be asked, and what their screens may show."""

from collections.abc import Iterable

from bot.cards import Card, CoverCard
from bot.holidays import open_now
from bot.staff import Site, local_day
from bot.turn import Turn
from bot.words import Cover
from storage import availability, help_notices
from storage import help_calls as calls
from storage.availability import State
from storage.people import at_site, known, slots_around, with_role

OCCUPIED = frozenset({State.BUSY, State.LUNCH, State.BREAK, State.SNOOZED})


def name_of(turn: Turn, ref: str | None) -> str:
    found = known(turn.session, ref) if ref else None
    return found.name if found else "–"


def engaged(turn: Turn, call: int) -> set[str]:
    """Who presses, or helps in a call other than this one."""
    helping = (calls.owners(turn.session), help_notices.helping(turn.session))
    others = {ref for kind in helping for ref, of in kind.items() if set(of) - {call}}
    return calls.pressers(turn.session) | others


def states(turn: Turn, ref: str) -> set[State]:
    return {row.state for row in availability.of(turn.session, ref, turn.now)}


def off_shift(turn: Turn, site: str) -> set[str]:
    """Those of a site who are not at work: by the roster of the day, or because it is closed."""
    facts = turn.content.all(Site).get(site)
    day = local_day(facts.zone if facts else "UTC", turn.now)
    slots = slots_around(turn.session, [site], *day)
    working = {slot.person for slot in slots if slot.starts <= turn.now < slot.ends}
    closed = facts is not None and not open_now(turn.content, facts, turn.now)
    named = (one.ref for one in at_site(turn.session, site)) if closed else ()
    return {*named, *(slot.person for slot in slots)} - working


def leading(turn: Turn, site: str, *roles: str) -> list[str]:
    """Those of a site with one of the roles, whom the bot can reach."""
    here = at_site(turn.session, site)
    return [one.ref for one in here if turn.reaches(one) and {*roles} & {*one.roles}]


def anywhere(turn: Turn, *roles: str) -> list[str]:
    return [one.ref for one in with_role(turn.session, *roles) if turn.reaches(one)]


def once(*groups: Iterable[str]) -> list[str]:
    """Every ref of the groups, each once, in order."""
    return list(dict.fromkeys(ref for group in groups for ref in group))


def discreet(turn: Turn, ref: str, cover: Cover, card: Card) -> Card | CoverCard:
    """Whoever presses now may have somebody at the desk: nothing to read on that screen."""
    return hidden(cover) if ref in calls.pressers(turn.session) else card


def hidden(cover: Cover) -> CoverCard:
    return CoverCard(cover("responder_preview"), cover("responder_preview"))
