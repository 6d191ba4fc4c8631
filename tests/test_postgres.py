"""The PostgreSQL of a run of tests: nothing is left of it, also when the run is killed."""

import subprocess
import sys
import tempfile
from pathlib import Path
from subprocess import PIPE
from time import monotonic, sleep

import psutil
import pytest

from tests import postgres
from tests.databases import WITHOUT_A_STORE, fresh_database
from tests.test_architecture import imports

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
RUN = "from tests import postgres; postgres.fresh(); print(postgres.server(), flush=True); input()"


def folder_of(run: psutil.Process) -> Path:
    return Path(tempfile.gettempdir()) / f"kollega-postgres-{run.pid}"


@pytest.mark.parametrize("end", ["killed", "done"])
def test_however_a_run_ends_its_server_and_its_folder_go(
    end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_XDIST_TESTRUNUID", raising=False)
    asked = [sys.executable, "-c", RUN]
    with subprocess.Popen(asked, cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE) as run:
        assert run.stdin and run.stdout
        if not run.stdout.readline().startswith("postgresql"):
            pytest.skip("PostgreSQL is not to be had here")
        folder = folder_of(psutil.Process(run.pid))
        server = psutil.Process(int((folder / "data/postmaster.pid").read_text().split()[0]))
        assert server.is_running()
        if end == "done":
            run.stdin.write("\n")
        {"killed": run.kill, "done": run.stdin.flush}[end]()
    late = monotonic() + PATIENCE
    while folder.exists() or server.is_running():
        assert monotonic() < late, "it was left behind"
        sleep(0.05)


def test_of_a_test_no_database_is_left() -> None:
    database = fresh_database()
    name = database.url.database
    asked = "SELECT count(*) FROM pg_database WHERE datname = %s"
    with database.connect():
        assert postgres.desk().execute(asked, [name]).fetchone() == (1,)
    postgres.swept()
    assert postgres.desk().execute(asked, [name]).fetchone() == (0,)


def test_who_reaches_no_store_is_named_as_such() -> None:
    """The others play on both; who is named and has one all the same is told when it asks."""
    files = {file.stem: file for file in (ROOT / "tests").glob("test_*.py")}
    assert not WITHOUT_A_STORE - files.keys()
    for name in files.keys() - WITHOUT_A_STORE:
        assert reaches(f"tests.{name}", "tests.databases", set()), f"{name}: what does it play on?"


def reaches(module: str, asked: str, seen: set[str]) -> bool:
    """Does it import that, or something of the tests' that does?"""
    file = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if module == asked or module in seen or not file.exists():
        return module == asked
    seen.add(module)
    return any(reaches(one, asked, seen) for one in imports(file) if one.startswith("tests."))
