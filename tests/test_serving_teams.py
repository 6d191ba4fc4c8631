"""Teams in a running bot, beside the workspace and beside Slack: the real wiring, on loopback."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from time import monotonic
from typing import get_args

import pytest
from aiohttp import ClientSession, ClientTimeout

from bot.house import reason
from bot.surfaces.teams.reasons import REASONS
from handlers.unreached import Why
from storage.unreached import Unreached
from tests.databases import fresh_url
from tests.faults import Fault
from tests.slack.agency import agency, refs
from tests.teams.both import BothOffices
from tests.teams.hands import Hands, entra
from tests.teams.microsoft import APP, SECRET, TENANT, FakeMicrosoft

ROOT = Path(__file__).parent.parent
Say = Callable[[str], None]


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[BothOffices]:
    here = await BothOffices(agency(tmp_path), fresh_url(tmp_path)).open()
    yield here
    await here.close()


# A person on both


async def test_an_alert_comes_on_both_and_can_be_answered_on_either(both: BothOffices) -> None:
    await both.in_teams.command(entra("lisa"), "shortcut_3")
    await both.sees("lisa", "Pärm beställd")
    for helper in "bo", "anna":
        await both.sees(helper, "L3 · Lisa · plats 14")
    await both.presses_in_teams("bo", "Jag tar")
    await both.sees("bo", "Har träffat Lisa, tryggt")
    await both.sees("lisa", "Bo hämtar pärmen")
    await both.sees("anna", "Bo äger")
    assert "Jag tar" not in both.teams_lines("anna")
    await both.presses_in_slack("bo", "Har träffat Lisa, tryggt")
    await both.sees("lisa", "Klart")


async def test_taken_in_slack_the_card_in_teams_follows_at_once(both: BothOffices) -> None:
    await both.in_slack.shortcut("U0LISA", "shortcut_2")
    await both.sees("bo", "L2 · Lisa")
    started = monotonic()
    await both.presses_in_slack("bo", "Jag tar")
    await both.sees("bo", "Har träffat Lisa, tryggt")
    assert monotonic() - started < 2
    assert "Jag tar" not in both.teams_lines("bo")


async def test_teams_that_hangs_holds_up_neither_slack_nor_a_call(both: BothOffices) -> None:
    """Keys, token and connector all hang; in Slack nobody notices."""
    for what in "begin", "post", "edit":
        both.microsoft.fails(what, Fault(delay=30, times=99))
    started = monotonic()
    await both.in_slack.shortcut("U0LISA", "shortcut_3")
    await both.until(lambda: any("L3 · Lisa" in one for one in both.slack_lines("bo")))
    await both.presses_in_slack("bo", "Jag tar")
    await both.until(lambda: any("Bo hämtar pärmen" in one for one in both.slack_lines("lisa")))
    assert monotonic() - started < 3


async def test_who_is_not_reached_in_teams_is_reached_in_slack(both: BothOffices) -> None:
    both.microsoft.users.discard(entra("bo"))
    both.slack.fails("chat.postMessage", Fault(status=502, to="U0BO"))
    await both.in_slack.shortcut("U0LISA", "shortcut_3")
    await both.until(lambda: any("L3 · Lisa" in one for one in both.slack_lines("bo")))

    def noted() -> bool:
        with both.session() as session:
            return session.get(Unreached, ("teams", "bo")) is not None

    await both.until(noted)
    await both.in_teams.install(entra("bo"))
    await both.until(lambda: not noted())


async def test_a_stranger_reads_how_to_be_added_in_both_languages(both: BothOffices) -> None:
    stranger = entra("stranger")
    await both.in_teams.type(stranger, "hej")
    said = both.microsoft.conversation(stranger).messages
    await both.until(lambda: bool(said))
    assert f"lägga till dig med adressen {stranger}." in said[0].said["text"]
    assert f"with the address {stranger}." in said[0].said["text"]


def test_every_reason_has_words() -> None:
    assert set(REASONS.values()) <= set(get_args(Why))
    assert reason("nobody knows") == "other"
    assert all(reason(why) == found for why, found in REASONS.items())


# The whole program


async def test_the_program_serves_teams_from_start_to_end(tmp_path: Path, figure: Say) -> None:
    """msal asks the fake authority over https, with a certificate that the environment trusts."""
    microsoft = FakeMicrosoft()
    await microsoft.start(tmp_path)
    pack = agency(tmp_path)
    everybody = refs(pack)
    for file in (pack / "people").iterdir():
        text = file.read_text("utf-8")
        for ref in everybody:
            text = text.replace(f"workspace: {ref},", f"workspace: {ref}, teams: {entra(ref)},")
            microsoft.users.add(entra(ref))
        file.write_text(text, "utf-8")
    kept = {name: value for name, value in os.environ.items() if "KOLLEGA" not in name}
    ours = {
        "KOLLEGA_DATABASE_URL": fresh_url(tmp_path),
        "KOLLEGA_CONTENT": str(pack),
        "KOLLEGA_PORT": "0",
        "KOLLEGA_TEAMS_APP_ID": APP,
        "KOLLEGA_TEAMS_APP_SECRET": SECRET,
        "KOLLEGA_TEAMS_TENANTS": TENANT,
        "KOLLEGA_TEAMS_AUTHORITY": microsoft.authority,
        "KOLLEGA_TEAMS_METADATA_URL": f"{microsoft.url}/openid",
        "KOLLEGA_TEAMS_SERVICE_URL": microsoft.service,
        "KOLLEGA_TEAMS_PORT": "0",
        "KOLLEGA_TRYING": "yes",  # two of the agency alone are in Teams
        "REQUESTS_CA_BUNDLE": str(tmp_path / "loopback.pem"),
        "NO_PROXY": "127.0.0.1",
    }
    started = monotonic()
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve"),
        env={**kept, **ours, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert bot.stdout
        lines = [(await bot.stdout.readline()).decode() for _ in range(2)]
        assert lines[1].startswith("Teams' requests are awaited at http://127.0.0.1:")
        async with ClientSession(timeout=ClientTimeout(10)) as http:
            hands = Hands(microsoft, http, lines[1].split()[-1])
            assert (await hands.post({}, None))[0] == 401
            ready = monotonic() - started
            await hands.command(entra("lisa"), "shortcut_3")
            async with asyncio.timeout(10):
                while "L3 · Lisa" not in str(microsoft.conversation(entra("bo")).messages):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        told = Path(f"/proc/{bot.pid}/status").read_text()
        (line,) = [line for line in told.splitlines() if line.startswith("VmRSS")]
        memory = int(line.split()[1]) / 1000
        bot.send_signal(signal.SIGTERM)
        async with asyncio.timeout(8):
            _, errors = await bot.communicate()
    finally:
        if bot.returncode is None:
            bot.kill()
            await bot.wait()
        await microsoft.stop()
    unsigned, *more = errors.decode().splitlines()
    assert (bot.returncode, more) == (0, [])
    assert "it bears no token" in unsigned
    assert microsoft.asked.count("token") == 1
    figure(f"kollega serve with Teams: listens after {ready:.2f} s, {memory:.0f} MB")
    assert memory < 150
