"""How long briefings and their receipts are kept; a raised level is one row a site."""

from sqlmodel import col

from bot.features import Lasting, Mine
from bot.staff import Instant
from handlers.briefings.feature import briefings
from storage.briefings import Briefing, BriefingReceipt, SiteLevel, SiteNote
from storage.erasing import Hangs, Kept


def counted(briefing: Briefing) -> tuple[Instant, str, str]:
    return briefing.written_at, briefing.site, "briefing"


briefings.keeps(
    Kept(
        "R-H",
        Briefing,
        col(Briefing.shift_at),
        hangs=(Hangs(BriefingReceipt, lambda ids: col(BriefingReceipt.briefing).in_(ids)),),
        counted=counted,
    )
)
briefings.lasts(Lasting.ONE_A_SITE, SiteLevel, SiteNote)
briefings.owns(
    Mine(BriefingReceipt, ("person",), ("briefing", "read_at", "alone_at"), written=("question",))
)
