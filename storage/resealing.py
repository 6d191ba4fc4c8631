"""Re-sealing: every sealed value gets the current key, in small batches, while the bot runs.

Each batch is one transaction that touches only rows as it read them, so a kill leaves every value
whole under the old key or the new one, and the next run goes on where this one ended.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Inspector,
    LargeBinary,
    Table,
    and_,
    delete,
    func,
    inspect,
    literal,
    select,
    type_coerce,
    update,
)
from sqlmodel import Session, SQLModel

from storage.database import IN_TURN, Sessions, open_database
from storage.quick import table
from storage.sealed import Keys, Unreadable, keys_of, prefix, sealed_columns

BATCH = 50
"""Rows a transaction. A press waits for one batch at most, a few milliseconds."""


def reseal(sessions: Sessions, rest: Callable[[], None] = lambda: None) -> int:
    """Seal everything with the current key; how many values were sealed anew.

    `rest` is called between two batches. Raises `Unreadable` for a value whose key is missing.
    """
    done = 0
    for where, column in sealed_columns():
        while many := _batch(sessions, where, column):
            done += many
            rest()
    return done


def outdated(session: Session) -> int:
    """How many values are not sealed with the current key."""
    current = _keys(session).current
    return sum(_count(session, column, current) for _, column in sealed_columns())


def foreign(session: Session) -> int:
    """How many values are sealed with a key that is not among ours."""
    known = _keys(session).known
    return sum(_count(session, column, *known) for _, column in sealed_columns())


def sealed_values(url: str) -> int:
    """How many values of a store are sealed, with whatever keys; of any release, without a key."""
    database = open_database(url)
    try:
        apart = database.execution_options(**{IN_TURN: False})
        with apart.connect() as connection:
            known = inspect(connection)
            return sum(_sealed(connection, known, one) for _, one in sealed_columns())
    finally:
        database.dispose()


def throw_away(session: Session, kind: type[SQLModel]) -> int:
    """The rows of a table that are sealed with a key which is not among ours; how many."""
    known, many = _keys(session).known, 0
    for _, column in sealed_columns():
        if _table(column) is table(kind):
            found = session.execute(delete(_table(column)).where(*_under_other(column, *known)))
            many += found.rowcount  # type: ignore[attr-defined]
    return many


def _sealed(connection: Connection, known: Inspector, column: "Column[Any]") -> int:
    name = _table(column).name
    if not known.has_table(name):
        return 0
    if column.name not in {one["name"] for one in known.get_columns(name)}:
        return 0
    asked = select(func.count()).select_from(_table(column)).where(_raw(column).is_not(None))
    return int(connection.execute(asked).scalar_one())


def _batch(sessions: Sessions, where: str, column: "Column[Any]") -> int:
    with sessions() as session:
        keys, rows_of = _keys(session), _table(column)
        asked = select(*rows_of.primary_key.columns, _raw(column))
        rows = session.execute(asked.where(*_under_other(column, keys.current)).limit(BATCH)).all()
        for row in rows:
            *key, token = row
            changed = update(rows_of).where(_same(rows_of, key), _raw(column) == _blob(token))
            fresh = keys.seal(_opened(keys, token, where, key), where)
            session.execute(changed.values({column: _blob(fresh)}))
        session.commit()
        return len(rows)


def _opened(keys: Keys, token: bytes, where: str, key: list[Any]) -> bytes:
    try:
        return keys.open(token, where)
    except Unreadable as no:
        raise type(no)(f"{no} (row {', '.join(map(str, key))})") from None


def _count(session: Session, column: "Column[Any]", *ids: str) -> int:
    asked = select(func.count()).select_from(_table(column)).where(*_under_other(column, *ids))
    return int(session.execute(asked).scalar_one())


def _under_other(column: "Column[Any]", *ids: str) -> Iterator[Any]:
    """Those that are sealed with none of these keys."""
    yield column.is_not(None)
    for mark in map(prefix, ids):
        yield func.substr(_raw(column), 1, len(mark), type_=LargeBinary) != _blob(mark)


def _same(rows_of: Table, key: list[Any]) -> Any:
    return and_(
        *(one == value for one, value in zip(rows_of.primary_key.columns, key, strict=True))
    )


def _raw(column: "Column[Any]") -> Any:
    """The token itself, past the column type that would open it."""
    return type_coerce(column, LargeBinary)


def _blob(token: bytes) -> Any:
    return literal(token, LargeBinary)


def _table(column: "Column[Any]") -> Table:
    assert isinstance(column.table, Table)  # noqa: S101  (columns of our rows have one)
    return column.table


def _keys(session: Session) -> Keys:
    return keys_of(session.get_bind().dialect)
