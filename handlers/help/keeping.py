"""How long calls are kept: without a report for a while, with one as long as the report."""

from sqlalchemy import exists
from sqlmodel import col, select

from bot.features import Mine
from bot.staff import Instant
from handlers.help.feature import help_calls
from storage.aftercare import Aftercare, AftercareAsked
from storage.cases import Case
from storage.drafts import Draft
from storage.erasing import Hangs, Kept
from storage.gaps import Gap
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_lines import HelpLine
from storage.help_notices import HelpNotice

REPORTED = exists().where(col(Case.call) == col(HelpCall.id)) | exists().where(
    col(Draft.call) == col(HelpCall.id)
)
CLOSED = select(HelpCall.id).where(HelpCall.status == Status.CLOSED, ~REPORTED)


def counted(call: HelpCall) -> tuple[Instant, str, str]:
    return call.started_at, str(call.site["ref"]), f"call:{call.level}"


help_calls.keeps(
    Kept("R-B", HelpLine, col(HelpLine.at), where=col(HelpLine.call).in_(CLOSED)),
    Kept(
        "R-A",
        HelpCall,
        col(HelpCall.closed_at),
        where=(col(HelpCall.status) == Status.CLOSED) & ~REPORTED,
        hangs=(
            Hangs(HelpLine, lambda calls: col(HelpLine.call).in_(calls)),
            Hangs(HelpNotice, lambda calls: col(HelpNotice.call).in_(calls)),
            Hangs(AftercareAsked, lambda calls: col(AftercareAsked.call).in_(calls)),
            Hangs(Aftercare, lambda calls: col(Aftercare.call).in_(calls)),
            Hangs(Gap, lambda calls: col(Gap.call).in_(calls)),
        ),
        counted=counted,
    ),
)
help_calls.owns(
    Mine(
        HelpCall,
        ("presser",),
        ("id", "level", "place", "started_at", "answered_at", "finished_at", "closed_at"),
    ),
    Mine(HelpLine, ("by",), ("call", "code", "at")),
    Mine(HelpNotice, ("person",), ("call", "at", "declined_at", "joined_at")),
    Mine(
        Aftercare,
        ("person",),
        ("call", "started_at", "break_until", "ready_at", "answer", "answered_at"),
    ),
    Mine(AftercareAsked, ("person",), ("call", "at", "declined_at")),
)
