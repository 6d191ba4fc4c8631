"""Sealed columns: what only the bot may read is encrypted at rest, with keys outside the database.

AES-256-GCM (`cryptography`), a fresh random nonce for every value. A token is
`key id : nonce : ciphertext and tag`; the column's own name is authenticated with it, so that a
value moved to another column or table does not open. Lists, filters and counts never touch it.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from secrets import token_bytes
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Engine, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

KEY_BYTES, NONCE_BYTES = 32, 12
PLACE = "kollega_keys"
"""Where the keys hang: on the dialect, which every database has of its own."""

Value = TypeVar("Value")


class Unreadable(DontWrapMixin, Exception):
    """A sealed value that does not open; the message is for the operator, and holds no secret."""


class KeyMissing(Unreadable):
    """Its key is not among ours."""


class Tampered(Unreadable):
    """It was changed, or it belongs to another column."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """Every known key (32 bytes) by its id; what is written is sealed with the `current` one."""

    current: str
    known: Mapping[str, bytes]

    def seal(self, plain: bytes, where: str) -> bytes:
        nonce = token_bytes(NONCE_BYTES)
        sealed = AESGCM(self.known[self.current]).encrypt(nonce, plain, where.encode())
        return prefix(self.current) + nonce + sealed

    def open(self, token: bytes, where: str) -> bytes:
        """Raises KeyMissing or Tampered, each as one plain line."""
        id, _, rest = token.partition(b":")
        name = id.decode("ascii", "replace")[:40]
        if name not in self.known:
            raise KeyMissing(f"{where} is sealed with the key “{name}”, which is not here")
        nonce, sealed = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
        try:
            return AESGCM(self.known[name]).decrypt(nonce, sealed, where.encode())
        except (InvalidTag, ValueError):
            raise Tampered(f"{where} was changed outside the bot, or moved there") from None


Ring = Callable[[], Keys]
"""The keys as they are now: a key that was added while the bot runs is found too."""


def prefix(id: str) -> bytes:
    """How every token of a key begins."""
    return id.encode("ascii") + b":"


def fresh_key() -> bytes:
    return token_bytes(KEY_BYTES)


def passing() -> Ring:
    """A ring for a store that dies with the process."""
    keys = Keys("memory", {"memory": fresh_key()})
    return lambda: keys


def give(database: Engine, ring: Ring) -> None:
    """Let the sealed columns of this database be written and read with these keys."""
    setattr(database.dialect, PLACE, ring)


def keys_of(dialect: Dialect) -> Keys:
    ring: Ring | None = getattr(dialect, PLACE, None)
    if ring is None:
        raise KeyMissing("this store was opened without keys")
    return ring()


class _Sealed(TypeDecorator[Value]):
    """`where` is the column's own name, as `table.column`; a test holds every one to it."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        return keys_of(dialect).seal(self.written(value), self.where)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Value | None:
        if value is None:
            return None
        return self.read(keys_of(dialect).open(bytes(value), self.where))

    def written(self, value: Value) -> bytes:
        raise NotImplementedError

    def read(self, plain: bytes) -> Value:
        raise NotImplementedError


class Sealed(_Sealed[str]):
    """A text: `Field(sa_column=Column(Sealed("note.text"), nullable=False))`."""

    cache_ok = True

    def written(self, value: str) -> bytes:
        return value.encode()

    def read(self, plain: bytes) -> str:
        return plain.decode()


class SealedBytes(_Sealed[bytes]):
    cache_ok = True

    def written(self, value: bytes) -> bytes:
        return value

    def read(self, plain: bytes) -> bytes:
        return plain


class SealedJson(_Sealed[Any]):
    """Anything that JSON can say. A change inside it is not noticed: assign it anew."""

    cache_ok = True

    def written(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def read(self, plain: bytes) -> Any:
        return json.loads(plain)


def sealed_columns() -> Iterator[tuple[str, "Column[Any]"]]:
    """Every sealed column of every table that we have, with the name that it was sealed under."""
    for room in iter_modules([str(Path(__file__).parent)], "storage."):
        import_module(room.name)
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, _Sealed):
                yield column.type.where, column
