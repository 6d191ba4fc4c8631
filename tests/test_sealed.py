"""Sealed columns: what was tampered with or moved does not open, and keys can be changed live."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_data_path
from sqlalchemy import Engine, text
from sqlmodel import select

from bot import keys
from bot.clock import wall
from bot.command_line import main
from bot.keys import FileRing, KeysError, file_beside
from bot.settings import Settings
from storage import untraced
from storage.database import connect, open_database, sessions
from storage.drafts import Draft
from storage.resealing import BATCH, foreign, outdated, reseal
from storage.sealed import (
    KeyMissing,
    Keys,
    Ring,
    Sealed,
    SealedJson,
    Tampered,
    Unreadable,
    fresh_key,
    give,
    sealed_columns,
)
from storage.secrets import Secret, secret
from tests.databases import fresh_database, fresh_url, looked_up
from tests.toys import Toys

ONE, TWO = Keys("one", {"one": fresh_key()}), Keys("two", {"two": fresh_key()})
BOTH = Keys("two", {**ONE.known, **TWO.known})
SAID = b"Han sa mitt barns namn"
SECRETS = "SELECT name, value FROM secret"
ROOT = Path(__file__).parent.parent
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = fresh_url(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", url)
    monkeypatch.delenv("KOLLEGA_KEYS", raising=False)
    return url


@pytest.fixture
def store(url: str) -> Iterator[Callable[[Ring], Engine]]:
    opened: list[Engine] = []

    def open_with(ring: Ring) -> Engine:
        opened.append(connect(url, ring))
        return opened[-1]

    yield open_with
    for one in opened:
        one.dispose()


def key_file(url: str) -> Path:
    file = file_beside(url)
    assert file
    return file


def write(database: Engine, *names: str) -> None:
    with sessions(database)() as session:
        session.add_all(Secret(name=name, value=SAID + name.encode()) for name in names)
        session.commit()


def tokens(url: str) -> dict[str, bytes]:
    """As they stand in the store, without any key."""
    database = open_database(url)
    with database.connect() as raw:
        found = {name: bytes(value) for name, value in raw.execute(text(SECRETS))}
    database.dispose()
    return found


# One value


def test_a_value_opens_again_and_its_token_tells_nothing_but_the_key() -> None:
    token = ONE.seal(SAID, "note.text")
    assert ONE.open(token, "note.text") == SAID
    assert token.startswith(b"one:") and b"barn" not in token
    assert len(token) == len(b"one:") + 12 + len(SAID) + 16
    assert ONE.seal(SAID, "note.text") != token, "every value has a nonce of its own"


def test_no_changed_bit_is_taken_for_the_value() -> None:
    token = ONE.seal(b"ja", "note.text")
    for place in range(len(b"one:"), len(token)):
        for bit in range(8):
            bent = bytearray(token)
            bent[place] ^= 1 << bit
            with pytest.raises(Tampered, match=r"note\.text was changed"):
                ONE.open(bytes(bent), "note.text")
    for short in range(len(token)):
        with pytest.raises(Unreadable):
            ONE.open(token[:short], "note.text")


@pytest.mark.parametrize("where", ["note.title", "other.text", "note.text2", ""])
def test_a_value_that_was_moved_elsewhere_does_not_open(where: str) -> None:
    with pytest.raises(Tampered):
        ONE.open(ONE.seal(SAID, "note.text"), where)


def test_another_key_of_the_same_name_does_not_open_it_and_a_missing_one_is_named() -> None:
    token = ONE.seal(SAID, "note.text")
    with pytest.raises(Tampered):
        Keys("one", {"one": fresh_key()}).open(token, "note.text")
    with pytest.raises(KeyMissing, match=r"note\.text is sealed with the key “one”"):
        TWO.open(token, "note.text")
    assert BOTH.open(token, "note.text") == SAID


def test_keys_are_never_spelled() -> None:
    assert "s3cret" not in repr(Keys("k", {"k": b"s3cret"}))


# In the store


def test_every_sealed_column_is_sealed_under_its_own_name() -> None:
    found = list(sealed_columns())
    assert found
    for where, column in found:
        assert where == f"{column.table.name}.{column.name}"


def test_a_column_of_text_and_one_of_json_keep_what_they_are_given() -> None:
    database = fresh_database()
    tried: list[tuple[Any, Any]] = [
        (Sealed("a.b"), "åäö 😀"),
        (SealedJson("a.b"), {"våld": [1, None]}),
        (Sealed("a.b"), None),
    ]
    for kind, value in tried:
        kept = kind.process_bind_param(value, database.dialect)
        assert kept is None or b"v\xc3\xa5ld" not in kept
        again = kind.process_result_value(kept, database.dialect)
        assert again == value


def test_the_file_holds_no_word_of_it_also_after_a_delete(
    store: Callable[[Ring], Engine], url: str
) -> None:
    database = store(lambda: ONE)
    write(database, "a")
    with sessions(database)() as session:
        kept = session.get(Secret, "a")
        assert kept and kept.value == SAID + b"a"
    bytes_of = b"".join(file.read_bytes() for file in Path(url[10:]).parent.iterdir())
    assert SAID not in bytes_of


def test_a_store_without_keys_or_with_a_strange_one_says_so_in_one_line(
    store: Callable[[Ring], Engine],
) -> None:
    write(store(lambda: ONE), "a")
    for ring in (lambda: TWO, None):
        database = store(ring)  # type: ignore[arg-type]
        with sessions(database)() as session, pytest.raises(KeyMissing) as told:
            session.exec(select(Secret)).all()
        assert "\n" not in str(told.value)
        with sessions(database)() as session:
            assert session.exec(select(Secret.name)).all() == ["a"], "lists need no key"


def test_a_row_that_somebody_put_into_another_table_does_not_open() -> None:
    database = fresh_database()
    write(database, "a")
    moved = Sealed("note.text")
    with database.connect() as connection:
        token = connection.execute(text("SELECT value FROM secret")).scalar_one()
    with pytest.raises(Tampered):
        moved.process_result_value(token, database.dialect)


def test_a_secret_of_the_store_is_made_once() -> None:
    database = fresh_database()
    with sessions(database)() as session:
        first = secret(session, "pepper")
        session.commit()
    with sessions(database)() as session:
        assert secret(session, "pepper") == first != secret(session, "other")


# Rotation


def test_rotation_seals_everything_anew_and_the_old_key_is_not_needed_any_more(
    store: Callable[[Ring], Engine],
) -> None:
    names = [f"n{place}" for place in range(2 * BATCH + 3)]
    write(store(lambda: ONE), *names)
    turning = sessions(store(lambda: BOTH))
    rests: list[int] = []

    def rest() -> None:
        with turning() as session:
            rests.append(outdated(session))

    assert reseal(turning, rest) == len(names)
    assert rests == [BATCH + 3, 3, 0], "in batches, between which the bot may write"
    assert reseal(turning) == 0
    with sessions(store(lambda: TWO))() as session:
        assert {row.name: row.value for row in session.exec(select(Secret))} == {
            name: SAID + name.encode() for name in names
        }


def test_rotation_stops_at_a_value_whose_key_is_missing_and_names_the_row(
    store: Callable[[Ring], Engine],
) -> None:
    write(store(lambda: ONE), "lost")
    database = store(lambda: TWO)
    with pytest.raises(KeyMissing, match=r"secret.value .* \(row lost\)"):
        reseal(sessions(database))
    with sessions(database)() as session:
        assert (foreign(session), outdated(session)) == (1, 1)


TURN = """
import sys, time
from bot import keys
from storage.database import open_database, sessions
from storage.resealing import reseal
url = sys.argv[1]
def rest():
    print("batch", flush=True); time.sleep(0.05)
