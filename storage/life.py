"""Lives: which step may follow which status, as a table beside the row."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Enum

Status = TypeVar("Status", bound=StrEnum)
Life = Mapping[Status, Mapping[str, Status]]


def stored(status: type[StrEnum]) -> Enum:
    """The column type of a status: its value as text, so that a new status needs no new type."""
    values: Callable[[type[StrEnum]], list[str]] = lambda kind: [one.value for one in kind]  # noqa: E731
    return Enum(status, native_enum=False, length=32, values_callable=values)


class NotPossible(Exception):
    """The step does not exist from this status; nothing has changed."""


def step(life: Life[Status], status: Status, event: str) -> Status:
    """The status after the event; raises NotPossible."""
    try:
        return life[status][event]
    except KeyError:
        raise NotPossible(f"cannot {event} when {status}") from None
