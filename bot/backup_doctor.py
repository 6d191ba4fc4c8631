"""The doctor looks at the copies: whether any are made, can be written, and hold what is there."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile

from bot.apart import begin
from bot.findings import Finding
from bot.keeping import LIVE, LIVE_ALARM
from bot.settings import Settings
from storage import copies

PATIENCE = 10.0
"""Seconds that the folder may take to answer."""
NAME_ONE = "name a folder on another machine with KOLLEGA_BACKUP"
ANOTHER = "let the bot's user write there, or name another folder with KOLLEGA_BACKUP"
LOOK = "see what the log and /readyz of the running bot tell of it"


def backups(known: Settings, now: datetime, usable: bool = True) -> Iterator[Finding]:
    """PostgreSQL has copies of its own. `usable`: the store itself can be read."""
    if known.database_file is None:
        return
    if known.backup is None:
        yield Finding("backup", "no copy of the store is made", advice=NAME_ONE)
        return
    found: list[Finding] = []
    store, folder = known.database_file, known.backup
    looked = begin(lambda: found.append(_folder(store if usable else None, folder, now)))
    try:
        looked.result(PATIENCE)
    except TimeoutError:
        yield Finding("backup", f"{folder} does not answer within {PATIENCE:.0f} s", ANOTHER)
    except (OSError, sqlite3.Error, copies.NotUsable) as no:
        why = no.strerror if isinstance(no, OSError) else no
        yield Finding("backup", f"{folder} cannot be used ({why})", ANOTHER)
    yield from found


def _folder(store: Path | None, folder: Path, now: datetime) -> Finding:
    with TemporaryFile(dir=folder):  # what is tried here leaves nothing behind
        pass
    live = folder / LIVE
    if not live.exists():
        return Finding("backup", f"the first copy will be made in {folder}")
    missing = copies.missing_since(store, live) if store and store.exists() else None
    if missing and now - missing > LIVE_ALARM:
        minutes = int((now - missing).total_seconds() / 60)
        return Finding("backup", f"what was done {minutes} min ago is not in {live}", LOOK)
    return Finding("backup", f"copies are made in {folder}")
