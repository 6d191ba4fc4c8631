"""How long visits are kept: a calm one briefly, one at which something happened like a report."""

from sqlalchemy import func
from sqlmodel import col

from bot.features import Lasting, Mine
from bot.staff import Instant
from handlers.visits.feature import visits
from storage.erasing import Hangs, Kept
from storage.visit_life import OVER
from storage.visit_told import QuietPlace, VisitTold
from storage.visits import Visit

ENDED = func.coalesce(
    col(Visit.closed_at), col(Visit.done_heard_at), col(Visit.done_at), col(Visit.until)
)
HAPPENED = (
    col(Visit.forced_at).is_not(None)
    | col(Visit.relayed_at).is_not(None)
    | col(Visit.decided_at).is_not(None)
)
"""The visitor was forced, 112 was called, or somebody had to decide."""


def counted(visit: Visit) -> tuple[Instant, str, str]:
    return visit.planned_at, visit.site, f"visit:{visit.kind}"


def kept(by: str, where: object) -> Kept:
    told = Hangs(VisitTold, lambda ids: col(VisitTold.visit).in_(ids))
    over = col(Visit.status).in_(OVER)
    return Kept(by, Visit, ENDED, where=over & where, hangs=(told,), counted=counted)


visits.keeps(kept("R-G", ~HAPPENED), kept("R-D", HAPPENED))
visits.lasts(Lasting.NOBODY, QuietPlace)
visits.owns(
    Mine(
        Visit,
        ("visitor",),
        (
            "id", "kind", "site", "status", "planned_at", "started_at", "until", "arrived_at",
            "done_at", "closed_at", "choices", "answers",
        ),
        written=("place", "route", "car"),
    ),
    Mine(VisitTold, ("person",), ("visit", "at")),
)  # fmt: skip
