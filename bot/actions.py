"""Actions: everything that can happen to the bot, as small frozen values.

A pressed button, a submitted form, a typed command and a timer that falls due are all
actions. Their wire names live on in old messages, so a name is a promise for ever.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, dataclass_transform

from pydantic import ConfigDict, TypeAdapter, ValidationError


class Action:
    """Something that happened.

    What all of them can do is here once, and not made anew for each of the hundreds at every start.
    """

    wire_name: ClassVar[str]

    def __eq__(self, other: object) -> bool:
        return vars(self) == vars(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.wire_name, *vars(self).values()))

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__qualname__}({said})"


class Unknown(Exception):
    """No such action, or not with these values: an old message, or a forged one."""


A = TypeVar("A", bound=Action)

KNOWN: dict[str, type[Action]] = {}


class Shapes(dict[str, TypeAdapter[Any]]):
    """How each action is read from JSON; made when it is first needed, since there are hundreds."""

    def __missing__(self, wire_name: str) -> TypeAdapter[Any]:
        """Raises KeyError for an action that nobody declared."""
        self[wire_name] = TypeAdapter(KNOWN[wire_name])
        return self[wire_name]


SHAPES = Shapes()


@dataclass_transform(frozen_default=True)
def action(wire_name: str) -> Callable[[type[A]], type[A]]:
    """Declare an action: `@action("help.take") class Take(Action): call: int`."""

    def declare(cls: type[A]) -> type[A]:
        if wire_name in KNOWN:
            raise ValueError(f"two actions are called {wire_name}")
        cls.__doc__ = cls.__doc__ or Action.__doc__  # or the signature is spelt out, for each
        frozen = dataclass(frozen=True, eq=False, repr=False)(cls)
        frozen.wire_name = wire_name
        frozen.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]
        KNOWN[wire_name] = frozen
        return frozen

    return declare


_written = json.JSONEncoder(separators=(",", ":")).encode


def pack(happened: Action) -> tuple[str, str]:
    """The wire name and the values as JSON."""
    return happened.wire_name, _written(vars(happened))


def unpack(wire_name: str, payload: str) -> Action:
    """The action again. What a client sends is never trusted: raises Unknown."""
    try:
        found: Action = SHAPES[wire_name].validate_json(payload or "{}", strict=True)
    except (KeyError, ValidationError) as wrong:
        raise Unknown(wire_name) from wrong
    return found


def build(wire_name: str, values: Mapping[str, object]) -> Action:
    """An action named in a content file, where every value is text; raises Unknown."""
    try:
        built: Action = SHAPES[wire_name].validate_python(dict(values))
    except (KeyError, ValidationError) as wrong:
        raise Unknown(wire_name) from wrong
    return built
