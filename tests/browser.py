"""A real Chromium, driven over its DevTools socket with aiohttp: no browser package needed."""

import asyncio
import base64
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
]
PATIENCE = 15.0


LEFT = "navigated or closed"


class Left(AssertionError):
    """The page that was asked is no more."""


class Page:
    """One tab. `errors` holds whatever the page complained of."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket, self.numbers = socket, count(1)
        self.waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.errors: list[str] = []
        self.reader = asyncio.create_task(self._read())

    async def opens(self, url: str, width: int = 1440, height: int = 900) -> None:
        for domain in ("Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.resizes(width, height)
        await self.call("Page.navigate", url=url)
        await self.until("document.documentElement?.dataset.ready === '1'")

    async def goes_back(self) -> None:
        """As the arrow of the browser does it; a page cannot answer while it is being left."""
        history = await self.call("Page.getNavigationHistory")
        before = history["entries"][history["currentIndex"] - 1]
        await self.call("Page.navigateToHistoryEntry", entryId=before["id"])

    async def resizes(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.call("Emulation.setDeviceMetricsOverride", **size)

    async def js(self, expression: str) -> Any:
        answer = await self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, expression: str, seconds: float = PATIENCE) -> None:
        end = monotonic() + seconds
        while not await self._true(expression):
            assert monotonic() < end, f"never true: {expression}"
            await asyncio.sleep(0.03)

    async def _true(self, expression: str) -> bool:
        """A page that is just being left answers nothing: the next one is asked."""
        try:
            return bool(await self.js(f"!!({expression})"))
        except Left:
            return False

    async def key(self, key: str, code: str, modifiers: int = 0) -> None:
        """Modifiers: 1 Alt, 2 Control, 8 Shift."""
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=code, modifiers=modifiers
            )

    async def holds(self, button: str, seconds: float = 0.75) -> None:
        """Press a button (an expression) with the mouse, and let go of it after a while."""
        place = await self.mouse_down(button)
        await asyncio.sleep(seconds)
        await self.mouse("mouseReleased", place)

    async def mouse_down(self, button: str) -> tuple[float, float]:
        """Where the middle of the button is, with the mouse pressed there."""
        place = await self.middle(button)
        await self.mouse("mousePressed", place)
        return place

    async def middle(self, button: str) -> tuple[float, float]:
        x, y = await self.js(
            "(one => { one.scrollIntoView({block: 'nearest'});"
            " const box = one.getBoundingClientRect();"
            f" return [box.x + box.width / 2, box.y + box.height / 2]; }})({button})"
        )
        return x, y

    async def mouse(self, kind: str, place: tuple[float, float]) -> None:
        more = {"button": "left", "clickCount": 1} if kind != "mouseMoved" else {}
        where = {"x": place[0], "y": place[1]}
        await self.call("Input.dispatchMouseEvent", type=kind, **where, **more)

    async def touch(self, kind: str, *places: tuple[float, float]) -> None:
        """One finger: touchStart and touchMove with its place, touchEnd without."""
        points = [{"x": x, "y": y} for x, y in places]
        await self.call("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    async def shoots(self, file: Path) -> None:
        found = await self.call("Page.captureScreenshot", format="png")
        file.write_bytes(base64.b64decode(found["data"]))

    async def call(self, method: str, **values: Any) -> dict[str, Any]:
        number = next(self.numbers)
        self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": values})
        answer = await asyncio.wait_for(self.waiting[number], PATIENCE)
        if LEFT in str(answer.get("error")):
            raise Left(method)
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    async def _read(self) -> None:
        async for told in self.socket:
            if told.type is not WSMsgType.TEXT:
                continue
            message = json.loads(told.data)
            if waiting := self.waiting.pop(message.get("id", 0), None):
                waiting.set_result(message)
            elif message.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded"):
                self.errors.append(json.dumps(message["params"])[:500])


@asynccontextmanager
async def browser() -> AsyncIterator[Page]:
    """A tab in a browser of its own, gone with everything it wrote afterwards."""
    assert CHROMIUM
    folder = tempfile.mkdtemp(prefix="kollega-chromium-")
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with ClientSession() as session:
            url = await _tab(session, Path(folder) / "DevToolsActivePort")
            async with session.ws_connect(url, max_msg_size=0) as socket:
                page = Page(socket)
                yield page
                page.reader.cancel()
                await asyncio.gather(page.reader, return_exceptions=True)
    finally:
        process.terminate()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)


async def _tab(session: ClientSession, announced: Path) -> str:
    end = monotonic() + PATIENCE
    while not announced.exists() or not announced.read_text().strip():
        assert monotonic() < end, "chromium did not start"
        await asyncio.sleep(0.02)
    port = announced.read_text().split()[0]
    async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
        tabs = await answer.json()
    return str(next(tab for tab in tabs if tab["type"] == "page")["webSocketDebuggerUrl"])
