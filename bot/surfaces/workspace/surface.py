"""The workspace as a surface: every card is kept as the very JSON of Slack and of Teams."""

from collections.abc import Callable
from datetime import datetime

from bot.cards import Card
from bot.pace import Pace
from bot.surfaces import MessageGone
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import render as teams
from bot.surfaces.workspace.screens import Screens


class WorkspaceSurface:
    name = "workspace"
    pace = Pace()

    def __init__(self, screens: Screens, now: Callable[[], datetime]) -> None:
        self.screens, self.now = screens, now

    async def post(self, address: str, card: Card, key: str) -> str:
        return self.screens.put(
            address, False, self.now(), key, slack.message(card), teams.message(card)
        )

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        if message not in self.screens.messages:
            raise MessageGone(f"{address} has no message {message}")
        self.screens.change(message, self.now(), key, slack.message(card), teams.message(card))

    async def home(self, address: str, card: Card) -> None:
        now, key = self.now(), f"home:{address}"
        self.screens.put(address, True, now, key, slack.home(card), teams.message(card))
