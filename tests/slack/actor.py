"""A person on the Slack stage: what they do with their hands, and what they see and are told."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from tests.actor import LoopbackActor, Pressing
from tests.slack.hands import Hands
from tests.slack.memory import Json, Message
from tests.stage import walk

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
class SlackActor(LoopbackActor):
    stage: "SlackStage"

    @property
    def user(self) -> str:
        return slack_id(self.ref)

    @property
    def _hands(self) -> Hands:
        return self.stage.hands

    def opens_home(self) -> None:
        self.stage.does(self._hands.open_home(self.user))

    def uses_shortcut(self, place: int) -> None:
        """The platform's own global shortcut, the most discreet trigger there is."""
        self.stage.does(self._hands.shortcut(self.user, f"shortcut_{place}"))

    def types(self, text: str) -> None:
        self.stage.does(self._hands.type(self.user, text))

    def commands(self, text: str) -> None:
        self.stage.does(self._hands.command(self.user, text))

    @property
    def form(self) -> Json | None:
        stack = self.stage.slack.memory.modals.get(self.user)
        return stack[-1] if stack else None

    def fills(self, **inputs: str) -> None:
        """Fill in the form that stands open, and send it off."""
        assert self.form, f"{self.ref} has no form"
        self.stage.does(self._hands.submit(self.user, inputs))

    @property
    def notices(self) -> list[str]:
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

    def payloads(self) -> list[Json]:
        return [shown.slack for shown in self.messages()]

    def buttons(self) -> Iterator[tuple[str, Pressing]]:
        for shown in self.messages():
            for element in buttons(shown.slack):
                press = partial(self._hands.press, self.user, element, shown.message)
                yield element.get("accessibility_label") or element["text"]["text"], press


def buttons(shown: Json) -> list[Json]:
    return [part for part in walk(shown) if part.get("type") == "button"]
