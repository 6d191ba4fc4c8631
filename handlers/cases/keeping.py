"""How long cases are kept, by how serious they were; what hangs on a case goes with it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists
from sqlmodel import col, select

from bot.features import Mine
from bot.staff import Instant
from handlers.cases.feature import incident_cases
from storage.anonymous import CaseCode, CaseLine
from storage.case_life import Status
from storage.cases import Case, CaseEvent, CaseWatch
from storage.erasing import Hangs, Kept
from storage.feedback import Feedback
from storage.nudges import Nudge
from storage.plans import Plan, PlanStep, PlanTold
from storage.reads import BrokenGlass, CaseRead
from storage.selfchecks import SelfCheck, TalkWish
from storage.triage import Did, Duty

LIGHT, GRAVE = 1, 4
"""Up to this severity a case is light (R-C), from this one on it is grave (R-E)."""

REPORTED = exists().where(col(Duty.case) == col(Case.id), col(Duty.did) == Did.REPORTED)
"""It went to an authority: an injury at work, a report to the Work Environment Authority."""


def _steps(cases: Sequence[int]) -> Any:
    return select(PlanStep.id).where(col(PlanStep.case).in_(cases))


HANGS = (
    *(
        Hangs(kind, lambda cases, kind=kind: col(kind.step).in_(_steps(cases)))  # type: ignore[misc]
        for kind in (PlanTold, Nudge)
    ),
    *(
        Hangs(kind, lambda cases, kind=kind: col(kind.case).in_(cases))  # type: ignore[misc]
        for kind in (
            PlanStep, Plan, Feedback, Duty, SelfCheck, TalkWish, CaseCode, CaseLine, CaseRead,
            BrokenGlass, CaseWatch, CaseEvent,
        )
    ),
)  # fmt: skip


def counted(case: Case) -> tuple[Instant, str, str]:
    return case.happened_at, case.site, f"case:{case.counted_as}:{case.severity}"


def kept(by: str, where: object) -> Kept:
    closed = col(Case.status) == Status.CLOSED
    return Kept(by, Case, col(Case.closed_at), where=closed & where, hangs=HANGS, counted=counted)


incident_cases.keeps(
    kept("R-C", (col(Case.severity) <= LIGHT) & ~REPORTED),
    kept("R-D", (col(Case.severity) > LIGHT) & (col(Case.severity) < GRAVE) & ~REPORTED),
    kept("R-E", (col(Case.severity) >= GRAVE) | REPORTED),
)
incident_cases.owns(
    Mine(
        Case,
        ("reporter", "exposed"),
        (
            "id", "kind", "also", "channel", "effect", "factors", "wishes", "severity", "site",
            "unit", "place", "happened_at", "received_at", "naming", "status", "called_112",
            "read_at", "closed_at",
        ),
        written=("words", "evidence", "source"),
    ),
    Mine(CaseWatch, ("person",), ("case", "role", "told_at", "wants_at")),
    Mine(CaseRead, ("person",), ("case", "at", "why")),
    Mine(BrokenGlass, ("person",), ("case", "at", "until"), written=("reason",)),
    Mine(PlanTold, ("person",), ("step", "told_as", "at")),
    Mine(Nudge, ("person",), ("step", "wanted_at")),
)  # fmt: skip
