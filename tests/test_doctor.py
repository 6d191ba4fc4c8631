"""The doctor: one line a check, well or with its repair; against the fake Slack, no secret told."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
import yaml
from aiohttp import web
from sqlalchemy import inspect

from bot import doctor
from bot.clock import wall
from bot.command_line import main
from bot.console import usable_store
from bot.doctor import FOREIGN, MANIFEST
from bot.keys import ring
from bot.settings import PREFIX, Settings, load
from bot.slack_doctor import FOR_UNITS
from bot.slack_workspaces import installation
from bot.surfaces.slack.oauth import Granted
from storage import installations
from storage.database import connect, open_database, sessions
from tests.databases import fresh_url, looked_up
from tests.faults import Fault
from tests.slack.agency import SECRET, agency
from tests.slack.fake import FakeSlack
from tests.slack.memory import Json

OK, WRONG = 0, 2
SCOPES: list[str] = yaml.safe_load(MANIFEST.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
Capture = pytest.CaptureFixture[str]


class ToldSlack(FakeSlack):
    """A fake Slack that tells the token's scopes and the time, as the real one does."""

    scopes: str | None = ",".join(SCOPES)
    late: float | None = 0.0

    def _told(
        self,
        method: str,
        to: str,
        answer: Json,
        status: int,
        wait: int | str | None,
        by: str = "",
    ) -> web.Response:
        told = super()._told(method, to, answer, status, wait, by)
        if self.scopes is not None:
            told.headers["X-OAuth-Scopes"] = self.scopes
        now = wall().timestamp() - (self.late or 0.0)
        date = format_datetime(wall().fromtimestamp(now, wall().tzinfo), usegmt=True)
        told.headers["Date"] = "soon" if self.late is None else date
        return told


