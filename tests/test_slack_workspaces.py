"""Many workspaces: being let in over OAuth, tokens that die, an organisation, and being put out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientSession
from sqlalchemy import text

from bot.clock import wall
from bot.slack_workspaces import installation
from bot.surfaces.slack.doors import User
from bot.surfaces.slack.installing import BACK, COOKIE, INSTALL
from bot.surfaces.slack.oauth import SCOPES, Granted
from storage import installations
from tests.databases import fresh_url
from tests.faults import Fault
from tests.slack.actor import slack_id
from tests.slack.agency import agency
from tests.slack.memory import Call
from tests.slack.office import Office
from tests.test_serving_slack import add

HOME, OTHER, GRID = "T0KOLLEGA", "T0OTHER", "E0GRID"
CODE = "code-1"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    # Without the administrator's account: trial cards would be the first to tell what is wrong.
    pack, url = agency(tmp_path, "ivar"), fresh_url(tmp_path)
    here = Office(pack, url, allowed=f"{HOME}, {OTHER} {GRID}")
    await here.open()
    yield here
    await here.close()


class Browser:
    """An administrator's browser: it follows nothing by itself, and keeps its cookie."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.bot = office.hands.bot.removesuffix("/slack/events")
        self.cookie = ""

    async def sets_out(self) -> str:
        """The state that Slack is given."""
        async with ClientSession() as http:
            answer = await http.get(f"{self.bot}{INSTALL}", allow_redirects=False)
            cookie = answer.cookies[COOKIE]
            self.cookie = cookie.value
            assert answer.status == 302
            assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"
            asked = urlsplit(answer.headers["Location"])
            assert asked.path == "/oauth/v2/authorize"
            found = parse_qs(asked.query)
            assert found["scope"] == [",".join(SCOPES)]
            return found["state"][0]

    async def comes_back(self, state: str, code: str = CODE, cookie: str | None = None) -> str:
        """What the page says."""
        query = {"state": state, **({"code": code} if code else {"error": "access_denied"})}
        sent = {"Cookie": f"{COOKIE}={self.cookie if cookie is None else cookie}"}
        async with ClientSession() as http:
            answer = await http.get(f"{self.bot}{BACK}", params=query, headers=sent)
            said = await answer.text()
            assert (answer.status == 200) == ("Klart." in said)
            assert "no-referrer" in answer.headers["Referrer-Policy"]
            return said


async def let_in(
    office: Office, place: str, token: str = "xoxb-granted", refresh: str = ""
) -> None:
    """An owner installs the bot, to its end."""
    browser = Browser(office)
    office.slack.memory.codes[CODE] = office.slack.memory.grants(place, token, refresh)
    assert "Klart." in await browser.comes_back(await browser.sets_out())


def in_hours(office: Office, hours: float) -> None:
    office.house.machine.now = lambda: wall() + timedelta(hours=hours)


# Being let in


async def test_who_is_let_in_is_heard_and_answered_with_its_own_token(office: Office) -> None:
    await office.presses("lisa", 3)
    assert office.lines("bo") == [], "nobody has let us in yet"
    await let_in(office, HOME)
    await office.presses("lisa", 3)
    await office.sees("bo", "L3 · Lisa")
    await office.restarts()
    await office.presses("gun", 3)
    await office.sees("cia", "L3 · Gun")
    posts = [call for call in office.slack.memory.calls if call.method == "chat.postMessage"]
    assert {call.by for call in posts if call.answer == "ok"} == {HOME}


async def test_a_press_finds_who_was_let_in_by_another_bot_just_now(office: Office) -> None:
    granted = Granted(HOME, "Kontor", "U0BOT", office.slack.memory.token, None, None)
    with office.session() as session:
        installations.put(session, installation(granted, [], wall()))
        session.commit()
    await office.presses("lisa", 3)
    await office.sees("bo", "L3 · Lisa")


