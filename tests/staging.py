"""Staging: rows that a feature of somebody else would make, and what it would then ask for."""

from collections.abc import Callable
from typing import TypeVar

from sqlmodel import SQLModel

from bot import outbox
from bot.effects import Effects, Show
from bot.engine import set_timers
from bot.turn import Turn
from tests.stage import MOMENT, Stage, demo_shelf

Row = TypeVar("Row", bound=SQLModel)


def keeps(stage: Stage, row: Row) -> Row:
    """The row, in the store."""
    with stage.machine.engine.sessions() as session:
        session.add(row)
        session.commit()
        session.refresh(row)
        session.expunge(row)
    return row


def causes(stage: Stage, decide: Callable[[Turn], Effects]) -> None:
    """What a handler would decide now, queued and delivered as the engine does it."""
    engine = stage.machine.engine
    pack = demo_shelf().current
    with engine.sessions() as session:
        turn = Turn(None, stage.loop.now(), session, pack, engine.surfaces)
        effects = decide(turn)
        shows = [one for one in effects if isinstance(one, Show)]
        parcels = outbox.put(session, shows, turn.now, pack.dictionaries, engine.surfaces)
        set_timers(session, effects)
        session.commit()

    async def follow() -> None:
        stage.machine.courier.take(parcels)
        stage.machine.clock.wake()

    stage.run(follow())
    stage.passes(seconds=MOMENT)
