"""Who is called: the rings of a site, and the notices that tell people of a call."""

from collections.abc import Iterable

from bot.staff import Site
from bot.turn import Turn
from storage import help as calls
from storage.help import HelpCall, HelpNotice
from storage.people import Person, at_site, on_roster, people, with_role


def ring(turn: Turn, call: HelpCall, number: int) -> list[Person]:
    """Who stands in a ring now and can be reached: the roster's word, or else the site's list."""
    rostered = on_roster(turn.session, call.site["ref"], turn.now)
    site = turn.content.all(Site).get(call.site["ref"])
    standing = site.rings if site else {int(n): refs for n, refs in call.site["rings"].items()}
    for refs in (rostered.get(number, []), standing.get(number, [])):
        found = [person for person in people(turn.session, refs) if turn.reaches(person)]
        if found:
            return found
    return []


def tell_rung(turn: Turn, call: HelpCall) -> bool:
    """Tell those on the rung who do not know yet; False when there was nobody new."""
    number = call.ladder["rungs"][call.rung - 1]["ring"]
    known = {*calls.pressers(turn.session), *told(turn, call)}
    new = [person.ref for person in ring(turn, call, number) if person.ref not in known]
    tell(turn, call, new)
    return bool(new)


def tell_late(turn: Turn, call: HelpCall) -> None:
    """Tell those on the rungs so far who could not be told when their ring was."""
    for rung in call.ladder["rungs"][: call.rung]:
        known = told(turn, call)
        tell(turn, call, [p.ref for p in ring(turn, call, rung["ring"]) if p.ref not in known])


def tell_everybody(turn: Turn, call: HelpCall) -> None:
    """Nobody answered: everybody at the site, on call and in charge. Nobody can turn this off."""
    here = at_site(turn.session, call.site["ref"])
    others = [one for role in ("on_call", "admin") for one in with_role(turn.session, role)]
    tell(turn, call, [*told(turn, call), *(person.ref for person in (*here, *others))])


def tell(turn: Turn, call: HelpCall, refs: Iterable[str]) -> None:
    """One more notice each, which rings. A fresh question forgets an earlier "can't".

    Whoever has a call of their own open is left out: they are not free, and what they would
    read must not stand on a presser's screen.
    """
    given = calls.notices(turn.session, call.number)
    pressing = calls.pressers(turn.session)
    for ref in dict.fromkeys(refs):
        if ref in pressing:
            continue
        if ref in given:
            notice = given[ref]
            notice.number, notice.at, notice.declined_at = notice.number + 1, turn.now, None
        else:
            turn.keep(HelpNotice(call=call.number, person=ref, at=turn.now))


def told(turn: Turn, call: HelpCall) -> list[str]:
    return list(calls.notices(turn.session, call.number))


def somebody_asked(turn: Turn, call: HelpCall) -> bool:
    """Is anybody left who was told, is here, is free, and has not said "can't"?"""
    given = calls.notices(turn.session, call.number)
    asked = [ref for ref, notice in given.items() if notice.declined_at is None]
    pressing = calls.pressers(turn.session)
    here = people(turn.session, asked)
    return any(turn.reaches(person) and person.ref not in pressing for person in here)


def decline(turn: Turn, call: HelpCall, ref: str) -> None:
    notice = calls.notices(turn.session, call.number).get(ref)
    if notice:
        notice.declined_at = turn.now
