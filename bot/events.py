"""What surfaces and the machine tell each other: things heard, answers, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.cards import Form
from bot.effects import Effect

SAID = "said"
"""The input under which a typed line comes with the action that it was understood as."""


def whole(text: str) -> str:
    """Half of a surrogate pair, or a zero character, becomes a question mark.

    No store writes the one, PostgreSQL not the other. Nearly every text stays the very same.
    """
    text = text.replace("\0", "?")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a surface heard. `id` is the platform's own, so that a repeat is known again.

    `at` is when it happened by the sender's side (aware UTC), where the surface knows: a message
    may have waited in a phone without signal.
    """

    id: str
    person: str
    wire_name: str
    payload: str = "{}"
    inputs: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None

    def writable(self) -> "Incoming":
        """The same without halves of letters, which no store can write and no platform means."""
        said = {whole(name): whole(text) for name, text in self.inputs.items()}
        return replace(
            self,
            id=whole(self.id),
            person=whole(self.person),
            wire_name=whole(self.wire_name),
            payload=whole(self.payload),
            inputs=said,
        )

    @property
    def mark(self) -> str:
        """By which a repeat is known: one person's event is never answered with another's."""
        return f"{self.person}:{self.id}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person who acted sees at once, in their own words; `refused`: nothing was done."""

    notices: tuple[str, ...] = ()
    form: Form | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, for those who watch; `outcome` is done, refused or failed, `ms` the time.

    `who` is a person's ref or "clock".
    """

    at: datetime
    who: str
    what: str
    outcome: str
    effects: tuple[Effect, ...]
    ms: float


class NotKept(Exception):
    """The store took nothing of it: whoever told us must tell us again."""
