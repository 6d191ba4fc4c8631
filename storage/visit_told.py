"""Who was told of a visit, and the places where phones are silent."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.times import Utc
from storage.visit_life import OVER
from storage.visits import Visit


class VisitTold(SQLModel, table=True):
    """Somebody was told of a visit. `number`: how many times; each is a message that rings."""

    __tablename__ = "visit_told"

    visit: int = Field(primary_key=True, foreign_key="visit.id")
    person: str = Field(primary_key=True, index=True)
    number: int = 1
    at: datetime = Field(sa_type=Utc)


class QuietPlace(SQLModel, table=True):
    """A place where a phone was silent, in the visitors' own word for it; never a position."""

    __tablename__ = "quiet_place"

    site: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    at: datetime = Field(sa_type=Utc)


def told(session: Session, visit: int) -> dict[str, VisitTold]:
    asked = select(VisitTold).where(VisitTold.visit == visit)
    rows = session.exec(asked.order_by(col(VisitTold.at), col(VisitTold.person)))
    return {row.person: row for row in rows}


def ring(session: Session, visit: int, ref: str, now: datetime, again: bool = True) -> None:
    """One more message, or the first; without `again` whoever knows is left in peace."""
    row = session.get(VisitTold, (visit, ref))
    if row is None:
        session.add(VisitTold(visit=visit, person=ref, at=now))
    elif again:
        row.number, row.at = row.number + 1, now
    session.flush()


def was_told(session: Session, visit: int, ref: str) -> bool:
    return session.get(VisitTold, (visit, ref)) is not None


def open_visit_of(session: Session, ref: str) -> Visit | None:
    """The visit that somebody is on, or plans."""
    asked = select(Visit).where(Visit.visitor == ref, col(Visit.status).not_in(list(OVER)))
    return session.exec(asked.order_by(col(Visit.id).desc()).with_for_update()).first()


def last_visit_of(session: Session, ref: str) -> Visit | None:
    asked = select(Visit).where(Visit.visitor == ref)
    return session.exec(asked.order_by(col(Visit.id).desc()).limit(1)).first()


def about(session: Session, ref: str, since: datetime) -> list[Visit]:
    """Every visit that stands before a person, as the visitor or as one who was told."""
    asked = select(VisitTold.visit).where(VisitTold.person == ref)
    mine = (col(Visit.visitor) == ref) | col(Visit.id).in_(asked) | (col(Visit.manager) == ref)
    found = select(Visit).where(mine, col(Visit.planned_at) > since)
    return list(session.exec(found.order_by(col(Visit.id))))


def quiet_places(session: Session, site: str) -> list[str]:
    """The places of a site where phones are silent, those last visited first."""
    asked = select(QuietPlace).where(QuietPlace.site == site)
    rows = session.exec(asked.order_by(col(QuietPlace.at).desc(), col(QuietPlace.name)))
    return [row.name for row in rows]


def learn(session: Session, site: str, name: str, now: datetime) -> bool:
    """Remember a place; False when it was known before."""
    row = session.get(QuietPlace, (site, name))
    if row is not None:
        row.at = now
        return False
    session.add(QuietPlace(site=site, name=name, at=now))
    session.flush()
    return True
