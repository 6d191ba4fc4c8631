"""Reading JSON that a stranger sent: what is not there, or has another shape, is empty."""

from typing import Any

Json = dict[str, Any]


def inner(body: Json, *names: str) -> Json:
    """The object at the end of this path, or an empty one."""
    for name in names:
        found = body.get(name)
        body = found if isinstance(found, dict) else {}
    return body


def items(body: Json, name: str) -> list[Json]:
    """The objects of a list, without whatever else stands in it."""
    found = body.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def words(body: Json, name: str) -> tuple[str, ...]:
    """The strings of a list."""
    found = body.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def text(body: Json, name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""


def number(body: Json, name: str) -> float | None:
    """A number that a date can be made of."""
    found = body.get(name)
    usable = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if usable and 0 < found < 1e11 else None  # type: ignore[operator,arg-type]
