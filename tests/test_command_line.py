"""The command line: plain sentences, exit codes, and never a traceback."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from shutil import copytree
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from bot.assembly import DEMO
from bot.command_line import main
from bot.console import journal_beside
from bot.settings import PREFIX, Settings, load
from tests.databases import fresh_url, looked_up
from tests.supervised import within

ROOT = Path(__file__).parent.parent
OK, WRONG = 0, 2

PEOPLE = """id,name,languages,roles,unit,site
zoe,Zoe,sv en,responder,Kundcenter,ostersund
yngve,Yngve,sv,handler,Kundcenter,ostersund
"""
ROSTER = """site,ring,person,date,from,to
ostersund,1,zoe,2027-03-01,08:00,17:00
"""

ON_CALL = (
    "{}: nobody on call can be reached on workspace. "
    "Add their addresses in people/ or in the staff file."
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of the test's own, the demo agency's pack, and any free port."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name.upper()}", raising=False)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", fresh_url(tmp_path / "store"))
    monkeypatch.setenv("KOLLEGA_CONTENT", str(DEMO))
    monkeypatch.setenv("KOLLEGA_PORT", "0")


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The agency's pack, free to be spoilt."""
    copy = copytree(DEMO, tmp_path / "pack")
    monkeypatch.setenv("KOLLEGA_CONTENT", str(copy))
    return copy


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def write(text: str, name: str = "staff.csv") -> str:
    Path(name).write_text(text, "utf-8")
    return name


def run(*arguments: str) -> int:
    """The exit code, also where argparse leaves by itself."""
    try:
        return main(arguments)
    except SystemExit as left:
        return int(left.code or 0)


def complaint(capsys: Capture) -> list[str]:
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert told.out == ""
    return told.err.splitlines()


def refs() -> set[str]:
    asked = "SELECT ref FROM person WHERE left_at IS NULL"
    return {ref for (ref,) in looked_up(os.environ["KOLLEGA_DATABASE_URL"], asked)}


def told_of(what: str) -> list[tuple[str, str]]:
    """Who did it, and what the audit says of it, in turn."""
    asked = f"SELECT who, payload FROM audit WHERE what = '{what}' ORDER BY id"
    return [(who, said) for who, said in looked_up(os.environ["KOLLEGA_DATABASE_URL"], asked)]


def test_a_whole_pack_is_told_so(capsys: Capture) -> None:
    assert run("check-content") == OK
    assert run("check-content", str(DEMO)) == OK
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    assert first.startswith("The content is whole: ")
    assert first.endswith("word sets copies, folders.")


def test_every_mistake_of_a_pack_is_told(pack: Path, capsys: Capture) -> None:
    change(pack / "sites" / "ostersund.yaml", "cover: folders", "cover: folder")
    change(pack / "people" / "sundsvall.yaml", "roles: [handler]", "roles: [handlr]")
    (pack / "peple").mkdir()
    assert run("check-content", str(pack)) == WRONG
    headline, *lines = complaint(capsys)
    assert headline == "The content needs a repair:"
    for place, repair in (
        ("pack/sites/ostersund.yaml:7:8", "did you mean “folders”?"),
        ("pack/people/sundsvall.yaml:5:11", "did you mean “handler”?"),
        ("pack/peple", "did you mean “people”?"),
    ):
        assert any(place in line and repair in line for line in lines), lines


def test_a_pack_that_is_not_there_is_told(capsys: Capture) -> None:
    assert run("check-content", "nowhere") == WRONG
    assert "nowhere:1:1: there is no such folder; check its path" in "\n".join(complaint(capsys))


@pytest.mark.parametrize("command", [["serve"], ["people", "import", "staff.csv"]])
def test_nothing_runs_on_a_broken_pack(pack: Path, capsys: Capture, command: list[str]) -> None:
    change(pack / "sites" / "ostersund.yaml", "cover: folders", "cover: folder")
    assert run(*command) == WRONG
    headline, *_ = complaint(capsys)
    assert headline == "The content needs a repair:"
    assert not Path("store").exists()


def test_wrong_settings_stop_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("KOLLEGA_PROT", "1")
    monkeypatch.setenv("KOLLEGA_PORT", "many")
    for command in ["serve"], ["demo"], ["check-content"], ["people", "import", "staff.csv"]:
        assert run(*command) == WRONG
        assert complaint(capsys) == [
            "The settings need a repair:",
            "KOLLEGA_PROT: no such setting; did you mean KOLLEGA_PORT?",
            "KOLLEGA_PORT: write a port from 0 to 65535, such as 8710",
        ]


@pytest.mark.parametrize(
    "command", [["dmeo"], [], ["people"], ["people", "import"], ["demo", "--port", "65536"]]
)
def test_an_unknown_command_is_told_with_those_there_are(
    capsys: Capture, command: list[str]
) -> None:
    assert run(*command) == WRONG
    assert complaint(capsys)[0].startswith("usage: kollega")


