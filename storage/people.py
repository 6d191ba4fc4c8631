"""People: who they are to their colleagues, where they sit, how they are reached."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import JSON, Column, ColumnElement, String, cast, or_
from sqlmodel import Field, Session, SQLModel, col, select

from storage.recall import recall
from storage.times import Utc

ROLES = (
    "handler",
    "responder",
    "team_lead",
    "manager",
    "upper_manager",
    "on_call",
    "security",
    "safety_rep",
    "hr",
    "peer",
    "admin",
    "registrar",
    "auditor",
    "elected",
    "contact",
)
"""The roles of `spec/non-functional.md` 4.5."""


class Person(SQLModel, table=True):
    """`ref` is the name in files and rosters; `place` is where they sit, in both languages.

    `area` is the desk zone: whoever shares it can see them. `floor` is None where it is the site's.
    """

    ref: str = Field(primary_key=True)
    name: str
    languages: list[str] = Field(sa_column=Column(JSON, nullable=False))
    roles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    unit: str
    site: str = Field(index=True)
    place: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    area: str | None = None
    floor: dict[str, str] | None = Field(default=None, sa_column=Column(JSON))
    deputy: str | None = None
    zone: str = "Europe/Stockholm"
    addresses: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    source: str = "pack"
    chosen_language: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def language(self) -> str:
        return self.chosen_language or self.languages[0]

    @property
    def here(self) -> bool:
        return self.left_at is None


class RosterSlot(SQLModel, table=True):
    """One person in one ring of one site, for a time; the end is not included."""

    __tablename__ = "roster_slot"

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(index=True)
    ring: int
    person: str
    starts: datetime = Field(sa_type=Utc)
    ends: datetime = Field(sa_type=Utc)


def known(session: Session, ref: str) -> Person | None:
    """Somebody who works here or has worked here, or None."""
    return recall(session, ("person", ref), lambda: session.get(Person, ref))


def person(session: Session, ref: str) -> Person | None:
    """Somebody who works here now, or None."""
    found = known(session, ref)
    return found if found and found.here else None


def at_address(session: Session, kind: str, *addresses: str) -> Person | None:
    """Who works here and has one of these addresses of a kind, or None."""
    asked = select(Person).where(
        col(Person.addresses)[kind].as_string().in_(addresses), col(Person.left_at).is_(None)
    )
    return session.exec(asked.order_by(col(Person.ref))).first()


def people(session: Session, refs: Iterable[str]) -> list[Person]:
    """Those of the refs who work here now, in the order asked for, each once."""
    wanted = list(dict.fromkeys(refs))
    rows = session.exec(select(Person).where(col(Person.ref).in_(wanted)))
    found = {row.ref: row for row in rows if row.here}
    return [found[ref] for ref in wanted if ref in found]


def at_site(session: Session, site: str) -> list[Person]:
    asked = select(Person).where(Person.site == site, col(Person.left_at).is_(None))
    return list(session.exec(asked.order_by(col(Person.ref))))


def everybody(session: Session) -> list[Person]:
    asked = select(Person).where(col(Person.left_at).is_(None))
    return list(session.exec(asked.order_by(col(Person.ref))))


def with_role(session: Session, *roles: str) -> list[Person]:
    asked = select(Person).where(_has_role(roles), col(Person.left_at).is_(None))
    return list(session.exec(asked.order_by(col(Person.ref))))


def near(
    session: Session, sites: Iterable[str], refs: Iterable[str], roles: Iterable[str]
) -> list[Person]:
    """Everybody here who belongs to one of the sites, is named, or has one of the roles."""
    wanted = col(Person.site).in_(list(sites)) | col(Person.ref).in_(list(refs))
    asked = select(Person).where(wanted | _has_role(roles), col(Person.left_at).is_(None))
    return list(session.exec(asked.order_by(col(Person.ref))))


def _has_role(roles: Iterable[str]) -> ColumnElement[bool]:
    """Roles are kept as JSON text, and no role's name holds another's quotation marks."""
    text = cast(col(Person.roles), String)
    return or_(*(text.like(f'%"{role}"%') for role in roles))


def slots_around(
    session: Session,
    sites: Iterable[str],
    since: datetime,
    until: datetime,
    refs: Iterable[str] = (),
    roles: Iterable[str] = (),
) -> list[RosterSlot]:
    """Every roster slot that touches a span of time: at the sites, or anywhere of the people."""
    wanted = col(RosterSlot.site).in_(list(sites)) | col(RosterSlot.person).in_(list(refs))
    if roles:
        wanted |= col(RosterSlot.person).in_(select(Person.ref).where(_has_role(roles)))
    asked = select(RosterSlot).where(wanted, RosterSlot.starts < until, RosterSlot.ends > since)
    return list(session.exec(asked.order_by(col(RosterSlot.ring), col(RosterSlot.id))))


def on_roster(session: Session, site: str, at: datetime) -> dict[int, list[str]]:
    """Who stands in which ring of a site at a time, from the roster alone."""
    asked = select(RosterSlot).where(
        RosterSlot.site == site, RosterSlot.starts <= at, RosterSlot.ends > at
    )
    found: dict[int, list[str]] = {}
    for slot in session.exec(asked.order_by(col(RosterSlot.ring), col(RosterSlot.id))):
        found.setdefault(slot.ring, []).append(slot.person)
    return found


def replace_people(
    session: Session, source: str, entries: Mapping[str, Mapping[str, object]], now: datetime
) -> list[str]:
    """Let one source (the pack, a CSV file) say who works here; who it leaves out has left.

    Those who left now, by ref: what they were responsible for must be looked at.
    """
    left: list[str] = []
    for ref, facts in entries.items():
        row = session.get(Person, ref)
        if row is None:
            session.add(Person.model_validate({"ref": ref, "source": source, **facts}))
            continue
        row.sqlmodel_update({**facts, "source": source, "left_at": None})
    for row in session.exec(select(Person).where(Person.source == source)):
        if row.ref not in entries and row.here:
            row.left_at = now
            left.append(row.ref)
    return left
