"""The page in a real browser: the help call by clicking, by keyboard, and by who cannot see it."""

import asyncio
import json
import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from tests.browser import CHROMIUM, Page, browser
from tests.stage import demo_shelf
from tests.supervised import RunningDemo, running_demo

if CHROMIUM is None:
    pytest.skip("Chromium is not installed: apt-get install chromium", allow_module_level=True)

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
CUT = ("ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE")
"""What a browser says of a connection whose other end was killed."""

LISTED = {"Tab": 9, "Enter": 13, "ArrowDown": 40}
ALT, SHIFT = 1, 8


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

    async def key(self, key: str, code: str = "", modifiers: int = 0) -> None:
        """A key as a keyboard sends it, with what it does in a browser."""
        number = LISTED.get(key, 0)
        text = {"text": "\r"} if key == "Enter" else {}
        for kind, more in (("keyDown", text), ("keyUp", {})):
            await self.page.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=code or key,
                modifiers=modifiers,
                windowsVirtualKeyCode=number,
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
        """axe-core finds nothing that keeps anybody out."""
        found = await self.page.js(
            "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations"
            ".map(one => [one.id, ...one.nodes.map(node => node.html.slice(0, 200))]))"
        )
        assert found == []

    async def fits(self) -> None:
        wide = await self.page.js("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], wide


BOOT = "document.documentElement.dataset.boot"
EVERYTHING_SAID = """(pane) => [pane, ...pane.querySelectorAll('*')].flatMap((node) => [
  ...['aria-label', 'title', 'placeholder', 'alt', 'value'].map((name) => node.getAttribute(name)),
  ...[...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data),
]).filter(Boolean).join('\\n')"""


def pane(person: str) -> str:
    return f"document.querySelector('section[data-person={person}]')"


async def test_a_call_by_clicking_with_a_kill_in_the_middle(desk: Desk) -> None:
    await desk.discreet()
    started = perf_counter()
    await desk.presses("lisa", "Vit pärm")
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


async def test_a_press_while_the_bot_is_away_gets_through(desk: Desk) -> None:
    desk.killed = True
    await desk.clicks("[data-kill]")
    await desk.presses("lisa", "Vit pärm")
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
    await desk.presses("lisa", "Vit pärm")
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
    await desk.presses("lisa", "Vit pärm")
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
    await desk.key("3", "Digit3", ALT + SHIFT)
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
    await desk.presses("lisa", "Vit pärm")
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
    await desk.presses("lisa", "Vit pärm")
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
