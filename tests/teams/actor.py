"""A person on the Teams stage: what they do with their hands, and what they see and are told."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.actor import LoopbackActor, Pressing
from tests.stage import walk
from tests.teams.hands import Hands, entra
from tests.teams.microsoft import Json, Message

if TYPE_CHECKING:
    from tests.teams.stage import TeamsStage


@dataclass(frozen=True)
class Shown:
    """What stands on a person's screen: their own page, or a message (which has rung)."""

    home: bool
    teams: Json
    message: Message


@dataclass
class TeamsActor(LoopbackActor):
    stage: "TeamsStage"

    @property
    def user(self) -> str:
        return entra(self.ref)

    @property
    def _hands(self) -> Hands:
        return self.stage.hands

    def opens_home(self) -> None:
        """The app is there: an administrator has installed it for everybody."""
        self.stage.does(self._hands.install(self.user))

    def uses_shortcut(self, place: int) -> None:
        """A command of the compose box: nothing appears in the chat it was called from."""
        self.stage.does(self._hands.command(self.user, f"shortcut_{place}"))

    def types(self, text: str) -> None:
        self.stage.does(self._hands.type(self.user, text))

    def fills(self, **inputs: str) -> None:
        """Fill in the form that stands open (a card of its own in the chat), and send it off."""
        form = self._form()
        assert form, f"{self.ref} has no form"
        (send,) = actions(form.content or {})
        self.stage.does(self._hands.press(self.user, send, form, inputs))

    def _form(self) -> Message | None:
        found = [m for m in self._messages() if m.content and '"Input.' in json.dumps(m.content)]
        return found[-1] if found else None

    @property
    def form(self) -> Json | None:
        form = self._form()
        return form.content if form else None

    @property
    def notices(self) -> list[str]:
        """Under a pressed card, in a dialog, or in the chat."""
        said = [m.said["text"] for m in self._messages() if m.content is None]
        return [*said, *self._hands.whispers.get(self.user, [])]

    def messages(self) -> list[Shown]:
        """What stands on this person's screen, oldest first, their own page before the rest."""
        page = self.stage.page(self.user)
        cards = [(m, m.content) for m in self._messages() if m.content is not None]
        shown = [
            Shown(m.id == page, {"summary": m.said.get("summary", ""), "card": content}, m)
            for m, content in cards
        ]
        return sorted(shown, key=lambda one: not one.home)

    def payloads(self) -> list[Json]:
        return [shown.teams for shown in self.messages()]

    def buttons(self) -> Iterator[tuple[str, Pressing]]:
        for shown in self.messages():
            for action in actions(shown.teams):
                press = partial(self._hands.press, self.user, action, shown.message)
                yield action["title"], press

    def _messages(self) -> list[Message]:
        return self.stage.microsoft.conversation(self.user).messages


def actions(shown: Json) -> list[Json]:
    kinds = ("Action.Execute", "Action.Submit")
    return [part for part in walk(shown) if part.get("type") in kinds]