@pytest.fixture
def slack() -> Iterator[ToldSlack]:
    """On a loop of its own: the command line has one too."""
    loop, slack = asyncio.new_event_loop(), ToldSlack()
    loop.run_until_complete(slack.start())
    thread = Thread(target=loop.run_forever)
    thread.start()
    yield slack
    asyncio.run_coroutine_threadsafe(slack.stop(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(autouse=True)
def practice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency whose people are in Slack; Slack itself is not set up."""
    monkeypatch.chdir(tmp_path)
    for name in (*(f"{PREFIX}{name.upper()}" for name in Settings.model_fields), *FOREIGN):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", fresh_url(tmp_path / "store"))
    monkeypatch.setenv("KOLLEGA_CONTENT", str(agency(tmp_path)))


@pytest.fixture
def connected(slack: ToldSlack, monkeypatch: pytest.MonkeyPatch) -> ToldSlack:
    monkeypatch.setenv("KOLLEGA_SLACK_BOT_TOKEN", slack.memory.token)
    monkeypatch.setenv("KOLLEGA_SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("KOLLEGA_SLACK_API_BASE", f"{slack.url}/api/")
    return slack


class Told(NamedTuple):
    code: int
    well: dict[str, list[str]]
    repairs: dict[str, list[str]]


@pytest.fixture
def told(capsys: Capture) -> Callable[[], Told]:
    """What the doctor says, by check; and that no secret is in it."""

    def examined() -> Told:
        capsys.readouterr()
        found = Told(main(["doctor"]), {}, {})
        said = capsys.readouterr()
        assert said.err == ""
        for line in said.out.splitlines():
            mark, rest = line[:8].strip(), line[8:]
            check, _, words = rest.partition(": ")
            kinds = {"ok": found.well, "advice": found.well, "repair": found.repairs}
            kinds[mark].setdefault(check, []).append(words)
        for secret in "xoxb-invented", "xapp-invented", SECRET:
            assert secret not in said.out
        assert found.code == (WRONG if found.repairs else OK)
        return found

    return examined


def test_a_whole_house_without_slack(told: Callable[[], Told]) -> None:
    found = told()
    assert found.repairs == {}
    assert list(found.well) == [
        "settings",
        "content",
        "packs",
        "database",
        "keys",
        "backup",
        "roster",
    ]
    assert found.well["settings"] == ["all known; the workspace alone, without Slack"]
    assert "is not there yet; the first start makes it" in found.well["database"][0]
    assert found.well["roster"] == ["a call is answered now; 16 people"]
    assert not Path("store").exists(), "it changes nothing"


@pytest.mark.usefixtures("connected")
def test_a_whole_house_with_slack(told: Callable[[], Told]) -> None:
    found = told()
    assert found.repairs == {}
    assert found.well["token"] == ["Slack knows it; the workspace is Fake (T0KOLLEGA)"]
    assert found.well["scopes"] == ["all there, and no other"]
    assert found.well["clock"] == ["right within a minute"]
    assert found.well["signing secret"] == [
        "there; Slack's requests are awaited at http://127.0.0.1:8711/slack/events"
    ]
    assert found.well["people"] == [
        "Customer centre Östersund: 6 of 6 are in Slack",
        "Service office Sundsvall: 10 of 10 are in Slack",
    ]


# Settings


def test_wrong_settings_are_findings(
    told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOLLEGA_PROT", "1")
    monkeypatch.setenv("KOLLEGA_SLACK_SIGNING_SECRET", "x")
    found = told()
    assert [line.partition(":")[0] for line in found.repairs["settings"]] == [
        "KOLLEGA_PROT",
        "KOLLEGA_SLACK_BOT_TOKEN",
    ]
    assert "did you mean KOLLEGA_PORT?" in found.repairs["settings"][0]


@pytest.mark.parametrize("name", FOREIGN)
def test_what_slack_bolt_would_read_by_itself_is_named(
    name: str, told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, SECRET)
    assert told().repairs["settings"] == [
        f"{name} is set, and slack-bolt reads it past the bot's own settings; "
        "unset it; ours begin with KOLLEGA_"
    ]


# Slack


def test_a_token_that_slack_does_not_know(connected: ToldSlack, told: Callable[[], Told]) -> None:
    connected.memory.token = "xoxb-another"
    found = told()
    assert found.well["reachable"] == ["Slack answers"]
    assert found.repairs == {
        "token": [
            "Slack does not know the token; "
            "install the app again and set KOLLEGA_SLACK_BOT_TOKEN to its new token"
        ]
    }


def test_a_scope_that_is_missing(connected: ToldSlack, told: Callable[[], Told]) -> None:
    connected.scopes = ", ".join([*SCOPES, "files:read"]).replace("chat:write, ", "")
    assert told().repairs["scopes"] == [
        "the token lacks chat:write; add them under OAuth & Permissions, "
        "as manifest.yaml has them, and install again"
    ]


def test_scopes_that_an_agency_may_strike_out(
    connected: ToldSlack, told: Callable[[], Told]
) -> None:
    assert {*FOR_UNITS} <= {*SCOPES}
    connected.scopes = ",".join({*SCOPES} - FOR_UNITS)
    assert told().well["scopes"] == [
        "left out, and needed for units alone: channels:read, groups:read, usergroups:read"
    ]


def test_a_scope_that_nobody_needs(connected: ToldSlack, told: Callable[[], Told]) -> None:
    connected.scopes = ",".join([*SCOPES, "files:read"])
    assert told().well["scopes"] == ["more than needed: files:read"]


def test_what_slack_does_not_tell_is_no_repair(
    connected: ToldSlack, told: Callable[[], Told]
) -> None:
    connected.scopes, connected.late = None, None
    found = told()
    assert found.repairs == {}
    assert found.well["scopes"] == ["Slack did not tell them"]
    assert found.well["clock"] == ["Slack did not tell the time"]


@pytest.mark.usefixtures("connected")
def test_an_installation_without_the_manifest(
    told: Callable[[], Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "MANIFEST", tmp_path / "manifest.yaml")
    assert told().well["scopes"] == ["there is no manifest.yaml here to compare them with"]


@pytest.mark.parametrize(("late", "how"), [(400, "ahead"), (-400, "behind")])
def test_a_clock_that_is_wrong(
    connected: ToldSlack, told: Callable[[], Told], late: float, how: str
) -> None:
    connected.late = late
    (line,) = told().repairs["clock"]
    assert line.startswith("this machine's is ") and f" s {how}; set it, best by NTP" in line


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (Fault(status=502), "Slack answers 502"),
        (Fault(drop=True), "the line to Slack broke (ServerDisconnectedError)"),
    ],
    ids=["502", "cut"],
)
def test_a_slack_that_is_not_reached(
    connected: ToldSlack, told: Callable[[], Told], fault: Fault, why: str
) -> None:
    connected.fails("auth.test", Fault(**{**vars(fault), "times": 9}))
    found = told()
    assert found.repairs["reachable"] == [
        f"{why}; let this machine reach KOLLEGA_SLACK_API_BASE, through a proxy if need be"
    ]
    assert "token" not in found.well | found.repairs


def test_socket_mode(
    connected: ToldSlack, told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOLLEGA_SLACK_SIGNING_SECRET")
    monkeypatch.setenv("KOLLEGA_SLACK_APP_TOKEN", connected.memory.app_token)
    found = told()
    assert found.repairs == {}
    assert found.well["signing secret"] == ["none, and none is needed over Socket Mode"]
    assert found.well["app-level token"] == ["Slack opens a line over Socket Mode"]
    connected.fails("apps.connections.open", Fault(status=502))
    assert "Slack answers 502" in told().repairs["app-level token"][0]
    connected.memory.app_token = "xapp-another"
    assert "KOLLEGA_SLACK_APP_TOKEN" in told().repairs["app-level token"][0]


# Content, store, people


def test_content_with_a_mistake(told: Callable[[], Told]) -> None:
    edit("sites/ostersund.yaml", "cover: folders", "cover: folder")
    found = told()
    (line,) = found.repairs["content"]
    assert "sites/ostersund.yaml:7:8" in line and "did you mean “folders”?" in line
    assert "roster" not in found.well


def test_a_store_that_is_there(told: Callable[[], Told]) -> None:
    begin()
    assert told().well["database"][0].endswith(": can be read and written")
    assert rows("SELECT ref FROM person") == [("zoe",)], "whom the pack names is not kept"
    assert not [name for name in tables() if name.startswith("doctor")]
    rows("UPDATE alembic_version SET version_num = '0001'")
    assert "the next start brings it up to date" in told().well["database"][0]
    rows("UPDATE alembic_version SET version_num = 'from_tomorrow'")
    (line,) = told().repairs["database"]
    assert line.endswith("is of a later release; start that release with it")


def test_a_store_that_is_none(told: Callable[[], Told]) -> None:
    Path("store").mkdir()
    Path("store/kollega.db").write_text("hello " * 200)
    assert "cannot be used (file is not a database)" in told().repairs["database"][0]


def test_a_store_that_cannot_be_made(
    told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("file").write_text("x")
    monkeypatch.setenv("KOLLEGA_DATABASE_URL", f"sqlite:///{Path('file').absolute()}/kollega.db")
    assert "name another file with KOLLEGA_DATABASE_URL" in told().repairs["database"][0]


def test_a_disk_that_is_nearly_full(
    told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin()
    free = shutil.disk_usage(".").free
    monkeypatch.setattr(doctor, "LITTLE_SPACE", free * 2)
    (line,) = told().repairs["database"]
    assert "MB are left beside" in line and line.endswith("; make space")


def test_a_roster_with_gaps(told: Callable[[], Told]) -> None:
    edit("people/sundsvall.yaml", "roles: [handler, admin]", "roles: [handler]")
    assert told().repairs["roster"] == [
        "Nobody has the role admin (keep people and content in order); "
        "Give it to somebody in people/ or in the staff file"
    ]


def test_a_house_without_a_site(told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOLLEGA_CONTENT")
    assert "there is no site; write one in sites/" in told().repairs["roster"][0]


@pytest.mark.usefixtures("connected")
def test_a_site_that_slack_cannot_reach(told: Callable[[], Told]) -> None:
    file = Path("agency/people/sundsvall.yaml")
    lines = file.read_text("utf-8").splitlines()
    kept = [line.split(", slack:")[0] + "}" if ", slack:" in line else line for line in lines]
    file.write_text("\n".join(kept), "utf-8")
    assert told().repairs["people"] == [
        "Service office Sundsvall: nobody who responds has an address in Slack; "
        "add “slack: U…” under “addresses” in people/ or in the staff file"
    ]


@pytest.fixture
def over_oauth(slack: ToldSlack, monkeypatch: pytest.MonkeyPatch) -> ToldSlack:
    """Two workspaces may install."""
    monkeypatch.setenv("KOLLEGA_SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("KOLLEGA_SLACK_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("KOLLEGA_SLACK_WORKSPACES", "T0ONE T0TWO")
    monkeypatch.setenv("KOLLEGA_SLACK_SIGNING_SECRET", SECRET)
    monkeypatch.setenv("KOLLEGA_SLACK_API_BASE", f"{slack.url}/api/")
    return slack


def let_in(*places: str, **facts: Any) -> None:
    url = load().database_url
    with usable_store(load()), sessions(connect(url, ring(None, url)))() as session:
        for place in places:
            granted = Granted(place, place, "U0BOT", f"xoxb-{place}", None, None)
            row = installation(granted, [], wall())
            row.sqlmodel_update(facts)
            installations.put(session, row)
        session.commit()


@pytest.mark.usefixtures("over_oauth")
def test_nobody_has_let_the_bot_in_yet(told: Callable[[], Told]) -> None:
    assert told().repairs["workspaces"] == [
        "nobody has let the bot in yet; open /slack/install at the bot's public address"
    ]


def test_every_workspace_is_visited(over_oauth: ToldSlack, told: Callable[[], Told]) -> None:
    let_in("T0ONE", "T0TWO", "T0OLD")
    over_oauth.memory.places = {"xoxb-T0ONE": "T0ONE", "xoxb-T0OLD": "T0OLD"}
    found = told()
    assert found.well["workspace T0ONE"] == ["Slack knows its token (Fake)"]
    assert found.repairs["workspace T0TWO"] == [
        "Slack does not know the token; open /slack/install at the bot's public address, there"
    ]
    assert "T0OLD let the bot in, and may not install any more" in found.repairs["workspaces"][0]
    assert "the address names no workspace, and there are several" in found.repairs["people"][0]


def test_a_token_that_was_not_exchanged(over_oauth: ToldSlack, told: Callable[[], Told]) -> None:
    let_in("T0ONE", refresh="xoxe-1", ends_at=wall())
    over_oauth.memory.places = {"xoxb-T0ONE": "T0ONE"}
    assert "was not exchanged; see whether the bot runs" in told().repairs["workspace T0ONE"][0]


@pytest.mark.usefixtures("connected")
def test_a_unit_that_is_none(told: Callable[[], Told]) -> None:
    site = Path("agency/sites/ostersund.yaml")
    site.write_text(f"{site.read_text('utf-8')}units: {{slack: [jour, S0RESP]}}\n", "utf-8")
    assert told().repairs["units"] == [
        "ostersund: jour is no user group (S…) and no channel (C…); "
        "mend “units” in sites/ostersund.yaml"
    ]


@pytest.mark.usefixtures("connected")
def test_an_address_that_slack_would_not_know(told: Callable[[], Told]) -> None:
    edit("people/ostersund.yaml", "slack: U0LISA", 'slack: "@lisa"')
    assert told().repairs["people"] == [
        "lisa at ostersund: the address is no member ID; "
        "write it as in the profile (U…), under “addresses” in people/ or in the staff file"
    ]


def edit(name: str, old: str, new: str) -> None:
    file = Path("agency") / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def begin() -> None:
    """A store as the first import leaves it."""
    Path("staff.csv").write_text(
        "id,name,languages,roles,unit,site\nzoe,Zoe,sv,responder,Kundcenter,ostersund\n", "utf-8"
    )
    assert main(["people", "import", "staff.csv"]) == OK


def tables() -> list[str]:
    store = open_database(os.environ["KOLLEGA_DATABASE_URL"])
    names = inspect(store).get_table_names()
    store.dispose()
    return names


def rows(asked: str) -> list[tuple[Any, ...]]:
    return looked_up(os.environ["KOLLEGA_DATABASE_URL"], asked)
