"""Who may read a case, and which of its fields: the one place that decides it."""

from bot.turn import Turn
from storage.case_life import Naming, Secrecy
from storage.cases import Case, CaseWatch
from storage.people import Person

EVERY = frozenset(
    {
        "kind", "channel", "when", "site", "unit", "place", "severity", "status", "owner",
        "reporter", "exposed", "effect", "factors", "words", "evidence", "source", "helper",
        "called", "timeline",
    }
)  # fmt: skip
"""Every field that a page of a case can show."""

NAMELESS = EVERY - {"reporter", "exposed", "place", "helper", "words", "evidence", "source"}
OPEN = frozenset({"kind", "channel", "unit", "site", "severity", "status"})


def may_read(turn: Turn, who: Person, case: Case) -> bool:
    return bool(fields(turn, who, case))


def fields(turn: Turn, who: Person, case: Case) -> frozenset[str]:
    """What this person may see of this case; nothing at all where it is kept from them."""
    if who.ref in case.kept_from:
        return frozenset()
    if who.ref in (case.reporter, case.exposed):
        return EVERY
    if who.ref in (case.owner, case.deputy):
        return (
            EVERY
            if case.naming is not Naming.MANAGER or who.ref == case.owner
            else EVERY - {"reporter"}
        )
    return by_role(turn, who, case)


def by_role(turn: Turn, who: Person, case: Case) -> frozenset[str]:
    roles = {*who.roles}
    if "security" in roles and (case.severity >= 3 or case.secrecy >= Secrecy.K3):
        return nameless_if(case, EVERY)
    if case.secrecy >= Secrecy.K2:
        return frozenset()
    if "upper_manager" in roles:
        return NAMELESS
    if "manager" in roles and (who.site, who.unit) == (case.site, case.unit):
        return nameless_if(case, EVERY)
    watch = turn.session.get(CaseWatch, (case.number, who.ref))
    if watch is not None and watch.role == "safety_rep":
        return nameless_if(case, EVERY) if watch.consent else OPEN
    return frozenset()


def nameless_if(case: Case, found: frozenset[str]) -> frozenset[str]:
    """Who reported it is for the owner alone where the person wished so."""
    return found if case.naming is Naming.NAMED else found - {"reporter"}
