"""Keeping: the copies beside a running bot; one that fails or hangs is told, and stops nobody."""

import asyncio
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from bot import backup_doctor, keeping
from bot.backup_doctor import backups
from bot.keeping import Keeper
from bot.operations import Operations
from bot.outside import Outside
from bot.settings import Settings
from storage import copies
from storage.database import connect
from tests.stage import Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(database=connect(f"sqlite:///{tmp_path / 'kollega.db'}"))
    yield stage
    if not stage.loop.is_closed():
        stage.close()


@pytest.fixture
def keeper(stage: Stage, tmp_path: Path) -> Keeper:
    (tmp_path / "elsewhere").mkdir()
    return Keeper(tmp_path / "kollega.db", tmp_path / "elsewhere", stage.loop.now)


@pytest.fixture
def operations(stage: Stage, keeper: Keeper) -> Operations:
    operations = Operations(stage.machine, ())
    operations.keeper = keeper
    return operations


def readyz(stage: Stage, operations: Operations) -> tuple[int, str]:
    """The status, and what is told of the copies."""
    response = stage.run(operations.readyz(make_mocked_request("GET", "/readyz")))
    assert isinstance(response.body, bytes)
    return response.status, json.loads(response.body)["backup"]


def numbers(stage: Stage, operations: Operations) -> str:
    response = stage.run(operations.metrics(make_mocked_request("GET", "/metrics")))
    assert isinstance(response.body, bytes)
    return response.body.decode()


def watchman(stage: Stage, operations: Operations, caplog: pytest.LogCaptureFixture) -> str:
    """What keeps the watchman from being told that all is well; nobody is there."""
    caplog.clear()
    stage.run(Outside("http://127.0.0.1:9/", operations).beat())
    return caplog.text


def tried(keeper: Keeper) -> None:
    """One round, with whatever goes wrong told and not raised; in real time."""

    async def both() -> None:
        for errand in keeper.errands:
            await errand.tried()

    asyncio.run(both())


