"""People: who they are to their colleagues, where they sit, how they are reached."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, SQLModel, col, select

from storage.editions import apart, follow, latest
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


GUEST = "guest"
"""The source of whoever is on no list, and was let in all the same."""


class Person(SQLModel, table=True):
    """`ref` is the name in files and rosters; `place` is where they sit, in both languages.

    `area` is the desk zone: whoever shares it can see them. `floor` is None where it is the site's.
    `chosen_language` is what they chose themselves and stays; `followed_language` is that of their
    account on a platform, which may change.
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
    followed_language: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=Utc)

    @property
    def language(self) -> str:
        return self.chosen_language or self.followed_language or self.languages[0]

    @property
    def guest(self) -> bool:
        """On no list: may ask for help, and sees nothing of others."""
        return self.source == GUEST

    @property
    def here(self) -> bool:
        return self.left_at is None


class Colleague(Protocol):
    """A person to be read, not changed: the row is shared by everybody who reads."""

    @property
    def ref(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def site(self) -> str: ...
    @property
    def area(self) -> str | None: ...
    @property
    def floor(self) -> Mapping[str, str] | None: ...
    @property
    def roles(self) -> Collection[str]: ...
    @property
    def addresses(self) -> Mapping[str, str]: ...


class RosterSlot(SQLModel, table=True):
    """One person in one ring of one site, for a time; the end is not included."""

    __tablename__ = "roster_slot"

    id: int | None = Field(default=None, primary_key=True)
    site: str = Field(index=True)
    ring: int
    person: str
    starts: datetime = Field(sa_type=Utc)
    ends: datetime = Field(sa_type=Utc)


Slots = dict[Hashable, list[RosterSlot]]


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody, as they were read at one edition: `here` and its indexes without who has left
    (but for `roles`, which has everybody who ever had one).

    The rows belong to no session; `_mine` makes one a session's own. `slots` holds the answers
    to questions about the roster that were asked before.
    """

    known: dict[str, Person]
    here: dict[str, Person]
    sites: dict[str, list[str]]
    roles: dict[str, list[str]]
    addresses: dict[tuple[str, str], str]
    slots: Slots = field(default_factory=dict)


follow("people", Person, RosterSlot)


def staff(session: Session) -> Staff:
    return latest(session, "people", _read)


def _read(reader: Session) -> Staff:
    rows = reader.exec(select(Person).order_by(col(Person.ref))).all()
    found = Staff({row.ref: row for row in rows}, {}, {}, {}, {})
    for one in sorted(rows, key=lambda one: one.guest):  # whoever is on the list comes first
        for role in one.roles:
            found.roles.setdefault(role, []).append(one.ref)
        if one.here:
            found.here[one.ref] = one
            found.sites.setdefault(one.site, []).append(one.ref)
            for address in one.addresses.items():
                found.addresses.setdefault(address, one.ref)
    return found


def known(session: Session, ref: str) -> Person | None:
    """Somebody who works here or has worked here, or None."""
    mine = _mine(session)
    if ref not in mine and (found := staff(session).known.get(ref)):
        before = session.identity_map.get(session.identity_key(Person, ref))
        mine[ref] = before or session.merge(found, load=False)
    return mine.get(ref)


def _mine(session: Session) -> dict[str, Person]:
    """Those whom this session has as its own: they may be changed, and are written like any row."""
    return recall(session, "persons", dict)


def _all(session: Session, refs: Iterable[str]) -> list[Person]:
    return [one for ref in refs if (one := known(session, ref))]


def person(session: Session, ref: str) -> Person | None:
    """Somebody who works here now, or None."""
    found = known(session, ref)
    return found if found and found.here else None


def at_address(session: Session, kind: str, *addresses: str) -> Person | None:
    """Who works here and has one of these addresses of a kind, or None; guests come last."""
    found = staff(session)
    refs = {found.addresses[kind, one] for one in addresses if (kind, one) in found.addresses}
    return known(session, min(refs, key=lambda ref: (found.here[ref].guest, ref))) if refs else None


def people(session: Session, refs: Iterable[str]) -> list[Person]:
    """Those of the refs who work here now, in the order asked for, each once."""
    here = staff(session).here
    return _all(session, (ref for ref in dict.fromkeys(refs) if ref in here))


def at_site(session: Session, site: str) -> list[Person]:
    return _all(session, staff(session).sites.get(site, ()))


def everybody(session: Session) -> list[Person]:
    return _all(session, staff(session).here)


def with_role(session: Session, *roles: str) -> list[Person]:
    return _all(session, (one.ref for one in near(session, (), (), roles)))


def near(
    session: Session, sites: Iterable[str], refs: Iterable[str], roles: Iterable[str]
) -> list[Colleague]:
    """Everybody here who belongs to one of the sites, is named, or has one of the roles.

    Of an office of hundreds a press asks the places, and calls a handful.
    """
    now = staff(session)
    found = {*refs}
    found.update(*(now.sites.get(site, ()) for site in sites))
    found.update(*(now.roles.get(role, ()) for role in roles))
    mine = _mine(session)
    return [mine.get(ref) or now.here[ref] for ref in sorted(found) if ref in now.here]


MOST_QUESTIONS = 1000
"""About the roster, whose answers are kept; a busy agency asks some dozen a day."""


def slots_around(
    session: Session,
    sites: Iterable[str],
    since: datetime,
    until: datetime,
    refs: Iterable[str] = (),
    roles: Iterable[str] = (),
) -> list[RosterSlot]:
    """Every roster slot that touches a span of time: at the sites, or anywhere of the people.

    They are to be read; whoever changes one asks the session for it.
    """
    now = staff(session)
    with_roles = (ref for role in roles for ref in now.roles.get(role, ()))
    wanted = frozenset(sites), since, until, frozenset((*refs, *with_roles))
    if wanted not in now.slots:
        if len(now.slots) >= MOST_QUESTIONS:
            now.slots.clear()
        now.slots[wanted] = apart(session, lambda reader: _slots_around(reader, *wanted))
    return now.slots[wanted]


def _slots_around(
    reader: Session, sites: Set[str], since: datetime, until: datetime, refs: Set[str]
) -> list[RosterSlot]:
    wanted = col(RosterSlot.site).in_(sites) | col(RosterSlot.person).in_(refs)
    asked = select(RosterSlot).where(wanted, RosterSlot.starts < until, RosterSlot.ends > since)
    return list(reader.exec(asked.order_by(col(RosterSlot.ring), col(RosterSlot.id))))


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
    rows = {row.ref: row for row in session.exec(select(Person))}
    for ref, facts in entries.items():
        if ref not in rows:
            session.add(Person.model_validate({"ref": ref, "source": source, **facts}))
            continue
        rows[ref].sqlmodel_update({**facts, "source": source, "left_at": None})
    for row in rows.values():
        if row.source == source and row.ref not in entries and row.here:
            row.left_at = now
            left.append(row.ref)
    return left
