"""Copies of an SQLite store: whole backups, a small one each minute of all that is live, restore.

A copy is written beside its name and takes the name only when it is whole and on the disk, so a
kill at any moment leaves either the old file or the new one. PostgreSQL has `pg_dump` and replicas
for this (`docs/deploy.md`).
"""

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from storage.audit import Line
from storage.files import hand_over, to_disk
from storage.overlay import NotUsable, lay_over, take

__all__ = ["NotUsable", "StoreError", "backup", "check", "live_copy", "missing_since", "restore"]

StoreError = sqlite3.Error
"""What SQLite itself has to say."""


def backup(store: Path, target: Path) -> None:
    """The whole store as one file, while it is in use (`VACUUM INTO`: one consistent moment)."""
    with _in_place_of(target) as fresh, closing(sqlite3.connect(store, timeout=30)) as source:
        source.execute("VACUUM INTO ?", (str(fresh),))


def live_copy(store: Path, target: Path, now: datetime) -> None:
    """All that is live, with a day of what only grows: what a lost machine must not take along.

    It reads one consistent moment and holds up no writer.
    """
    with _in_place_of(target) as fresh, closing(sqlite3.connect(fresh)) as copy:
        copy.isolation_level = None
        copy.execute("ATTACH ? AS source", (str(store),))
        copy.execute("BEGIN")
        _make_tables(copy)
        take(copy, now)
        copy.execute("COMMIT")


def restore(
    target: Path,
    whole: Path,
    newer: Path | None = None,
    gap: bool = False,
    told: Line | None = None,
) -> Path | None:
    """Put a backup in the store's place, and over it what a newer live copy knows.

    What stood there is kept beside it; its path is returned. Raises NotUsable for a file that is
    damaged or is no store, and for two that do not fit (`gap`: lines between them may be missing).
    `told` is written into its audit. Nobody may have the store open.
    """
    for file in (whole, *([newer] if newer else [])):
        check(file)
    with _in_place_of(target, aside := _aside(target)) as fresh:
        shutil.copyfile(whole, fresh)
        if newer:
            lay_over(fresh, newer, gap)
        if told:
            _note(fresh, told)
        check(fresh)
    return aside if aside.exists() else None


def _note(fresh: Path, told: Line) -> None:
    """A line for whoever follows the audit; a store of an older release has fewer columns."""
    line: dict[str, object] = {
        **told,
        "at": told["at"].astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds"),
        "rows": json.dumps(told["rows"]),
        "salt": token_hex(8),
    }
    with closing(sqlite3.connect(fresh)) as copy, copy:
        known = {name for (name,) in copy.execute("SELECT name FROM pragma_table_info('audit')")}
        names = [name for name in line if name in known]
        places = ", ".join(f":{name}" for name in names)
        copy.execute(f"INSERT INTO audit ({', '.join(names)}) VALUES ({places})", line)  # noqa: S608


def check(file: Path) -> None:
    """Raises NotUsable unless the file is a whole store."""
    try:
        with closing(_read_only(file)) as copy:
            said = copy.execute("PRAGMA integrity_check").fetchone()[0]
            copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as no:
        raise NotUsable(f"{file} is no store of Kollega ({no})") from None
    if said != "ok":
        raise NotUsable(f"{file} is damaged ({said})")


def missing_since(store: Path, copy: Path) -> datetime | None:
    """Since when something stands in the store that is not in its copy; None: nothing does."""
    with closing(_read_only(copy)) as kept:
        (last,) = kept.execute("SELECT coalesce(max(id), 0) FROM audit").fetchone()
    with closing(_read_only(store)) as source:
        asked = "SELECT min(at) FROM audit WHERE id > ? AND erased_by IS NULL"
        (at,) = source.execute(asked, (last,)).fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC) if at else None


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=30)


def _make_tables(copy: sqlite3.Connection) -> None:
    made = "SELECT sql FROM source.sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    for (sql,) in copy.execute(f"{made} ORDER BY type DESC").fetchall():
        copy.execute(sql)


def _aside(target: Path) -> Path:
    return target.with_name(f"{target.name}.before-restore")


@contextmanager
def _in_place_of(target: Path, aside: Path | None = None) -> Iterator[Path]:
    """A fresh name to write to; when all went well it takes the target's place for good."""
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)
    try:
        yield fresh
        fresh.chmod(0o600)
        hand_over(fresh, target)
        to_disk(fresh)
        if aside and target.exists():
            _fold(target)
            aside.unlink(missing_ok=True)
            aside.hardlink_to(target)  # never a moment without a store
        fresh.replace(target)
        to_disk(target.parent)
    finally:
        fresh.unlink(missing_ok=True)


def _fold(store: Path) -> None:
    """What the write-ahead log of a store holds goes into its file; the log is gone then."""
    with closing(sqlite3.connect(store)) as opened:
        opened.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in "-wal", "-shm":
        store.with_name(store.name + ending).unlink(missing_ok=True)