print("done", reseal(sessions(open_database(url, keys.ring(None, url))), rest), flush=True)
"""


def test_a_rotation_killed_in_the_middle_of_writes_leaves_every_value_whole(
    store: Callable[[Ring], Engine], url: str
) -> None:
    """The bot writes on, learns of the new key from the file, and the second run ends the work."""
    ring = FileRing(key_file(url))
    database = store(ring)
    names = [f"n{place}" for place in range(4 * BATCH)]
    write(database, *names)
    FileRing(ring.file).add()
    turning = [sys.executable, "-c", TURN, url]
    with subprocess.Popen(turning, stdout=subprocess.PIPE, text=True, cwd=ROOT) as first:
        assert first.stdout
        assert first.stdout.readline() == "batch\n"
        write(database, "meanwhile")
        first.kill()
    some = {token.partition(b":")[0] for token in tokens(url).values()}
    assert len(some) == 2, "killed in the middle"
    again = subprocess.run(turning, capture_output=True, text=True, check=True, cwd=ROOT)
    assert again.stdout.splitlines()[-1].startswith("done ")
    assert {token.partition(b":")[0] for token in tokens(url).values()} == {ring().current.encode()}
    with sessions(database)() as session:
        values = {row.name: row.value for row in session.exec(select(Secret))}
    assert values == {name: SAID + name.encode() for name in (*names, "meanwhile")}


# Where the keys stand


def test_the_first_start_makes_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "kollega.keys"
    first = keys.ring(None, f"sqlite:///{tmp_path / 'kollega.db'}")()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keys.ring(None, f"sqlite:///{tmp_path / 'kollega.db'}")().known == first.known


def test_beside_a_postgresql_there_is_no_folder_and_the_keys_stand_in_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not wherever the bot happens to be started: a start from elsewhere would find no key."""
    monkeypatch.chdir(tmp_path)
    url = "postgresql+psycopg://kollega@db.example.org/kollega"
    assert file_beside(url) == user_data_path("kollega") / "kollega.keys"
    assert file_beside(url) == Settings(database_url=url).folder / "kollega.keys"


