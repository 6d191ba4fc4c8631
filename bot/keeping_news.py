"""Keeping's news: copies that fail, and that are made again, become facts that somebody is told."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from bot.actions import Action
from bot.effects import Later
from bot.keeping import Keeper
from bot.machine import Machine

log = logging.getLogger("kollega.keeping")

LOOK_SECONDS = 30.0

Telling = Callable[[datetime | None], Action]
"""The action that tells of when the last copy is, where it fails; None: they are made again."""


class KeepingNews:
    """What was told last is known to the store: said again after a start, it is told once."""

    def __init__(self, keeper: Keeper, machine: Machine, telling: Telling) -> None:
        self.keeper, self.machine, self.telling = keeper, machine, telling
        self.said: bool | None = None

    async def run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Right after a start nothing is known yet: neither is told."""
        works = self.keeper.works
        if works is None or works == self.said:
            return
        action = self.telling(None if works else self.keeper.since)
        try:
            await self.machine.cause(Later("copies", self.machine.now(), action))
        except Exception as no:  # the store takes nothing just now; the next look tells it
            log.error("nobody is told of the copies (%s)", type(no).__name__)
        else:
            self.said = works
