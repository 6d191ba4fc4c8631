"""The workspace's server and screens: it trusts nothing, and every open page sees everything."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, web
from sqlalchemy import select
from sqlmodel import col

import handlers
from bot import serving
from bot.actions import pack
from bot.cards import Button, Card, Keys
from bot.command_line import MANNERS
from bot.features import Feature
from bot.house import House, build_house
from bot.surfaces.workspace.asked import LARGEST_BODY
from bot.surfaces.workspace.screens import Screens
from bot.surfaces.workspace.server import STATIC
from bot.surfaces.workspace.surface import holds
from storage.people import RosterSlot
from tests.databases import fresh_database
from tests.stage import demo_shelf
from tests.toys import Count, Play, window

NOW = datetime(2027, 3, 1, 13, tzinfo=UTC)
OURS = {"X-Kollega": "workspace"}
POSTS = ["press", "say", "shortcut", "language", "forward", "kill", "reset"]
Json = dict[str, Any]


@dataclass
class Site:
    """A running server and a client of it."""

    house: House
    session: ClientSession
    url: str
    asked: list[object]

    def __post_init__(self) -> None:
        self.numbers = count(1)

    async def post(self, path: str, body: Json | None = None, **more: Any) -> ClientResponse:
        sent = {"headers": OURS, **more} if "data" in more else {"headers": OURS, "json": body}
        answer = await self.session.post(f"{self.url}/api/{path}", **sent)
        await answer.read()
        return answer

    async def told(self, path: str, body: Json) -> list[str]:
        """What the one who pressed is told."""
        body = {"id": f"event-{next(self.numbers)}", "person": "lisa", **body}
        answer = await self.post(path, body)
        assert answer.status == 200, await answer.text()
        return list((await answer.json())["notices"])

    @asynccontextmanager
    async def page(self) -> AsyncIterator["Stream"]:
        async with self.session.get(f"{self.url}/events") as answer:
            yield Stream(answer)


@dataclass
class Stream:
    answer: ClientResponse

    async def next(self) -> tuple[str, Json]:
        async with asyncio.timeout(5):
            lines = await self.answer.content.readuntil(b"\n\n")
        event, data = lines.decode().strip().split("\n")
        return event.removeprefix("event: "), json.loads(data.removeprefix("data: "))

    async def until(self, event: str, fits: Callable[[Json], bool] = lambda _: True) -> Json:
        while True:
            found, data = await self.next()
            if found == event and fits(data):
                return data


@pytest.fixture
def demo() -> bool:
    """Whether the page may also steer the demo; what it asked for is in `site.asked`."""
    return False


@pytest.fixture
def features() -> tuple[Feature, ...]:
    return handlers.ALL


@pytest.fixture
async def site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, demo: bool, features: tuple[Feature, ...]
) -> AsyncIterator[Site]:
    database = fresh_database()
    monkeypatch.setattr("bot.house.connect", lambda *_, **__: database)
    house = build_house(
        "sqlite://", demo_shelf(), features, MANNERS, lambda: NOW, tmp_path / "screens.jsonl"
    )
    asked = steered(house) if demo else []
    runner = web.AppRunner(house.workspace.app(), shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    house.machine.start()
    await serving.open_pages(house, MANNERS)
    house.machine.observers.append(house.workspace.watch)
    async with ClientSession() as session:
        yield Site(house, session, f"http://127.0.0.1:{runner.addresses[0][1]}", asked)
    await runner.cleanup()
    await house.machine.stop()
    house.machine.writer.close()
    database.dispose()


def steered(house: House) -> list[object]:
    """Doors for the demo that only note what was asked."""
    asked: list[object] = []

    async def forward(seconds: float) -> None:
        asked.append(seconds)

    def kill() -> None:
        asked.append("kill")

    house.workspace.doors = replace(house.workspace.doors, forward=forward, kill=kill, reset=kill)
    return asked


WITH_DEMO = pytest.mark.parametrize("demo", [True], ids=["demo"])


@pytest.mark.parametrize("path", ["/", "/static/app.js", "/static/app.css", "/api/world"])
async def test_a_page_may_load_from_here_alone(site: Site, path: str) -> None:
    async with site.session.get(site.url + path) as answer:
        assert answer.status == 200
        policy = answer.headers["Content-Security-Policy"]
        rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
        assert rules["default-src"] == "'self'"
        assert rules["object-src"] == rules["frame-ancestors"] == "'none'"
        assert "script-src" not in rules and "unsafe-eval" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_every_file_of_the_page_is_there_and_no_other(site: Site) -> None:
    for file in STATIC.rglob("*"):
        if file.is_file():
            async with site.session.get(f"{site.url}/static/{file.relative_to(STATIC)}") as answer:
                assert answer.status == 200
    for path in "/static/", "/static/../server.py", "/static/%2e%2e/server.py", "/static/nope.js":
        async with site.session.get(site.url + path) as answer:
            assert answer.status in (403, 404)


@pytest.mark.parametrize("path", POSTS)
async def test_only_our_own_page_may_press(site: Site, path: str) -> None:
    """A foreign page in the same browser cannot send this header."""
    for headers in {}, {"X-Kollega": "another"}, {"Content-Type": "text/plain"}:
        async with site.session.post(
            f"{site.url}/api/{path}", data=b"{}", headers=headers
        ) as answer:
            assert answer.status == 403
            assert await answer.text() == "Only the workspace's own page may press here."


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]"])
async def test_a_foreign_name_for_this_machine_is_refused(site: Site, host: str) -> None:
    """A page that makes its own name point here (DNS rebinding) reads nothing."""
    for path in "/", "/events", "/api/world":
        async with site.session.get(site.url + path, headers={"Host": host}) as answer:
            assert answer.status == 403
            assert await answer.text() == "The workspace answers on this machine only."


@pytest.mark.parametrize("host", ["localhost:8710", "127.0.0.1", "[::1]:8710"])
async def test_this_machine_has_three_names(site: Site, host: str) -> None:
    async with site.session.get(f"{site.url}/health", headers={"Host": host}) as answer:
        assert answer.status == 200


ODD_BODIES = {
    "nothing": b"",
    "half": b'{"id": ',
    "no text": b"\xff\xfe\x00",
    "a number": b"7",
    "a list": b"[]",
    "null": b"null",
    "empty": b"{}",
    "nobody": b'{"id": "x"}',
    "a deep one": b"[" * 50_000,
    "a number without end": b'{"id": "x", "person": "lisa", "level": 1e400, "seconds": 1%s}'
    % (b"0" * 400),
    "words for numbers": b'{"id": "x", "person": "lisa", "level": "gul", "seconds": "soon"}',
    "no such place": b'{"id": "x", "person": "lisa", "level": 99, "seconds": []}',
    "the place before the first": b'{"id": "x", "person": "lisa", "level": 0, "seconds": {}}',
    "not a number": b'{"id": "x", "person": "lisa", "level": NaN, "seconds": NaN}',
    "half a character": rb'{"id": "\ud800", "person": "\udfff", "level": -1, "seconds": null}',
}


@WITH_DEMO
@pytest.mark.parametrize("body", ODD_BODIES.values(), ids=ODD_BODIES)
async def test_what_our_page_never_sends_is_answered_plainly(site: Site, body: bytes) -> None:
    for path in POSTS:
        answer = await site.post(path, data=body)
        assert answer.status in (200, 400), path
        if answer.status == 400:
            assert await answer.text() == "This is not something the workspace sends."
    async with site.session.get(f"{site.url}/health") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("path", ["press", "say", "shortcut", "language"])
async def test_a_body_without_its_fields_changes_nothing(site: Site, path: str) -> None:
    for body in {}, {"id": "x"}, {"person": "lisa"}, {"id": "x", "person": "lisa", "level": 0}:
        answer = await site.post(path, body)
        if path != "shortcut" and len(body) > 2:
            continue  # to the others a level says nothing
        assert answer.status == 400
    assert not messages_of(site, "bo")


async def test_an_unknown_charset_is_answered_plainly(site: Site) -> None:
    headers = {**OURS, "Content-Type": "application/json; charset=klingon"}
    async with site.session.post(
        f"{site.url}/api/say", data=b'{"id": "x"}', headers=headers
    ) as answer:
        assert answer.status == 400


async def test_a_body_too_large_is_refused(site: Site) -> None:
    answer = await site.post("say", {"id": "x", "person": "lisa", "text": "å" * LARGEST_BODY})
    assert answer.status == 413


@pytest.mark.parametrize("path", ["forward", "kill", "reset"])
async def test_only_the_demo_may_be_steered(site: Site, path: str) -> None:
    body = {"seconds": 60, "boot": site.house.workspace.boot}
    assert (await site.post(path, body)).status == 404
    assert not (await world(site))["demo"]


async def world(site: Site) -> Json:
    async with site.session.get(f"{site.url}/api/world") as answer:
        found: Json = await answer.json()
        return found


@WITH_DEMO
async def test_only_the_bot_that_is_meant_is_killed(site: Site) -> None:
    """A browser repeats a request that was cut, and must not kill the next bot too."""
    for boot in "another", None, 7:
        assert (await site.post("kill", {"boot": boot})).status == 200
    assert site.asked == []
    await site.post("kill", {"boot": site.house.workspace.boot})
    assert site.asked == ["kill"]


@WITH_DEMO
async def test_the_clock_moves_forward_at_most_an_hour_at_once(site: Site) -> None:
    async with site.page() as page:
        for seconds in -5, 30, 1e9:
            answer = await site.post("forward", {"seconds": seconds})
            assert await answer.json() == {"now": NOW.isoformat()}
            assert await page.until("clock") == {"now": NOW.isoformat()}
    assert site.asked == [0, 30, 3600]


async def test_a_page_hears_hello_then_what_stands_there_then_what_happens(site: Site) -> None:
    async with site.page() as first:
        event, hello = await first.next()
        assert (event, hello["boot"]) == ("hello", site.house.workspace.boot)
        assert datetime.fromisoformat(hello["now"]) == NOW
        await first.until("message", lambda message: message["id"] == "home:lisa")

        assert await site.told("shortcut", {"level": 3}) == []
        rung = await first.until("message", lambda message: message["to"] == "bo")
        assert not rung["home"] and "keys" not in rung
        async with site.page() as second:
            events = [await second.next() for _ in range(3)]
            assert events[0][0] == "hello"
            replayed = await second.until("message", lambda message: message["id"] == rung["id"])
            assert replayed == rung
            decision = await second.until("decision")
            assert (decision["n"], decision["who"], decision["what"]) == (1, "lisa", "help.press")
            assert decision["outcome"] == "done" and decision["ms"] > 0
            kinds = {effect["kind"] for effect in decision["effects"]}
            assert kinds == {"show", "later"}

            await site.told("say", {"person": "bo", "text": "?"})
            for page in first, second:
                told = await page.until("decision", lambda decision: decision["who"] == "bo")
                assert (told["n"], told["what"]) == (2, "home.how")
    await asyncio.sleep(0.05)


async def test_a_message_carries_the_very_json_of_both_platforms(site: Site) -> None:
    async with site.page() as page:
        home = await page.until("message", lambda message: message["id"] == "home:lisa")
    kept = site.house.workspace.screens.messages["home:lisa"]
    assert (home["slack"], home["teams"]) == (kept.slack, kept.teams)


async def test_who_says_what_a_button_says_gets_what_it_gives(site: Site) -> None:
    home = site.house.workspace.screens.messages["home:lisa"]
    slack = next(b for b in home.slack["blocks"] if b["type"] == "actions")["elements"][2]
    assert await site.told("press", {"as": "slack", "action": slack}) == []
    card = home.teams["attachments"][0]["content"]
    teams = find_button(card, "Gul pärm")
    assert await site.told("press", {"as": "teams", "action": teams, "inputs": {"x": [1]}}) == [
        "Pärmen är redan beställd."
    ]
    await settled(lambda: len(messages_of(site, "bo")) == 1)


WITH_VIEW = pytest.mark.parametrize("features", [(*handlers.ALL, window())], ids=["view"])


@WITH_VIEW
async def test_a_view_shows_how_things_are_in_the_persons_own_words(site: Site) -> None:
    async with site.session.get(f"{site.url}/api/views") as answer:
        told = await answer.json()
    box = next(view for view in told if view["name"] == "box")
    assert box["title"] == {"sv": "Vad är i lådan?", "en": "What is in the box?"}
    await site.told("language", {"language": "en"})
    for person, title in ("lisa", "So it is for Lisa"), ("bo", "Bo har det så här"):
        answer = await looks(site, name="box", person=person)
        assert answer.status == 200
        seen = await answer.json()
        assert seen["blocks"][1]["text"]["text"] == title
        assert "13:00:00" in json.dumps(seen)


@WITH_VIEW
async def test_who_only_looks_changes_nothing(site: Site) -> None:
    before = list(site.house.workspace.screens.messages.values())
    for _ in range(3):
        await looks(site, name="box", person="lisa")
    with site.house.machine.engine.sessions() as session:
        kept = session.scalars(select(RosterSlot).where(col(RosterSlot.site) == "box"))
        assert kept.all() == []
    assert list(site.house.workspace.screens.messages.values()) == before
    assert not site.house.workspace.decisions


NO_VIEW: list[dict[str, str]] = [
    {},
    {"name": "box"},
    {"person": "lisa"},
    {"name": "boxes", "person": "lisa"},
    {"name": "box", "person": "mallory"},
    {"name": "../box", "person": "\0"},
    {"name": "box\ud800", "person": "lisa' OR 1=1 --"},
]


@WITH_VIEW
@pytest.mark.parametrize("asked", NO_VIEW)
async def test_what_nobody_can_see_is_answered_plainly(site: Site, asked: dict[str, str]) -> None:
    answer = await looks(site, **asked)
    assert answer.status == 404
    assert await answer.text() == "There is no such view, or nobody of that name."


async def looks(site: Site, **asked: str) -> ClientResponse:
    asked = {key: value.encode(errors="replace").decode() for key, value in asked.items()}
    answer = await site.session.get(f"{site.url}/api/view", params=asked)
    await answer.read()
    return answer


HELD = Button("Vit", Count(3), hold=True)


def test_the_buttons_that_want_a_deliberate_press_are_found_wherever_they_stand() -> None:
    plain, other = Button("Gul", Count(2)), Button("Svart", Play("now"), hold=True)
    assert holds(Card("A", "B", (Keys((plain, other)),), (plain, HELD))) == [
        list(pack(Play("now"))),
        list(pack(Count(3))),
    ]
    assert holds(Card("A", "B", (), (plain,), more=(Keys((HELD,)),))) == [list(pack(Count(3)))]
    assert holds(Card("A", "B", (Keys((plain,)),))) == []


def of(id: str) -> Callable[[Json], bool]:
    return lambda message: bool(message["id"] == id)


async def test_the_page_knows_which_buttons_want_a_deliberate_press(site: Site) -> None:
    """The platforms' JSON says nothing of it."""
    surface = site.house.machine.courier.surfaces["workspace"]
    async with site.page() as page:
        for hold in [["toy.count", '{"number":3}']], []:
            button = replace(HELD, hold=bool(hold))
            id = await surface.post("bo", Card("A", "B", (), (button,)), f"key-{hold}")
            told = await page.until("message", of(id))
            assert told["hold"] == hold
            assert "hold" not in json.dumps([told["slack"], told["teams"]])
            await surface.edit("bo", id, Card("A", "B", (Keys((button, HELD)),)), f"edit-{hold}")
            told = await page.until("message", of(id))
            assert told["hold"][-1] == ["toy.count", '{"number":3}']
    levels = (await world(site))["people"][0]["levels"]
    assert [level["hold"] for level in levels] == [False, False, True]


