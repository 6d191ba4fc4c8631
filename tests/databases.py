"""The stores that tests play on: SQLite, and a real PostgreSQL where there is one.

A test module that `ON_BOTH` names plays each of its tests on both, with ids that say which;
`pytest --databases=both` does that with every test that has a store.
"""

import sqlite3
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from storage.database import connect, open_database
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
    database = open_database("sqlite://")
    with database.connect() as connection:
        raw(connection).deserialize(template())
    return database


@cache
def template() -> bytes:
    """An SQLite file, freshly migrated: migrations are slow and have tests of their own."""
    database = connect("sqlite://")
    with database.connect() as connection:
        return bytes(raw(connection).serialize())


def raw(connection: Connection) -> sqlite3.Connection:
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found
