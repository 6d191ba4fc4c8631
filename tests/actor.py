"""A person on a stage over real sockets: what they press, see and are told."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Any

from bot.actions import Action, pack
from tests.stage import readable

Json = dict[str, Any]
Pressing = Callable[[], Coroutine[Any, Any, object]]


@dataclass
class LoopbackActor(ABC):
    stage: Any
    ref: str

    @property
    @abstractmethod
    def form(self) -> Json | None:
        """The form that lies open before them."""

    @property
    @abstractmethod
    def notices(self) -> list[str]:
        """Lines that are no delivery: seen by this person alone, or said in the conversation."""

    @abstractmethod
    def opens_home(self) -> None: ...

    @abstractmethod
    def types(self, text: str) -> None: ...

    @abstractmethod
    def fills(self, **inputs: str) -> None:
        """Fill in the form that lies open, and send it off."""

    @abstractmethod
    def payloads(self) -> list[Json]:
        """What stands on the screen, oldest first, their own page before the rest."""

    @abstractmethod
    def buttons(self) -> Iterator[tuple[str, Pressing]]:
        """Every button on the screen: its label, and the hand that reaches for it."""

    def does(self, action: Action) -> None:
        """Press a button with this action, whatever stands on the screen."""
        self.stage.hears(self.ref, *pack(action))

    def presses(self, label: str) -> None:
        self.finds(label)()

    def presses_meanwhile(self, label: str) -> None:
        """Without waiting until nothing is under way: something never will be."""
        self.stage.run(self.reaches_for(label)())

    def finds(self, label: str) -> Callable[[], None]:
        """The newest button of that name; call it to press, also when it is late."""
        pressing = self.reaches_for(label)
        return lambda: self.stage.does(pressing())

    def reaches_for(self, label: str) -> Pressing:
        """The same press, to be pressed together with others."""
        found = [pressing for known, pressing in self.buttons() if known == label]
        assert found, f"{self.ref} has no button {label!r}: {self.labels()}"
        return found[-1]

    def labels(self) -> list[str]:
        return [label for label, _ in self.buttons()]

    def sees(self, text: str) -> None:
        assert any(text in line for line in self.lines()), f"{self.ref} sees {self.lines()}"

    def does_not_see(self, text: str) -> None:
        seen = [line for line in self.lines() if text in line]
        assert not seen, f"{self.ref} sees {seen}"

    def hears(self, text: str) -> None:
        """The newest line that only this person was told."""
        assert self.notices and text in self.notices[-1], f"{self.ref} was told {self.notices}"

    def lines(self) -> list[str]:
        """Every line of text on the screen."""
        texts = [*self.notices, *(text for one in self.payloads() for text in readable(one))]
        return [line for text in texts for line in text.split("\n")]
