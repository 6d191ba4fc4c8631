"""A message is reported: a neutral reference to it is kept, and never its words."""

from bot.effects import Effects
from bot.features import ANYONE
from bot.turn import Turn
from handlers.reports import asking
from handlers.reports.actions import ReportMessage
from handlers.reports.drafting import new_draft
from handlers.reports.feature import not_covered, reports
from handlers.reports.screen import opened
from handlers.reports.taxonomy import WHERE

ONLINE = "net"


@reports.on(ReportMessage, may=ANYONE)
def report_message(turn: Turn, said: ReportMessage) -> Effects:
    """The seam for a platform's shortcut, which says where the message stands."""
    not_covered(turn)
    draft = new_draft(turn)
    draft.evidence = said.reference
    draft.answer({WHERE: ONLINE}, None, turn.now)
    return opened(turn, asking.card(turn, draft))