def test_people_and_rosters_are_imported_for_good(capsys: Capture) -> None:
    files = [write(PEOPLE), write(ROSTER, "roster.csv")]
    assert run("people", "import", *files) == OK
    assert run("people", "import", *files) == OK
    assert capsys.readouterr().out.splitlines() == [
        "Imported: 2 added, 0 changed, 0 left, 1 roster lines.",
        "Imported: 0 added, 0 changed, 0 left, 1 roster lines.",
    ]
    assert refs() == {"zoe", "yngve"}
    (first, _) = told_of("people.import")
    assert first == ("command line", '{"added": 2, "changed": 0, "left": 0, "roster": 1}')
    assert run("people", "import", write(PEOPLE.rpartition("yngve")[0])) == OK
    assert refs() == {"zoe"}


def test_every_wrong_line_is_told_and_nothing_is_imported(capsys: Capture) -> None:
    people = write(PEOPLE.replace("responder", "respnder").replace("Yngve,sv", "Yngve,se"))
    roster = write(ROSTER.replace("zoe", "zo").replace("08:00", "eight"), "roster.csv")
    assert run("people", "import", people, roster) == WRONG
    headline, *lines = complaint(capsys)
    assert headline == "Nothing was imported. These lines need a repair:"
    assert [line.split(": ")[:2] for line in lines] == [
        ["staff.csv:2", "roles"],
        ["staff.csv:3", "languages"],
        ["roster.csv:2", "person"],
        ["roster.csv:2", "from"],
    ]
    assert refs() == set()


def test_a_file_may_not_name_whom_the_pack_names(capsys: Capture) -> None:
    """The pack would take them back at the next start."""
    file = write(PEOPLE + "lisa,Lisa,sv,handler,Kundcenter,ostersund\n")
    assert run("people", "import", file) == WRONG
    _, line = complaint(capsys)
    assert line == (
        "staff.csv:4: id: “lisa” is in the content pack already; change it there, under people/"
    )
    assert refs() == set()


def test_a_file_that_is_not_there_is_told(capsys: Capture) -> None:
    assert run("people", "import", "nowhere.csv") == WRONG
    assert complaint(capsys)[1:] == [
        "nowhere.csv:1: this file cannot be read: No such file or directory"
    ]


@pytest.mark.parametrize("command", [["serve"], ["people", "import", "staff.csv"]])
@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("staff.csv", "file is not a database"),
        ("staff.csv/store/kollega.db", "Not a directory"),
        ("folder", "unable to open database file"),
        ("/proc/kollega/kollega.db", "No such file or directory"),
    ],
)
def test_a_database_that_cannot_be_used_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, command: list[str], place: str, why: str
) -> None:
    write(PEOPLE)
    Path("folder").mkdir()
    file = Path(place).absolute()
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", f"sqlite:///{file}")
    assert run(*command) == WRONG
    said = f"{file} cannot be used as the database ({why}); name another file"
    assert complaint(capsys) == [
        "The settings need a repair:",
        f"KOLLEGA_DATABASE_URL: {said}",
    ]


def test_a_database_of_a_later_release_is_told(capsys: Capture) -> None:
    assert run("people", "import", write(PEOPLE)) == OK
    url = os.environ["KOLLEGA_DATABASE_URL"]
    looked_up(url, "UPDATE alembic_version SET version_num = 'from_tomorrow'")
    capsys.readouterr()
    assert run("serve") == WRONG
    assert "Can't locate revision identified by 'from_tomorrow'" in complaint(capsys)[1]


def test_only_its_owner_may_look_into_the_databases_folder() -> None:
    assert run("people", "import", write(PEOPLE)) == OK
    assert load().folder.stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("KOLLEGA_PORT", str(port))
        assert run("serve") == WRONG
    assert complaint(capsys) == [f"Port {port} is taken. Choose another with KOLLEGA_PORT."]


def with_slack(monkeypatch: pytest.MonkeyPatch, host: str, port: int) -> None:
    monkeypatch.setenv("KOLLEGA_SLACK_BOT_TOKEN", "xoxb-invented")
    monkeypatch.setenv("KOLLEGA_SLACK_SIGNING_SECRET", "invented")
    monkeypatch.setenv("KOLLEGA_SLACK_HOST", host)
    monkeypatch.setenv("KOLLEGA_SLACK_PORT", str(port))


def test_a_taken_port_of_slack_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with_slack(monkeypatch, "127.0.0.1", port)
        assert run("serve") == WRONG
    assert complaint(capsys) == [f"Port {port} is taken. Choose another with KOLLEGA_SLACK_PORT."]


def test_a_host_that_is_not_ours_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    with_slack(monkeypatch, "192.0.2.1", 0)
    assert run("serve") == WRONG
    (line,) = complaint(capsys)
    assert line.startswith("Nothing can listen at 192.0.2.1, port 0 (")
    assert line.endswith("Change KOLLEGA_SLACK_PORT or its host.")