async def test_a_link_is_good_once_and_in_the_browser_that_set_out(office: Office) -> None:
    browser = Browser(office)
    granted = office.slack.memory.grants(HOME, "xoxb-granted")
    office.slack.memory.codes[CODE] = granted
    state = await browser.sets_out()
    for cookie in "", "another":
        assert "gäller inte längre" in await browser.comes_back(state, cookie=cookie)
    assert "gäller inte längre" in await browser.comes_back("made-up", cookie="made-up")
    assert "Klart." in await browser.comes_back(state)
    office.slack.memory.codes[CODE] = granted
    assert "gäller inte längre" in await browser.comes_back(state), "it was good once"
    assert len(office.ours.workspaces.places) == 1


async def test_a_link_grows_old(office: Office) -> None:
    browser = Browser(office)
    state = await browser.sets_out()
    in_hours(office, 0.2)
    assert "no longer applies" in await browser.comes_back(state)


async def test_what_goes_wrong_on_the_way_is_said_kindly(office: Office) -> None:
    browser, memory = Browser(office), office.slack.memory
    assert "Inget installerades" in await browser.comes_back(await browser.sets_out(), code="")
    assert "Inget installerades" in await browser.comes_back(await browser.sets_out())
    office.slack.fails("oauth.v2.access", Fault(status=502))
    memory.codes[CODE] = memory.grants(HOME, "xoxb-granted")
    assert "Slack svarar inte" in await browser.comes_back(await browser.sets_out())
    memory.codes[CODE] = memory.grants("T0FOREIGN", "xoxb-granted")
    assert "finns inte i listan" in await browser.comes_back(await browser.sets_out())
    memory.codes[CODE] = {"team": {"id": HOME}}
    assert "Inget installerades" in await browser.comes_back(await browser.sets_out())
    assert office.ours.workspaces.places == {}


async def test_no_token_stands_in_the_store_to_be_read(office: Office) -> None:
    await let_in(office, HOME, "xoxb-s3cret", refresh="xoxe-s3cret")
    with office.session() as session:
        (row,) = session.connection().execute(text("SELECT token, refresh FROM installation"))
        assert installations.every(session)[0].token == "xoxb-s3cret"
        states = session.connection().execute(text("SELECT count(*) FROM install_state"))
        assert states.scalar_one() == 0
    assert not any(b"s3cret" in bytes(sealed) for sealed in row)


# Several at once


async def test_each_workspace_is_answered_with_its_own_token(office: Office) -> None:
    await two(office)
    assert {call.by for call in posts(office, "U0ZOE")} == {OTHER}
    assert {call.by for call in posts(office, "U0YAN")} == {HOME}


async def two(office: Office) -> None:
    """Two workspaces, and a call that rings in both."""
    await let_in(office, HOME, "xoxb-home")
    await let_in(office, OTHER, "xoxb-other")
    for ref, address in (("zoe", f"{OTHER}/U0ZOE"), ("yan", f"{HOME}/U0YAN")):
        add(office, ref, address, roles=["responder"], area="zon A")
        office.slack.memory.add(address.partition("/")[2])
        office.slack.memory.channels[f"D0{ref.upper()}"] = []
    await office.ours.people.refresh()
    add(office, "pia", f"{OTHER}/U0PIA", area="zon A")
    office.slack.memory.team = OTHER
    await office.hands.shortcut("U0PIA", "shortcut_3")
    office.slack.memory.team = HOME
    await office.sees("zoe", "L3 · Pia")
    await office.sees("yan", "L3 · Pia")
    assert "En del nås" not in str(office.page("ivar")), "a bare address harms nobody else"


def posts(office: Office, user: str) -> list[Call]:
    calls = office.slack.memory.calls
    return [c for c in calls if c.method == "chat.postMessage" and c.to == user]


async def test_an_address_of_one_workspace_is_nobody_in_another(office: Office) -> None:
    await let_in(office, HOME, "xoxb-home")
    people = office.ours.people
    assert await people.person(User(HOME, slack_id("bo"))) == "bo"
    await let_in(office, OTHER, "xoxb-other")
    assert await people.person(User(OTHER, slack_id("bo"))) is None
    assert await people.person(User(HOME, slack_id("bo"))) is None, "now it must say where"


