"""Editions: people are read once, and anew as soon as anybody has changed one of them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import event, text
from sqlmodel import Session

from storage.database import open_database
from storage.people import (
    Person,
    RosterSlot,
    at_address,
    at_site,
    everybody,
    near,
    person,
    slots_around,
    with_role,
)
from tests.databases import fresh_for_threads

NOW = datetime(2026, 11, 23, 13, tzinfo=UTC)
DAY = NOW.replace(hour=0), NOW.replace(hour=23)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = fresh_for_threads(tmp_path)
    hire(database, "anna", "bo")
    yield database
    database.dispose()


def hire(database: Database, *refs: str) -> None:
    with Session(database) as session:
        session.add_all(colleague(ref) for ref in refs)
        session.commit()


def colleague(ref: str) -> Person:
    who = {"ref": ref, "name": ref.title(), "languages": ["sv"], "roles": ["responder"]}
    where = {"unit": "", "site": "ostersund", "place": {}, "addresses": {"slack": f"U{ref}"}}
    return Person.model_validate({**who, **where})


def names(database: Database) -> list[str]:
    with Session(database) as session:
        return [one.name for one in everybody(session)]


@pytest.fixture
def read(database: Database) -> list[str]:
    """Every statement that asks for people or rosters."""
    found: list[str] = []

    def before(_c: object, _k: object, statement: str, *_: object) -> None:
        if "FROM person" in statement or "FROM roster_slot" in statement:
            found.append(statement)

    event.listen(database, "before_cursor_execute", before)
    return found


def test_whoever_asks_again_reads_nothing(database: Database, read: list[str]) -> None:
    for _ in range(3):
        with Session(database) as session:
            assert [one.ref for one in at_site(session, "ostersund")] == ["anna", "bo"]
            assert [one.ref for one in with_role(session, "responder")] == ["anna", "bo"]
            assert [one.ref for one in near(session, (), ["bo"], ["hr"])] == ["bo"]
            slots_around(session, ["ostersund"], *DAY)
    assert len(read) == 2


def test_what_one_changes_another_sees(database: Database) -> None:
    assert names(database) == ["Anna", "Bo"]
    with Session(database) as session:
        found = person(session, "bo")
        assert found
        found.name = "Bosse"
        session.commit()
    assert names(database) == ["Anna", "Bosse"]


def test_another_process_is_seen_too(database: Database) -> None:
    """Two engines on one store know nothing of each other but the store."""
    other = open_database(database.url.render_as_string(hide_password=False))
    assert names(other) == ["Anna", "Bo"]
    hire(database, "cia")
    assert names(other) == ["Anna", "Bo", "Cia"]
    other.dispose()


def test_a_turn_sees_its_own_changes_before_they_are_written(database: Database) -> None:
    with Session(database) as session:
        assert len(everybody(session)) == 2
        session.add(colleague("cia"))
        gone = person(session, "bo")
        assert gone
        gone.left_at, gone.roles = NOW, ["hr"]
        assert [one.ref for one in everybody(session)] == ["anna", "cia"]
        assert person(session, "bo") is None
        assert at_address(session, "slack", "Ubo", "Ucia") is person(session, "cia")
        assert with_role(session, "hr") == []


def test_what_is_rolled_back_is_seen_by_nobody(database: Database) -> None:
    with Session(database) as session:
        session.add(colleague("cia"))
        assert len(everybody(session)) == 3
        session.rollback()
        assert len(everybody(session)) == 2
    hire(database, "dag")
    assert names(database) == ["Anna", "Bo", "Dag"]


def test_a_roster_that_changes_is_read_again(database: Database) -> None:
    with Session(database) as session:
        assert slots_around(session, ["ostersund"], *DAY) == []
        session.add(RosterSlot(site="ostersund", ring=1, person="bo", starts=DAY[0], ends=DAY[1]))
        assert len(slots_around(session, ["ostersund"], *DAY)) == 1
        session.commit()
    with Session(database) as session:
        assert len(slots_around(session, ["ostersund"], *DAY)) == 1
        assert slots_around(session, ["malmo"], *DAY) == []


def test_nobody_shares_a_row_with_another_turn(database: Database) -> None:
    """A name that was changed and never committed must not be read by the next turn."""
    with Session(database) as session:
        found = person(session, "bo")
        assert found
        found.name = "Never"
    assert names(database) == ["Anna", "Bo"]


def test_the_rows_of_the_template_are_a_store(database: Database) -> None:
    with database.connect() as connection:
        assert connection.execute(text("SELECT number FROM edition")).fetchone() == (1,)