def failing(monkeypatch: pytest.MonkeyPatch, name: str = "live_copy") -> None:
    def fails(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(copies, name, fails)


def test_right_after_the_start_there_is_no_copy_and_nothing_is_wrong(
    stage: Stage, operations: Operations, keeper: Keeper
) -> None:
    stage.loop.impatient.moved += 5
    assert readyz(stage, operations) == (200, "no copy yet, for 5 s")
    assert keeper.well


def test_the_age_of_the_copy_is_told_and_counted(
    stage: Stage, operations: Operations, keeper: Keeper
) -> None:
    asyncio.run(keeper.keep())
    stage.loop.impatient.moved += 40
    assert readyz(stage, operations) == (200, "the copy is 40 s old")
    assert "kollega_backup_age_seconds 40.0" in numbers(stage, operations)


def test_where_nothing_has_changed_the_copy_is_as_good_as_new(
    stage: Stage, operations: Operations, keeper: Keeper
) -> None:
    asyncio.run(keeper.keep())
    made = keeper.live.stat().st_mtime_ns
    stage.loop.impatient.moved += 300
    asyncio.run(keeper.keep())
    assert keeper.live.stat().st_mtime_ns == made
    assert readyz(stage, operations) == (200, "the copy is 0 s old")


def test_what_another_process_wrote_is_copied_without_a_decision_of_the_bot(
    tmp_path: Path, keeper: Keeper
) -> None:
    """An import, a list that is worked through: no observer of this bot hears of them."""
    asyncio.run(keeper.keep())
    with closing(sqlite3.connect(tmp_path / "kollega.db")) as other, other:
        other.execute("INSERT INTO edition (kind, number) VALUES ('tried', 7)")
    asyncio.run(keeper.keep())
    with closing(sqlite3.connect(keeper.live)) as copy:
        assert copy.execute("SELECT number FROM edition WHERE kind = 'tried'").fetchone() == (7,)


def test_a_copy_that_somebody_took_away_is_made_again(keeper: Keeper) -> None:
    asyncio.run(keeper.keep())
    keeper.live.unlink()
    asyncio.run(keeper.keep())
    copies.check(keeper.live)


def test_a_copy_that_fails_is_told_but_takes_no_bot_away_that_can_answer(
    stage: Stage,
    operations: Operations,
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asyncio.run(keeper.keep())
    keeper(None)
    failing(monkeypatch)
    stage.loop.impatient.moved += 240
    tried(keeper)
    tried(keeper)
    status, said = readyz(stage, operations)
    assert status == 200, "a load balancer lets presses through"
    assert said == "the copy is 240 s old, which is too old (live copy: No space left on device)"
    assert caplog.text.count("No space left") == 1, "one line, however often it is tried"


def test_the_watchman_outside_is_silent_when_the_copy_is_ten_minutes_old(
    stage: Stage,
    operations: Operations,
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asyncio.run(keeper.keep())
    keeper(None)
    failing(monkeypatch)
    stage.loop.impatient.moved += 590
    tried(keeper)
    assert "it cannot be reached" in watchman(stage, operations, caplog), "it was tried"
    stage.loop.impatient.moved += 20
    assert "backup: the copy is 610 s old" in watchman(stage, operations, caplog)


def test_whole_copies_that_fail_are_told_too(
    stage: Stage, operations: Operations, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A live copy alone is no store: it is laid over a whole one that is a day old at the most."""
    failing(monkeypatch, "backup")
    tried(keeper)
    said = "the copy is 0 s old (whole copy: No space left on device)"
    assert readyz(stage, operations) == (200, said)
    assert keeper.well
    stage.loop.impatient.moved += 3700
    tried(keeper)
    assert not keeper.well


def test_it_is_told_also_while_the_store_does_not_answer(
    stage: Stage, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(stage.machine.writer, "do", never)
    status, said = readyz(stage, operations)
    assert status == 503 and said.startswith("no copy yet")


# A folder that hangs


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[threading.Event]]:
    """Each live copy that was begun, and hangs until its event is set."""
    begun: list[threading.Event] = []
    real = copies.live_copy

    def hangs(*given: Any) -> None:
        begun.append(threading.Event())
        begun[-1].wait(20)
        real(*given)

    monkeypatch.setattr(copies, "live_copy", hangs)
    monkeypatch.setattr(keeping, "LIVE_SECONDS", 0.05)
    yield begun
    for one in begun:
        one.set()


def test_a_folder_that_hangs_is_told_and_not_waited_for_and_never_asked_twice_at_once(
    stage: Stage, operations: Operations, hanging: list[threading.Event], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    keeper = Keeper(tmp_path / "kollega.db", tmp_path / "elsewhere", stage.loop.now)
    operations.keeper = keeper
    begun = time.monotonic()
    tried(keeper)
    tried(keeper)
    assert time.monotonic() - begun < 10, "the end of a loop does not wait for it either"
    assert len(hanging) == 1
    _, said = readyz(stage, operations)
    assert "live copy: it takes longer than 0.05 s" in said
    assert list(keeper.folder.glob("whole-*.db")), "the day's whole copy has a thread of its own"
    hanging[0].set()
    _wait_for(lambda: keeper.live.exists() and not keeper.errands[0].trouble)
    assert readyz(stage, operations)[1] == "the copy is 0 s old"


def _wait_for(it: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not it():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_copies_go_on_round_after_round(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(keeping, "EVERY_SECONDS", 0.01)
    caplog.set_level(logging.ERROR)

    async def a_while() -> None:
        running = asyncio.create_task(keeper.run())
        for _ in range(3):
            keeper.errands[0].kept_at = None
            keeper(None)
            await asyncio.to_thread(
                _wait_for, lambda: not keeper.changed and keeper.errands[0].kept_at is not None
            )
        running.cancel()

    asyncio.run(a_while())
    assert caplog.text == ""


def test_what_a_killed_bot_left_half_copied_is_tidied_away(keeper: Keeper) -> None:
    left = keeper.folder / "live.db.4711.new"
    other = keeper.folder / "by-hand.db.4711.new"
    for file in left, other:
        file.write_text("half")
    asyncio.run(keeper.keep())
    assert not left.exists() and other.exists()


# What the doctor says of them


def told(stage: Stage, tmp_path: Path, folder: Path | None = None) -> str:
    url = f"sqlite:///{tmp_path / 'kollega.db'}"
    (finding,) = backups(Settings(database_url=url, backup=folder), stage.loop.now())
    return str(finding)


def test_a_store_without_copies_is_advised_to_have_some(stage: Stage, tmp_path: Path) -> None:
    assert told(stage, tmp_path) == (
        "advice  backup: no copy of the store is made; "
        "name a folder on another machine with KOLLEGA_BACKUP"
    )
    postgres = Settings(database_url="postgresql://kollega@db.example.org/kollega")
    assert list(backups(postgres, stage.loop.now())) == []


def test_a_folder_that_is_not_there_or_is_none_needs_a_repair(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in "nowhere", "file":
        assert told(stage, tmp_path, tmp_path / name).startswith("repair  backup: ")


def test_a_folder_that_hangs_is_no_riddle(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_doctor, "PATIENCE", 0.05)
    monkeypatch.setattr(backup_doctor, "_folder", lambda *_: time.sleep(0.5))
    assert "does not answer within" in told(stage, tmp_path, tmp_path)


def test_a_copy_that_is_older_than_the_store_needs_a_repair(
    stage: Stage, keeper: Keeper, tmp_path: Path
) -> None:
    """The bot may stand still for a week: what counts is what the copy does not have."""
    assert "the first copy will be made" in told(stage, tmp_path, keeper.folder)
    asyncio.run(keeper.keep())
    stage.passes(hours=2)
    assert told(stage, tmp_path, keeper.folder).startswith("ok      backup: copies are made in")
    stage.person("lisa").presses("Gul pärm")
    stage.loop.impatient.moved += 660
    said = told(stage, tmp_path, keeper.folder)
    assert said.startswith("repair  backup: what was done 11 min ago is not in")
    asyncio.run(keeper.keep())