async def test_addresses_that_a_second_workspace_makes_unclear_are_told_at_once(
    office: Office,
) -> None:
    await let_in(office, HOME, "xoxb-home")
    assert "vilken arbetsyta" not in str(office.page("ivar"))
    await let_in(office, OTHER, "xoxb-other")
    await office.reads("ivar", "Adressen säger inte vilken arbetsyta.")
    await office.reads("ivar", "Bo")
    await office.reads("ivar", "Skriv T…/U… i personallistan")
    assert office.ours.bare.hit() == office.ours.bare.told


async def test_a_workspace_that_removes_the_app_stops_no_other(office: Office) -> None:
    await two(office)
    await office.hands.event({"type": "app_uninstalled"})
    await office.reads("ivar", "En del nås inte i Slack nu: en arbetsyta har tagit bort appen.")
    assert [*office.ours.workspaces.places] == [OTHER]
    with office.session() as session:
        assert [one.place for one in installations.every(session)] == [OTHER]


async def test_the_only_workspace_that_removes_the_app_is_told_as_such(office: Office) -> None:
    await let_in(office, HOME)
    tokens = {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}
    await office.hands.event(tokens)
    await office.reads("ivar", "Ingen nås i Slack nu: appen är borttagen.")
    assert office.ours.workspaces.places == {}


async def test_a_removal_that_is_told_late_leaves_who_has_let_us_in_anew(office: Office) -> None:
    """Slack tells it again for an hour where nobody listened (slackapi/bolt-js issue 1103)."""
    await let_in(office, HOME, "xoxb-old")
    removed_at = wall()
    await asyncio.sleep(1.1)
    await let_in(office, HOME, "xoxb-new")
    await office.hands.event({"type": "app_uninstalled"}, at=removed_at)
    await office.presses("lisa", 3)
    await office.sees("bo", "L3 · Lisa")
    assert "nås inte i Slack" not in str(office.page("ivar"))
    assert "Ingen nås i Slack" not in str(office.page("ivar"))


# Tokens that die


async def test_a_token_is_exchanged_before_it_dies(office: Office) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")
    renews(office, "2")
    workspaces = office.ours.workspaces
    await workspaces.look()
    assert await workspaces.token(HOME) == "xoxe.xoxb-1", "it has long to live"
    in_hours(office, 10.5)
    await asyncio.gather(*(workspaces.look() for _ in range(3)))
    assert await workspaces.token(HOME) == "xoxe.xoxb-2"
    await office.restarts()
    assert await office.ours.workspaces.token(HOME) == "xoxe.xoxb-2"
    assert office.slack.memory.count("oauth.v2.access") == 2, "once in, once exchanged"


def renews(office: Office, number: str) -> None:
    memory, before = office.slack.memory, int(number) - 1
    granted = memory.grants(HOME, f"xoxe.xoxb-{number}", refresh=f"xoxe-{number}")
    memory.refreshes[f"xoxe-{before}"] = granted


@pytest.mark.parametrize(
    "fault", [Fault(status=502), Fault(drop=True), Fault(error="invalid_refresh_token")]
)
async def test_an_exchange_that_fails_leaves_the_old_token_until_it_dies(
    office: Office, fault: Fault
) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")
    renews(office, "2")
    workspaces = office.ours.workspaces
    in_hours(office, 11)
    office.slack.fails("oauth.v2.access", fault)
    await workspaces.look()
    assert await workspaces.token(HOME) == "xoxe.xoxb-1"
    await workspaces.look()
    assert await workspaces.token(HOME) == "xoxe.xoxb-2", "a later look goes well"


async def test_a_dead_token_that_cannot_be_exchanged_is_told(office: Office) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")
    in_hours(office, 13)
    await office.ours.workspaces.token(HOME)
    await office.reads("ivar", "Ingen nås i Slack nu")


async def test_a_token_that_slack_will_not_exchange_is_told_while_there_is_time(
    office: Office,
) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")  # which Slack knows no more
    in_hours(office, 10.5)
    for _ in range(2):
        await office.ours.workspaces.look()
    await office.reads("ivar", "Snart nås ingen eller färre i Slack: en nyckel kan inte förnyas.")
    assert str(office.page("ivar")).count("kan inte förnyas") == 1
    assert await office.ours.workspaces.token(HOME) == "xoxe.xoxb-1", "it lives still"
    in_hours(office, 13)
    await office.ours.workspaces.look()
    await office.reads("ivar", "Ingen nås i Slack nu")


