"""Assembly: features, content and store put together into one engine.

The command line, the tests and the benchmarks all build the same thing here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel
from sqlalchemy import Engine as Database

from bot import commands, content, holidays, staff
from bot.clock import Wall
from bot.content import ContentError, Pack, Shelf
from bot.effects import Later
from bot.engine import Engine, set_timers
from bot.features import Feature
from bot.packs import sums
from bot.packs.signing import PublicKey
from storage.audit import newest_at
from storage.database import beside, sessions

BASE = Path(__file__).parent.parent / "content"
"""The pack that comes with Kollega."""

DEMO = BASE / "demo"
"""The invented agency of the demo, laid over the base pack."""


def shelf(
    folders: Sequence[Path], features: Sequence[Feature], keys: tuple[PublicKey, ...] = ()
) -> Shelf:
    """The content in use; raises ContentError with every mistake in every file."""
    return Shelf(reader(folders, features, keys))


def reader(
    folders: Sequence[Path], features: Sequence[Feature], keys: tuple[PublicKey, ...] = ()
) -> Callable[[], Pack]:
    """With `keys` every folder but our own must be signed with one of them, at each reading."""

    def read() -> Pack:
        foreign = [folder for folder in folders if folder not in (BASE, DEMO)] if keys else []
        if wrong := [one for folder in foreign for one in sums.mistakes(folder, keys)]:
            raise ContentError(wrong)
        return load(folders, features)

    return read


def load(folders: Sequence[Path], features: Sequence[Feature]) -> Pack:
    own = [feature.check for feature in features if feature.check]
    return content.load(folders, shapes(features), [staff.check, commands.check, *own])


def shapes(features: Sequence[Feature]) -> Mapping[str, type[BaseModel]]:
    """Every content folder and the shape of what stands in it."""
    found = {**staff.SHAPES, **commands.SHAPES, **holidays.SHAPES}
    for feature in features:
        found |= feature.shapes
    return found


def engine(
    database: Database,
    features: Sequence[Feature],
    shelf: Shelf,
    surfaces: Sequence[str],
    now: datetime,
    holder: int | None = None,
) -> Engine:
    """An engine whose people are those of the pack (and those imported before)."""
    open_session = sessions(database)
    with open_session() as session:
        staff.sync(session, shelf.current, now)
        session.commit()
    return Engine(open_session, features, shelf, surfaces, holder, beside(database))


def resume(database: Database, now: Callable[[], datetime]) -> None:
    """Before anything else: the time goes on from what the store has seen."""
    with beside(database)() as session:
        seen = newest_at(session)
    if isinstance(now, Wall) and seen is not None:
        now.not_before(seen)


def begin(engine: Engine, now: datetime) -> None:
    """Let the clock do first what the features declared for a start, or for new content."""
    starts = [one for feature in engine.features for one in feature.starts]
    with engine.sessions() as session:
        set_timers(session, [Later(f"start:{one.wire_name}", now, one) for one in starts])
        session.commit()
