"""Migrating: the tables of a store, brought up to what this release knows.

A store that is new gets them as they are now; an older one is changed step by step. Both end the
same, which `tests/test_database.py` compares.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import SQLModel

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS, NUMBER = "alembic_version", "version_num VARCHAR(32) NOT NULL PRIMARY KEY"
"""Alembic's own table, as Alembic makes it."""


class NewerStore(Exception):
    """A later release has had this store: its tables are not known here."""


def migrate(database: Engine) -> None:
    """Bring the tables up to date; a kill in the middle rolls back and the next start repeats.

    Raises NewerStore.
    """
    if revision(database) != newest() and not made_anew(database):
        change(database)


def made_anew(database: Engine) -> bool:
    """Where there is nothing yet all tables are made at once, in a fifth of the time of all steps.

    False where there is something: whatever it is, it is changed step by step.
    """
    from storage import rows  # noqa: F401  (its import makes every table known)

    with database.begin() as connection:
        if inspect(connection).get_table_names():
            return False
        SQLModel.metadata.create_all(connection, checkfirst=False)
        connection.execute(text(f"CREATE TABLE {VERSIONS} ({NUMBER})"))
        wanted = text(f"INSERT INTO {VERSIONS} VALUES (:number)")  # noqa: S608
        connection.execute(wanted, {"number": newest()})
        return True


def change(database: Engine) -> None:
    """Step by step, from whatever the store is at; Alembic is read only for that."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    with database.connect() as connection, _foreign_keys_off(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as no:
            raise NewerStore(str(no)) from None


def revision(database: Engine) -> str | None:
    """How far the tables of this store are; None where there are none."""
    with database.connect() as connection:
        if not inspect(connection).has_table(VERSIONS):
            return None
        found = connection.execute(text(f"SELECT version_num FROM {VERSIONS}"))  # noqa: S608
        return found.scalar()


def newest() -> str:
    """The newest revision that this release knows: `versions/mNNNN_noun.py` is revision NNNN."""
    return max(file.name[1:5] for file in (MIGRATIONS / "versions").glob("m*.py"))


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
