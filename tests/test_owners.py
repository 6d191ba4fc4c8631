"""Owners: what a command of root's writes can be read by the bot's own user."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot import lock
from bot.command_line import main
from storage import copies
from storage.database import connect

BOT = 4711
"""A user that nobody is."""

pytestmark = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can give files away"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder of the bot's user, empty."""
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, BOT, BOT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", f"sqlite:///{folder / 'kollega.db'}")
    monkeypatch.delenv("KOLLEGA_KEYS", raising=False)
    return folder


@pytest.fixture
def store(folder: Path) -> Path:
    """The store of the bot, whose user made it."""
    connect(f"sqlite:///{folder / 'kollega.db'}").dispose()
    os.chown(folder / "kollega.db", BOT, BOT)
    return folder / "kollega.db"


def roots(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if file.stat().st_uid != BOT]


def test_root_may_restore_and_rotate_keys(store: Path) -> None:
    copies.backup(store, Path("copy.db"))
    assert main(["keys", "rotate"]) == 0
    assert main(["keys", "rotate"]) == 0
    assert main(["restore", "copy.db"]) == 0
    names = {file.name for file in store.parent.iterdir()}
    assert names >= {"kollega.db", "kollega.keys", "kollega.lock", "kollega.db.before-restore"}
    assert roots(store.parent) == []


def test_root_may_restore_where_nothing_was(store: Path) -> None:
    copies.backup(store, Path("copy.db"))
    store.unlink()
    assert main(["restore", "copy.db"]) == 0
    assert store.stat().st_uid == BOT and roots(store.parent) == []


def test_root_may_be_the_first_to_open_a_store(folder: Path) -> None:
    assert main(["audit", "key"]) == 0
    assert {file.name for file in folder.iterdir()} >= {"kollega.db", "audit.key"}
    assert roots(folder) == []


def test_a_backup_that_root_makes_belongs_to_the_folder_it_is_in(store: Path) -> None:
    (elsewhere := Path("elsewhere")).mkdir()
    os.chown(elsewhere, BOT, BOT)
    assert main(["backup", "elsewhere/copy.db"]) == 0
    assert roots(elsewhere) == []


def test_a_lock_that_root_has_left_is_given_back(store: Path) -> None:
    left = store.with_suffix(".lock")
    left.touch()
    with lock.held(store):
        assert left.stat().st_uid == BOT


def test_the_log_that_root_begins_beside_a_store_is_the_stores_owners(store: Path) -> None:
    """SQLite does that itself, for `audit verify` and `people import` beside a running bot."""
    with closing(sqlite3.connect(store)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE tried (it)")
        assert {file.suffix for file in store.parent.iterdir()} == {".db", ".db-wal", ".db-shm"}
        assert roots(store.parent) == []
