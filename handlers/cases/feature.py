"""The feature of cases: who may do what with one, declared once."""

from typing import Protocol

from bot.features import Feature, May, Refused
from bot.staff import cover_of
from bot.turn import Turn
from bot.words import say
from handlers.cases import access
from handlers.rights import Act, in_conflict
from storage import help_calls
from storage.cases import Case, CaseWatch
from storage.people import Person

incident_cases = Feature("cases")


class OfCase(Protocol):
    @property
    def case(self) -> int: ...


def _reads(turn: Turn, did: OfCase) -> bool:
    found = turn.find(Case, did.case)
    return found is not None and access.may_read(turn, turn.person, found)


def _raises(turn: Turn, did: OfCase) -> bool:
    found = turn.find(Case, did.case)
    return found is not None and access.may(turn, Act.RAISE, found)


def _owns(turn: Turn, did: OfCase) -> bool:
    """Whoever it is given to, and nobody whom it is about."""
    found = turn.find(Case, did.case)
    return found is not None and owns(turn.person, found)


def owns(who: Person, case: Case) -> bool:
    return who.ref in (case.owner, case.deputy) and not in_conflict(who, case)


def _lowers(turn: Turn, did: OfCase) -> bool:
    found = turn.find(Case, did.case)
    return found is not None and access.may(turn, Act.LOWER, found)


def _watches(turn: Turn, did: OfCase) -> bool:
    found = turn.session.get(CaseWatch, (did.case, turn.person.ref))
    return found is not None and found.role == "safety_rep"


def _exposed(turn: Turn, did: OfCase) -> bool:
    found = turn.find(Case, did.case)
    return found is not None and turn.person.ref == (found.exposed or found.reporter)


READS = May("case reader", _reads)
RAISES = May("may raise", _raises)
OWNS = May("case owner", _owns)
LOWERS = May("owning manager", _lowers)
WATCHES = May("safety rep", _watches)
ABOUT_ME = May("concerned", _exposed)


def case_of(turn: Turn, did: OfCase) -> Case:
    """The case, for somebody who has no visitor at the desk."""
    if help_calls.open_call_of(turn.session, turn.person.ref):
        raise Refused(cover_of(turn.content, turn.person)("own_first"))
    found = turn.find(Case, did.case)
    if found is None:
        raise Refused(say("common.old_button"))
    return found
