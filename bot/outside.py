"""Outside: a watchman elsewhere is told each minute that all is well, so that silence alarms.

The address (`KOLLEGA_HEARTBEAT_URL`) is fetched only while every check of `/readyz` holds; so an
open call without a next step, a late timer, a dead store or copies that have failed for ten minutes
make it silent, as a dead machine does.
"""

import asyncio
import logging

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.operations import Operations

log = logging.getLogger("kollega.outside")

EVERY_SECONDS = 60.0
PATIENCE = 10.0


class Outside:
    def __init__(self, url: str, operations: Operations) -> None:
        self.url, self.operations = url, operations
        self.said = ""

    async def run(self) -> None:
        while True:
            await self.beat()
            await asyncio.sleep(EVERY_SECONDS)

    async def beat(self) -> bool:
        """One round; True when the watchman has heard us. The address may hold a token: it is in
        no line."""
        wrong = [check for check in await self.operations.check() if not check.well]
        if wrong:
            self._say("; ".join(f"{check.name}: {check.said}" for check in wrong))
            return False
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=PATIENCE)) as http,
                http.get(self.url, allow_redirects=False) as answer,
            ):
                heard = answer.status < 400
        except (ClientError, TimeoutError, OSError) as no:
            self._say(f"it cannot be reached ({type(no).__name__})")
            return False
        self._say("" if heard else f"it answers {answer.status}")
        return heard

    def _say(self, why: str) -> None:
        """Once a reason, however many minutes it lasts."""
        if why and why != self.said:
            log.warning("the watchman outside is not told that all is well: %s", why)
        self.said = why
