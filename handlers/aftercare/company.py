"""Company: who is asked to stay with somebody, the nearest first, until somebody says yes.

The helper; then those who know of the call and are free; then everybody who may; and when nobody
has said yes, those in charge are told so. Nobody is asked twice, but those in charge.
"""

from collections.abc import Iterable
from typing import assert_never

from bot.turn import Turn
from handlers.colleagues import (
    OCCUPIED,
    anywhere,
    engaged,
    leading,
    off_shift,
    once,
    states,
)
from storage import help_calls, help_notices
from storage.aftercare import Aftercare, AftercareAsked, Answer, Circle, asked_for
from storage.availability import State
from storage.people import people

MAY_KEEP = ("responder", "team_lead")


def search(turn: Turn, care: Aftercare) -> None:
    """Circle by circle until somebody is being asked, or nobody is left to ask."""
    while care.company_wanted and care.circle < Circle.IN_CHARGE and not pending(turn, care):
        reach(turn, care, Circle(care.circle + 1))


def reach(turn: Turn, care: Aftercare, circle: Circle) -> None:
    care.circle = circle
    if circle is Circle.IN_CHARGE:
        tell(turn, care, in_charge(turn, care))
    else:
        ask(turn, care, candidates(turn, care, circle))


def pending(turn: Turn, care: Aftercare) -> bool:
    """Is anybody being asked who is here, is reached, and has not said no?"""
    rows = asked_for(turn.session, care.call)
    open = [ref for ref, row in rows.items() if row.declined_at is None and not row.in_charge]
    return bool(reached(turn, care, open))


def candidates(turn: Turn, care: Aftercare, circle: Circle) -> list[str]:
    match circle:
        case Circle.HELPER:
            return [care.helper] if care.helper else []
        case Circle.NEAR:
            told = help_notices.notices(turn.session, care.call)
            return free(turn, care, told) or free(turn, care, everybody(turn, care))
        case Circle.ALL:
            return everybody(turn, care)
        case Circle.NOBODY | Circle.IN_CHARGE:
            return []
        case _:
            assert_never(circle)


def everybody(turn: Turn, care: Aftercare) -> list[str]:
    return at_work(turn, care, leading(turn, care.site, *MAY_KEEP))


def free(turn: Turn, care: Aftercare, refs: Iterable[str]) -> list[str]:
    """Those at work with nothing else to do, near enough to come; by phone anybody is."""
    others = engaged(turn, care.call)
    known = asked_for(turn.session, care.call)
    return [
        ref
        for ref in at_work(turn, care, refs)
        if ref not in others and ref not in known and at_hand(turn, care, ref)
    ]


def at_hand(turn: Turn, care: Aftercare, ref: str) -> bool:
    said = states(turn, ref)
    return not said & OCCUPIED and (care.at_home or not by_phone(turn, care, ref))


def by_phone(turn: Turn, care: Aftercare, ref: str) -> bool:
    """Can this colleague only phone, because one of the two is somewhere else?"""
    near = any(one.site == care.site for one in people(turn.session, [ref]))
    return care.at_home or not near or State.HOME in states(turn, ref)


def reached(turn: Turn, care: Aftercare, refs: Iterable[str]) -> list[str]:
    """Those of them who can read a question now; a presser has something else to do."""
    pressing = help_calls.pressers(turn.session) | {care.person}
    here = people(turn.session, refs)
    return [one.ref for one in here if turn.reaches(one) and one.ref not in pressing]


def at_work(turn: Turn, care: Aftercare, refs: Iterable[str]) -> list[str]:
    off = off_shift(turn, care.site)
    return [ref for ref in reached(turn, care, refs) if ref not in off]


def ask(turn: Turn, care: Aftercare, refs: Iterable[str]) -> None:
    known = asked_for(turn.session, care.call)
    for ref in reached(turn, care, refs):
        if ref not in known:
            turn.keep(AftercareAsked(call=care.call, person=ref, at=turn.now))


def tell(turn: Turn, care: Aftercare, refs: Iterable[str]) -> None:
    """Those in charge: a message that rings, also when they were asked before."""
    known = asked_for(turn.session, care.call)
    for ref in reached(turn, care, refs):
        row = known.get(ref)
        if row is None:
            turn.keep(AftercareAsked(call=care.call, person=ref, at=turn.now, in_charge=True))
        else:
            ring(turn, row)
            row.in_charge = True


def ring(turn: Turn, row: AftercareAsked) -> None:
    row.number, row.at, row.declined_at = row.number + 1, turn.now, None


def in_charge(turn: Turn, care: Aftercare, *roles: str) -> list[str]:
    """Those of the site with such a role who are at work, or else who is on call."""
    here = leading(turn, care.site, *(roles or ("team_lead", "manager")))
    on_call = reached(turn, care, anywhere(turn, "on_call"))
    return at_work(turn, care, here) or on_call or reached(turn, care, here)


def nearest_in_charge(turn: Turn, care: Aftercare) -> list[str]:
    """The team leads; where none is at work, the managers; and then who is on call."""
    leads = at_work(turn, care, leading(turn, care.site, "team_lead"))
    return leads or in_charge(turn, care, "manager")


def ask_again(turn: Turn, care: Aftercare, left: str) -> None:
    """Who had said yes no longer can: those who have not said no are asked anew, and others."""
    for ref, row in asked_for(turn.session, care.call).items():
        if ref == left:
            row.declined_at, row.in_charge = turn.now, False
        elif row.declined_at is None:
            row.in_charge = row.in_charge and care.answer is Answer.NO
            ring(turn, row)
    search(turn, care)


def told_of(turn: Turn, care: Aftercare) -> list[str]:
    """Those in charge who were told."""
    rows = asked_for(turn.session, care.call)
    return once(ref for ref, row in rows.items() if row.in_charge)
