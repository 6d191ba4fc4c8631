"""Cues: what a help call tells the reports, which know the call while it knows nothing of them."""

from typing import Annotated

from pydantic import Field

from bot.actions import Action, action
from bot.effects import Effects, Later
from bot.turn import Turn
from storage import plain


@action("reports.screen_due")
class ScreenDue(Action):
    """A help call of this person began or ended: what may stand plain before them has changed."""

    person: Annotated[str, Field(min_length=1, max_length=100)]


@action("reports.offer_due")
class OfferDue(Action):
    """A help call is over, and this is a good moment to ask whether it becomes a report."""

    call: Annotated[int, Field(ge=1, le=2**31 - 1)]


def look_again(turn: Turn, ref: str) -> Effects:
    """In the same second, after those who come were told, and only where something plain stands."""
    if not plain.stands(turn.session, ref, turn.now):
        return []
    return [Later(f"reports:screen:{ref}", turn.now, ScreenDue(ref))]


def offer_report(turn: Turn, call: int) -> Effects:
    return [Later(f"reports:offer:{call}", turn.now, OfferDue(call))]
