"""The database: how to connect so that nothing acknowledged is ever lost.

On both databases one decision is made at a time: on SQLite because it has one writer, on
PostgreSQL because each turn begins by taking one lock that all replicas share. So what a handler
has read stays true until it has written, and two who press at once can never both win.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, create_engine

from storage.migrating import migrate
from storage.postgres import answer_in_time, connection_arguments
from storage.sealed import Ring, give, passing

TURN_LOCK = 7_105_100
"""The number of the lock that every turn takes, on PostgreSQL."""
IN_TURN, LOOKS = "kollega_in_turn", "kollega_looks"
POOL = 5
STATEMENTS = 512
"""Prepared ones that a connection keeps: the driver's 128 are fewer than we have."""

BUSY_MS, SCRUB_MS = 30_000, 100
"""How long a writer waits for another one, and how long the cleaning of the log does."""

Sessions = Callable[[], AbstractContextManager[Session]]


def connect(url: str, ring: Ring | None = None, serving: bool = False) -> Engine:
    """A database by its URL (`sqlite:///file` or `sqlite://` for memory), its tables up to date.

    To change tables may take long; a bot that is `serving` waits for nothing so long afterwards.
    """
    database = open_database(url, ring)
    migrate(database)
    if not serving or database.dialect.name == "sqlite":
        return database
    database.dispose()
    return open_database(url, ring, serving)


def open_database(url: str, ring: Ring | None = None, serving: bool = False) -> Engine:
    """A database as it is; `ring` holds the keys of its sealed columns.

    SQLite needs `BEGIN IMMEDIATE`: with the driver's default two people who press at the same
    time both get it. `synchronous=FULL` keeps every acknowledged commit through a power cut.
    `secure_delete=ON` writes zeros over what is deleted: what is forgotten is in no free page.
    """
    # An error names no values.
    database = create_engine(url, hide_parameters=True, **_how(url, serving))
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", _careful)
        event.listen(database, "begin", _begin)
    else:
        event.listen(database, "begin", _in_turn)
        event.listen(database, "before_cursor_execute", _without_zeros, retval=True)
        if serving:
            answer_in_time(database)
    if ring is None and _in_memory(url):
        ring = passing()
    if ring is not None:
        give(database, ring)
    return database


def there(url: str) -> bool:
    """May there be a store already? Opening an SQLite file that is not there would make it."""
    asked = make_url(url)
    return asked.get_backend_name() != "sqlite" or Path(str(asked.database)).exists()


def sessions(database: Engine) -> Sessions:
    """For turns: nobody else decides anything while one is open."""
    return lambda: Session(database, expire_on_commit=False)


def beside(database: Engine) -> Sessions:
    """For what decides nothing (what was delivered, a look): it waits for no turn."""
    apart = database.execution_options(**{IN_TURN: False})
    return lambda: Session(apart, expire_on_commit=False)


def looking(database: Engine) -> Sessions:
    """For a long look at one moment of the store, which writes nothing and holds up nobody."""
    how: dict[str, Any] = {IN_TURN: False, LOOKS: True}
    if database.dialect.name != "sqlite":
        how["isolation_level"] = "REPEATABLE READ"
    apart = database.execution_options(**how)
    return lambda: Session(apart, expire_on_commit=False)


def scrub(session: Session) -> None:
    """Leave no older copy of a page in SQLite's log: what was erased is gone from the files.

    After the session's end. Somebody who reads just then puts it off until the next time.
    """
    database = session.get_bind().engine
    if database.dialect.name != "sqlite" or _in_memory(str(database.url)):
        return
    with database.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101  (there is one while the connection is open)
        driver.execute(f"PRAGMA busy_timeout={SCRUB_MS}")
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        driver.execute(f"PRAGMA busy_timeout={BUSY_MS}")


def _how(url: str, serving: bool) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        return {
            "isolation_level": "READ COMMITTED",
            "pool_size": POOL,
            "max_overflow": POOL,
            "pool_pre_ping": True,
            "connect_args": connection_arguments(serving),
        }
    shared = {"check_same_thread": False, "timeout": 30, "cached_statements": STATEMENTS}
    if _in_memory(url):
        return {"poolclass": StaticPool, "connect_args": shared}
    return {"connect_args": shared}


def _in_memory(url: str) -> bool:
    asked = make_url(url)
    return asked.get_backend_name() == "sqlite" and asked.database in (None, "", ":memory:")


def _careful(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_MS}",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    looks = connection.get_execution_options().get(LOOKS, False)
    connection.exec_driver_sql("BEGIN" if looks else "BEGIN IMMEDIATE")


def _in_turn(connection: Connection) -> None:
    """Wait for the turn of this transaction; the lock goes with it, however it ends."""
    if connection.get_execution_options().get(IN_TURN, True):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN_LOCK})")


def _without_zeros(
    _connection: Connection, _cursor: object, said: str, given: Any, _context: object, _many: bool
) -> tuple[str, Any]:
    """PostgreSQL keeps no zero character; what anybody can send must not stop the turn for it."""
    for values in given if isinstance(given, list) else [given]:
        named = values.items() if isinstance(values, dict) else ()
        for name in [name for name, one in named if type(one) is str and "\0" in one]:
            values[name] = values[name].replace("\0", "?")
    return said, given
