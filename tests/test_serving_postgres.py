"""`kollega serve` on PostgreSQL: as a process of its own, killed, and its work taken over."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from bot import assembly, doctor
from bot.command_line import main
from storage.database import open_database
from storage.help import HelpCall
from storage.people import Person
from storage.postgres import ANSWERS_WITHIN, answer_in_time
from tests.databases import fresh_database
from tests.hush import Hush
from tests.supervised import within

Say = Callable[[str], None]
ROOT = Path(__file__).parent.parent


@pytest.fixture
def store(store_kind: str) -> Iterator[Engine]:
    database = fresh_database()
    yield database
    database.dispose()


def address(store: Engine | URL) -> str:
    url = store if isinstance(store, URL) else store.url
    return url.render_as_string(hide_password=False)


@contextmanager
def serving(store: Engine | URL, folder: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
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


@pytest.fixture
def hush(store: Engine) -> Iterator[Hush]:
    """The same store, behind a machine that may fall silent."""
    between = Hush(store.url)
    yield between
    between.close()


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


def test_a_database_that_takes_everything_and_says_nothing_is_given_up_and_tried_anew(
    hush: Hush,
) -> None:
    database = open_database(hush.url.render_as_string(hide_password=False))
    answer_in_time(database, 0.5)
    with database.connect() as connection:
        connection.execute(text("SELECT 1"))
        hush.hushes()
        began = time.monotonic()
        with pytest.raises(OperationalError, match=r"has not answered for 0\.5 s"):
            connection.execute(text("SELECT 1"))
        assert 0.5 <= time.monotonic() - began < 2
    hush.speaks.set()
    with database.connect() as connection:
        assert connection.execute(text("SELECT 2")).scalar() == 2
    database.dispose()


def test_a_bot_whose_database_is_silent_is_not_ready_and_obeys_when_it_is_to_stop(
    hush: Hush, tmp_path: Path, figure: Say
) -> None:
    with serving(hush.url, tmp_path) as (bot, port):
        assert b'"ready": true' in ask(port, "/readyz")
        hush.hushes()
        with pytest.raises(HTTPError) as no:
            ask(port, "/readyz")
        assert no.value.code == 503
        assert b"no answer within 2 s" in no.value.read()
        began = time.monotonic()
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(40) == 0
        took = time.monotonic() - began
    figure(f"a silent PostgreSQL: the bot stops {took:.1f} s after it is told to")
    assert took < 30


def test_a_bot_goes_on_when_its_database_speaks_again(
    store: Engine, hush: Hush, tmp_path: Path
) -> None:
    with serving(hush.url, tmp_path) as (_, port):
        within(30, lambda: opened(store, port))  # one that only just starts may give up
        hush.hushes()
        time.sleep(ANSWERS_WITHIN + 2)
        hush.speaks.set()
        until = time.monotonic() + 30
        while not is_ready(port):
            assert time.monotonic() < until, "it never came back"
            time.sleep(0.5)


def opened(store: Engine, port: int) -> bool:
    """Everybody's page stands: the bot has started to its end."""
    with Session(store) as session:
        people = len(session.exec(select(Person.ref)).all())
    return f'action="home.open",outcome="done"}} {people}.0'.encode() in ask(port, "/metrics")


def is_ready(port: int) -> bool:
    try:
        return b'"ready": true' in ask(port, "/readyz")
    except HTTPError:
        return False


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
