"""The database: nothing acknowledged is lost, two never both win, times are aware UTC."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter, sleep
from types import ModuleType
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import OperationalError, StatementError
from sqlmodel import Session, SQLModel, col, select

from bot.writer import ThreadWriter
from storage import audit, deliveries, help, people, rows, seen, timers
from storage.database import connect, open_database, sessions
from storage.help_life import Wait
from storage.help_waits import next_step
from storage.migrating import MIGRATIONS, change, migrate, newest
from storage.people import Person, RosterSlot
from storage.seen import Seen
from tests.databases import fresh_database, fresh_url
from tests.toys import somebody

TABLES: tuple[ModuleType, ...] = (audit, deliveries, help, people, seen, timers)
"""Their import makes the tables known to `SQLModel.metadata`."""

NEWEST = newest()
ROOT = Path(__file__).parent.parent
STORAGE = sorted((ROOT / "storage").glob("*.py"))
HERE = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The URL of an SQLite file that is not there yet."""
    return f"sqlite:///{tmp_path / 'kollega.db'}"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The same on whatever database this test plays, or one that nobody has used yet."""
    return fresh_url(tmp_path)


def pragma(database: Engine, name: str) -> Any:
    with database.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar_one()


def config(connection: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


# How it connects


def test_every_connection_to_a_file_is_careful(file: str) -> None:
    database = connect(file)
    with database.connect(), database.connect():
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "synchronous") == 2, "FULL keeps a commit through a power cut"
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "busy_timeout") == 30_000
    database.dispose()


def test_a_foreign_key_that_points_nowhere_is_refused(file: str) -> None:
    database = connect(file)
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY)"))
        connection.execute(text("CREATE TABLE b (a INTEGER REFERENCES a(id))"))
    with pytest.raises(Exception, match="FOREIGN KEY"), database.begin() as connection:
        connection.execute(text("INSERT INTO b VALUES (7)"))
    database.dispose()


def test_a_second_connection_waits_for_the_first_to_commit(url: str) -> None:
    database = connect(url)
    order: list[str] = []

    def second() -> None:
        with database.begin():
            order.append("second begins")

    with database.begin():
        thread = threading.Thread(target=second)
        thread.start()
        sleep(0.05)
        order.append("first commits")
    thread.join()
    assert order == ["first commits", "second begins"]
    database.dispose()


def test_begin_takes_the_write_lock_at_once(file: str, tmp_path: Path) -> None:
    database = connect(file)
    other = sqlite3.connect(tmp_path / "kollega.db", timeout=0, isolation_level=None)
    with database.begin(), pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()
    database.dispose()


def test_two_who_read_and_write_at_once_never_lose_an_update(url: str) -> None:
    database = connect(url)
    begin = sessions(database)
    with begin() as session:
        session.add(somebody("anna", unit="0"))
        session.commit()
    rounds, people = 25, 4
    start = threading.Barrier(people)

    def count_up() -> None:
        start.wait()
        for _ in range(rounds):
            with begin() as session:
                anna = session.get(Person, "anna", with_for_update=True)
                assert anna
                anna.unit = str(int(anna.unit) + 1)
                session.commit()

    threads = [threading.Thread(target=count_up) for _ in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with begin() as session:
        anna = session.get(Person, "anna")
        assert anna and anna.unit == str(rounds * people)
    database.dispose()


def test_memory_is_one_database_for_everybody_in_the_process() -> None:
    database = connect("sqlite://")
    with sessions(database)() as session:
        session.add(somebody("anna"))
        session.commit()
    found: list[Person | None] = []

    def read() -> None:
        with sessions(database)() as session:
            found.append(session.get(Person, "anna"))

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert found[0] and found[0].name == "Anna"
    database.dispose()


def test_what_was_committed_is_there_after_a_reconnect_and_what_was_not_is_not(url: str) -> None:
    database = connect(url)
    with sessions(database)() as session:
        session.add(somebody("anna"))
        session.commit()
        session.add(somebody("bo"))
        session.flush()
    database.dispose()
    again = connect(url)
    with sessions(again)() as session:
        assert session.get(Person, "anna")
        assert session.get(Person, "bo") is None
    again.dispose()


def test_a_zero_character_stops_no_turn() -> None:
    """PostgreSQL cannot keep one; whoever sent it would be asked to send it again, for ever."""
    database = fresh_database()
    with sessions(database)() as session:
        session.add_all([somebody("an\0na"), somebody("bo")])
        session.commit()
    asked = select(Person.ref).where(col(Person.ref).in_(["an\0na", "an?na"]))
    with sessions(database)() as session:
        assert len(session.exec(asked).all()) == 1
    database.dispose()


# Times


def test_a_time_comes_back_as_aware_utc_whatever_zone_it_was_given_in() -> None:
    database = fresh_database()
    stockholm = timezone(timedelta(hours=1))
    with sessions(database)() as session:
        slot = RosterSlot(
            site="a", ring=1, person="anna", starts=HERE.astimezone(stockholm), ends=HERE
        )
        session.add(slot)
        session.commit()
        session.expunge_all()
        kept = session.get(RosterSlot, 1)
        assert kept and kept.starts == kept.ends == HERE
        assert kept.starts.utcoffset() == timedelta()
    database.dispose()


def test_a_time_without_a_zone_is_refused() -> None:
    database = fresh_database()
    with sessions(database)() as session:
        session.add(Seen(id="e", at=HERE.replace(tzinfo=None), answer="{}"))
        with pytest.raises(StatementError, match="without a zone"):
            session.commit()
    database.dispose()


def test_times_sort_by_the_moment_and_not_by_how_they_were_written() -> None:
    database = fresh_database()
    east, west = timezone(timedelta(hours=10)), timezone(-timedelta(hours=10))
    moments = {
        "second": HERE.astimezone(east),
        "first": (HERE - timedelta(seconds=1)).astimezone(west),
    }
    with sessions(database)() as session:
        rows = [
            {"key": key, "due": due, "wire_name": "", "payload": "", "attempts": 0}
            for key, due in moments.items()
        ]
        timers.set_timers(session, rows)
        nearest = timers.next_timer(session)
        assert nearest and nearest.key == "first"
        assert timers.nearest(session) == HERE - timedelta(seconds=1)
    database.dispose()


# Migrations


def changed_step_by_step(url: str) -> Engine:
    database = open_database(url)
    change(database)
    return database


@pytest.mark.parametrize("made", [connect, changed_step_by_step])
def test_a_store_has_exactly_the_tables_of_the_rows(
    url: str, made: Callable[[str], Engine]
) -> None:
    database = made(url)
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    assert len(TABLES) and len(SQLModel.metadata.tables) >= 8
    database.dispose()


def test_a_new_store_is_like_one_that_was_changed_step_by_step(tmp_path: Path) -> None:
    anew, changed = (
        connect(fresh_url(tmp_path)),
        changed_step_by_step(fresh_url(tmp_path, "old.db")),
    )
    assert shape(anew) == shape(changed)
    for database in anew, changed:
        with database.connect() as connection:
            assert connection.execute(text("SELECT * FROM alembic_version")).all() == [(NEWEST,)]
        database.dispose()


def test_a_store_made_by_whoever_knows_no_feature_has_every_table(file: str) -> None:
    """Its maker has imported nothing but the database, as a backup's command line might."""
    made = f"from storage.database import connect; connect({file!r})"
    subprocess.run([sys.executable, "-c", made], cwd=ROOT, check=True)
    database = open_database(file)
    assert tables(database) == {*SQLModel.metadata.tables, "alembic_version"}
    with_tables = {one.stem for one in STORAGE if "table=True" in one.read_text("utf-8")}
    assert with_tables == {name for name, one in vars(rows).items() if isinstance(one, ModuleType)}
    database.dispose()