def test_a_running_bot_reads_the_file_anew_and_keeps_its_keys_when_it_breaks(
    tmp_path: Path,
) -> None:
    running = FileRing(tmp_path / "kollega.keys")
    old = running().current
    new = FileRing(running.file).add()
    assert running().current == new and old in running().known
    running.file.write_text("rubbish")
    assert running().current == new
    running.file.unlink()
    assert running().current == new


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("", "there is no key"),
        ("k1", "the key “k1” has 0 bytes, not 32"),
        (":abc", "key 1 has no id"),
        ("k1:s3cret?", "not base64"),
        ("k1:czNjcmV0", "has 6 bytes, not 32"),
        (f"{keys.line('a', bytes(32))},{keys.line('a', b'k' * 32)}", "the same id"),
    ],
)
def test_wrong_keys_are_told_without_the_key(written: str, told: str) -> None:
    with pytest.raises(KeysError) as error:
        keys.read(written)
    assert told in str(error.value) and "s3cret" not in str(error.value)


def test_the_first_of_several_keys_is_current() -> None:
    one, two = keys.line("one", fresh_key()), keys.line("two", fresh_key())
    found = keys.read(f"{two},\n {one}")
    assert found.current == "two" and set(found.known) == {"one", "two"}


def test_the_command_rotates_and_tells_how_many(
    url: str, store: Callable[[Ring], Engine], capsys: Capture
) -> None:
    write(store(keys.ring(None, url)), "a", "b")
    assert main(["keys", "rotate"]) == 0
    told = capsys.readouterr().out
    assert "A new key" in told and "2 values are sealed with k" in told
    (current,) = {token.partition(b":")[0].decode() for token in tokens(url).values()}
    noted = looked_up(url, "SELECT who, payload FROM audit WHERE what = 'keys.rotate'")
    assert noted == [("command line", f'{{"key": "{current}", "values": 2}}')]