def find_button(part: Any, title: str) -> Json:
    """The Action.Execute of that title, wherever it stands."""
    if isinstance(part, dict):
        if part.get("title") == title:
            return part
        part = list(part.values())
    found = [find_button(inner, title) for inner in part if isinstance(inner, dict | list)]
    return next((button for button in found if button), {})


def messages_of(site: Site, ref: str) -> list[Any]:
    kept = site.house.workspace.screens.messages.values()
    return [message for message in kept if message.to == ref and not message.home]


async def settled(fits: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not fits():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_the_same_event_gets_the_same_answer_and_happens_once(site: Site) -> None:
    await site.told("shortcut", {"level": 2})
    body = {"id": "twice", "level": 2}
    first, second = await site.told("shortcut", body), await site.told("shortcut", body)
    assert first == second == ["Pärmen är redan beställd."]
    pressed = {"id": "once", "person": "hana", "level": 2}
    assert await site.told("shortcut", pressed) == await site.told("shortcut", pressed) == []
    await settled(lambda: len(messages_of(site, "ines")) == 1)


OLD = ["Knappen gäller inte längre. Se det nyaste meddelandet."]
NOT_YOURS = ["Det här kan bara en annan kollega göra."]
FORGED: dict[str, tuple[Json, list[str]]] = {
    "nothing": ({}, OLD),
    "a name nobody knows": ({"action": {"action_id": "help.win", "value": "{}"}}, OLD),
    "no such call": (
        {"action": {"action_id": "help.finish#1", "value": '{"call":99,"how":"done"}'}},
        OLD,
    ),
    "another kind": ({"action": {"action_id": "help.take", "value": '{"call":"1"}'}}, OLD),
    "more than there is": (
        {"action": {"action_id": "help.press", "value": '{"level":1,"who":"bo"}'}},
        OLD,
    ),
    "no such level": ({"action": {"action_id": "help.press", "value": '{"level":4}'}}, OLD),
    "the clock's own": ({"action": {"action_id": "help.due", "value": '{"call":1}'}}, NOT_YOURS),
    "not the presser": (
        {
            "action": {"action_id": "help.finish", "value": '{"call":1,"how":"done"}'},
            "person": "bo",
        },
        NOT_YOURS,
    ),
    "not told": (
        {"action": {"action_id": "help.take", "value": '{"call":1}'}, "person": "gun"},
        NOT_YOURS,
    ),
    "a stranger": (
        {"action": {"action_id": "home.open", "value": "{}"}, "person": "mallory"},
        ["Du finns inte i listan än. Be din administratör lägga till dig."],
    ),
}


@pytest.mark.parametrize(("body", "said"), FORGED.values(), ids=FORGED)
async def test_a_forged_press_gets_a_kind_line(site: Site, body: Json, said: list[str]) -> None:
    await site.told("shortcut", {"level": 3})
    assert await site.told("press", {"as": "slack", **body}) == said


async def test_half_a_character_is_not_ours(site: Site) -> None:
    action = {"action_id": "\ud800", "value": "{}"}
    answer = await site.post("press", {"as": "slack", "person": "lisa", "action": action})
    assert answer.status == 400


async def test_a_line_that_nobody_understands_is_answered(site: Site) -> None:
    for text in "mjölk", "", "\0", "gu" * 1000:
        assert await site.told("say", {"text": text}) == [
            "Välj en pärm, eller skriv blå, gul eller vit."
        ]
    assert await site.told("language", {"language": "xx"}) == OLD


async def test_a_chosen_language_is_told_with_the_next_world(site: Site) -> None:
    await site.told("language", {"language": "en"})
    languages = {one["ref"]: one["language"] for one in (await world(site))["people"]}
    assert (languages["lisa"], languages["bo"]) == ("en", "sv")
    home = site.house.workspace.screens
    await settled(lambda: "White folder" in json.dumps(home.messages["home:lisa"].slack))


async def test_a_server_with_open_pages_stops_within_two_seconds(site: Site) -> None:
    app = site.house.workspace.app()
    runner = web.AppRunner(app, shutdown_timeout=1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    other = Site(site.house, site.session, f"http://127.0.0.1:{runner.addresses[0][1]}", [])
    async with other.page() as one, other.page() as two:
        await one.next()
        await two.next()
        started = monotonic()
        await runner.cleanup()
        assert monotonic() - started < 2
        assert b"event:" in await one.answer.content.read()
    await asyncio.sleep(0)
    assert not site.house.workspace.pages


async def test_a_page_that_went_away_disturbs_nobody(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.page() as stays:
        async with site.page() as goes:
            await goes.next()
        await asyncio.sleep(0.05)
        for _ in range(3):
            await site.told("say", {"text": "?"})
        await stays.until("decision", lambda decision: decision["n"] == 3)
    assert caplog.records == []


def put(screens: Screens, key: str, text: str = "Pärm", home: bool = False, to: str = "bo") -> str:
    return screens.put(to, home, NOW, key, {"text": text}, {"summary": text})


def reopened(screens: Screens) -> Screens:
    again = Screens(screens.journal)
    assert again.messages == screens.messages
    assert again.by_key == screens.by_key
    return again


def test_what_stands_on_the_screens_outlives_the_bot(tmp_path: Path) -> None:
    screens = Screens(tmp_path / "screens.jsonl")
    first, second = put(screens, "1"), put(screens, "2", "Blå \u2028\u0085 pärm")
    third = screens.put("bo", False, NOW, "held", {}, {}, [["help.press", '{"level":3}']])
    screens.change(first, NOW, "3", {"text": "Klart"}, {"summary": "Klart"})
    put(screens, "home:bo", "Pärmar", home=True)
    again = reopened(screens)
    assert list(again.messages) == [first, second, third, "home:bo"]
    assert again.messages[third].hold == [["help.press", '{"level":3}']]
    assert again.messages[first].slack == {"text": "Klart"}
    assert again.messages[first].keys == ["1", "3"]
    assert again.messages[first].edited_at == NOW.isoformat()
    assert put(again, "4") not in (first, second)


def test_the_same_delivery_is_the_same_message(tmp_path: Path) -> None:
    screens = Screens(tmp_path / "screens.jsonl")
    seen: list[str] = []
    screens.watchers.append(lambda message: seen.append(message.id))
    first = put(screens, "1")
    assert put(screens, "1") == put(reopened(screens), "1") == first
    screens.change(first, NOW, "2", {"text": "Klart"}, {"summary": "Klart"})
    assert put(screens, "2") == first
    assert seen == [first, first]


def test_a_home_is_one_message_and_each_has_their_own() -> None:
    screens = Screens()
    for text in "Pärmar", "Kopior":
        for ref in "bo", "lisa":
            put(screens, f"home:{ref}", text, home=True, to=ref)
    assert {id: each.slack["text"] for id, each in screens.messages.items()} == {
        "home:bo": "Kopior",
        "home:lisa": "Kopior",
    }


@pytest.mark.parametrize("cut", [1, 2, 30, 100])
def test_a_line_that_a_kill_tore_in_two_is_written_again(tmp_path: Path, cut: int) -> None:
    screens = Screens(tmp_path / "screens.jsonl")
    first = put(screens, "1")
    put(screens, "2", "å" * 100)
    assert screens.journal
    whole = screens.journal.read_bytes()
    screens.journal.write_bytes(whole[:-cut])
    torn = Screens(screens.journal)
    lost = cut > 1  # without its line break the line itself is whole
    assert list(torn.messages) == ([first] if lost else [first, "m2"])
    assert put(torn, "2", "å" * 100) == "m2"
    assert put(torn, "3") == "m3"
    assert list(reopened(torn).messages) == [first, "m2", "m3"]


@pytest.mark.parametrize("line", [b"7", b"null", b"[]", b"{}", b'{"id": "x"}', b"\xff", b""])
def test_a_line_that_is_no_message_is_nobodys_business(tmp_path: Path, line: bytes) -> None:
    journal = tmp_path / "screens.jsonl"
    journal.write_bytes(line + b"\n")
    assert Screens(journal).messages == {}
