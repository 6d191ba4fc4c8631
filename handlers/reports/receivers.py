"""Who receives a report: the nearest manager whom it is not about, and somebody beside them.

A case never lacks an owner or a deputy (I13). Whoever reports, is exposed, or is what the report
is about is passed over, level by level; at the end the person chooses among those outside the line.
"""

from collections.abc import Collection
from dataclasses import dataclass

from bot.turn import Turn
from storage.people import Person, at_site, known, with_role

OUTSIDE = ("hr", "security", "safety_rep")
"""Whom the person may choose when the line itself is concerned."""

LAST = ("hr", "security", "on_call")


@dataclass(frozen=True, slots=True)
class Receivers:
    """`owner` and `deputy` as refs; `choices` where the person has to say who."""

    owner: str
    deputy: str
    choices: tuple[str, ...] = ()


def receivers(
    turn: Turn,
    whose: Person,
    without: Collection[str],
    about: Collection[str] = (),
    chosen: str | None = None,
) -> Receivers:
    """For an event at the place of `whose`; `about` are those whom it is about."""
    passed = {*without, *about}
    line = [ref for ref in in_line(turn, whose) if ref not in passed]
    outside = [ref for ref in outside_line(turn, whose) if ref not in passed]
    if about and not line and len(outside) > 1 and chosen not in outside:
        return Receivers(outside[0], outside[1], tuple(outside))
    if about:
        line = [chosen] if chosen in outside and not line else line[:1]
        return pair(turn, [*line, *outside, *last(turn, passed)], passed, from_line=False)
    return pair(turn, [*line, *last(turn, passed), *outside], passed, from_line=True)


def pair(turn: Turn, order: list[str], passed: Collection[str], from_line: bool) -> Receivers:
    """The first, and beside them their own deputy or the next. Where nobody is left, whoever
    answers last does it, because a report that nobody reads would be worse."""
    order = [*dict.fromkeys(order)]
    everybody = order or [one.ref for one in with_role(turn.session, "on_call", "admin")]
    owner = everybody[0]
    first = known(turn.session, owner)
    named = first.deputy if first and from_line else None
    beside = named if named and named not in passed and here(turn, named) else None
    others = [ref for ref in everybody if ref != owner]
    return Receivers(owner, beside or (others[0] if others else owner))


def in_line(turn: Turn, whose: Person) -> list[str]:
    """The managers of the unit, or else of the site; then theirs."""
    managers = [one for one in at_site(turn.session, whose.site) if "manager" in one.roles]
    own = [one.ref for one in managers if one.unit == whose.unit]
    upper = sorted(with_role(turn.session, "upper_manager"), key=lambda one: one.site != whose.site)
    return [*(own or [one.ref for one in managers]), *(one.ref for one in upper)]


def outside_line(turn: Turn, whose: Person) -> list[str]:
    """One for each role outside the line, the nearest first."""
    found = []
    for role in OUTSIDE:
        holders = sorted(with_role(turn.session, role), key=lambda one: one.site != whose.site)
        found += [one.ref for one in holders[:1] if one.ref != whose.ref]
    return found


def last(turn: Turn, passed: Collection[str]) -> list[str]:
    return [
        one.ref for role in LAST for one in with_role(turn.session, role) if one.ref not in passed
    ]


def here(turn: Turn, ref: str) -> bool:
    found = known(turn.session, ref)
    return found is not None and found.here
