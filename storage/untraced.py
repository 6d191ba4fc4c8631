"""Untraced: what is kept of an act that must lead back to nobody, and for how long.

A count per hour instead of an audit line with a name; a mark by which a repeat of the platform is
known, made with a key that is thrown away after a day, and everything that was made with it.
"""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete
from sqlmodel import Column, Field, Session, SQLModel, col, func, select

from storage.sealed import SealedBytes, fresh_key
from storage.times import Utc

KEPT = timedelta(hours=24)
"""P4: not linkable to the platform's own logs for longer."""

FRESH = timedelta(hours=12)
"""A key is used for new marks so long; so every mark holds for half a day at least."""


class PassingKey(SQLModel, table=True):
    """A key that is thrown away; the hour in which it was made."""

    __tablename__ = "passing_key"

    id: str = Field(primary_key=True)
    hour: datetime = Field(sa_type=Utc)
    value: bytes = Field(sa_column=Column(SealedBytes("passing_key.value"), nullable=False))


class UntracedMark(SQLModel, table=True):
    """An event that was handled; its answer opens only for whoever has the event itself."""

    __tablename__ = "untraced_mark"

    id: str = Field(primary_key=True)
    key: str = Field(foreign_key="passing_key.id", ondelete="CASCADE", index=True)
    answer: str


class UntracedCount(SQLModel, table=True):
    """How often something was done in an hour: all that the audit knows of it."""

    __tablename__ = "untraced_count"

    hour: datetime = Field(primary_key=True, sa_type=Utc)
    what: str = Field(primary_key=True)
    outcome: str = Field(primary_key=True)
    count: int = 0


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def count(session: Session, at: datetime, what: str, outcome: str) -> None:
    key = hour_of(at), what, outcome
    row = session.get(UntracedCount, key) or UntracedCount(hour=key[0], what=what, outcome=outcome)
    row.count += 1
    session.add(row)
    session.flush()


def pseudonym(key: PassingKey, text: str) -> str:
    """The same for the same text while the key is there; nobody's afterwards."""
    return hmac.new(key.value, text.encode(), sha256).hexdigest()


def keys(session: Session, now: datetime) -> list[PassingKey]:
    """Those that still count, the newest first."""
    asked = select(PassingKey).where(col(PassingKey.hour) > now - KEPT)
    return list(session.exec(asked.order_by(col(PassingKey.hour).desc(), col(PassingKey.id))))


def current(session: Session, now: datetime) -> PassingKey:
    known = keys(session, now)
    if known and known[0].hour > now - FRESH:
        return known[0]
    made = PassingKey(id=token_hex(4), hour=hour_of(now), value=fresh_key())
    session.add(made)
    session.flush()
    return made


def remember(session: Session, mark: str, now: datetime, answer: str) -> None:
    """The answer is sealed with the event's own name, which is not kept."""
    key = current(session, now)
    sealed = AESGCM(_answer_key(key, mark)).encrypt(b"\0" * 12, answer.encode(), None)
    kept = b64encode(sealed).decode()
    session.add(UntracedMark(id=pseudonym(key, mark), key=key.id, answer=kept))
    session.flush()


def answered(session: Session, mark: str, now: datetime) -> str | None:
    """What was answered to this event the first time, or None when it is new."""
    for key in keys(session, now):
        if found := session.get(UntracedMark, pseudonym(key, mark)):
            try:
                sealed = b64decode(found.answer)
                return AESGCM(_answer_key(key, mark)).decrypt(b"\0" * 12, sealed, None).decode()
            except (InvalidTag, ValueError):
                return None
    return None


def _answer_key(key: PassingKey, mark: str) -> bytes:
    """Of one event and one key; so its only message needs no nonce of its own."""
    return hmac.new(key.value, b"answer\0" + mark.encode(), sha256).digest()


def sweep(session: Session, now: datetime) -> datetime | None:
    """Throw away the keys of yesterday, and with each all that was made with it.

    When to look again, or None when there is nothing.
    """
    for key in _old(session, now):
        session.execute(delete(PassingKey).where(col(PassingKey.id) == key))
    oldest = session.exec(select(func.min(PassingKey.hour))).one()
    return oldest + KEPT if oldest else None


def _old(session: Session, now: datetime) -> Iterator[str]:
    yield from session.exec(select(PassingKey.id).where(col(PassingKey.hour) <= now - KEPT)).all()
