"""Sheets: what was written into a form before it was sent off, so that nothing typed is lost.

A form that is open somewhere is known by a number that nobody can guess, and belongs to one person.
"""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import Column, UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.sealed import SealedJson
from storage.times import Utc


class Sheet(SQLModel, table=True):
    """One person's answers to one form so far; `wire_name` and `payload` are the form's action."""

    __tablename__ = "sheet"
    __table_args__ = (UniqueConstraint("person", "wire_name", "payload"),)

    id: str = Field(primary_key=True)
    person: str
    wire_name: str
    payload: str
    inputs: dict[str, str] = Field(sa_column=Column(SealedJson("sheet.inputs"), nullable=False))
    at: datetime = Field(sa_type=Utc, index=True)


def lay(session: Session, person: str, wire_name: str, payload: str, now: datetime) -> Sheet:
    """The sheet of this form, as it was left; or a new one."""
    asked = select(Sheet).where(
        Sheet.person == person, Sheet.wire_name == wire_name, Sheet.payload == payload
    )
    found = session.exec(asked).first()
    if found is None:
        found = Sheet(
            id=token_urlsafe(16),
            person=person,
            wire_name=wire_name,
            payload=payload,
            inputs={},
            at=now,
        )
        session.add(found)
    found.at = now
    session.flush()
    return found


def of(session: Session, person: str, id: str) -> Sheet | None:
    """Somebody's own sheet of this number, or None: nobody reads another's."""
    found = session.get(Sheet, id)
    return found if found and found.person == person else None


def keep(session: Session, person: str, id: str, inputs: Mapping[str, str], now: datetime) -> None:
    """What stands there now; a form that is done with keeps nothing."""
    found = of(session, person, id)
    if found is not None:
        found.inputs, found.at = dict(inputs), now


def clear(session: Session, person: str, id: str) -> None:
    found = of(session, person, id)
    if found is not None:
        session.delete(found)


def forget(session: Session, before: datetime) -> None:
    """Nobody goes on with what was left so long ago."""
    session.exec(delete(Sheet).where(col(Sheet.at) < before))
