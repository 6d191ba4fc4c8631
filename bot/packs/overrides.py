"""Overrides: what an agency says instead of the base, beside what the base says, and since when.

`pack.over` notes for each override which base text it was written over. When the base changes,
somebody should look again: their own words may miss what was put right.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.packs import NOTED
from bot.packs.entries import Entry, entries


@dataclass(frozen=True)
class Override:
    """`noted` is the version and digest of the base that this was written over, if noted."""

    base: Entry
    own: Entry
    noted: tuple[str, str] | None

    @property
    def changed(self) -> bool:
        """The base says something else now than when this was written."""
        return self.noted is not None and self.noted[1] != self.base.digest


def overrides(base: Path, folder: Path) -> list[Override]:
    below, known = entries(base), noted(folder)
    return [
        Override(below[name], own, known.get(name))
        for name, own in entries(folder).items()
        if name in below
    ]


def noted(folder: Path) -> dict[str, tuple[str, str]]:
    file = folder / NOTED
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    rows = (line.split() for line in lines)
    return {row[0]: (row[1], row[2]) for row in rows if len(row) == 3}


def note(base: Path, folder: Path, again: bool = False) -> int:
    """Note which base text each override is over; `again`: also where one was noted before.

    Says how many lines are new.
    """
    before, found = noted(folder), overrides(base, folder)
    fresh = {one.own.name: (one.base.version, one.base.digest) for one in found}
    after = fresh if again else {**fresh, **{k: v for k, v in before.items() if k in fresh}}
    text = "".join(f"{name} {version} {sum}\n" for name, (version, sum) in sorted(after.items()))
    if after != before:
        (folder / NOTED).write_text(text, encoding="utf-8", newline="\n")
    return len({*after.items()} - {*before.items()})


def told(base: Path, folder: Path) -> Iterator[str]:
    """The base beside the pack's own words, line by line, and what is new in it."""
    found = overrides(base, folder)
    for one in found:
        yield f"{one.own.name}  ({one.own.place}, instead of {one.base.place})"
        yield from _beside(one)
        yield from _since(one)
        yield ""
    new = len(entries(folder)) - len(found)
    yield f"{len(found)} overridden, {new} new."


def _beside(one: Override) -> Iterator[str]:
    base, own = one.base.texts, one.own.texts
    for path in dict.fromkeys((*base, *own)):
        if base.get(path) != own.get(path):
            yield f"  {path}"
            yield f"    base  {base.get(path, '–')}"
            yield f"    own   {own.get(path, '–')}"
    if base == own:
        yield "  says the same as the base; it can be left out"


def _since(one: Override) -> Iterator[str]:
    if one.noted is None:
        yield "  ! it is not noted which base this was written over: kollega pack diff --note"
    elif one.changed:
        versions = f"version {one.noted[0]} then, {one.base.version} now"
        yield f"  ! the base has changed since this was written ({versions}): read it again"
