"""Sending: the seam to the report. A case loses whatever leads to a person, and gets its code."""

from collections.abc import Sequence

from bot.effects import Effects, Erase, Notice
from bot.turn import Turn
from bot.words import say
from handlers.anonymous.codes import coded, fresh
from storage.case_life import Naming
from storage.cases import Case
from storage.people import at_site

SMALL = 7
"""A group with fewer can guess (`spec/journeys.md` J7); then the unit is left out."""


def too_few(turn: Turn, site: str, unit: str) -> bool:
    """Would the unit say too much? Then the place one level up is proposed: the site alone."""
    return sum(one.unit == unit for one in at_site(turn.session, site)) < SMALL


def seal_off(
    turn: Turn, case: Case, slots: Sequence[str] = (), rows: Sequence[str] = ()
) -> Effects:
    """Call it in an untraced handler, with the kept case, and all that the draft stood in.

    `slots` are those of the draft's cards; `rows` are its rows as the audit names them
    (`report_draft:7`). The draft's own row is deleted by whoever calls. The last card of the
    dialog should be `private` and in the draft's slot.
    """
    case.naming = Naming.ANONYMOUS
    if case.exposed == case.reporter:  # somebody else whom it happened to is still cared for
        case.exposed = None
    case.reporter = case.helper = case.call = case.place = case.called_112 = None
    case.happened_at = case.happened_at.replace(minute=0, second=0, microsecond=0)
    case.received_at, case.exact = turn.now.replace(minute=0, second=0, microsecond=0), False
    code = fresh(turn)
    turn.keep(coded(turn, case.number, code))
    told = Notice(say("anonymous.code", code=code))
    return [Erase(tuple(slots), tuple(rows)), told, Notice(say("anonymous.danger"))]
