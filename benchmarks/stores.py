"""The stores that are measured: an SQLite file, and a PostgreSQL that keeps what it acknowledged.

The PostgreSQL is that of the tests (`tests/postgres.py`), but with fsync, as one that is in use.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from storage.database import connect
from tests import postgres

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
NUMBERS = count(1)


def durable() -> str:
    """The URL of a new database on PostgreSQL; raises `postgres.Missing`."""
    name = f"bench_{next(NUMBERS)}"
    with postgres.asked() as connection:
        lax = [
            setting
            for setting in ("fsync", "full_page_writes", "synchronous_commit")
            if connection.execute(f"SHOW {setting}").fetchone() != ("on",)
        ]
        assert not lax, f"this PostgreSQL is not durable: {lax}"
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.address(name)


def kinds() -> Iterator[str]:
    """The kinds of store that are to be had here."""
    yield SQLITE
    try:
        postgres.server()
        yield POSTGRES
    except postgres.Missing as why:
        print(why)


def empty(kind: str, folder: Path) -> str:
    """The URL of a new store without tables; an SQLite file lies in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{folder / 'kollega.db'}" if kind == SQLITE else durable()


def fresh(kind: str, folder: Path) -> str:
    """The same with its tables."""
    url = empty(kind, folder)
    connect(url).dispose()
    return url


def postgres_version() -> str:
    """Of the server that is measured, where there is one."""
    try:
        with postgres.asked() as connection:
            return str(connection.execute("SHOW server_version").fetchone()[0])
    except postgres.Missing:
        return "missing"
