"""A person on the Slack stage: what they do with their hands, and what they see and are told."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.actions import Action, pack
from tests.slack.hands import Hands
from tests.slack.memory import Json, Message
from tests.stage import readable, walk

if TYPE_CHECKING:
    from tests.slack.stage import SlackStage


def slack_id(ref: str) -> str:
    return f"U0{ref.upper()}"


@dataclass(frozen=True)
class Shown:
    """What stands on a person's screen: their own page, or a message (which has rung)."""

    home: bool
    slack: Json
    message: Message | None = None


@dataclass
class SlackActor:
    stage: "SlackStage"
    ref: str

    @property
    def user(self) -> str:
        return slack_id(self.ref)

    @property
    def _hands(self) -> Hands:
        return self.stage.hands

    def does(self, action: Action) -> None:
        """Press a button with this action, whatever stands on the screen."""
        self.stage.hears(self.ref, *pack(action))

    def opens_home(self) -> None:
        self.stage.does(self._hands.open_home(self.user))

    def uses_shortcut(self, place: int) -> None:
        """The platform's own global shortcut, the most discreet trigger there is."""
        self.stage.does(self._hands.shortcut(self.user, f"shortcut_{place}"))

    def types(self, text: str) -> None:
        self.stage.does(self._hands.type(self.user, text))

    def commands(self, text: str) -> None:
        self.stage.does(self._hands.command(self.user, text))

    def presses(self, label: str) -> None:
        self.finds(label)()

    def fills(self, **inputs: str) -> None:
        """Fill in the form that stands open, and send it off."""
        assert self.stage.slack.memory.modals.get(self.user), f"{self.ref} has no form"
        self.stage.does(self._hands.submit(self.user, inputs))

    def presses_meanwhile(self, label: str) -> None:
        """Without waiting until nothing is under way: something never will be."""
        self.stage.run(self.reaches_for(label)())

    def finds(self, label: str) -> Callable[[], None]:
        """The newest button of that name; call it to press, also when it is late."""
        pressing = self.reaches_for(label)
        return lambda: self.stage.does(pressing())

    def reaches_for(self, label: str) -> Callable[[], Coroutine[Any, Any, None]]:
        """The same press, to be pressed together with others."""
        found = [
            (element, shown.message)
            for shown in self.messages()
            for element in buttons(shown.slack)
            if element["text"]["text"] == label
        ]
        assert found, f"{self.ref} has no button {label!r}: {self.labels()}"
        element, message = found[-1]
        return lambda: self._hands.press(self.user, element, message)

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
        """Lines that are no delivery: seen by this person alone, or said in the conversation."""
        memory = self.stage.slack.memory
        said = [m.text for m in memory.channels[f"D0{self.user[2:]}"] if m.metadata is None]
        return [*said, *memory.whispers.get(self.user, [])]

    def messages(self) -> list[Shown]:
        """What stands on this person's screen, oldest first, their own page before the rest."""
        memory = self.stage.slack.memory
        home = memory.homes.get(self.user)
        posted = [m for m in memory.channels[f"D0{self.user[2:]}"] if m.metadata is not None]
        shown = [Shown(False, {"text": m.text, "blocks": m.blocks}, m) for m in posted]
        return [Shown(True, home), *shown] if home else shown

    def labels(self) -> list[str]:
        return [e["text"]["text"] for shown in self.messages() for e in buttons(shown.slack)]

    def lines(self) -> list[str]:
        """Every line of text on the screen."""
        texts = [*self.notices, *(text for m in self.messages() for text in readable(m.slack))]
        return [line for text in texts for line in text.split("\n")]


def buttons(shown: Json) -> list[Json]:
    return [part for part in walk(shown) if part.get("type") == "button"]
