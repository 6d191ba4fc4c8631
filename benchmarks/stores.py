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


def sqlite(folder: Path) -> str:
    """The URL of a new store in this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return made(f"sqlite:///{folder / 'kollega.db'}")


def durable() -> str:
    """The URL of a new store on PostgreSQL; raises `postgres.Missing`."""
    name = f"bench_{next(NUMBERS)}"
    with postgres.asked() as connection:
        lax = [
            setting
            for setting in ("fsync", "full_page_writes", "synchronous_commit")
            if connection.execute(f"SHOW {setting}").fetchone() != ("on",)
        ]
        assert not lax, f"this PostgreSQL is not durable: {lax}"
        connection.execute(f"CREATE DATABASE {name}")
    return made(postgres.address(name))


def made(url: str) -> str:
    connect(url).dispose()
    return url


def kinds() -> Iterator[str]:
    """The kinds of store that are to be had here."""
    yield SQLITE
    try:
        postgres.server()
        yield POSTGRES
    except postgres.Missing as why:
        print(why)


def fresh(kind: str, folder: Path) -> str:
    """The URL of a new store of this kind; an SQLite file lies in the folder."""
    return sqlite(folder) if kind == SQLITE else durable()