def shape(database: Engine) -> dict[str, Any]:
    """What can be known of every table, but for the order of its columns and the defaults that
    rows once needed which were older than the column."""
    told, found = inspect(database), dict[str, Any]()
    for table in told.get_table_names():
        columns = told.get_columns(table)
        found[table] = (
            {(one["name"], repr(one["type"]), one["nullable"]) for one in columns},
            told.get_pk_constraint(table)["constrained_columns"],
            sorted(map(index, told.get_indexes(table))),
            sorted(told.get_foreign_keys(table), key=str),
            sorted(told.get_unique_constraints(table), key=str),
        )
    return found


def index(told: Any) -> tuple[str, ...]:
    more = {name: str(option) for name, option in told["dialect_options"].items()}
    return told["name"], str(told["column_names"]), str(bool(told["unique"])), str(more)


def test_every_migration_goes_down_and_up_again(url: str) -> None:
    database = changed_step_by_step(url)
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1
    full = tables(database)
    with database.connect() as connection:
        command.downgrade(config(connection), "base")
    assert tables(database) == {"alembic_version"}
    migrate(database)
    assert tables(database) == full
    database.dispose()


def test_migrating_again_changes_nothing_and_keeps_every_row(url: str) -> None:
    database = connect(url)
    with sessions(database)() as session:
        session.add(somebody("anna"))
        session.commit()
    migrate(database)
    with sessions(database)() as session:
        assert session.get(Person, "anna")
    database.dispose()


