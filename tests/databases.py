"""The stores that tests play on: SQLite, and a real PostgreSQL where there is one.

A test module that `ON_BOTH` names plays each of its tests on both, with ids that say which;
`pytest --databases=both` does that with every test that has a store.
"""

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from storage.database import connect, open_database
from storage.editions import READ
from storage.sealed import give, passing
from tests import postgres

SQLITE, POSTGRES = "sqlite", "postgres"
ON_BOTH = frozenset({"test_journeys", "test_race", "test_engine"})
"""What must hold on every database, in the usual run too."""
ON_POSTGRES = frozenset({"test_replicas", "test_serving_postgres"})
"""What only a store with several bots has."""


class Chosen:
    kind = SQLITE


def fresh_database() -> Engine:
    """An empty store of the kind that this test plays on."""
    return postgres.fresh() if Chosen.kind == POSTGRES else fresh_sqlite()


def fresh_for_threads(folder: Path) -> Engine:
    """The same for many connections at once, which SQLite in memory cannot have."""
    if Chosen.kind == POSTGRES:
        return postgres.fresh()
    return connect(f"sqlite:///{folder / 'kollega.db'}")


def fresh_sqlite() -> Engine:
    return copy_of(template())


def copy_of(store: bytes) -> Engine:
    """A store in memory, as an SQLite file says."""
    if SPARE:
        database = SPARE.pop()
        give(database, passing())
    else:
        database = open_database("sqlite://")
    with database.connect() as connection:
        raw(connection).deserialize(store)
    return database


def content_of(database: Engine) -> bytes:
    with database.connect() as connection:
        return bytes(raw(connection).serialize())


SPARE: list[Engine] = []
"""Stores that were thrown away: they know how our statements are written in SQL, which takes
longer to find out than most runs take; and no row."""


def thrown_away(database: Engine) -> None:
    """Nothing of it is left but what no run may see."""
    database.dispose()
    READ.pop(database, None)
    if database.dialect.name == SQLITE:
        SPARE.append(database)


@cache
def template() -> bytes:
    """An SQLite file, freshly migrated: migrations are slow and have tests of their own."""
    return content_of(connect("sqlite://"))


def raw(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found


def counts_changes(database: Engine) -> Callable[[], int]:
    """How many rows of this store in memory were written since it was opened (never fewer)."""
    with database.connect() as connection:
        driver = raw(connection)
    return lambda: driver.total_changes
