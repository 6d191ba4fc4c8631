"""Microsoft's signing keys: fetched when needed, kept for a day, and never in anybody's way.

What cannot be read anew stays as it was: a short outage at Microsoft's shuts nobody out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from jwt import PyJWK, PyJWTError

from bot.surfaces.shapes import Json, items, text, words
from bot.surfaces.teams.settings import is_local, safe

log = logging.getLogger("kollega.teams")

DAY = 24 * 3600.0
MINUTE = 60.0
"""An unknown key is asked for at most so often, or strangers could make us ask for ever."""
AGAIN = 5.0
"""The same while there is no key at all: nobody is heard until there is one."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, and the channels that Microsoft vouches for with it."""

    public: Any
    endorsements: frozenset[str]


class NoKeys(Exception):
    """Not one key is known yet: whoever asks must ask again later."""


class Keys:
    """`fetch` reads a JSON document; `now` is a clock in seconds that never goes back."""

    def __init__(
        self,
        metadata_url: str,
        fetch: Callable[[str], Awaitable[Json]],
        now: Callable[[], float] = monotonic,
    ) -> None:
        self.metadata_url, self.fetch, self.now = metadata_url, fetch, now
        self.known: Mapping[str, Key] = {}
        self.read_at = self.tried_at = -DAY
        self.turn = asyncio.Lock()
        self.errand: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> Key | None:
        """None for a key that Microsoft does not have. Raises NoKeys."""
        if kid in self.known:
            self._refresh_aside()
        else:
            async with self.turn:  # somebody else may be reading them just now
                if kid not in self.known and self._may_ask():
                    await self._refresh()
        if not self.known:
            raise NoKeys("Microsoft's keys could not be read yet")
        return self.known.get(kid)

    async def refresh(self) -> None:
        """Never raises; the reason stands in the log."""
        async with self.turn:
            await self._refresh()

    async def _refresh(self) -> None:
        self.tried_at = self.now()
        try:
            self.known = await self._read()
            self.read_at = self.now()
        except Exception as no:
            kept = "; the known ones are kept" if self.known else ""
            why = str(no) or type(no).__name__
            log.warning("Teams: Microsoft's keys are not read (%s)%s", why, kept)

    async def _read(self) -> Mapping[str, Key]:
        metadata = await self.fetch(self.metadata_url)
        where = text(metadata, "jwks_uri")
        if not safe(where) or (is_local(where) and not is_local(self.metadata_url)):
            raise ValueError("the metadata names no safe address of keys")
        found = {text(one, "kid"): key(one) for one in items(await self.fetch(where), "keys")}
        usable = {kid: one for kid, one in found.items() if kid and one is not None}
        if not usable:
            raise ValueError("there is no usable key")
        return usable

    def _may_ask(self) -> bool:
        return self.now() - self.tried_at >= (MINUTE if self.known else AGAIN)

    def _refresh_aside(self) -> None:
        """Old keys are read anew while the known one goes on serving."""
        old = self.now() - self.read_at > DAY
        busy = self.errand is not None and not self.errand.done()
        if old and not busy and self._may_ask():
            self.errand = asyncio.create_task(self.refresh(), name="teams: keys")


def key(told: Json) -> Key | None:
    """A signing key of ours to use, or None for whatever else stands in the list."""
    if text(told, "kty") != "RSA" or told.get("use", "sig") != "sig":
        return None
    try:
        public = PyJWK(told, "RS256").key
    except (PyJWTError, ValueError, TypeError):
        return None
    return Key(public, frozenset(words(told, "endorsements")))