async def test_a_line_that_breaks_during_an_exchange_alarms_nobody(office: Office) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")
    in_hours(office, 10.5)
    office.slack.fails("oauth.v2.access", Fault(status=502))
    await office.ours.workspaces.look()
    assert office.ours.workspaces.fading == set()


async def test_two_processes_never_exchange_one_token_twice(office: Office) -> None:
    await let_in(office, HOME, "xoxe.xoxb-1", refresh="xoxe-1")
    now = wall() + timedelta(hours=11)
    with office.session() as session:
        assert installations.claim(session, HOME, "xoxe.xoxb-1", now)
        assert installations.claim(session, HOME, "xoxe.xoxb-1", now) is None
        later = now + installations.CLAIM
        assert installations.claim(session, HOME, "xoxe.xoxb-1", later), "the other one died"
        installations.renew(session, HOME, "xoxe.xoxb-2", "xoxe-2", now + timedelta(hours=12))
        assert installations.claim(session, HOME, "xoxe.xoxb-1", later) is None
        session.commit()


# A whole organisation


async def test_an_organisation_is_let_in_with_all_of_its_workspaces(office: Office) -> None:
    office.slack.memory.teams = [HOME, OTHER]
    await let_in(office, GRID, "xoxb-grid")
    add(office, "zoe", f"{GRID}/U0ZOE", roles=["responder"], area="zon A")
    office.slack.memory.add("U0ZOE")
    office.slack.memory.channels["D0ZOE"] = []
    await office.ours.people.refresh()
    await office.ours.care.poll()
    assert office.ours.workspaces.places[GRID].teams == [HOME, OTHER]
    office.hands.enterprise = GRID
    await office.presses("lisa", 3)
    await office.sees("zoe", "L3 · Lisa")
    await office.hands.open_home("U0ZOE")
    await office.until(lambda: "U0ZOE" in office.slack.memory.homes)
    assert {call.by for call in posts(office, "U0ZOE")} == {GRID}
    assert await office.ours.people.person(User("", "U0ZOE", GRID)) == "zoe"
    assert await office.ours.workspaces.token(OTHER) == "xoxb-grid"
    await office.hands.event({"type": "app_uninstalled"})
    assert office.ours.workspaces.places == {}


async def test_one_workspace_that_removes_the_app_leaves_the_organisation(office: Office) -> None:
    """It had let us in by itself; Slack tells two things of every removal."""
    await let_in(office, GRID, "xoxb-grid")
    await let_in(office, HOME, "xoxb-home")
    office.hands.enterprise, office.hands.whole = GRID, False
    await office.hands.event({"type": "app_uninstalled"})
    await office.hands.event({"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}})
    assert [*office.ours.workspaces.places] == [GRID]
    await office.reads("ivar", "En del nås inte i Slack nu: en arbetsyta har tagit bort appen.")
    assert "Ingen nås i Slack" not in str(office.page("ivar"))


async def test_a_workspace_of_an_organisation_is_remembered_when_it_is_met(office: Office) -> None:
    await let_in(office, GRID, "xoxb-grid")
    assert await office.ours.workspaces.authorize(OTHER, GRID)
    await office.restarts()
    assert await office.ours.workspaces.token(OTHER) == "xoxb-grid"
    assert await office.ours.workspaces.authorize("T0FOREIGN", "E0FOREIGN") is None


async def test_a_press_in_an_organisation_may_name_no_workspace(office: Office) -> None:
    await let_in(office, GRID, "xoxb-grid")
    office.hands.enterprise = GRID
    said = office.hands._who(slack_id("lisa"), "shortcut")
    user = {"id": slack_id("lisa"), "username": "lisa"}
    await office.hands.interact({**said, "user": user, "team": None, "callback_id": "shortcut_3"})
    await office.sees("bo", "L3 · Lisa")
