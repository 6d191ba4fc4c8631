"""The page in a real browser: the help call by clicking, by keyboard, and by who cannot see it."""

import asyncio
import json
import re
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

import handlers
from bot import serving
from bot.cards import Button, Card, Keys, Text
from bot.command_line import MANNERS
from bot.demo import PANES, DemoClock
from bot.house import Demo, House, build_house
from tests.browser import CHROMIUM, Page, browser
from tests.databases import fresh_database
from tests.stage import demo_shelf
from tests.supervised import RunningDemo, running_demo
from tests.toys import Count, window

if CHROMIUM is None:
    pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
CUT = ("ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
"""What a browser says of a connection whose other end was killed."""

LISTED = {"Tab": 9, "Enter": 13, "ArrowDown": 40, "Escape": 27, " ": 32}
ALT, SHIFT = 1, 8
HELD = 0.75
"""Seconds that a deliberate press is held; the page asks for 0.6."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as demo:
        yield demo


@pytest.fixture
async def desk(
    demo: RunningDemo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator["Desk"]:
    """The page, freshly begun, in a browser that writes where tests write."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    afresh = asyncio.create_task(asyncio.to_thread(demo.reset))
    async with browser() as page:
        await afresh
        desk = Desk(page, demo)
        await page.opens(demo.url)
        for person in "lisa", "bo", "cia":
            await desk.finds(person, "Vit pärm")
        yield desk
        unexpected = [e for e in page.errors if not (desk.killed and any(c in e for c in CUT))]
        assert unexpected == []


class Desk:
    """Three people at one page."""

    def __init__(self, page: Page, demo: RunningDemo) -> None:
        self.page, self.demo, self.killed = page, demo, False

    async def finds(self, person: str, label: str) -> str:
        """An expression for the newest button of that name, once it stands there."""
        button = (
            f"[...document.querySelectorAll('[data-person={person}] button')]"
            f".filter(one => one.textContent.trim() === {json.dumps(label)}).at(-1)"
        )
        await self.page.until(button)
        return button

    async def presses(self, person: str, label: str) -> None:
        await self.page.js(f"{await self.finds(person, label)}.click()")

    async def holds(self, person: str, label: str) -> None:
        """Press with the mouse and hold for a moment: a deliberate press."""
        await self.page.holds(await self.finds(person, label))

    async def clicks(self, selector: str) -> None:
        await self.page.js(f"document.querySelector({json.dumps(selector)}).click()")

    async def sees(self, person: str, text: str) -> None:
        await self.page.until(f"{pane(person)}.textContent.includes({json.dumps(text)})")
        await self.discreet()

    async def looks(self, person: str, look: str) -> None:
        await self.clicks(f"[data-person={person}] [data-set-look={look}]")

    async def discreet(self) -> None:
        """No forbidden word stands anywhere in the presser's pane, seen or read aloud."""
        words = (await self.page.js(f"({EVERYTHING_SAID})({pane('lisa')})")).casefold()
        found = [word for word in demo_shelf().current.forbidden if word.casefold() in words]
        assert not found, words

    async def key(self, key: str, code: str = "", modifiers: int = 0, seconds: float = 0) -> None:
        """A key as a keyboard sends it, repeats included, with what it does in a browser."""
        end = perf_counter() + seconds
        await self._key("keyDown", key, code, modifiers)
        while perf_counter() < end:
            await asyncio.sleep(0.04)
            await self._key("keyDown", key, code, modifiers, autoRepeat=True)
        await self._key("keyUp", key, code, modifiers)

    async def _key(self, kind: str, key: str, code: str, modifiers: int, **more: Any) -> None:
        text = {"Enter": "\r", " ": " "}.get(key, "") if kind == "keyDown" else ""
        await self.page.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key=key,
            code=code or key,
            modifiers=modifiers,
            windowsVirtualKeyCode=LISTED.get(key, 0),
            **({"text": text} if text else {}),
            **more,
        )

    async def tabs_to(self, text: str) -> None:
        for _ in range(60):
            await self.key("Tab")
            if await self.page.js("document.activeElement.textContent.trim()") == text:
                return
        raise AssertionError(f"nobody gets to {text} with Tab")

    async def kills(self) -> float:
        """The bot is killed by its button; milliseconds until the page has the next one."""
        self.killed = True
        started, boot = perf_counter(), await self.page.js(BOOT)
        await self.clicks("[data-kill]")
        await self.page.until(f"{BOOT} !== {json.dumps(boot)}")
        return (perf_counter() - started) * 1000

    async def has_no_barrier(self) -> None:
        """axe-core finds nothing that keeps anybody out, once what is new has faded in."""
        found = await self.page.js(
            "Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))"
            ".then(() => axe.run(document, {resultTypes: ['violations']}))"
            ".then(found => found.violations"
            ".map(one => [one.id, ...one.nodes.map(node => node.html.slice(0, 200))]))"
        )
        assert found == []

    async def fits(self) -> None:
        wide = await self.page.js("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], wide


BOOT = "document.documentElement.dataset.boot"
EVERYTHING_SAID = """(pane) => [pane, ...pane.querySelectorAll('*')].flatMap((node) => [
  ...['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'value'].map(
    (name) => node.getAttribute(name)),
  ...[...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data),
]).filter(Boolean).join('\\n')"""


def pane(person: str) -> str:
    return f"document.querySelector('section[data-person={person}]')"


async def test_a_call_by_clicking_with_a_kill_in_the_middle(desk: Desk) -> None:
    await desk.discreet()
    started = perf_counter()
    await desk.holds("lisa", "Vit pärm")
    await desk.sees("bo", "L3 · Lisa · plats 14")
    print(f"press to colleague: {(perf_counter() - started) * 1000:.0f} ms")
    await desk.sees("lisa", "Pärm beställd")
    await desk.presses("lisa", "Blankett 1")
    await desk.sees("lisa", "Ställ öppna frågor")

    await desk.clicks('[data-forward="30"]')
    await desk.sees("cia", "L3 · Lisa")
    await desk.sees("lisa", "Söker i arkivet")
    print(f"another bot on the page: {await desk.kills():.0f} ms")
    await desk.page.until("document.querySelector('#banner').textContent.includes('tillbaka')")

    await desk.presses("bo", "Jag tar")
    await desk.sees("lisa", "Bo hämtar pärmen")
    await desk.sees("cia", "Bo äger")
    await desk.presses("lisa", "Pärm klar")
    await desk.sees("lisa", "Bra jobbat. Paus 15 minuter. Bo stannar.")
    await desk.presses("bo", "Trygg")
    await desk.sees("cia", "Bo såg till")


async def test_a_report_by_clicking_with_a_kill_in_the_middle(desk: Desk) -> None:
    for label in "Ny händelse", "Hot", "Direkt hot":
        await desk.presses("bo", label)
    await desk.finds("bo", "Telefon")
    await desk.kills()
    for label in "Telefon", "Nyss", "Obehagligt", "Vapen":
        await desk.presses("bo", label)
    await desk.finds("bo", "✓ Vapen")
    await desk.page.js(AXE.read_text("utf-8"))
    await desk.has_no_barrier()
    for label in "Vidare", "Med namn":
        await desk.presses("bo", label)
    await desk.sees("bo", "hör av sig inom 30 minuter.")  # the manager, or by night who is on call
    await desk.presses("cia", "Visa ärendet")
    await desk.sees("cia", "Nästa steg:")


async def test_a_press_while_the_bot_is_away_gets_through(desk: Desk) -> None:
    desk.killed = True
    await desk.clicks("[data-kill]")
    await desk.holds("lisa", "Vit pärm")
    await desk.sees("bo", "L3 · Lisa")


async def test_a_chosen_language_redraws_what_stands_there(desk: Desk) -> None:
    await desk.presses("lisa", "Gul pärm")
    await desk.sees("lisa", "Pärm beställd")
    await desk.clicks("[data-person=lisa] [data-set-language=en]")
    await desk.sees("lisa", "Folder ordered")
    assert not await desk.page.js(f"{pane('lisa')}.textContent.includes('Pärm beställd')")
    await desk.sees("bo", "Jag tar")
    await desk.clicks("[data-person=bo] [data-set-language=en]")
    await desk.sees("bo", "Can't")
    await desk.presses("bo", "I take it")
    await desk.sees("lisa", "Bo fetches the folder")
    await desk.presses("lisa", "Folder done")
    await desk.sees("lisa", "Well done. 15-minute break. Bo stays.")
    await desk.clicks("[data-page-language=en]")
    await desk.page.until("document.querySelector('[data-kill]').textContent === 'Restart the bot'")
    await desk.sees("lisa", "Folders")


async def test_both_looks_show_the_same_words(desk: Desk) -> None:
    await desk.holds("lisa", "Vit pärm")
    await desk.presses("lisa", "Blankett 1")
    await desk.sees("lisa", "Ställ öppna frågor")
    await desk.sees("bo", "L3 · Lisa")
    for person in "lisa", "bo":
        said = []
        for look, body in (("slack", ".bk"), ("teams", ".tm")):
            await desk.looks(person, look)
            await desk.sees(person, "L3 · Lisa" if person == "bo" else "Ställ öppna frågor")
            shown = await desk.page.js(
                f"[...{pane(person)}.querySelectorAll('{body}')].map(one => one.innerText)"
            )
            said.append(sorted(re.findall(r"\w+", " ".join(shown))))
        assert said[0] == said[1]


async def test_the_json_shown_is_the_very_json(desk: Desk) -> None:
    await desk.holds("lisa", "Vit pärm")
    await desk.sees("bo", "L3 · Lisa")
    sent = next(
        data
        for name, data in desk.demo.events()
        if name == "message" and data["to"] == "bo" and not data["home"]
    )
    for look in "slack", "teams":
        await desk.looks("bo", look)
        await desk.clicks(f'[data-message="{sent["id"]}"] [data-json] summary')
        text = f"document.querySelector('[data-message=\"{sent['id']}\"] pre').textContent"
        await desk.page.until(text)
        assert json.loads(await desk.page.js(text)) == sent[look]


async def test_a_call_by_keyboard_alone(desk: Desk) -> None:
    await desk.page.js(f"{pane('lisa')}.querySelector('select').focus()")
    await desk.tabs_to("Blå pärm")
    await desk.key("Enter")
    await desk.sees("bo", "L1 · Lisa")
    await desk.page.js("document.activeElement.blur()")
    await desk.key("3", "Digit3", ALT + SHIFT, seconds=HELD)
    await desk.sees("bo", "L3 · Lisa")
    await desk.page.js(f"{pane('bo')}.querySelector('select').focus()")
    await desk.tabs_to("Jag tar")
    await desk.key("Enter")
    await desk.sees("lisa", "Bo hämtar pärmen")


async def test_a_shortcut_from_the_menu(desk: Desk) -> None:
    await desk.clicks("[data-person=lisa] .composer-more")
    await desk.key("ArrowDown")
    await desk.key("Enter")
    await desk.sees("bo", "L2 · Lisa")


async def test_a_typed_line_is_as_good_as_a_button(desk: Desk) -> None:
    async def types(text: str) -> None:
        await desk.page.js(f"{pane('lisa')}.querySelector('[data-say]').focus()")
        await desk.page.call("Input.insertText", text=text)
        await desk.key("Enter")

    await types("mjölk")
    await desk.sees("lisa", "Välj en pärm, eller skriv blå, gul eller vit.")
    await types("pärm gul")
    await desk.sees("bo", "L2 · Lisa")


async def test_what_the_bot_decided_is_listed(desk: Desk) -> None:
    await desk.clicks("[data-decisions]")
    await desk.holds("lisa", "Vit pärm")
    listed = "document.querySelector('#drawer').innerText"
    for text in "Nytt på skärmen: Lisa, ", "Nästa steg", "Väntar på klockan":
        await desk.page.until(f"{listed}.includes({json.dumps(text)})")
    await desk.page.js("document.querySelector('#decisions li details').open = true")
    for text in "help.press", "går först", "help.due":
        await desk.page.until(f"{listed}.includes({json.dumps(text)})")
    await desk.page.until("!document.querySelector('[data-forward-next]').disabled")
    await desk.clicks("[data-forward-next]")
    await desk.page.until(f"{listed}.includes('Klockan')")


@pytest.mark.parametrize("width", [1440, 390])
async def test_nobody_is_kept_out(desk: Desk, width: int) -> None:
    page = desk.page
    await page.js(AXE.read_text("utf-8") + "; 0")
    await page.call("Emulation.setEmulatedMedia", features=[calm("prefers-reduced-motion")])
    await page.resizes(width, 900)
    await desk.holds("lisa", "Vit pärm")
    await desk.sees("bo", "L3 · Lisa")
    await desk.presses("lisa", "Blankett 1")
    await desk.sees("lisa", "Ställ öppna frågor")
    for look in "slack", "teams":
        for number, person in enumerate(("lisa", "bo", "cia")):
            await desk.looks(person, look)
            await page.js(f"document.querySelectorAll('#tabs button')[{number}].click()")
            await desk.fits()
            if width == 390 or person == "cia":  # wide, all three stand side by side
                await desk.has_no_barrier()
    await desk.clicks("[data-decisions]")
    await desk.fits()
    await desk.has_no_barrier()
    await desk.discreet()


def calm(feature: str) -> dict[str, Any]:
    return {"name": feature, "value": "reduce"}


SENT = """window.sent = []; const before = window.fetch; window.fetch = (...asked) => {
  if (/press|shortcut/.test(asked[0])) window.sent.push(JSON.parse(asked[1].body));
  return before(...asked);
}; 0"""
HINT = f"{pane('lisa')}.querySelector('.hold-hint')"
SHOWN = f"({HINT}.textContent && !{HINT}.hasAttribute('data-away'))"
SV, EN = "Håll kvar, eller tryck igen", "Hold, or press again"


async def white(desk: Desk, look: str = "slack") -> str:
    """Lisa's white button in one of the looks; from now on the page notes what it sends."""
    await desk.looks("lisa", look)
    await desk.page.js(SENT)
    return await desk.finds("lisa", "Vit pärm")


async def sent(desk: Desk) -> int:
    return int(await desk.page.js("window.sent.length"))


@pytest.mark.parametrize("look", ["slack", "teams"])
async def test_a_short_press_asks_and_the_second_sends(desk: Desk, look: str) -> None:
    button = await white(desk, look)
    await desk.page.holds(button, seconds=0)
    await desk.page.until(SHOWN)
    assert await desk.page.js(f"{HINT}.textContent") == SV
    assert await sent(desk) == 0
    gap = f"{HINT}.getBoundingClientRect().bottom - {button}.getBoundingClientRect().top"
    await desk.page.until(f"Math.abs({gap}) < 12")  # at the button itself
    await desk.discreet()
    await desk.page.holds(button, seconds=0)
    await desk.sees("bo", "L3 · Lisa")
    await desk.page.until(f"!{HINT}.textContent")
    assert await sent(desk) == 1


@pytest.mark.parametrize("look", ["slack", "teams"])
async def test_a_held_press_is_sent_while_it_is_held_and_only_once(desk: Desk, look: str) -> None:
    button = await white(desk, look)
    place = await desk.page.mouse_down(button)
    await desk.page.until(f"{button}.hasAttribute('data-held')")
    assert await sent(desk) == 0
    await desk.sees("bo", "L3 · Lisa")
    for _ in range(3):  # lets go, and cannot believe that it was enough
        await desk.page.mouse("mouseReleased", place)
        await desk.page.mouse("mousePressed", place)
    await desk.page.mouse("mouseReleased", place)
    assert await sent(desk) == 1
    assert not await desk.page.js(f"{HINT}.textContent")


async def test_who_holds_on_for_long_has_pressed_once(desk: Desk) -> None:
    await desk.page.holds(await white(desk), seconds=1.8)
    await desk.sees("bo", "L3 · Lisa")
    assert await sent(desk) == 1
    assert not await desk.page.js(f"{HINT}.textContent")


SLOW = """window.tried = 0; const soon = window.fetch; window.fetch = async (...asked) => {
  if (/press/.test(asked[0])) {
    window.tried += 1;
    await new Promise((resolve) => setTimeout(resolve, 5000));
  }
  return soon(...asked);
}; 0"""


async def test_a_press_that_is_on_its_way_is_not_sent_again(desk: Desk) -> None:
    """Also not with a button that was drawn anew meanwhile."""
    button = await white(desk)
    await desk.page.js(SLOW)
    await desk.page.holds(button, seconds=HELD)
    await desk.clicks("[data-person=lisa] [data-set-language=en]")
    again = await desk.finds("lisa", "White folder")
    await asyncio.sleep(1.1)  # until the page listens to that button again
    await desk.page.holds(again)
    await desk.sees("bo", "L3 · Lisa")
    assert await desk.page.js("window.tried") == 1


async def test_whoever_waits_for_the_bot_is_told_within_a_second_that_it_takes_long(
    desk: Desk,
) -> None:
    button = await white(desk)
    await desk.page.js(SLOW)
    await desk.page.holds(button, seconds=HELD)
    await desk.sees("lisa", "Det dröjer ovanligt länge")
    await desk.sees("bo", "L3 · Lisa")
    await desk.page.until(f"!{pane('lisa')}.textContent.includes('Det dröjer')")


async def test_a_finger_may_hold_too(desk: Desk) -> None:
    await desk.page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    button = await white(desk)
    await desk.page.touch("touchStart", await desk.page.middle(button))
    await desk.sees("bo", "L3 · Lisa")
    await desk.page.touch("touchEnd")
    assert await sent(desk) == 1


async def test_who_slides_off_has_pressed_nothing(desk: Desk) -> None:
    button = await white(desk)
    x, y = await desk.page.mouse_down(button)
    await desk.page.until(f"{button}.hasAttribute('data-held')")
    await desk.page.mouse("mouseMoved", (x, y + 200))
    await desk.page.until(f"!{button}.hasAttribute('data-held')")
    await asyncio.sleep(HELD)
    await desk.page.mouse("mouseReleased", (x, y + 200))
    assert await sent(desk) == 0


@pytest.mark.parametrize("key", [" ", "Enter"])
async def test_a_key_of_the_keyboard_holds_too(desk: Desk, key: str) -> None:
    await desk.page.js(f"{await white(desk)}.focus()")
    await desk.key(key)
    await desk.page.until(SHOWN)
    assert await sent(desk) == 0
    await desk.key("Escape")
    await desk.page.until(f"!{HINT}.textContent")
    await desk.key(key, seconds=HELD)
    await desk.sees("bo", "L3 · Lisa")
    assert await sent(desk) == 1


@pytest.mark.parametrize("key", [" ", "Enter"])
async def test_a_shortcut_of_the_menu_is_held(desk: Desk, key: str) -> None:
    await white(desk)
    await desk.clicks("[data-person=lisa] .composer-more")
    await desk.key("End")
    await desk.key(key)
    await desk.page.until(SHOWN)
    await desk.key(key, seconds=HELD + 0.3)  # the menu closes under the key that is still down
    await desk.sees("bo", "L3 · Lisa")
    assert await desk.page.js("document.querySelector('[data-person=lisa] .menu').hidden")
    assert await sent(desk) == 1


async def test_the_keyboards_own_shortcut_may_be_pressed_twice(desk: Desk) -> None:
    await white(desk)
    await desk.key("3", "Digit3", ALT + SHIFT)
    await desk.page.until(SHOWN)
    assert await sent(desk) == 0
    for _ in range(3):
        await desk.key("3", "Digit3", ALT + SHIFT)
    await desk.sees("bo", "L3 · Lisa")
    assert await sent(desk) == 1


async def test_who_cannot_hold_is_told_how_and_presses_twice(desk: Desk) -> None:
    """A screen reader or a spoken command clicks, with no finger and no key."""
    button = await white(desk)
    assert await desk.page.js(f"{button}.getAttribute('aria-description')")
    assert await desk.page.js(f"{HINT}.getAttribute('role')") == "status"
    await desk.page.js(f"{button}.click()")
    await desk.page.until(SHOWN)
    await desk.page.until(f"!{HINT}.textContent")  # four seconds later it is forgotten
    await desk.clicks("[data-person=lisa] [data-set-language=en]")
    button = await desk.finds("lisa", "White folder")
    await desk.page.js(f"{button}.click()")
    await desk.page.until(f"{HINT}.textContent === {json.dumps(EN)}")
    assert await sent(desk) == 0
    await desk.page.js(f"{button}.click()")
    await desk.sees("bo", "L3 · Lisa")
    assert await sent(desk) == 1


async def test_a_button_drawn_anew_under_the_finger_is_still_held(desk: Desk) -> None:
    button = await white(desk)
    await desk.page.holds(button, seconds=0)
    await desk.page.until(SHOWN)
    await desk.clicks("[data-person=lisa] [data-set-language=en]")
    again = await desk.finds("lisa", "White folder")
    await desk.page.until(f"{again}.hasAttribute('data-asked')")
    assert await desk.page.js(SHOWN)
    english = "[data-person=lisa] [data-set-language=en][aria-pressed=true]"
    await desk.page.until(f"document.querySelector('{english}')")
    place = await desk.page.mouse_down(again)
    await desk.clicks("[data-person=lisa] [data-set-language=sv]")
    await desk.page.until(f"{await desk.finds('lisa', 'Vit pärm')}.hasAttribute('data-held')")
    await desk.sees("bo", "L3 · Lisa")
    await desk.page.mouse("mouseReleased", place)
    assert await sent(desk) == 1


async def test_who_wants_no_movement_sees_none(desk: Desk) -> None:
    await desk.page.call("Emulation.setEmulatedMedia", features=[calm("prefers-reduced-motion")])
    button = await white(desk)
    place = await desk.page.mouse_down(button)
    await desk.page.until(f"{button}.hasAttribute('data-held')")
    assert await desk.page.js(f"getComputedStyle({button}).animationName") == "none"
    assert "gradient" in await desk.page.js(f"getComputedStyle({button}).backgroundImage")
    await desk.page.mouse("mouseReleased", place)
    await desk.page.until(SHOWN)
    await desk.page.js(AXE.read_text("utf-8") + "; 0")
    await desk.has_no_barrier()


async def test_the_header_has_an_entry_for_every_view_and_no_other(desk: Desk) -> None:
    views = await desk.page.js("fetch('/api/views').then(answer => answer.json())")
    assert await desk.page.js("document.querySelectorAll('[data-view]').length") == len(views)


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator["Office"]:
    """A bot in this process that has a view, and a page of it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    database, clock = fresh_database(), DemoClock(tmp_path / "shift")
    monkeypatch.setattr("bot.house.connect", lambda *_, **__: database)
    house = build_house(
        "sqlite://",
        demo_shelf(),
        (*handlers.ALL, window()),
        MANNERS,
        clock.now,
        demo=Demo(clock.forward, lambda: None, lambda: None, PANES),
    )
    stops = asyncio.Event()

    async def until() -> None:
        await stops.wait()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        served = asyncio.create_task(serving.serve(house, MANNERS, listening, until))
        async with browser() as page:
            office = Office(page, f"http://127.0.0.1:{listening.getsockname()[1]}/", house)
            await page.opens(office.url)
            yield office
            assert [error for error in page.errors if "mallory" not in error] == []
        stops.set()
        await served
    database.dispose()


class Office(Desk):
    """A desk that a view can be opened at."""

    def __init__(self, page: Page, url: str, house: House) -> None:
        self.page, self.url, self.house, self.killed = page, url, house, False

    async def opens(self, hash: str) -> None:
        """By a link from elsewhere: the page is loaded anew."""
        await self.page.call("Page.navigate", url="about:blank")
        await self.page.call("Page.navigate", url=self.url + hash)
        await self.page.until(OPEN)

    async def reads(self, text: str) -> None:
        await self.page.until(f"{VIEW}.innerText.includes({json.dumps(text)})")


async def test_every_line_of_keys_shows_and_the_one_that_wants_it_is_held(office: Office) -> None:
    def line(*numbers: int) -> Keys:
        return Keys(
            tuple(Button(f"Val {number}", Count(number), hold=number == 7) for number in numbers)
        )

    card = Card("Val", "Kollega", (line(*range(5)), Text("Och"), line(5, 6, 7)), line(8).buttons)
    await office.house.machine.courier.surfaces["workspace"].post("bo", card, "keys")
    for look in "teams", "slack":
        await office.looks("bo", look)
        await office.finds("bo", "Val 8")
        shown = "[...document.querySelectorAll('[data-person=bo] .messages button')]"
        named = ".map(one => one.textContent.trim())"
        assert await office.page.js(shown + named) == [f"Val {number}" for number in range(9)]
        held = f"{shown}.filter(one => one.dataset.hold){named}"
        assert await office.page.js(held) == ["Val 7"]


VIEW = "document.querySelector('#view-body')"
OPEN = "document.querySelector('#view')?.open"
TITLE = "document.querySelector('#view-title').textContent"


async def test_a_view_is_opened_from_the_header_and_closed_with_escape(office: Office) -> None:
    await office.page.js("document.querySelector('#menu summary').focus()")
    await office.key("Enter")
    await office.page.until("document.querySelector('#menu').open")
    await office.page.js("document.querySelector('[data-view=box]').focus()")
    await office.key("Enter")
    await office.reads("Lisa har det så här")
    assert await office.page.js(TITLE) == "Vad är i lådan?"
    assert not await office.page.js(f"{VIEW}.innerText.includes('lådan')")  # said once
    assert await office.page.js("location.hash") == "#view=box&person=lisa"
    for _ in range(9):  # the keyboard stays in the dialog, or goes to the browser's own parts
        await office.key("Tab")
        assert await office.page.js(
            "document.activeElement === document.body"
            " || document.querySelector('#view').contains(document.activeElement)"
        )
    await office.key("Escape")
    await office.page.until(f"!{OPEN}")
    await office.page.until("location.hash === ''")
    await office.page.until("document.activeElement.closest('#view') === null")


async def test_a_view_is_linked_and_shows_somebody_else(office: Office) -> None:
    await office.opens("#view=box&person=bo")
    await office.reads("Bo har det så här")
    assert await office.page.js(f"{VIEW}.querySelector('button').disabled")
    await office.page.js(
        "(one => { one.value = 'cia'; one.dispatchEvent(new Event('change')); })"
        "(document.querySelector('#view-person'))"
    )
    await office.reads("Cia har det så här")
    assert await office.page.js("location.hash") == "#view=box&person=cia"
    await office.page.js("location.hash = ''")
    await office.page.until(f"!{OPEN}")
    await office.page.until("document.activeElement.closest('#view') === null")
    await office.opens("#view=box&person=mallory")
    await office.reads("Det finns inget att visa")


async def test_a_view_is_fresh_by_itself(office: Office) -> None:
    await office.page.js("location.hash = 'view=box&person=bo'")
    await office.reads("Väntar\n")
    waiting = f"Number({VIEW}.innerText.match(/Väntar\\s+(\\d+)/)[1])"
    before = await office.page.js(waiting)
    await office.presses("lisa", "Gul pärm")
    await office.page.until(f"{waiting} > {before}")
    before = await office.page.js(f"{VIEW}.innerText")
    await office.clicks('[data-forward="60"]')
    await office.page.until(f"{VIEW}.innerText !== {json.dumps(before)}")
    await office.clicks("[data-person=bo] [data-set-language=en]")
    await office.reads("So it is for Bo")
    await office.clicks("[data-page-language=en]")
    assert await office.page.js(TITLE) == "What is in the box?"


async def test_a_page_that_is_left_gives_its_line_back(office: Office) -> None:
    """A browser keeps pages that were left, and has six lines to one server and no more."""
    for _ in range(8):
        await office.opens("#view=box&person=bo")
        await office.reads("Bo har det så här")
    await office.page.js("window.marked = true; document.querySelector('#view').close()")
    await office.page.call("Page.navigate", url="about:blank")
    await office.page.until("location.href === 'about:blank'")
    await office.page.goes_back()
    await office.page.until("window.marked && document.visibilityState === 'visible'")
    await office.presses("lisa", "Gul pärm")
    await office.sees("bo", "L2 · Lisa")


@pytest.mark.parametrize("width", [1440, 390])
async def test_a_view_keeps_nobody_out(office: Office, width: int) -> None:
    await office.page.resizes(width, 844)
    await office.opens("#view=box&person=bo")
    await office.page.js(AXE.read_text("utf-8") + "; 0")
    await office.reads("Bo har det så här")
    await office.fits()
    await office.has_no_barrier()