def test_with_keys_in_the_environment_the_command_makes_none_but_proposes_one(
    url: str, store: Callable[[Ring], Engine], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = keys.line("old", fresh_key())
    write(store(lambda: keys.read(old)), "a")
    monkeypatch.setenv("KOLLEGA_KEYS", old)
    assert main(["keys", "rotate"]) == 0
    proposed = capsys.readouterr().out.split()[-1]
    monkeypatch.setenv("KOLLEGA_KEYS", f"{proposed},{old}")
    assert main(["keys", "rotate"]) == 0
    assert "1 values are sealed with k" in capsys.readouterr().out
    monkeypatch.setenv("KOLLEGA_KEYS", keys.line("strange", fresh_key()))
    assert main(["keys", "rotate"]) == 2
    wrong = capsys.readouterr().err
    assert "The keys need a repair" in wrong and "Traceback" not in wrong
    assert not key_file(url).exists()


def test_the_doctor_tells_where_keys_stand_and_which_are_missing(
    url: str, store: Callable[[Ring], Engine], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def line() -> str:
        main(["doctor"])
        return next(one for one in capsys.readouterr().out.splitlines() if " keys: " in one)

    assert line().startswith("advice") and not key_file(url).exists()
    write(store(keys.ring(None, url)), "a")
    assert " move its lines into KOLLEGA_KEYS" in line()
    key_file(url).chmod(0o644)
    assert line().startswith("repair") and "chmod" not in line().partition("others")[0]
    monkeypatch.setenv("KOLLEGA_KEYS", keys.line("strange", fresh_key()))
    assert "1 sealed values have another key" in line()


def test_the_doctor_does_not_promise_new_keys_where_something_is_sealed_with_lost_ones(
    url: str, store: Callable[[Ring], Engine], capsys: Capture
) -> None:
    write(store(keys.ring(None, url)), "a")
    key_file(url).unlink()
    main(["doctor"])
    line = next(one for one in capsys.readouterr().out.splitlines() if " keys: " in one)
    assert line.startswith("repair") and "1 values are sealed" in line
    assert not key_file(url).exists()


# Lost keys


def test_where_something_is_sealed_no_new_key_is_made_in_place_of_a_lost_one(
    url: str, store: Callable[[Ring], Engine], capsys: Capture
) -> None:
    write(store(keys.ring(None, url)), "a", "b")
    kept = key_file(url).read_bytes()
    key_file(url).unlink()
    with pytest.raises(KeysError, match="2 values in the store are sealed with its keys"):
        keys.ring(None, url)
    assert main(["keys", "rotate"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("The keys need a repair:")
    assert f"Put it back from its backup, or write its lines into {keys.SETTING}." in " ".join(
        said.split()
    )
    assert not key_file(url).exists()
    key_file(url).write_bytes(kept)
    with sessions(store(keys.ring(None, url)))() as session:
        assert len(session.exec(select(Secret)).all()) == 2


def test_who_starts_over_loses_the_texts_and_the_bot_goes_on(
    url: str, store: Callable[[Ring], Engine], capsys: Capture
) -> None:
    """What the bot itself needs is made anew; a text stays, in case its key is found."""
    old = store(keys.ring(None, url))
    now = wall()
    with sessions(old)() as session:
        secret(session, "pepper")
        untraced.remember(session, "an event", now, "{}")
        session.add(Draft(person="lisa", dialog="report", begun_at=now, touched_at=now, words="x"))
        session.commit()
    kept = key_file(url).read_bytes()
    key_file(url).unlink()
    with pytest.raises(SystemExit):
        main(["keys", "start-over"])  # not without saying what it costs
    assert not key_file(url).exists()
    for said in "4 values were sealed with lost keys; 2 of them are made anew", "":
        assert main(["keys", "start-over", "--lose-what-is-sealed"]) == 0
        assert said in capsys.readouterr().out
    again = store(keys.ring(None, url))
    with sessions(again)() as session:
        assert secret(session, "pepper")
        assert untraced.answered(session, "an event", now) is None
        untraced.remember(session, "an event", now, "{}")
        assert foreign(session) == 2, "the draft's two columns"
    key_file(url).write_bytes(kept)
    with sessions(store(keys.ring(None, url)))() as session:
        assert [draft.words for draft in session.exec(select(Draft))] == ["x"]


def test_a_store_with_nothing_sealed_or_of_an_older_release_still_gets_its_first_key(
    tmp_path: Path,
) -> None:
    new, old = (f"sqlite:///{tmp_path / name}.db" for name in ("new", "old"))
    connect(new).dispose()
    older = open_database(old)
    with older.begin() as connection:
        connection.execute(text("CREATE TABLE secret (name TEXT)"))
    older.dispose()
    for one in new, old:
        keys.ring(None, one)
        assert key_file(one).exists()


STARTS = """
import os, signal, sys
from pathlib import Path
import storage.migrating as migrating
from bot import keys, signing
from storage.database import connect, sessions
from storage.secrets import secret
left = int(sys.argv[1])

def dies(step):
    def or_works(*given, **more):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*given, **more)
    return or_works

os.open, os.fsync, os.link, Path.unlink = map(dies, (os.open, os.fsync, os.link, Path.unlink))
migrating.newest = dies(migrating.newest)
url = "sqlite:///kollega.db"
signing.signer(Path("audit.key"))
with sessions(connect(url, keys.ring(None, url)))() as session:
    secret(session, "pepper")
    session.commit()
"""


def test_a_first_start_that_is_killed_anywhere_can_simply_be_tried_again(tmp_path: Path) -> None:
    killed = 0
    while True:
        folder = tmp_path / str(killed)
        folder.mkdir()
        start = [sys.executable, "-c", STARTS]
        path = {**os.environ, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run([*start, str(killed)], cwd=folder, env=path)
        again = subprocess.run([*start, "1000"], cwd=folder, env=path, capture_output=True)
        assert again.returncode == 0, (killed, again.stderr)
        if ran.returncode == 0:
            break
        assert ran.returncode == -signal.SIGKILL
        killed += 1
    assert killed >= 10


# What people meet


def test_a_missing_key_is_one_line_for_the_operator_and_a_kind_sentence_for_the_user(
    caplog: pytest.LogCaptureFixture,
) -> None:
    toys = Toys()

    def reads(turn: Any) -> list[Any]:
        secret(turn.session, "pepper")
        return []

    toys.plays(reads)
    give(toys.database, lambda: TWO)
    assert toys.plays(reads).notices == ("Går inte att läsa nu.",)
    (line,) = caplog.records
    assert "secret.value is sealed with the key “memory”" in line.getMessage()
    assert line.exc_info is None and "kollega doctor" in line.getMessage()
    toys.close()
