"""The feature of visits: what it reads, who may do what, and what everybody sees of one."""

from typing import Protocol

from bot.content import Pack
from bot.effects import Effects, Forget, Later, Show
from bot.features import Complaint, Feature, May, Refused
from bot.staff import cover_of
from bot.turn import Turn
from handlers.visits import colleagues, planning, visitor
from handlers.visits.actions import VisitDue
from handlers.visits.duty import decides
from handlers.visits.watches import Assessment, Watch, check_assessments, check_watches
from storage import plain
from storage.visit_told import about, was_told
from storage.visit_waits import next_step
from storage.visits import Visit

visits = Feature("visits")
visits.reads("watches", Watch)
visits.reads("assessments", Assessment)


@visits.checks
def check(content: Pack) -> list[Complaint]:
    return [*check_watches(content), *check_assessments(content)]


class OfVisit(Protocol):
    """Anything that names a visit."""

    @property
    def visit(self) -> int: ...


def _visits(turn: Turn, did: OfVisit) -> bool:
    return turn.get(Visit, did.visit).visitor == turn.person.ref


def _told(turn: Turn, did: OfVisit) -> bool:
    return was_told(turn.session, did.visit, turn.person.ref)


def _named(turn: Turn, did: OfVisit) -> bool:
    visit = turn.get(Visit, did.visit)
    return visit.permit_asked_at is not None and visit.manager == turn.person.ref


VISITOR = May("visitor", _visits)
TOLD = May("told", _told)
NAMED = May("named manager", _named)
DECIDES = May("decides", lambda turn, did: _told(turn, did) and decides(turn, turn.person.ref))


def of_visitor(turn: Turn, did: OfVisit) -> Visit:
    """One's own visit; on one that is over nothing changes, and the screen says why."""
    visit = turn.get(Visit, did.visit)
    if not visit.open and visit.closed_at is not None:
        raise Refused(cover_of(turn.content, turn.person)("visit_over"))
    return visit


def shown(turn: Turn, visit: Visit) -> Effects:
    """What everybody sees of it now, and when it must be looked at again."""
    return [
        *planning.screen(turn, visit),
        *visitor.screen(turn, visit),
        *colleagues.screen(turn, visit),
        *when_next(visit),
    ]


def when_next(visit: Visit) -> Effects:
    found = next_step(visit)
    key = f"visit:{visit.number}"
    return [Later(key, found[0], VisitDue(visit.number))] if found else [Forget(key)]


@visits.redraws
def redraw(turn: Turn) -> Effects:
    """Everything of this feature that stands before one person of late."""
    me = turn.person.ref
    every = [shown(turn, visit) for visit in about(turn.session, me, turn.now - plain.LATELY)]
    return [one for found in every for one in found if isinstance(one, Show) and one.to == me]
