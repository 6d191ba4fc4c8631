"""Secrets of this store: made once, kept sealed, and re-sealed with every new key."""

from secrets import token_bytes

from sqlmodel import Column, Field, Session, SQLModel

from storage.sealed import KEY_BYTES, SealedBytes


class Secret(SQLModel, table=True):
    """It outlives the key that seals it, so that what was derived from it stays good."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True)
    value: bytes = Field(sa_column=Column(SealedBytes("secret.value"), nullable=False))


def secret(session: Session, name: str) -> bytes:
    """32 random bytes, the same for ever."""
    row = session.get(Secret, name)
    if row is None:
        row = Secret(name=name, value=token_bytes(KEY_BYTES))
        session.add(row)
        session.flush()
    return row.value
