"""The limit: what one durable commit costs on this machine with nothing of ours around it.

Measured in the same run as what is held against it, and in the same temporary folder.
"""

import os
import sqlite3
from pathlib import Path
from time import perf_counter

from sqlalchemy.engine import make_url

TIMES = 200
MAKE = "CREATE TABLE bare_row (id INTEGER PRIMARY KEY, text TEXT)"
WRITE, READ = "INSERT INTO bare_row VALUES ({}, 'a press')", "SELECT text FROM bare_row WHERE id={}"


def disk(folder: Path, times: int = TIMES) -> list[float]:
    """Seconds for one page written at the end of a file, and fsync."""
    found, page = [], b"x" * 4096
    with (folder / "bare.page").open("wb", buffering=0) as file:
        for _ in range(times):
            started = perf_counter()
            file.write(page)
            os.fsync(file.fileno())
            found.append(perf_counter() - started)
    return found


def commits(url: str, times: int = TIMES) -> list[float]:
    """Seconds for one row written, committed with fsync, and read again."""
    if make_url(url).get_backend_name() == "sqlite":
        return sqlite(Path(f"{make_url(url).database}.bare"), times)
    return postgres(url, times)


def sqlite(file: Path, times: int) -> list[float]:
    database = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute(MAKE)
    found = []
    for at in range(times):
        started = perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.execute(WRITE.format(at))
        database.execute("COMMIT")
        database.execute(READ.format(at)).fetchall()
        found.append(perf_counter() - started)
    database.close()
    file.unlink()
    return found


def postgres(url: str, times: int) -> list[float]:
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    found = []
    with psycopg.connect(address, autocommit=True) as database:
        database.execute(MAKE)
        for at in range(times):
            started = perf_counter()
            database.execute(WRITE.format(at).encode())
            database.execute(READ.format(at).encode()).fetchall()
            found.append(perf_counter() - started)
        database.execute("DROP TABLE bare_row")
    return found
