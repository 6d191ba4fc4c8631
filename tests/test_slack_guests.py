"""Guests: whoever is on no list may still ask for help, and sees nothing of anybody else."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import handlers
from bot import assembly, serving
from bot.actions import KNOWN, SHAPES
from bot.content import ContentError
from bot.effects import Show
from bot.events import Decision, Incoming
from storage.people import Person, everybody
from tests.databases import fresh_url
from tests.slack.agency import agency
from tests.slack.memory import User
from tests.slack.office import Office
from tests.test_serving_slack import add

GUEST = "U0GUEST"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    pack = agency(tmp_path)
    site = pack / "sites" / "ostersund.yaml"
    site.write_text(f"{site.read_text('utf-8')}guests: yes\n", "utf-8")
    here = Office(pack, fresh_url(tmp_path))
    await here.open()
    here.slack.memory.users[GUEST] = User(GUEST)
    here.slack.memory.channels["D0GUEST"] = []
    yield here
    await here.close()


async def known(office: Office, **profile: str) -> None:
    """Slack has told who they are, as it does when somebody joins."""
    user = {"id": GUEST, "team_id": "T0KOLLEGA", "locale": "en-GB", "profile": profile}
    await office.hands.event({"type": "team_join", "user": user})


def row(office: Office) -> Person:
    ref = office.ours.people.known[GUEST].ref
    with office.session() as session:
        return session.get_one(Person, ref)


async def test_a_guest_is_helped_and_nobody_pretends_to_know_where_they_are(
    office: Office,
) -> None:
    await known(office, real_name="Gästen  Göran")
    await office.hands.shortcut(GUEST, "shortcut_3")
    await office.sees("bo", "L3 · Gästen Göran · gäst, plats okänd")
    await office.sees("guest", "Folder ordered")
    guest = row(office)
    assert (guest.source, guest.roles, guest.site) == ("guest", [], "ostersund")
    assert guest.language == "en"
    assert "threat" not in str(office.lines("guest")).casefold(), "cover words, as for everybody"


async def test_whom_slack_has_not_told_of_is_called_by_their_user_name(office: Office) -> None:
    await office.hands.shortcut(GUEST, "shortcut_2")
    await office.sees("bo", "L2 · somebody · gäst")


async def test_whoever_types_has_no_name_at_first(office: Office) -> None:
    await office.hands.type(GUEST, "pärm gul")
    await office.sees("bo", "L2 · Gäst · gäst, plats okänd")


async def test_two_presses_at_once_are_of_one_guest(office: Office) -> None:
    await office.hands.open_home(GUEST)
    await office.until(lambda: GUEST in office.slack.memory.homes)
    office.ours.people.known.clear()
    await office.hands.shortcut(GUEST, "shortcut_3")
    with office.session() as session:
        guests = [one for one in everybody(session) if one.guest]
    assert len(guests) == 1


async def test_who_is_put_on_the_list_is_a_colleague_from_then_on(office: Office) -> None:
    await office.hands.open_home(GUEST)
    add(office, "goran", GUEST)
    await serving.reload(office.house)
    assert office.ours.people.known[GUEST].ref == "goran"
    await office.hands.shortcut(GUEST, "shortcut_3")
    await office.sees("bo", "L3 · Goran")


async def test_a_site_that_takes_no_guests_any_more_has_none(office: Office) -> None:
    await office.hands.open_home(GUEST)
    site = office.pack / "sites" / "ostersund.yaml"
    site.write_text(site.read_text("utf-8").replace("guests: yes", "guests: no"), "utf-8")
    await serving.reload(office.house)
    assert GUEST not in office.ours.people.known
    await office.hands.shortcut(GUEST, "shortcut_3")
    await office.sees("guest", "Be din administratör lägga till dig")
    assert "L3" not in str(office.lines("bo"))


async def test_an_app_is_no_guest(office: Office) -> None:
    user = {"id": GUEST, "team_id": "T0KOLLEGA", "is_bot": True, "profile": {}}
    await office.hands.event({"type": "user_change", "user": user})
    await office.hands.shortcut(GUEST, "shortcut_3")
    assert GUEST not in office.ours.people.known


async def test_whatever_a_guest_sends_shows_them_nothing_of_others(office: Office) -> None:
    """Every action there is, about a call of somebody else."""
    await office.presses("lisa", 3)
    await office.sees("bo", "L3 · Lisa")
    await known(office, real_name="Göran")
    await office.hands.open_home(GUEST)
    ref, told = office.ours.people.known[GUEST].ref, []
    decided: list[Decision] = []
    office.house.machine.observers.append(decided.append)
    for name in sorted(name for name in KNOWN if not name.startswith("toy.")):
        payload = json.dumps(about_call_one(SHAPES[name].json_schema()))
        answer = await office.house.machine.hear(Incoming(name, ref, name, payload))
        told.append(f"{name} {answer.notices} {answer.form}")
    shows = [one for each in decided for one in each.effects if isinstance(one, Show)]
    cards = [one.card for one in shows if one.to == ref]
    assert len(cards) > 5
    seen = f"{told} {cards} {office.slack.memory.homes[GUEST]}"
    for private in "Lisa", "plats 14", "L3":
        assert private not in seen
    assert "Bo hämtar" not in str(office.lines("lisa"))


def about_call_one(schema: dict[str, Any]) -> dict[str, Any]:
    """The least that this action takes, with the number of Lisa's call wherever one is wanted."""
    facts = schema.get("properties", {})
    return {name: value_of(facts[name], schema) for name in schema.get("required", [])}


def value_of(fact: dict[str, Any], schema: dict[str, Any]) -> Any:
    if "$ref" in fact:
        fact = schema["$defs"][fact["$ref"].rpartition("/")[2]]
    if "const" in fact or "enum" in fact:
        return fact.get("const", fact.get("enum", [None])[0])
    return {"integer": 1, "boolean": True, "string": "lisa"}.get(fact.get("type", ""), 1)


def test_only_one_site_takes_guests(tmp_path: Path) -> None:
    pack = agency(tmp_path)
    for site in (pack / "sites").iterdir():
        site.write_text(f"{site.read_text('utf-8')}guests: yes\n", "utf-8")
    with pytest.raises(ContentError, match="another site takes guests already"):
        assembly.load([assembly.BASE, pack], handlers.ALL)
