"""Unreached: whom a surface does not reach, why, and when an administrator was told."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.times import Utc


class Unreached(SQLModel, table=True):
    """`person` is "" where the surface reaches nobody; `address` is where it was tried,
    `code` the platform's own, where it says no in a way that nobody here knows."""

    __tablename__ = "unreached"

    surface: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    address: str
    why: str
    told_at: datetime = Field(sa_type=Utc)
    code: str | None = None


def refused_since(session: Session, surface: str, code: str, since: datetime) -> bool:
    """Was anybody told of after a time as refused with this code?"""
    asked = select(Unreached).where(
        Unreached.surface == surface, Unreached.code == code, col(Unreached.told_at) > since
    )
    return session.exec(asked).first() is not None


def addresses(session: Session, surface: str, why: str) -> set[str]:
    """The addresses of a surface that are not reached for one reason."""
    asked = select(Unreached.address).where(Unreached.surface == surface, Unreached.why == why)
    return {*session.exec(asked)} - {""}


def persons(session: Session, surface: str) -> set[str]:
    """Everybody whom a surface does not reach, by ref, for whatever reason."""
    asked = select(Unreached.person).where(Unreached.surface == surface)
    return {*session.exec(asked)} - {""}
