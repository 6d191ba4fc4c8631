"""How long lists are kept: they are proof that something was done."""

from sqlalchemy import func
from sqlmodel import col

from bot.features import Lasting, Mine
from bot.staff import Instant
from handlers.routines.feature import routines
from storage.checklists import (
    ChecklistAsked,
    ChecklistRun,
    ChecklistTick,
    RoutineClock,
    RoutineKnown,
    RunStatus,
)
from storage.erasing import Hangs, Kept


def counted(run: ChecklistRun) -> tuple[Instant, str, str]:
    return run.begun_at, run.site, f"list:{run.checklist}:{run.status}"


routines.keeps(
    Kept(
        "R-H",
        ChecklistRun,
        func.coalesce(col(ChecklistRun.finished_at), col(ChecklistRun.deadline)),
        where=col(ChecklistRun.status).in_([RunStatus.DONE, RunStatus.LAPSED]),
        hangs=(
            Hangs(ChecklistTick, lambda runs: col(ChecklistTick.run).in_(runs)),
            Hangs(ChecklistAsked, lambda runs: col(ChecklistAsked.run).in_(runs)),
        ),
        counted=counted,
    )
)
routines.lasts(Lasting.ONE_A_SITE, RoutineClock)
routines.lasts(Lasting.NOBODY, RoutineKnown)
routines.owns(
    Mine(ChecklistAsked, ("person",), ("run", "unit")),
    Mine(ChecklistTick, ("by",), ("run", "point", "at"), written=("reason",)),
)
