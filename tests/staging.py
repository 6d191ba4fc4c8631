"""Staging: rows that a feature of somebody else would make, and what it would then ask for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import SQLModel

from bot import outbox
from bot.effects import Effects, Show
from bot.engine import set_timers
from bot.turn import Turn
from storage.database import connect
from tests.databases import fresh_url
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


def on_a_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A stage on a store that commands can open too, and settings that name it."""
    monkeypatch.chdir(folder)
    url = fresh_url(folder)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", url)
    monkeypatch.setenv("KOLLEGA_SIGNING_KEY", str(folder / "audit.key"))
    stage = Stage(database=connect(url))
    yield stage
    stage.close()
