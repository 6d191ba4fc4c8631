"""Units: who answers at a site is whoever is in its group or channel, and nobody asks Slack."""

from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import pytest

from bot import staff
from bot.staff import Site
from bot.surfaces.slack import poll
from storage import units
from tests.databases import fresh_url
from tests.faults import Fault
from tests.slack.agency import agency
from tests.slack.fake import FakeSlack
from tests.slack.office import Office

GROUP, ROOM = "S0RESP", "C0KONTOR"


@pytest.fixture
def named() -> str:
    return GROUP


@pytest.fixture
def members() -> list[str]:
    return ["U0CIA", "U0GUN"]


@pytest.fixture
async def office(
    tmp_path: Path, named: str, members: list[str], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Office]:
    monkeypatch.setattr(poll, "BETWEEN", 0.01)
    pack = agency(tmp_path)
    site = pack / "sites" / "ostersund.yaml"
    site.write_text(f"{site.read_text('utf-8')}units: {{slack: [{named}]}}\n", "utf-8")
    slack = FakeSlack()
    slack.memory.groups[named] = members
    here = Office(pack, fresh_url(tmp_path), slack=slack)
    await here.open()
    await here.until(lambda: here.ours.units.users.get(named) is not None)
    await here.ours.units.look_at(named)
    yield here
    await here.close()


def kept(office: Office, unit: str = GROUP) -> list[str]:
    with office.session() as session:
        return units.members(session, "slack", [unit])


@pytest.mark.parametrize(
    ("named", "members"),
    [(GROUP, ["U0CIA", "U0GUN"]), (ROOM, ["U0CIA", "U0BOT", "U0GUN"])],
    ids=["group", "channel"],
)
async def test_a_press_asks_the_members_and_nothing_of_slack(office: Office, named: str) -> None:
    assert kept(office, named) == ["cia", "gun"]
    before = len([call for call in office.slack.memory.calls if "list" in call.method])
    await office.presses("lisa", 3)
    await office.sees("cia", "L3 · Lisa")
    await office.sees("gun", "L3 · Lisa")
    assert "L3 · Lisa" not in str(office.lines("bo")), "nearness comes after them"
    assert len([call for call in office.slack.memory.calls if "list" in call.method]) == before
    assert "gruppen" not in str(office.lines("ivar")), "the bot itself is no stranger"


async def test_who_comes_and_goes_is_heard(office: Office) -> None:
    changed = {"type": "subteam_members_changed", "subteam_id": GROUP}
    await office.hands.event({**changed, "added_users": ["U0BO"], "removed_users": ["U0CIA"]})
    assert kept(office) == ["bo", "gun"]
    whole = {"id": GROUP, "team_id": "T0KOLLEGA", "date_delete": 0, "users": ["U0ANNA"]}
    await office.hands.event({"type": "subteam_updated", "subteam": whole})
    assert kept(office) == ["anna"]
    await office.hands.event({"type": "subteam_updated", "subteam": {**whole, "date_delete": 9}})
    assert kept(office) == []
    await office.presses("lisa", 3)
    await office.sees("bo", "L3 · Lisa")  # a group without anybody leaves it to nearness


@pytest.mark.parametrize("named", [ROOM])
async def test_who_joins_the_channel_answers_there(office: Office) -> None:
    for kind, ref in ("joined", "U0BO"), ("left", "U0GUN"):
        told = {"type": f"member_{kind}_channel", "user": ref, "channel": ROOM}
        await office.hands.event(told)
    assert kept(office, ROOM) == ["bo", "cia"]
    other = {"type": "member_joined_channel", "user": "U0BO", "channel": "C0OTHER"}
    await office.hands.event(other)
    assert kept(office, "C0OTHER") == []


@pytest.mark.parametrize("members", [["U0CIA", "U0STRANGER"]])
async def test_who_is_on_no_list_is_told_to_an_administrator_with_the_address(
    office: Office,
) -> None:
    await office.sees("ivar", "Gruppen för Kundcenter Östersund: 1 finns inte i personallistan.")
    await office.sees("ivar", "Adresser: U0STRANGER")
    await office.restarts()
    await office.ours.care.poll()
    assert str(office.lines("ivar")).count("Adresser: U0STRANGER") == 1, "once a day"


