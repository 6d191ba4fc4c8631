"""The stores that are measured: an SQLite file, and a PostgreSQL that keeps what it acknowledged.

The PostgreSQL is that of the tests (`tests/postgres.py`), but with fsync, as one that is in use.
"""

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from time import monotonic, sleep

import psycopg

from storage.database import connect
from tests import postgres

SQLITE, POSTGRES = "SQLite", "PostgreSQL"
NUMBERS = count(1)
PATIENCE = 10.0


LAX = "fsync", "full_page_writes", "synchronous_commit"
"""What the tests switch off."""


def durable() -> str:
    """The URL of a new database on PostgreSQL; raises `postgres.Missing`."""
    name = f"bench_{next(NUMBERS)}"
    with psycopg.connect(lasting(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return postgres.named(lasting(), name)


@cache
def lasting() -> str:
    """The address of the tests' server, which forgets nothing from now on."""
    address = postgres.server()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")
    until = monotonic() + PATIENCE
    while lax := _lax(address):
        if monotonic() > until:
            raise SystemExit(f"this PostgreSQL is not durable: {lax}")
        sleep(0.05)
    return address


def _lax(address: str) -> list[str]:
    with psycopg.connect(address, autocommit=True) as connection:
        return [one for one in LAX if connection.execute(f"SHOW {one}").fetchone() != ("on",)]


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
        with psycopg.connect(postgres.server()) as connection:
            found = connection.execute("SHOW server_version").fetchone()
            return str(found[0]) if found else "unknown"
    except postgres.Missing:
        return "missing"
