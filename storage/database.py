"""The database: how to connect so that nothing acknowledged is ever lost, and how to migrate."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool
from sqlmodel import Session, create_engine

from storage.sealed import Ring, give, passing

MIGRATIONS = Path(__file__).parent / "migrations"

BUSY_MS, SCRUB_MS = 30_000, 100
"""How long a writer waits for another one, and how long the cleaning of the log does."""

Sessions = Callable[[], AbstractContextManager[Session]]


def connect(url: str, ring: Ring | None = None) -> Engine:
    """A database by its URL (`sqlite:///file` or `sqlite://` for memory), its tables up to date."""
    database = open_database(url, ring)
    migrate(database)
    return database


def open_database(url: str, ring: Ring | None = None) -> Engine:
    """A database as it is; `ring` holds the keys of its sealed columns.

    SQLite needs `BEGIN IMMEDIATE`: with the driver's default two people who press at the same
    time both get it. `synchronous=FULL` keeps every acknowledged commit through a power cut.
    `secure_delete=ON` writes zeros over what is deleted: what is forgotten is in no free page.
    """
    database = create_engine(url, **_how(url))
    if database.dialect.name == "sqlite":
        event.listen(database, "connect", _careful)
        event.listen(database, "begin", _begin)
    if ring is None and _in_memory(url):
        ring = passing()
    if ring is not None:
        give(database, ring)
    return database


def sessions(database: Engine) -> Sessions:
    return lambda: Session(database, expire_on_commit=False)


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


def migrate(database: Engine) -> None:
    """Bring the tables up to date; a kill in the middle rolls back and the next start repeats."""
    with database.connect() as connection, _foreign_keys_off(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which foreign keys to it would forbid."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  (there is one while the connection is open)
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def _how(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() != "sqlite":
        return {}
    shared = {"check_same_thread": False, "timeout": 30}
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
    connection.exec_driver_sql("BEGIN IMMEDIATE")