def test_a_bot_with_slack_that_cannot_start_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch, pack: Path, capsys: Capture
) -> None:
    with_slack(monkeypatch, "127.0.0.1", 0)
    change(pack / "people" / "sundsvall.yaml", "roles: [handler, admin]", "roles: [handler]")
    assert run("serve") == WRONG
    assert complaint(capsys)[0] == "Nobody would answer a call yet:"


def test_a_bot_without_a_site_does_not_start(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.delenv("KOLLEGA_CONTENT")
    assert run("serve") == WRONG
    assert complaint(capsys) == [
        "Nobody would answer a call yet:",
        "There is no site. Write one in sites/ of a pack and name it with KOLLEGA_CONTENT.",
    ]


def test_a_bot_without_a_needed_role_does_not_start(pack: Path, capsys: Capture) -> None:
    change(pack / "people" / "sundsvall.yaml", "roles: [handler, admin]", "roles: [handler]")
    assert run("serve") == WRONG
    assert complaint(capsys) == [
        "Nobody would answer a call yet:",
        "Nobody has the role admin (keep people and content in order). "
        "Give it to somebody in people/ or in the staff file.",
    ]


def test_a_bot_with_too_few_to_answer_does_not_start(pack: Path, capsys: Capture) -> None:
    for file in (pack / "people").iterdir():
        file.unlink()
    (pack / "people").rmdir()
    for site in (pack / "sites").iterdir():
        rings = site.read_text("utf-8").partition("rings:")[0]
        site.write_text(rings, "utf-8")
    people = "\n".join(
        f"{ref},{ref.title()},sv,{role},Kundcenter,ostersund"
        for ref, role in (("zoe", "admin"), ("yngve", "on_call"))
    )
    assert run("people", "import", write(PEOPLE.partition("\n")[0] + "\n" + people)) == OK
    capsys.readouterr()
    assert run("serve") == WRONG
    headline, *lines = complaint(capsys)
    assert headline == "Nobody would answer a call yet:"
    assert lines == [
        "Customer centre Östersund: nobody here has the role responder or team_lead, and nearness "
        "needs 2; give the role to more people, or name people under “rings” in "
        "sites/ostersund.yaml.",
        ON_CALL.format("Customer centre Östersund"),
        "Service office Sundsvall: nobody here has the role responder or team_lead, and nearness "
        "needs 2; give the role to more people, or name people under “rings” in "
        "sites/sundsvall.yaml.",
        ON_CALL.format("Service office Sundsvall"),
    ]


def as_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_process_answers_with_its_exit_code() -> None:
    well = as_process("check-content")
    assert (well.returncode, well.stderr) == (OK, "")
    badly = as_process("people", "import", "nowhere.csv")
    assert (badly.returncode, badly.stdout) == (WRONG, "")
    assert badly.stderr.count("\n") == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_bot_serves_until_it_is_asked_to_stop(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "KOLLEGA_TRYING": "yes"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Kollega answers at http://127.0.0.1:")
        assert line.endswith("(this machine only)\n")
        with urlopen(line.split()[3] + "health", timeout=10) as answer:
            assert answer.read() == b'{"ok": true}'
        within(5, journal_beside(load()).exists)
        process.send_signal(number)
        assert process.wait(5) == OK


def test_without_a_platform_nothing_is_served(capsys: Capture) -> None:
    """The workspace has no login: whoever sits at the machine could be anybody."""
    assert run("serve") == WRONG
    (line,) = complaint(capsys)
    for repair in ("docs/slack.md", "docs/teams.md", "kollega demo", "KOLLEGA_TRYING=yes"):
        assert repair in line


def test_with_a_platform_the_page_is_for_operations_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_slack(monkeypatch, "127.0.0.1", 0)
    monkeypatch.setenv("KOLLEGA_SLACK_API_BASE", "http://127.0.0.1:1/api/")
    slack = "addresses: {workspace: "
    pack = Path(copytree(DEMO, "pack"))
    for file in (pack / "people").iterdir():
        text = re.sub(rf"{slack}(\w+)", r"addresses: {slack: U0\1", file.read_text("utf-8"))
        file.write_text(text, "utf-8")
    monkeypatch.setenv("KOLLEGA_CONTENT", str(pack))
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Kollega tells how it is at http://127.0.0.1:"), process.stderr
        page = line.split()[6].removesuffix("readyz")
        with urlopen(page + "healthz", timeout=10) as answer:
            assert answer.read() == b'{"ok": true}'
        for path in ("", "api/shortcut", "events", "papers/card"):
            with pytest.raises(HTTPError) as gone:
                urlopen(page + path, timeout=10)
            assert gone.value.code == 404
            gone.value.close()
        process.terminate()
        assert process.wait(10) == OK
