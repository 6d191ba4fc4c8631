"""Rings: the notices that tell people of a call, and who of them is still being asked."""

from collections.abc import Iterable, Mapping

from bot.turn import Turn
from handlers import colleagues
from handlers.help import who
from handlers.help.routing import ASKED, ENOUGH, Asked, Free
from storage import help_calls as calls
from storage import help_notices
from storage.help import HelpCall
from storage.help_notices import HelpNotice
from storage.new import new
from storage.people import at_site, person, with_role
from storage.recall import recall

Plan = Mapping[int, tuple[Asked, ...]]

SILENT = frozenset({Free.BUSY, Free.LUNCH, Free.BREAK, Free.SNOOZED})
"""Told for their knowledge: they may take it, and nobody counts on them."""


def tell_rung(turn: Turn, call: HelpCall, plan: Plan) -> bool:
    """Tell those up to this rung who do not know yet; False when it brings too few.

    The rings below too: who stands in them changes while a call goes on.
    """
    known = told(turn, call)
    new = [one for one in reached(call, plan) if one.ref not in known]
    tell(turn, call, [one.ref for one in new if one.free in ASKED])
    tell(turn, call, [one.ref for one in new if one.free in SILENT], silent=True)
    enough = ENOUGH if call.rung == 1 else 1
    return any(one.free in ASKED for one in new) and free_asked(turn, call) >= enough


def reached(call: HelpCall, plan: Plan) -> list[Asked]:
    """Everybody in the rings up to the call's rung."""
    rings = {rung["ring"] for rung in call.ladder["rungs"][: call.rung]}
    return [one for number in sorted(rings) for one in plan.get(number, ())]


def tell_late(turn: Turn, call: HelpCall) -> bool:
    """Tell those on the rungs so far who could not be told when their ring was, if any."""
    known = told(turn, call)
    late = [one.ref for one in reached(call, who.plan_for(turn, call)) if fresh(one, known)]
    tell(turn, call, late)
    return bool(late)


def tell_next(turn: Turn, call: HelpCall) -> bool:
    """The nearest free person who does not know yet, instead of one who cannot."""
    known = told(turn, call)
    ordered = [one for _, ring in sorted(who.plan_for(turn, call).items()) for one in ring]
    for one in ordered:
        if fresh(one, known):
            tell(turn, call, [one.ref])
            return True
    return False


def fresh(one: Asked, known: Iterable[str]) -> bool:
    return one.free in ASKED and one.ref not in known


def tell_the_busy(turn: Turn, call: HelpCall) -> None:
    """Nobody free is left: those who were told silently are asked aloud."""
    for notice in help_notices.notices(turn.session, call.number).values():
        if notice.silent and notice.declined_at is None:
            ring(turn, notice)


def ring(turn: Turn, notice: HelpNotice) -> None:
    """A message of its own, once in a turn, however many reasons there are."""
    mark, rung = (notice.call, notice.person), rung_now(turn)
    if mark in rung:
        notice.ask()
    else:
        notice.ring(turn.now)
    rung.add(mark)


def rung_now(turn: Turn) -> set[tuple[int, str]]:
    """Which call has rung whom in this turn."""
    nobody: set[tuple[int, str]] = set()
    return recall(turn.session, "rung", lambda: nobody)


def tell_everybody(turn: Turn, call: HelpCall) -> None:
    """Nobody answered: everybody at the site, on call and in charge. Nobody can turn this off."""
    here = at_site(turn.session, call.site["ref"])
    others = with_role(turn.session, "on_call", "admin")
    tell(turn, call, [*told(turn, call), *(one.ref for one in (*here, *others))])


def tell(turn: Turn, call: HelpCall, refs: Iterable[str], silent: bool = False) -> None:
    """One more notice each, which rings.

    Whoever has a call of their own open is left out: they are not free, and what they would
    read must not stand on a presser's screen.
    """
    given = help_notices.notices(turn.session, call.number)
    pressing = calls.pressers(turn.session)
    for ref in dict.fromkeys(refs):
        if ref in pressing:
            continue
        if ref in given:
            ring(turn, given[ref])
        else:
            notice = new(HelpNotice, call=call.number, person=ref, at=turn.now)
            notice.silent = notice.busy = silent
            help_notices.add(turn.session, notice)
            rung_now(turn).add((call.number, ref))


def told(turn: Turn, call: HelpCall) -> list[str]:
    return list(help_notices.notices(turn.session, call.number))


def somebody_asked(turn: Turn, call: HelpCall) -> bool:
    """Is anybody left who was asked aloud, is here, is free, and has not said "can't"?"""
    return free_asked(turn, call) > 0


def free_asked(turn: Turn, call: HelpCall) -> int:
    given = help_notices.notices(turn.session, call.number)
    asked = [ref for ref, notice in given.items() if notice.asked and not notice.silent]
    taken = engaged(turn, call)
    here = [person(turn.session, ref) for ref in asked if ref not in taken]
    return sum(turn.reaches(one) for one in here if one is not None)


def engaged(turn: Turn, call: HelpCall) -> set[str]:
    """Who presses, or helps in another call: nobody counts on them for this one."""
    return colleagues.engaged(turn, call.number)


def counts(turn: Turn, call: HelpCall) -> dict[str, int]:
    """How many were asked, and how free those in the rings are now: numbers, never names (P8)."""
    states = [one.free for ring in who.plan_for(turn, call).values() for one in ring]
    found = {state.value: states.count(state) for state in Free}
    busy = sum(found[state] for state in (Free.BUSY, Free.HELPING, Free.PRESSING, Free.BREAK))
    return {**found, "asked": len(told(turn, call)), "busy": busy}


def decline(turn: Turn, call: HelpCall, ref: str) -> None:
    notice = help_notices.notice(turn.session, call.number, ref)
    if notice:
        notice.decline(turn.now)
