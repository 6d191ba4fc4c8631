"""`kollega backup` and `kollega restore`: the store as a file, and back."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import lock
from bot.clock import wall
from bot.records import line
from bot.settings import Settings, SettingsError
from storage import copies

OK, WRONG = 0, 2
Run = Callable[[Settings, argparse.Namespace], int]


def add(commands: Any) -> None:
    one = commands.add_parser("backup", help="copy the whole store to a file, also while it runs")
    one.add_argument("file", type=Path)
    one.set_defaults(run=backup)
    one = commands.add_parser("restore", help="put a backup in the store's place")
    one.add_argument("file", type=Path)
    one.add_argument("--newer", type=Path, help="a live copy to lay over it (live.db)")
    gap = "also where audit lines are missing between the two"
    one.add_argument("--with-gap", action="store_true", help=gap)
    one.set_defaults(run=restore)


def store_of(known: Settings) -> Path:
    if known.database_file is None:
        said = "this command is for SQLite; PostgreSQL has pg_dump and pg_restore"
        raise SettingsError(f"KOLLEGA_DATABASE_URL: {said}")
    return known.database_file


def backup(known: Settings, asked: argparse.Namespace) -> int:
    store = store_of(known)
    if not store.exists():
        return complain(f"There is no store at {store} yet.")
    try:
        copies.backup(store, asked.file)
    except (OSError, copies.NotUsable, copies.StoreError) as no:
        return complain(f"{asked.file} could not be written ({no}).")
    print(f"The whole store is in {asked.file}.")
    return OK


def restore(known: Settings, asked: argparse.Namespace) -> int:
    store = store_of(known)
    try:
        store.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with lock.held(store):
            told = line(wall(), "store.restore", newer=bool(asked.newer), gap=asked.with_gap)
            aside = copies.restore(store, asked.file, asked.newer, asked.with_gap, told)
    except (OSError, copies.NotUsable, copies.StoreError, lock.Taken) as no:
        return complain(f"Nothing was restored: {no}.")
    print(f"{store} is restored." + (f" What stood there is in {aside}." if aside else ""))
    print("kollega audit verify tells what of the audit is gone, and how to accept it.")
    return OK


def complain(line: str) -> int:
    print(line, file=sys.stderr)
    return WRONG
