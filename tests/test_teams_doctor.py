"""The doctor in Teams: one line a check, well or with its repair; against the fake Microsoft."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from sqlmodel import Session

from bot import staff, teams_doctor
from bot.settings import Settings
from bot.surfaces.teams.credentials import asking
from storage.database import sessions
from storage.people import everybody
from tests.databases import fresh_database
from tests.stage import demo_shelf
from tests.teams.hands import entra
from tests.teams.microsoft import SECRET, FakeMicrosoft, self_made
from tests.teams.stage import leading_to
from tests.virtual import START


@pytest.fixture
async def microsoft(tmp_path: Path) -> AsyncIterator[FakeMicrosoft]:
    fake = FakeMicrosoft()
    await fake.start(tmp_path)
    yield fake
    await fake.stop()


async def lines(known: Settings, folder: Path, now: datetime | None = None) -> dict[str, str]:
    with requests.Session() as http:
        http.verify, http.trust_env = str(folder / "loopback.pem"), False
        ask = asking(known, http)
        found = await teams_doctor.teams(known, now or datetime.now(UTC), ask)
    told = {one.check: str(one) for one in found}
    assert SECRET not in str(told)
    return told


async def test_a_whole_house_with_teams(microsoft: FakeMicrosoft, tmp_path: Path) -> None:
    told = await lines(leading_to(microsoft), tmp_path)
    assert all(line.startswith("ok") for line in told.values())
    assert "http://127.0.0.1:8712/api/messages" in told["Teams"]
    assert "Entra gives us one" in told["token"]
    assert "1 of Microsoft's are known" in told["keys"]
    assert "right within a minute" in told["clock"]
    assert "mind the day on which it ends" in told["proof"]
    assert microsoft.calls == [], "nobody is written to"


async def test_what_is_wrong_is_told_with_its_repair(
    microsoft: FakeMicrosoft, tmp_path: Path
) -> None:
    microsoft.refuses, microsoft.keys_away = "AADSTS7000215", True
    late = datetime.now(UTC) + timedelta(minutes=7)
    told = await lines(leading_to(microsoft), tmp_path, late)
    assert "Entra does not know the secret; make a new secret" in told["token"]
    assert "nobody who writes in Teams would be heard" in told["keys"]
    assert re.search(r"is 42\d s ahead; set it, best by NTP", told["clock"])
    for name in "token", "keys", "clock":
        assert told[name].startswith("repair")


async def test_a_microsoft_that_is_not_reached(microsoft: FakeMicrosoft, tmp_path: Path) -> None:
    known = leading_to(microsoft)
    await microsoft.stop()
    told = await lines(known, tmp_path)
    assert "Entra does not answer" in told["token"]
    assert "KOLLEGA_TEAMS_AUTHORITY: let this machine reach it" in told["token"]
    assert "did not tell the time" in told["clock"]


async def test_a_certificate_has_an_end(microsoft: FakeMicrosoft, tmp_path: Path) -> None:
    pem = self_made(tmp_path)
    now = datetime.now(UTC)
    for more, said in (
        ({"teams_certificate": pem}, "the certificate ends in 0 days"),
        ({"teams_certificate": tmp_path / "no.pem"}, "cannot be read as key and certificate"),
        ({"teams_managed_identity": "system"}, "there is no secret to renew"),
    ):
        known = leading_to(microsoft).model_copy(update=more)
        assert said in str(teams_doctor.proof(known, now))
    early = now - timedelta(days=90)
    assert "holds for 90 days" in str(teams_doctor.proof(known.model_copy(
        update={"teams_managed_identity": None, "teams_certificate": pem}), early))  # fmt: skip


def staffed(*refs: str, odd: str = "") -> Session:
    session: Session = sessions(fresh_database())().__enter__()
    staff.sync(session, demo_shelf().current, START)
    for one in everybody(session):
        if one.ref in refs:
            one.addresses = {"teams": odd or entra(one.ref)}
    session.flush()
    return session


def test_every_site_needs_somebody_in_teams() -> None:
    session = staffed("lisa", "bo")
    told = [str(one) for one in teams_doctor.people(session, demo_shelf().current)]
    assert any("2 of " in line and "are in Teams" in line for line in told)
    assert any("nobody who responds has an address in Teams" in line for line in told)
    session.close()


def test_an_address_that_teams_would_not_know() -> None:
    session = staffed("lisa", odd="lisa@example.org")
    told = [str(one) for one in teams_doctor.people(session, demo_shelf().current)]
    assert any("lisa at ostersund: the address is no object id of Entra" in line for line in told)
    session.close()
