"""Approving: what an agency must see to before it stands for a text, each mark with its place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.content.marks import Where
from bot.packs.entries import Entry, entries

CONFIRM = "confirm"
APPROVALS = "approvals"


def listed(folders: list[Path]) -> Iterator[str]:
    """Every entry that must be approved, who has approved it, and what they must look at."""
    found: dict[str, Entry] = {}
    for folder in folders:
        found |= entries(folder)
    marked = [one for one in found.values() if [*_marks((), one.value)]]
    waiting = 0
    for one in sorted(marked, key=_order):
        state = _state(one, found)
        waiting += state.startswith("not")
        yield f"{one.name}  version {one.version}  {state}  ({one.place})"
        for where, text in _marks((), one.value):
            if text:
                line = one.tree.values.get((*one.where, *where), (one.line, 1))[0]
                yield f"    {one.tree.file}:{line}: {text}"
    yield f"{len(marked)} to approve, {waiting} of them not approved yet."


def waiting(folders: list[Path]) -> int:
    """How many are not approved."""
    found: dict[str, Entry] = {}
    for folder in folders:
        found |= entries(folder)
    marked = [one for one in found.values() if [*_marks((), one.value)]]
    return sum(_state(one, found).startswith("not") for one in marked)


def _order(one: Entry) -> tuple[str, int, str]:
    folder, _, id = one.name.partition("/")
    return folder, int(id) if id.isdecimal() else 0, id


def _state(one: Entry, found: dict[str, Entry]) -> str:
    given = found.get(f"{APPROVALS}/{one.name.rpartition('/')[2]}")
    if given is None or not isinstance(given.value, dict):
        return "not approved"
    said = given.value
    if said.get("version") != one.version:
        return f"not approved: version {said.get('version')} was, by {said.get('by')}"
    return f"approved by {said.get('by')} on {said.get('on')}, until {said.get('until')}"


def _marks(where: Where, value: Any) -> Iterator[tuple[Where, str]]:
    """`confirm: true` of a whole card has no text; a mark at a step says what to see to."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == CONFIRM and isinstance(inner, str):
                if inner.casefold() not in ("no", "false"):
                    yield (*where, name), "" if inner.casefold() in ("yes", "true") else inner
            else:
                yield from _marks((*where, name), inner)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _marks((*where, at), inner)
