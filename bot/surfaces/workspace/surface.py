"""The workspace as a surface: every card is kept as the very JSON of Slack and of Teams."""

from collections.abc import Callable
from datetime import datetime

from bot.actions import pack
from bot.cards import Card, Keys
from bot.pace import Pace
from bot.surfaces import MessageGone
from bot.surfaces.slack import render as slack
from bot.surfaces.teams import render as teams
from bot.surfaces.workspace.screens import Holds, Screens


class WorkspaceSurface:
    name = "workspace"
    pace = Pace()

    def __init__(self, screens: Screens, now: Callable[[], datetime]) -> None:
        self.screens, self.now = screens, now

    async def post(self, address: str, card: Card, key: str) -> str:
        shown = slack.message(card), teams.message(card), holds(card)
        return self.screens.put(address, False, self.now(), key, *shown, written=not card.private)

    async def edit(self, address: str, message: str, card: Card, key: str) -> None:
        if message not in self.screens.messages:
            raise MessageGone(f"{address} has no message {message}")
        shown = slack.message(card), teams.message(card), holds(card)
        if card.private:
            self.screens.forget(message)
        self.screens.change(message, self.now(), key, *shown, written=not card.private)

    async def home(self, address: str, card: Card) -> None:
        shown = slack.home(card), teams.message(card), holds(card)
        self.screens.put(address, True, self.now(), f"home:{address}", *shown)


def holds(card: Card) -> Holds:
    """The buttons of a card that want a deliberate press, wherever on it they stand."""
    inside = [part.buttons for part in (*card.body, *card.more) if isinstance(part, Keys)]
    every = [one for buttons in (*inside, card.buttons) for one in buttons]
    return [list(pack(one.action)) for one in every if one.hold]
