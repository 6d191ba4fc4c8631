"""Duty: who stands by a visitor, from what people are and where they work; nothing else.

Each list has the usual one first, and never the visitor.
"""

from collections.abc import Iterable

from bot.turn import Turn
from handlers.colleagues import anywhere, leading, once
from storage.people import Person, at_site, known
from storage.visits import Visit

DECIDING = frozenset({"manager", "upper_manager", "on_call", "security"})
MOST = 6


def contacts(turn: Turn, visitor: Person) -> list[str]:
    """Who may be the contact: those with that role, the deputy, those who lead, the unit."""
    here = [one for one in at_site(turn.session, visitor.site) if turn.reaches(one)]
    unit = [one for one in here if one.unit == visitor.unit]
    found = once(
        with_role(unit, "contact"),
        with_role(here, "contact"),
        [one.ref for one in here if one.ref == visitor.deputy],
        with_role(here, "team_lead"),
        with_role(here, "responder"),
        managers(turn, visitor),
    )
    return [ref for ref in found if ref != visitor.ref][:MOST]


def managers(turn: Turn, visitor: Person) -> list[str]:
    """Who may answer for a red visit: the unit's managers, the site's, those above, on call.

    Those on call are named last: they are the end of the ladder already.
    """
    here = [one for one in at_site(turn.session, visitor.site) if turn.reaches(one)]
    here.sort(key=lambda one: "on_call" in one.roles)
    unit = [one for one in here if one.unit == visitor.unit]
    found = once(
        with_role(unit, "manager"),
        with_role(here, "manager"),
        anywhere(turn, "upper_manager"),
        anywhere(turn, "on_call"),
    )
    return [ref for ref in found if ref != visitor.ref][:MOST]


def with_role(people: Iterable[Person], role: str) -> list[str]:
    return [one.ref for one in people if role in one.roles]


def on_duty(turn: Turn, visit: Visit, duties: Iterable[str]) -> list[str]:
    """Whom a rung means. When it reaches nobody, everybody who may decide is meant."""
    found = once(*(_of(turn, visit, duty) for duty in duties))
    reached = [ref for ref in found if ref != visit.visitor]
    return reached or [ref for ref in anywhere(turn, *DECIDING) if ref != visit.visitor]


def _of(turn: Turn, visit: Visit, duty: str) -> list[str]:
    match duty:
        case "contact":
            return _reached(turn, visit.contact)
        case "manager":
            own = _reached(turn, visit.manager) if visit.manager else []
            return (
                own or leading(turn, visit.site, "manager")[:1] or anywhere(turn, "upper_manager")
            )
        case _:
            return anywhere(turn, duty)


def _reached(turn: Turn, ref: str) -> list[str]:
    found = known(turn.session, ref)
    return [ref] if found and found.here and turn.reaches(found) else []


def decides(turn: Turn, ref: str) -> bool:
    found = known(turn.session, ref)
    return found is not None and bool(DECIDING & {*found.roles})


def after(refs: list[str], now: str | None) -> str | None:
    """The one after the present one, round and round."""
    if not refs:
        return now
    return refs[(refs.index(now) + 1) % len(refs)] if now in refs else refs[0]


def first_number(turn: Turn, visit: Visit) -> str | None:
    whose = known(turn.session, visit.visitor)
    return whose.addresses.get("phone") if whose else None
