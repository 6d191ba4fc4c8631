"""Marks: what this machine has signed of the audit's chain, in a file outside the database.

Whoever may write to the database could compute the whole chain anew and take its marks away; they
cannot take this file away. It stands beside the signing key, one JSON line a mark, and is only ever
added to. A line with a `why` is somebody's yes to a chain that is not what was signed: a backup was
put back.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.signing import Signer, holds

BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Kept:
    """A line of the file. `key` is the whole public half, so that a key which was replaced is still
    known. Of a yes: marks `since` that seal are given up (0: none), `places` have been looked at.
    """

    number: int
    chain: str
    at: datetime
    key: str
    signature: str = ""
    why: str = ""
    since: int = 0
    places: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is signed."""
        said = marked(self.number, self.chain, self.at)
        more = json.dumps([self.since, self.why, *self.places])
        return f"{said} accepted {more}" if self.why else said

    @property
    def holds(self) -> bool:
        return holds(self.key, self.text, self.signature)

    @property
    def line(self) -> str:
        told: dict[str, object] = {
            "number": self.number, "chain": self.chain, "at": written(self.at), "key": self.key,
            "signature": self.signature,
        }  # fmt: skip
        if self.why:
            told |= {"why": self.why, "since": self.since, "places": self.places}
        return json.dumps(told, ensure_ascii=False) + "\n"


class Marks:
    """The file. Where it cannot be read or written, OSError says so."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def all(self) -> list[Kept | None]:
        """Every line, oldest first; None for one that cannot be read (the disk was full)."""
        try:
            return [_read(line) for line in self.file.read_bytes().splitlines()]
        except FileNotFoundError:
            return []

    def tip(self) -> Kept | None:
        """The newest line that can be read, without reading the others."""
        try:
            with self.file.open("rb") as opened:
                size, wanted = opened.seek(0, os.SEEK_END), BLOCK
                while True:
                    opened.seek(max(0, size - wanted))
                    for line in reversed(opened.read().splitlines()):
                        if kept := _read(line):
                            return kept
                    if wanted >= size:
                        return None
                    wanted *= 8
        except FileNotFoundError:
            return None

    def add(self, kept: Kept) -> None:
        """On the disk when this returns."""
        with open(self.file, "a+b", opener=_private) as opened:
            if opened.seek(0, os.SEEK_END) and not _ended(opened):
                opened.write(b"\n")  # of a line that was not finished nothing is believed
            opened.write(kept.line.encode())
            opened.flush()
            os.fsync(opened.fileno())


def beside(signer: Signer) -> Marks:
    """`audit.key` has `audit.marks` beside it."""
    return Marks(signer.file.with_suffix(".marks"))


def signed(signer: Signer, said: Kept) -> Kept:
    return replace(said, signature=signer.sign(said.text))


def replay(lines: Sequence[Kept]) -> tuple[list[Kept], list[Kept]]:
    """What must still hold of the chain, and the yeses on the way."""
    must: list[Kept] = []
    yeses: list[Kept] = []
    for one in lines:
        if one.why:
            yeses.append(one)
        if one.since:
            must = [older for older in must if older.number < one.since]
        if one.number:
            must.append(one)
    return must, yeses


def marked(number: int, chain: str, at: datetime) -> str:
    """The text of a mark that is signed; `at` is aware UTC."""
    return f"kollega audit {number} {chain} {written(at)}"


def written(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _read(line: bytes) -> Kept | None:
    try:
        told = json.loads(line)
        at, places = datetime.fromisoformat(told["at"]), tuple(told.get("places", ()))
        return Kept(**{**told, "number": int(told["number"]), "at": at, "places": places})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _ended(opened: Any) -> bool:
    opened.seek(-1, os.SEEK_END)
    return bool(opened.read(1) == b"\n")
