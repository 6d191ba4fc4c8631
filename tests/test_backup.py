"""Backup and restore: whole at any moment, also when they are killed half-way."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot import lock, signing
from bot.clock import wall
from bot.command_line import main
from bot.keeping import KEPT_WHOLE, Keeper
from storage import copies
from storage.audit import AuditLine
from storage.database import connect, open_database
from storage.migrating import change
from storage.seals import damages
from tests.stage import Stage
from tests.test_audit import sealed


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "kollega.db"
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", f"sqlite:///{file}")
    return file


@pytest.fixture
def kept(store: Path) -> Iterator[Stage]:
    stage = Stage(database=connect(f"sqlite:///{store}"))
    yield stage
    if not stage.loop.is_closed():
        stage.close()


def played(stage: Stage) -> None:
    """A call that is open and owned."""
    lisa, bo = stage.person("lisa"), stage.person("bo")
    lisa.presses("Vit pärm")
    bo.presses("Jag tar")


def over(stage: Stage) -> None:
    """It is over: a call that nobody sees to would sound all night."""
    stage.person("lisa").presses("Pärm klar")
    stage.person("bo").presses("Trygg")


def goes_on(store: Path) -> None:
    """A bot on the restored store knows the call and who has it."""
    stage = Stage(database=connect(f"sqlite:///{store}"))
    lisa = stage.person("lisa")
    lisa.types("klar")
    lisa.sees("Bo stannar")
    stage.close()


def test_a_bot_goes_on_from_a_backup_that_was_made_while_it_ran(
    kept: Stage, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    played(kept)
    assert main(["backup", "copy.db"]) == 0
    kept.person("lisa").presses("Pärm klar")
    kept.close()
    assert main(["restore", "copy.db"]) == 0
    assert "What stood there is in" in capsys.readouterr().out
    goes_on(store)
    database = connect(f"sqlite:///{store}")
    with Session(database) as session:
        (line,) = session.exec(select(AuditLine).where(AuditLine.what == "store.restore"))
        assert (line.who, line.payload) == ("command line", '{"gap": false, "newer": false}')
        assert abs(line.at - wall()) < timedelta(minutes=5) and line.salt
    database.dispose()


def test_a_backup_that_was_put_back_is_seen_in_the_audit_until_somebody_accepts_it(
    kept: Stage, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signer = signing.signer(store.with_name("audit.key"))
    played(kept)
    sealed(kept, signer).close()
    assert main(["backup", "copy.db"]) == 0
    over(kept)
    sealed(kept, signer).close()
    assert main(["audit", "verify"]) == 0
    kept.close()
    assert main(["restore", "copy.db"]) == 0
    assert main(["audit", "verify"]) == 2
    assert "the chain was cut: this machine signed up to seal" in capsys.readouterr().out
    assert main(["audit", "accept", "Åsa: the disk broke on Monday"]) == 0
    again = Stage(database=connect(f"sqlite:///{store}"))
    again.person("lisa").types("hem")
    sealed(again, signer).close()
    again.close()
    assert main(["audit", "verify"]) == 0
    assert "Åsa: the disk broke on Monday" in capsys.readouterr().out


def test_the_live_copy_with_an_older_backup_loses_nothing(kept: Stage, store: Path) -> None:
    played(kept)
    over(kept)
    sealed(kept).close()
    copies.backup(store, Path("whole.db"))
    kept.passes(hours=30)
    played(kept)
    sealed(kept).close()
    copies.live_copy(store, Path("live.db"), kept.loop.now())
    with closing(sqlite3.connect("live.db")) as live, closing(sqlite3.connect(store)) as source:
        count = "SELECT count(*) FROM audit"
        assert live.execute(count).fetchone() < source.execute(count).fetchone()
        expected = dump(source)
    kept.close()
    copies.restore(store, Path("whole.db"), Path("live.db"), gap=True)
    with closing(sqlite3.connect(store)) as again:
        found = dump(again)
    # What was neither in the backup nor of the last day is gone; everything that is live is there.
    lost = {table: expected[table] - found[table] for table in expected}
    assert not {table for table, rows in lost.items() if rows} - {"audit", "audit_seal", "seen"}
    for table in expected:
        assert not found[table] - expected[table], table


def test_columns_in_another_order_are_laid_over_by_name(tmp_path: Path) -> None:
    """A store that was changed step by step, and one that was new, agree on names alone."""
    whole, newer, into = (tmp_path / f"{name}.db" for name in ("whole", "newer", "into"))
    change(older := open_database(f"sqlite:///{whole}"))
    older.dispose()
    stage = Stage(database=connect(f"sqlite:///{newer}"))
    played(stage)
    stage.close()
    assert columns(whole) != columns(newer)
    copies.restore(into, whole, newer)
    goes_on(into)


def columns(store: Path) -> list[str]:
    with closing(sqlite3.connect(store)) as file:
        asked = "SELECT name FROM pragma_table_info('help_notice')"
        return [name for (name,) in file.execute(asked)]


def test_a_live_copy_each_minute_and_a_backup_each_day_lose_no_audit_line(
    kept: Stage, store: Path, tmp_path: Path
) -> None:
    keeper = Keeper(store, tmp_path / "elsewhere", kept.loop.now)
    keeper.folder.mkdir()
    for _ in range(3):
        played(kept)
        over(kept)
        sealed(kept).close()
        keeper(None)
        asyncio.run(keeper.keep())
        kept.passes(hours=23)
    sealed(kept).close()
    keeper(None)
    asyncio.run(keeper.keep())
    with closing(sqlite3.connect(store)) as source:
        expected = dump(source)
    kept.close()
    newest = sorted(keeper.folder.glob("whole-*.db"))[-1]
    copies.restore(store, newest, keeper.live)
    with closing(sqlite3.connect(store)) as again:
        assert dump(again) == expected
    database = connect(f"sqlite:///{store}")
    with Session(database) as session:
        assert list(damages(session)) == []
    database.dispose()


def dump(connection: sqlite3.Connection) -> dict[str, set[tuple[object, ...]]]:
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    tables = [name for (name,) in connection.execute(names)]
    return {name: set(connection.execute(f'SELECT * FROM "{name}"')) for name in tables}


def test_old_backups_are_tidied_away(kept: Stage, store: Path, tmp_path: Path) -> None:
    keeper = Keeper(store, tmp_path, kept.loop.now)
    start = kept.loop.now()
    for day in range(KEPT_WHOLE + 3):
        keeper.now = lambda day=day: start + timedelta(days=day)  # type: ignore[misc]
        keeper._whole()
    assert len(list(tmp_path.glob("whole-*.db"))) == KEPT_WHOLE


def test_backups_under_load_are_whole_every_time(kept: Stage, store: Path) -> None:
    played(kept)
    done = threading.Event()
    made: list[Path] = []

    def back_up() -> None:
        while not done.is_set():
            file = Path(f"copy-{len(made)}.db")
            copies.backup(store, file)
            copies.check(file)
            made.append(file)

    thread = threading.Thread(target=back_up)
    thread.start()
    for _ in range(20):
        kept.passes(seconds=30)
    done.set()
    thread.join()
    assert made


@pytest.mark.parametrize("how", ["torn", "text", "missing", "another"])
def test_what_is_no_whole_store_is_never_put_in_its_place(
    kept: Stage, store: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    copies.backup(store, Path("copy.db"))
    match how:
        case "torn":
            whole = Path("copy.db").read_bytes()
            Path("copy.db").write_bytes(whole[: len(whole) // 2])
        case "text":
            Path("copy.db").write_text("not a database at all " * 300)
        case "missing":
            Path("copy.db").unlink()
        case _:
            Path("copy.db").unlink()
            sqlite3.connect("copy.db").execute("CREATE TABLE x (y)")
    before = store.read_bytes()
    assert main(["restore", "copy.db"]) == 2
    assert "Nothing was restored" in capsys.readouterr().err
    assert store.read_bytes() == before
    assert not list(store.parent.glob("*.new"))


def test_nothing_is_restored_under_a_running_bot(
    kept: Stage, store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copies.backup(store, Path("copy.db"))
    with lock.held(store):
        assert main(["restore", "copy.db"]) == 2
        assert "in use by another bot" in capsys.readouterr().err
    kept.close()
    assert main(["restore", "copy.db"]) == 0


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from storage import copies
    steps = [copies.check, copies.to_disk, copies._fold, Path.hardlink_to, Path.replace]
    left = int(sys.argv[1])

    def dies(step):
        def or_works(*given):
            global left
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*given)
        return or_works

    copies.check, copies.to_disk, copies._fold = map(dies, steps[:3])
    Path.hardlink_to, Path.replace = map(dies, steps[3:])
    copies.restore(Path("kollega.db"), Path("copy.db"))
"""


def test_a_kill_at_any_step_of_a_restore_leaves_a_whole_store(kept: Stage, store: Path) -> None:
    """The old one or the new one, and the restore can simply be tried again."""
    played(kept)
    copies.backup(store, Path("copy.db"))
    kept.person("lisa").presses("Pärm klar")
    kept.close()
    killed = 0
    while True:
        ran = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(killed)],
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )
        copies.check(store)
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL
        killed += 1
    assert killed == 7
    goes_on(store)
