"""Drafts: what was written into a form before it was sent off, so that nothing typed is lost.

A form that is open somewhere is known by a number that nobody can guess, and belongs to one person.
"""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_urlsafe

from sqlalchemy import Column, UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.sealed import SealedJson
from storage.times import Utc


class Draft(SQLModel, table=True):
    """One person's answers to one form so far; `wire_name` and `payload` are the form's action."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person", "wire_name", "payload"),)

    id: str = Field(primary_key=True)
    person: str
    wire_name: str
    payload: str
    inputs: dict[str, str] = Field(sa_column=Column(SealedJson("draft.inputs"), nullable=False))
    at: datetime = Field(sa_type=Utc, index=True)


def lay(session: Session, person: str, wire_name: str, payload: str, now: datetime) -> Draft:
    """The draft of this form, as it was left; or a new one."""
    asked = select(Draft).where(
        Draft.person == person, Draft.wire_name == wire_name, Draft.payload == payload
    )
    found = session.exec(asked).first()
    if found is None:
        found = Draft(
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


def of(session: Session, person: str, id: str) -> Draft | None:
    """Somebody's own draft of this number, or None: nobody reads another's."""
    found = session.get(Draft, id)
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
    session.exec(delete(Draft).where(col(Draft.at) < before))
