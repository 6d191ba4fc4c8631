"""Leaving: whoever no longer works here is told of to the features, as an action of its own."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from bot.actions import Action, action
from bot.effects import Later
from bot.wire import timer_row
from storage.timers import hurry_timers, set_timers


@action("people.left")
class Left(Action):
    """What this person was responsible for must be given to somebody else."""

    person: str


def tell_left(session: Session, refs: Iterable[str], now: datetime) -> None:
    """In the transaction in which they left: it happens at once, in whatever process serves."""
    gone = [timer_row(Later(f"left:{ref}", now, Left(ref))) for ref in refs]
    if gone:
        set_timers(session, gone)
        hurry_timers(session, now)