def test_a_call_that_runs_while_the_tables_change_goes_on(file: str) -> None:
    """Its ladder is a copy from before: it knows nothing of more people or a quiet presser."""
    database = open_database(file)
    with database.connect() as connection:
        command.upgrade(config(connection), "0001")
        connection.commit()
        ladder = '{"rungs":[{"after":0,"ring":1,"cover":"sent"}],"exhausted":{"after":60},'
        connection.exec_driver_sql(
            "insert into help_call (presser, level, site, place, ladder, status, started_at,"
            " ladder_at, rung, repeats, owner, owned_at) values ('lisa', 2, '{}', '{}', ?, 'owned',"
            " ?, ?, 1, 0, 'bo', ?)",
            (ladder + '"owner":{"silent":180,"lapse":60}}', *["2026-11-23 13:02:00"] * 3),
        )
        connection.commit()
    migrate(database)
    with Session(database) as session:
        call = session.get_one(help.HelpCall, 1)
        assert (call.needed, call.joined, call.at_home, call.apart) == (0, 0, False, [])
        assert next_step(call) == (HERE + timedelta(seconds=180), Wait.ASK_OWNER)


def test_a_new_store_killed_while_its_tables_are_made_has_none_and_is_made_again(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = SQLModel.metadata.create_all

    def dies(*args: Any, **facts: Any) -> None:
        made(*args, **facts)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SQLModel.metadata, "create_all", dies)
        connect(url)
    database = open_database(url)
    assert tables(database) == set()
    migrate(database)
    assert set(SQLModel.metadata.tables) < tables(database)
    database.dispose()


@pytest.mark.parametrize("dies_after", [1, 3, 6])
def test_a_migration_killed_in_the_middle_rolls_back_and_runs_again(
    file: str, dies_after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic import op

    plain, made = op.create_table, []

    def create_table(*args: Any, **facts: Any) -> Any:
        made.append(args[0])
        if len(made) > dies_after:
            raise KeyboardInterrupt
        return plain(*args, **facts)

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_table", create_table)
        with pytest.raises(KeyboardInterrupt):
            changed_step_by_step(file)
    assert len(made) == dies_after + 1
    untouched = sqlite3.connect(file.removeprefix("sqlite:///"))
    left = {name for (name,) in untouched.execute("SELECT name FROM sqlite_master")}
    untouched.close()
    assert not left & set(SQLModel.metadata.tables)
    database = connect(file)
    assert set(SQLModel.metadata.tables) <= tables(database)
    database.dispose()


def tables(database: Engine) -> set[str]:
    return set(inspect(database).get_table_names()) - {"sqlite_sequence"}


# The writer


async def test_the_writer_does_one_thing_after_the_other_on_one_thread() -> None:
    writer = ThreadWriter()
    inside: list[int] = []
    overlaps: list[int] = []
    threads: set[str] = set()

    def work(number: int) -> int:
        inside.append(number)
        overlaps.append(len(inside))
        threads.add(threading.current_thread().name)
        sleep(0.001)
        inside.remove(number)
        return number

    done = await asyncio.gather(*(writer.do(lambda n=n: work(n)) for n in range(20)))  # type: ignore[misc]
    writer.close()
    assert done == list(range(20))
    assert set(overlaps) == {1}
    assert len(threads) == 1
    assert threads != {threading.current_thread().name}


async def test_the_writer_hands_back_what_went_wrong_and_goes_on() -> None:
    writer = ThreadWriter()
    with pytest.raises(ZeroDivisionError):
        await writer.do(lambda: 1 // 0)
    assert await writer.do(lambda: 7) == 7
    writer.close()


async def test_the_loop_goes_on_while_the_writer_works() -> None:
    writer = ThreadWriter()
    started = perf_counter()
    work = asyncio.create_task(writer.do(lambda: sleep(0.05)))
    await asyncio.sleep(0.005)
    assert perf_counter() - started < 0.045
    assert not work.done()
    await work
    writer.close()


async def test_work_that_was_begun_is_finished_when_the_writer_closes(url: str) -> None:
    database = connect(url)
    writer = ThreadWriter()

    def write() -> None:
        with Session(database) as session:
            session.add(somebody("anna"))
            session.commit()

    task = asyncio.create_task(writer.do(write))
    await asyncio.sleep(0)
    writer.close()
    await task
    with sessions(database)() as session:
        assert session.get(Person, "anna")
    database.dispose()


def test_a_lock_that_nobody_gives_back_is_an_error_and_not_a_hang(
    file: str, tmp_path: Path
) -> None:
    database = connect(file)
    other = sqlite3.connect(tmp_path / "kollega.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"), database.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA busy_timeout=20")
        connection.execute(text("SELECT 1"))
    other.close()
    database.dispose()
