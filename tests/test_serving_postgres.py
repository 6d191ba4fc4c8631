"""`kollega serve` on PostgreSQL: as a process of its own, killed, and its work taken over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from bot import assembly, doctor
from bot.command_line import main
from storage.help import HelpCall
from tests.databases import fresh_database

ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(store_kind: str) -> Iterator[Engine]:
    database = fresh_database()
    yield database
    database.dispose()


def address(store: Engine) -> str:
    return store.url.render_as_string(hide_password=False)


@contextmanager
def serving(store: Engine, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A bot as an operator starts it, and the port of its page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "KOLLEGA_DATABASE_URL": address(store),
        "KOLLEGA_CONTENT": str(assembly.DEMO),
        "KOLLEGA_PORT": str(port),
        "KOLLEGA_TRYING": "yes",
        "KOLLEGA_SIGNING_KEY": str(folder / "audit.key"),
        "XDG_DATA_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    bot = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        cwd=folder,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert bot.stdout
        assert "Kollega answers" in bot.stdout.readline()
        yield bot, port
    finally:
        bot.kill()
        bot.wait()
        assert bot.stdout
        bot.stdout.close()


def ask(port: int, path: str, body: str | None = None) -> bytes:
    headers = {"X-Kollega": "workspace", "Content-Type": "application/json"}
    data = body.encode() if body else None
    with urlopen(Request(f"http://127.0.0.1:{port}{path}", data, headers), timeout=20) as answer:
        return bytes(answer.read())


def rung(store: Engine) -> int:
    with Session(store) as session:
        call = session.exec(select(HelpCall)).one()
        return call.rung


def test_two_bots_on_one_store_and_one_is_killed_in_the_middle_of_a_call(
    store: Engine, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in one, other:
        folder.mkdir()
    with serving(store, one) as (killed, port), serving(store, other) as (_, left):
        assert b'"ready": true' in ask(left, "/readyz")
        press = '{"id": "1", "person": "lisa", "level": 1}'
        ask(port, "/api/shortcut", press.replace('"level": 1', '"level": 3'))
        assert rung(store) == 1
        os.kill(killed.pid, signal.SIGKILL)
        until = time.monotonic() + 40
        while rung(store) == 1:
            assert time.monotonic() < until, "nobody climbed the ladder"
            time.sleep(0.5)
        assert b"kollega_help_calls_open 1.0" in ask(left, "/metrics")
    assert "Traceback" not in capfd.readouterr().err


def test_a_database_that_is_away_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("KOLLEGA_CONTENT", str(assembly.DEMO))
    monkeypatch.setenv("KOLLEGA_PORT", "0")
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", "postgresql://kollega:s3cret@127.0.0.1:1/kollega")
    assert main(["serve"]) == 2
    said = capsys.readouterr().err
    assert "KOLLEGA_DATABASE_URL: PostgreSQL at 127.0.0.1 cannot be used" in said
    assert "s3cret" not in said


def test_the_doctor_looks_at_it(store: Engine) -> None:
    said = str(doctor.database(address(store)))
    assert said.startswith("ok      database: PostgreSQL 18")
    assert said.endswith("can be read and written")
    away = doctor.database("postgresql+psycopg://kollega:s3cret@127.0.0.1:1/kollega")
    assert away.repair
    assert "s3cret" not in str(away)
