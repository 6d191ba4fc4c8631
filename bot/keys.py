"""Keys: where the keys of sealed columns come from, and how a new one is made.

`KOLLEGA_KEYS` names them (`id:key,id:key`, the current one first). Without it they stand in a file
beside the database (PostgreSQL: in the user's data folder) that only its owner may read; it is made
at the first start, and never again once something is sealed.
"""

import os
import re
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from pathlib import Path
from secrets import token_hex

from platformdirs import user_data_path
from sqlalchemy.engine import make_url

from storage.database import there
from storage.files import write_private
from storage.resealing import sealed_values
from storage.sealed import KEY_BYTES, Keys, Ring, fresh_key, passing

__all__ = ["FileRing", "KeysError", "fresh_key", "read", "ring"]

SETTING = "KOLLEGA_KEYS"
ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
OTHERS = 0o077
"""The permissions of everybody but the owner."""


class KeysError(Exception):
    """What is wrong with the keys, one plain line; never a key itself."""


def ring(written: str | None, url: str) -> Ring:
    """The keys for a store. Raises KeysError."""
    if written:
        keys = read(written)
        return lambda: keys
    file = file_beside(url)
    if file is None:
        return passing()
    if not file.exists() and there(url) and (many := sealed_values(url)):
        raise KeysError(lost(file, many))
    return FileRing(file)


def lost(file: Path, many: int) -> str:
    """A new key would open none of it, and what is sealed from then on would hide the loss."""
    return (
        f"{file} is not there, and {many} values in the store are sealed with its keys. Put it "
        f"back from its backup, or write its lines into {SETTING}. To start over without those "
        "values: docs/deploy.md, “Lost keys”."
    )


def read(written: str) -> Keys:
    """`id:key,id:key`, a line each or with commas between; the first one is current."""
    parts = [part.strip() for part in re.split(r"[,\n]", written)]
    pairs = [_pair(place, part) for place, part in enumerate(filter(None, parts), 1)]
    if not pairs:
        raise KeysError(f"there is no key; write one as {shape()}")
    if len(dict(pairs)) < len(pairs):
        raise KeysError("two keys have the same id; give each an id of its own")
    return Keys(pairs[0][0], dict(pairs))


def _pair(place: int, part: str) -> tuple[str, bytes]:
    id, _, key = part.partition(":")
    if not ID.fullmatch(id):
        raise KeysError(f"key {place} has no id; write it as {shape()}")
    try:
        found = b64decode(key.strip().replace("-", "+").replace("_", "/"), validate=True)
    except (Error, ValueError):
        raise KeysError(f"the key “{id}” is not base64; write {shape()}") from None
    if len(found) != KEY_BYTES:
        raise KeysError(f"the key “{id}” has {len(found)} bytes, not {KEY_BYTES}")
    return id, found


def shape() -> str:
    return f"id:key, the key being {KEY_BYTES} bytes in base64"


def line(id: str, key: bytes) -> str:
    return f"{id}:{urlsafe_b64encode(key).decode()}"


def fresh_id() -> str:
    """Never one that was there before: a lost key is told as lost, and not as a broken value."""
    return f"k{token_hex(3)}"


def file_beside(url: str) -> Path | None:
    """The key file of a store; None for one that lives in memory.

    PostgreSQL has no folder here: its keys stand where the key of the audit stands.
    """
    asked = make_url(url)
    if asked.database in (None, "", ":memory:"):
        return None
    name = Path(str(asked.database)).with_suffix(".keys")
    return name if asked.get_backend_name() == "sqlite" else user_data_path("kollega") / name


class FileRing:
    """The keys of a file, read anew when it changes: a running bot learns of a new key."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            write_private(file, f"{line(fresh_id(), fresh_key())}\n", first=True)
        self.stamp, self.keys = self._read()

    def __call__(self) -> Keys:
        """Keys that became unreadable in the meantime do not take away those in use."""
        try:
            if self._stamp() != self.stamp:
                self.stamp, self.keys = self._read()
        except (OSError, KeysError):
            pass
        return self.keys

    def _stamp(self) -> tuple[int, int, int]:
        found = self.file.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _read(self) -> tuple[tuple[int, int, int], Keys]:
        try:
            return self._stamp(), read(self.file.read_text("ascii"))
        except (OSError, UnicodeDecodeError):
            raise KeysError(f"{self.file} cannot be read; only its owner may") from None
        except KeysError as wrong:
            raise KeysError(f"{self.file}: {wrong}") from None

    def add(self) -> str:
        """A new current key, on top of the others; its id."""
        id = fresh_id()
        old = [line(known, key) for known, key in self.keys.known.items()]
        write_private(self.file, "".join(f"{one}\n" for one in (line(id, fresh_key()), *old)))
        return id


def too_open(file: Path) -> bool:
    """May anybody but its owner read it?"""
    return os.name == "posix" and bool(file.stat().st_mode & OTHERS)
