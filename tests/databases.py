"""The stores that tests play on: SQLite, and a real PostgreSQL where there is one.

A test module that `ON_BOTH` names plays each of its tests on both, with ids that say which;
`pytest --databases=both` does that with every test that has a store.
"""

import sqlite3
from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from storage.database import connect, open_database
from storage.editions import READ
from storage.sealed import give, passing
from tests import postgres

SQLITE, POSTGRES, NONE = "sqlite", "postgres", "none"
ON_BOTH = frozenset(
    {
        "test_engine",
        "test_journeys",
        "test_race",
        "test_database::test_a_zero_character_stops_no_turn",
        "test_doctor::test_every_workspace_is_visited",
        "test_sealed::test_the_doctor_tells_where_keys_stand_and_which_are_missing",
    }
)
"""What must hold on every database, in the usual run too: a module, or one test."""
ON_POSTGRES = frozenset({"test_clocks", "test_postgres", "test_replicas", "test_serving_postgres"})
"""What only a store with several bots has."""
ON_SQLITE = {
    "test_backup": "copies of a file; PostgreSQL has its own backups",
    "test_database::test_a_new_store_killed_while_its_tables_are_made_has_none_and_is_made_again": (
        "a store that is not there; PostgreSQL's are made with their tables here"
    ),
    "test_keeping": "the same",
    "test_backups": "the same",
    "test_overlay": "the same",
    "test_doctor::test_a_whole_house_without_slack": "a file that the first start makes",
    "test_doctor::test_a_store_that_is_none": "a file that is none",
    "test_doctor::test_a_store_that_cannot_be_made": "a file that cannot be",
    "test_doctor::test_a_disk_that_is_nearly_full": "PostgreSQL's disk is not the bot's to look at",
    "test_sealed::test_the_file_holds_no_word_of_it_also_after_a_delete": "reads the file's bytes",
}
"""What a file alone has, and what of it: a module, or one test."""


WITHOUT_A_STORE = frozenset(
    {
        "test_actions", "test_architecture", "test_benchmarks", "test_broken_pack", "test_cards",
        "test_commands", "test_content", "test_demo", "test_dependencies", "test_deploy",
        "test_dialogs",
        "test_docs_content", "test_docs_house", "test_docs_teams", "test_guards", "test_help_calls",
        "test_holidays",
        "test_ladders", "test_logs", "test_owners", "test_packs", "test_plans_dates",
        "test_report_rules",
        "test_rights", "test_schedules", "test_settings", "test_slack_cards", "test_slack_manifest",
        "test_slack_parse", "test_slack_server", "test_slack_surface", "test_teams_package",
        "test_teams_server", "test_teams_tokens", "test_words", "test_writer",
    }
)  # fmt: skip
"""What needs to be played once only; the demo brings a file of its own."""


class Chosen:
    kind = SQLITE


def on_postgres() -> bool:
    assert Chosen.kind != NONE, "this file is named as one WITHOUT_A_STORE, and has one"
    return Chosen.kind == POSTGRES


def fresh_database() -> Engine:
    """An empty store of the kind that this test plays on."""
    return postgres.fresh() if on_postgres() else fresh_sqlite()


def fresh_url(folder: Path, name: str = "kollega.db") -> str:
    """The URL of an empty store, for what opens it by itself; a file is made at the first start."""
    if on_postgres():
        return postgres.fresh().url.render_as_string(hide_password=False)
    return f"sqlite:///{folder / name}"


def kept(database: Engine) -> Engine:
    """It outlives the test that made it, or must not be given to another one."""
    if database.dialect.name != SQLITE:
        return postgres.kept(database)
    if database in HANDED:
        HANDED.remove(database)
    return database


def copy_of(database: Engine) -> Engine:
    """Another store with all that stands in this one; nobody may be in the middle of a turn."""
    if database.dialect.name != SQLITE:
        return postgres.copy_of(database)
    return loaded(content_of(database))


def every_row(database: Engine) -> list[str]:
    """The whole store, a line for each row, and how far the numbers of its tables are."""
    lite = database.dialect.name == SQLITE
    counters = "sqlite_sequence" if lite else "pg_sequences"
    with database.connect() as connection:
        found = []
        for name in [*inspect(connection).get_table_names(), counters]:
            rows = connection.execute(text(f'SELECT * FROM "{name}"'))
            found += [f"{name} {tuple(row)!r}" for row in rows]
    return sorted(found)


def fresh_for_threads(folder: Path) -> Engine:
    """The same for many connections at once, which SQLite in memory cannot have."""
    if on_postgres():
        return postgres.fresh()
    file = folder / "kollega.db"
    file.write_bytes(template())
    return open_database(f"sqlite:///{file}")


def looked_up(url: str, asked: str) -> list[tuple[Any, ...]]:
    """What a statement finds (or changes) in a store, from outside of the bot."""
    store = open_database(url)
    with store.begin() as connection:
        found = connection.execute(text(asked))
        rows = [tuple(row) for row in found] if found.returns_rows else []
    store.dispose()
    return rows


def fresh_sqlite() -> Engine:
    return loaded(template())


def loaded(store: bytes) -> Engine:
    """A store in memory, as an SQLite file says."""
    if SPARE:
        database = SPARE.pop()
        give(database, passing())
    else:
        database = open_database("sqlite://")
    HANDED.append(database)
    with database.connect() as connection:
        raw(connection).deserialize(store)
    return database


def content_of(database: Engine) -> bytes:
    with database.connect() as connection:
        return bytes(raw(connection).serialize())


SPARE: list[Engine] = []
"""Stores that were thrown away: they know how our statements are written in SQL, which takes
longer to find out than most runs take; and no row."""

HANDED: list[Engine] = []
"""Stores in memory that this test has been given."""


def thrown_away(database: Engine) -> None:
    """Nothing of it is left but what no run may see."""
    database.dispose()
    READ.pop(database, None)
    if database in HANDED:
        HANDED.remove(database)
        SPARE.append(database)


def swept() -> None:
    """Nothing is left of a test; its stores in memory serve the next one."""
    for database in [*HANDED]:
        thrown_away(database)
    postgres.swept()


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
    if database.dialect.name != SQLITE:
        return count().__next__  # nobody counts them there: something may always have changed
    with database.connect() as connection:
        driver = raw(connection)
    return lambda: driver.total_changes
