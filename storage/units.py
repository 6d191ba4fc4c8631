"""Units: groups that somebody keeps on a platform, and who of our people belongs to them.

A site names its units; whoever belongs to one answers there first. Kept here, so that a call never
asks the platform.
"""

from collections.abc import Collection

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel, col, select


class UnitMember(SQLModel, table=True):
    """`unit` is the group's address on its surface, as the site names it."""

    __tablename__ = "unit_member"

    surface: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    person: str = Field(primary_key=True)


def replace(session: Session, surface: str, unit: str, people: Collection[str]) -> bool:
    """These and no others belong to it; was anything else known before?"""
    before = {*members(session, surface, [unit])}
    if before == {*people}:
        return False
    session.exec(
        delete(UnitMember).where(col(UnitMember.surface) == surface, col(UnitMember.unit) == unit)
    )
    session.add_all(UnitMember(surface=surface, unit=unit, person=ref) for ref in {*people})
    session.flush()
    return True


def members(session: Session, surface: str, units: Collection[str]) -> list[str]:
    """The refs of everybody in one of the units, in order, each once."""
    asked = select(UnitMember.person).where(
        col(UnitMember.surface) == surface, col(UnitMember.unit).in_(units)
    )
    return sorted({*session.exec(asked)})


def forget(session: Session, surface: str, named: Collection[str]) -> None:
    """No site names them any more."""
    session.exec(
        delete(UnitMember).where(
            col(UnitMember.surface) == surface, col(UnitMember.unit).not_in(named)
        )
    )