async def test_what_slack_does_not_tell_leaves_the_members_that_were_known(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    del office.slack.memory.groups[GROUP]
    await office.ours.care.poll()
    assert kept(office) == ["cia", "gun"]
    assert f"the members of {GROUP} are not read: Slack refuses it: plan_upgrade" in caplog.text
    await office.restarts()
    assert kept(office) == ["cia", "gun"]


@pytest.mark.parametrize("named", [ROOM])
async def test_a_channel_that_the_bot_was_put_out_of_is_told_once_and_when_it_is_mended(
    office: Office,
) -> None:
    members = office.slack.memory.groups.pop(ROOM)
    for _ in range(2):
        await office.ours.care.poll()
    await office.sees("ivar", f"Kollega ser inte längre gruppen för Kundcenter Östersund ({ROOM}).")
    await office.sees("ivar", "Bjud in boten i kanalen igen")
    assert kept(office, ROOM) == ["cia", "gun"]
    assert str(office.lines("ivar")).count("inte längre") == 1
    office.slack.memory.groups[ROOM] = members
    await office.ours.care.poll()
    await office.sees("ivar", f"Kollega ser gruppen för Kundcenter Östersund igen ({ROOM}).")


@pytest.mark.parametrize("method", ["users.list", "dnd.teamInfo"])
async def test_who_is_in_a_unit_is_read_whatever_else_slack_does_not_tell(
    office: Office, method: str
) -> None:
    office.slack.memory.groups[GROUP] = ["U0BO"]
    office.slack.fails(method, Fault(error="missing_scope"))
    await office.ours.care.poll()
    assert kept(office) == ["bo"]


@pytest.mark.parametrize("method", ["users.list", "dnd.teamInfo", "usergroups.users.list"])
async def test_a_look_waits_as_long_as_slack_asks_and_goes_on(office: Office, method: str) -> None:
    office.slack.memory.groups[GROUP] = ["U0BO"]
    office.slack.memory.users["U0GUN"].deleted = True
    office.slack.memory.users["U0BO"].dnd = (1, 2**34)
    office.slack.fails(method, Fault(status=429, retry_after=1))
    before = monotonic()
    await office.ours.care.poll()
    assert monotonic() - before >= 1
    assert kept(office) == ["bo"]
    assert "U0GUN" in office.ours.people.gone
    assert "bo" in office.ours.news.quiet


@pytest.mark.parametrize("members", [[f"U0{n}" for n in range(600)] + ["U0CIA"]])
async def test_a_group_that_slack_tells_a_part_of_keeps_the_rest(
    office: Office, members: list[str]
) -> None:
    """Slack cuts the list in this event off at 500, and counts on."""
    whole = {"id": GROUP, "team_id": "T0KOLLEGA", "date_delete": 0, "user_count": len(members)}
    for told in {"users": members[:500]}, {}:
        await office.hands.event({"type": "subteam_updated", "subteam": {**whole, **told}})
        assert kept(office) == ["cia"]


async def test_a_unit_that_no_site_names_any_more_is_forgotten(office: Office) -> None:
    site = office.pack / "sites" / "ostersund.yaml"
    site.write_text(site.read_text("utf-8").replace(GROUP, "S0NEW"), "utf-8")
    office.house.shelf.reload()
    await office.ours.units.look()
    assert kept(office) == []


async def test_a_site_may_rely_on_a_unit_before_anybody_has_told_who_is_in_it(
    office: Office,
) -> None:
    pack = office.house.shelf.current
    site = pack.all(Site)["ostersund"]
    assert site.units == {"slack": [GROUP]}
    with office.session() as session:
        assert staff.standing(session, site) == {1: ["cia", "gun"]}
        units.replace(session, "slack", GROUP, [])
        assert staff.gaps(session, pack, office.house.machine.now(), ["slack"]) == []
