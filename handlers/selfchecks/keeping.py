"""How long it is kept that somebody was asked how it is; how they are was never kept."""

from sqlmodel import col

from bot.features import Mine
from handlers.selfchecks.feature import self_checks
from storage.erasing import Kept
from storage.selfchecks import SelfCheck, TalkWish

self_checks.keeps(
    Kept(
        "R-F",
        SelfCheck,
        col(SelfCheck.started_at),
        where=col(SelfCheck.next_at).is_(None),
        case=col(SelfCheck.case),
    ),
    Kept(
        "R-F",
        TalkWish,
        col(TalkWish.asked_at),
        where=col(TalkWish.waits_until).is_(None),
        case=col(TalkWish.case),
    ),
)
self_checks.owns(
    Mine(SelfCheck, ("person",), ("case", "started_at", "days", "asked_at", "stopped_at")),
    Mine(TalkWish, ("person",), ("case", "asked_at", "taken_at")),
)
