"""Leaflets: messages that no other row tells of, so that they can be covered and shown again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select

from storage.times import Utc


class Leaflet(SQLModel, table=True):
    """A message that a person was shown, until two weeks have gone (`storage/purge.py`).

    Nothing of what stood in it is kept: `kind` says who draws it, `about` from what (numbers and
    refs).
    """

    slot: str = Field(primary_key=True)
    person: str = Field(index=True)
    kind: str
    about: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=Utc)

    def tell(self, kind: str, about: dict[str, Any], now: datetime) -> None:
        self.kind, self.about, self.at = kind, about, now


def of(session: Session, person: str, since: datetime) -> list[Leaflet]:
    """Those that a person was shown after a time, oldest first."""
    mine = select(Leaflet).where(Leaflet.person == person, col(Leaflet.at) > since)
    return list(session.exec(mine.order_by(col(Leaflet.at), col(Leaflet.slot))))
