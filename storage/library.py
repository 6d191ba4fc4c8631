"""The library: which page of it each person has open, so that it can be drawn again or covered."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column
from sqlmodel import Field, SQLModel

from storage.times import Utc


class Reading(SQLModel, table=True):
    """`place` numbers the person's message with the library in it; there is one at a time.

    `card` is the one they read; else `found` are those that a line of theirs found (the line
    itself is kept nowhere); else `group` is what they look through; else the groups are shown.
    """

    __tablename__ = "reading"

    person: str = Field(primary_key=True)
    place: int = Field(sa_column=Column(BigInteger, nullable=False))
    group: str = ""
    card: str = ""
    found: list[str] = Field(sa_column=Column(JSON, nullable=False))
    opened_at: datetime = Field(sa_type=Utc)

    def turn_to(self, group: str = "", card: str = "", found: tuple[str, ...] = ()) -> None:
        self.group, self.card, self.found = group, card, list(found)
