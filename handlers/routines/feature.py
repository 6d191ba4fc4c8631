"""The feature of routines: what it reads, and who may do what."""

from typing import Protocol

from bot.content import Pack
from bot.effects import Effects, Show
from bot.features import Complaint, Feature, May
from bot.turn import Turn
from handlers.routines.actions import StartRoutines
from handlers.routines.lists import Checklist, check_lists
from handlers.routines.runs import shown
from storage import plain
from storage.checklists import ChecklistAsked, runs_before

routines = Feature("routines")
routines.reads("checklists", Checklist)
routines.begins(StartRoutines())

LEADS = frozenset({"team_lead", "manager", "upper_manager", "security", "safety_rep", "admin"})


@routines.checks
def check(content: Pack) -> list[Complaint]:
    return list(check_lists(content))


class OfRun(Protocol):
    """Anything that names a run."""

    @property
    def run(self) -> int: ...


def _asked(turn: Turn, did: OfRun) -> bool:
    return turn.session.get(ChecklistAsked, (did.run, turn.person.ref)) is not None


ASKED = May("asked", _asked)
LEAD = May("leads", lambda turn, _: turn.by_person and bool(LEADS & {*turn.person.roles}))


@routines.redraws
def redraw(turn: Turn) -> Effects:
    """The lists that stand before one person of late."""
    me = turn.person.ref
    every = [shown(turn, run) for run in runs_before(turn.session, me, turn.now - plain.LATELY)]
    return [one for found in every for one in found if isinstance(one, Show) and one.to == me]
