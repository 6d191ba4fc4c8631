"""Overlay: what a newer live copy knows is laid over a whole one, if both are of one store.

A live copy holds all of the short tables, and of those that only grow a day, with every line that
lost its words in that day. The audit tells whether the two fit: its lines are never taken away and
never given a number twice, and each has a salt of its own.
"""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

RECENT = timedelta(days=1)
"""How much of the long tables a live copy holds."""

LONG = {
    "audit": """id >= :first OR erased_by = 0 AND at >= :hour OR erased_by IN (
        SELECT protocol FROM source.retention_run
        WHERE protocol IS NOT NULL AND (finished_at IS NULL OR finished_at >= :since))""",
    "seen": "at >= :since",
    "audit_seal": "line >= :first",
}
"""Tables that only grow, and which of their rows are recent: whichever were written, or blanked
(`storage/audit.py`: by the hour), or stripped by a run of retention (`storage/stripping.py`)."""

FIRST = """
    SELECT coalesce((SELECT min(id) FROM source.audit WHERE at >= :since AND erased_by IS NULL),
                    (SELECT max(id) FROM source.audit), 0) - 1"""
"""The line before the recent ones: a whole copy of yesterday has it too, however quiet it was."""


class NotUsable(Exception):
    """A file that is no whole store of ours, or does not fit; in plain words."""


def take(copy: sqlite3.Connection, now: datetime) -> None:
    """Fill a copy with what is live in `source`; the tables are there."""
    since = (now - RECENT).replace(tzinfo=None)
    asked: dict[str, object] = {"since": _written(since), "hour": _written(_hour_before(since))}
    (asked["first"],) = copy.execute(FIRST, asked).fetchone()
    for table in tables(copy, "main"):
        where = f" WHERE {LONG[table]}" if table in LONG else ""
        copy.execute(f"INSERT INTO {_same_columns(copy, table)}{where}", asked if where else {})
    _same_numbers(copy)


def lay_over(fresh: Path, newer: Path, gap: bool = False) -> None:
    """Short tables as the newer copy has them; of the long ones, what is new or erased there.

    `gap`: also where lines are missing between the two. Raises NotUsable.
    """
    with closing(sqlite3.connect(fresh)) as copy:
        copy.isolation_level = None
        copy.execute("PRAGMA secure_delete=ON")  # what was erased is in no free page either
        copy.execute("ATTACH ? AS source", (str(newer),))
        if _revision(copy, "main") != _revision(copy, "source"):
            raise NotUsable(f"{newer} is of another release than the backup")
        copy.execute("BEGIN")
        if why := _misfit(copy, gap):
            raise NotUsable(f"{newer} {why}")
        for gone in UNSEEN:
            copy.execute(f"DELETE FROM main.seen WHERE {gone}")  # noqa: S608
        for table in tables(copy, "main"):
            if table not in LONG:
                copy.execute(f'DELETE FROM main."{table}"')  # noqa: S608
            copy.execute(f"INSERT OR REPLACE INTO {_same_columns(copy, table)}")
        _same_numbers(copy)
        copy.execute("COMMIT")


UNSEEN = (
    """id IN (SELECT old.event FROM main.audit old JOIN source.audit new USING (id)
        WHERE new.erased_by IS NOT NULL AND old.event <> '')""",
    "at >= (SELECT min(at) FROM source.seen) AND id NOT IN (SELECT id FROM source.seen)",
)
"""Events that were forgotten meanwhile: those of blanked lines, however old, and recent ones."""

OTHER = """
    SELECT min(id) FROM main.audit old JOIN source.audit new USING (id)
    WHERE (old.what, old.outcome) IS NOT (new.what, new.outcome)
       OR old.erased_by IS NULL AND new.erased_by IS NULL
          AND (old.at, old.who, old.payload, old.rows, old.event, old.salt)
              IS NOT (new.at, new.who, new.payload, new.rows, new.event, new.salt)
    UNION ALL
    SELECT min(old.line) FROM main.audit_seal old JOIN source.audit_seal new USING (number)
    WHERE (old.line, old.content, old.chain) IS NOT (new.line, new.content, new.chain)"""

OLDER = """
    SELECT 1 FROM main.sqlite_sequence old LEFT JOIN source.sqlite_sequence new USING (name)
    WHERE coalesce(new.seq, 0) < old.seq
    UNION ALL
    SELECT 1 FROM main.audit old JOIN source.audit new USING (id)
    WHERE old.erased_by IS NOT NULL AND new.erased_by IS NULL
    UNION ALL
    SELECT 1 WHERE (SELECT coalesce(max(number), 0) FROM source.audit_seal)
                 < (SELECT coalesce(max(number), 0) FROM main.audit_seal)"""

UNBROKEN = """
    SELECT max(id) FROM source.audit one
    WHERE NOT EXISTS (SELECT 1 FROM source.audit before WHERE before.id = one.id - 1)"""
"""From which line on the newer copy has every line; lines that were erased stand alone before."""


def _misfit(copy: sqlite3.Connection, gap: bool) -> str:
    """Why the newer copy must not be laid over; empty when it may."""
    other = [line for (line,) in copy.execute(OTHER) if line is not None]
    if other:
        return f"is of another store than the backup: audit line {other[0]} differs"
    (last, at), (newest, later) = _last(copy, "main"), _last(copy, "source")
    times = f"the last that it knows is of {later}, the backup's of {at} (UTC)"
    if newest < last or copy.execute(OLDER).fetchone():
        return f"is older than the backup: {times}; restore the backup alone"
    (unbroken,) = copy.execute(UNBROKEN).fetchone()
    if (unbroken or 0) > max(last, 1) and not gap:
        return (
            f"does not reach back to the backup: {times}, and between them audit lines are "
            "missing; take a later whole copy, or say --with-gap to lose those lines"
        )
    return ""


def _last(copy: sqlite3.Connection, schema: str) -> tuple[int, str]:
    asked = f"SELECT id, at FROM {schema}.audit ORDER BY id DESC LIMIT 1"  # noqa: S608
    id, at = copy.execute(asked).fetchone() or (0, "no time")
    return id, at[:16]


def tables(copy: sqlite3.Connection, schema: str) -> list[str]:
    asked = f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'"  # noqa: S608
    return [name for (name,) in copy.execute(asked) if not name.startswith("sqlite_")]


def _same_columns(copy: sqlite3.Connection, table: str) -> str:
    """By name: a store that was changed step by step has them in another order than a new one."""
    told = copy.execute("SELECT name FROM pragma_table_info(?, 'main')", (table,))
    names = ", ".join(f'"{name}"' for (name,) in told)
    return f'main."{table}" ({names}) SELECT {names} FROM source."{table}"'  # noqa: S608


def _same_numbers(copy: sqlite3.Connection) -> None:
    """A number that was given once is never given again."""
    copy.execute("DELETE FROM main.sqlite_sequence")
    copy.execute("INSERT INTO main.sqlite_sequence SELECT * FROM source.sqlite_sequence")


def _revision(copy: sqlite3.Connection, schema: str) -> str:
    asked = f"SELECT version_num FROM {schema}.alembic_version"  # noqa: S608
    return str(copy.execute(asked).fetchone()[0])


def _hour_before(at: datetime) -> datetime:
    return at - timedelta(hours=1)


def _written(at: datetime) -> str:
    """As the store has it."""
    return at.isoformat(sep=" ")
