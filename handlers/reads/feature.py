"""The feature of reading: the one door to a case, and the line that each opening leaves."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from bot.features import NOT_YOURS, Feature, Refused
from bot.staff import Instant
from bot.turn import Turn
from handlers.rights import SERIOUS, Grant, is_theirs, reads
from storage.cases import Case, CaseWatch
from storage.people import Person
from storage.reads import CaseRead, Why, is_broken

case_reads = Feature("reads")


def open_case(turn: Turn, case: Case) -> Grant:
    """The seam: call it wherever a case is shown to `turn.person`, in a handler and never a view.

    Raises Refused when they may not; otherwise the opening is written down in this transaction.
    Whom it is about leaves no line, so that nothing of theirs is in the log.
    """
    who, found = turn.person, grant(turn, turn.person, case)
    if not reads(who, case, found):
        raise Refused(NOT_YOURS)
    if not is_theirs(who, case):
        why = because(who, case, found)
        turn.keep(CaseRead(case=case.number, person=who.ref, at=turn.now, why=why))
    return found


@case_reads.exports
def taken_along(session: Session, tables: Mapping[str, Any], now: Instant) -> None:
    """Whoever makes somebody's export in a terminal can read it: an opening like any other."""
    for row in tables.get(str(Case.__tablename__), ()):
        session.add(CaseRead(case=row["id"], person="", at=now, why=Why.EXPORT))


def grant(turn: Turn, who: Person, case: Case) -> Grant:
    """What opens this case for this person for once: consent, or a glass that they broke."""
    watch = turn.session.get(CaseWatch, (case.number, who.ref))
    broken = is_broken(turn.session, case.number, who.ref, turn.now)
    return Grant(consent=bool(watch and watch.role == "safety_rep" and watch.consent), glass=broken)


def because(who: Person, case: Case, found: Grant) -> Why:
    """By which right, the nearest first."""
    if who.ref in (case.owner, case.deputy):
        return Why.OWNER
    if found.glass:
        return Why.GLASS
    if found.consent and "safety_rep" in who.roles:
        return Why.CONSENT
    if "security" in who.roles and case.severity >= SERIOUS:
        return Why.SERIOUS
    return Why.UNIT
