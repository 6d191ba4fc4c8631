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
    found = people(turn.session, rostered.get(number) or standing.get(number, []))
    return [person for person in found if turn.reaches(person)]


def tell_rung(turn: Turn, call: HelpCall) -> bool:
    """Tell those on the rung who do not know yet; False when there was nobody new."""
    number = call.ladder["rungs"][call.rung - 1]["ring"]
    known = {call.released, *calls.pressers(turn.session), *told(turn, call)}
    new = [person.ref for person in ring(turn, call, number) if person.ref not in known]
    tell(turn, call, new)
    return bool(new)


def tell_everybody(turn: Turn, call: HelpCall) -> None:
    """Nobody answered: everybody at the site and every administrator. Nobody can turn this off."""
    here = [person.ref for person in at_site(turn.session, call.site["ref"])]
    admins = [person.ref for person in with_role(turn.session, "admin")]
    tell(turn, call, [*told(turn, call), *here, *admins])


def tell(turn: Turn, call: HelpCall, refs: Iterable[str]) -> None:
    """One more notice each, which rings. A fresh question forgets an earlier "can't".

    Whoever has a call of their own open is left out: they are not free, and what they would
    read must not stand on a presser's screen.
    """
    given = calls.notices(turn.session, call.number)
    pressing = calls.pressers(turn.session)
    for ref in dict.fromkeys(refs):
        if ref in given and ref not in pressing:
            notice = given[ref]
            notice.number, notice.at, notice.declined_at = notice.number + 1, turn.now, None
        elif ref not in pressing:
            turn.session.add(HelpNotice(call=call.number, person=ref, at=turn.now))


def told(turn: Turn, call: HelpCall) -> list[str]:
    return list(calls.notices(turn.session, call.number))


def still_asked(turn: Turn, call: HelpCall) -> bool:
    """Is anybody left who was told and has not said "can't"?"""
    given = calls.notices(turn.session, call.number).values()
    return any(notice.declined_at is None for notice in given)


def decline(turn: Turn, call: HelpCall) -> None:
    calls.notices(turn.session, call.number)[turn.person.ref].declined_at = turn.now
