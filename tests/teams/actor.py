"""A person on the Teams stage: what they do with their hands, and what they see and are told."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.actions import Action, pack
from tests.stage import readable, walk
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
class TeamsActor:
    stage: "TeamsStage"
    ref: str

    @property
    def user(self) -> str:
        return entra(self.ref)

    @property
    def _hands(self) -> Hands:
        return self.stage.hands

    def does(self, action: Action) -> None:
        """Press a button with this action, whatever stands on the screen."""
        self.stage.hears(self.ref, *pack(action))

    def opens_home(self) -> None:
        """The app is there: an administrator has installed it for everybody."""
        self.stage.does(self._hands.install(self.user))

    def uses_shortcut(self, place: int) -> None:
        """A command of the compose box: nothing appears in the chat it was called from."""
        self.stage.does(self._hands.command(self.user, f"shortcut_{place}"))

    def types(self, text: str) -> None:
        self.stage.does(self._hands.type(self.user, text))

    def presses(self, label: str) -> None:
        self.finds(label)()

    def presses_meanwhile(self, label: str) -> None:
        """Without waiting until nothing is under way: something never will be."""
        self.stage.run(self.reaches_for(label)())

    def finds(self, label: str) -> Callable[[], None]:
        """The newest button of that name; call it to press, also when it is late."""
        pressing = self.reaches_for(label)
        return lambda: self.stage.does(pressing())

    def reaches_for(self, label: str) -> Callable[[], Coroutine[Any, Any, Json]]:
        """The same press, to be pressed together with others."""
        found = [
            (action, shown.message)
            for shown in self.messages()
            for action in actions(shown.teams)
            if action["title"] == label
        ]
        assert found, f"{self.ref} has no button {label!r}: {self.labels()}"
        action, message = found[-1]
        return lambda: self._hands.press(self.user, action, message)

    def sees(self, text: str) -> None:
        assert any(text in line for line in self.lines()), f"{self.ref} sees {self.lines()}"

    def does_not_see(self, text: str) -> None:
        seen = [line for line in self.lines() if text in line]
        assert not seen, f"{self.ref} sees {seen}"

    def hears(self, text: str) -> None:
        """The newest line that only this person was told."""
        assert self.notices and text in self.notices[-1], f"{self.ref} was told {self.notices}"

    @property
    def notices(self) -> list[str]:
        """Lines that are no delivery: under a pressed card, in a dialog, or said in the chat."""
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

    def labels(self) -> list[str]:
        return [a["title"] for shown in self.messages() for a in actions(shown.teams)]

    def lines(self) -> list[str]:
        """Every line of text on the screen."""
        texts = [*self.notices, *(text for m in self.messages() for text in readable(m.teams))]
        return [line for text in texts for line in text.split("\n")]

    def _messages(self) -> list[Message]:
        return self.stage.microsoft.conversation(self.user).messages


def actions(shown: Json) -> list[Json]:
    kinds = ("Action.Execute", "Action.Submit")
    return [part for part in walk(shown) if part.get("type") in kinds]
