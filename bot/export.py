"""Export: what is somebody's own, from every table, and nothing about anybody else (P10).

What each table tells is declared by its feature (`Feature.owns`). Sealed and written text is
opened only for whoever wrote it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, SQLModel, select

from bot.features import Feature, Mine
from storage.people import Person
from storage.quick import table

PERSON = Mine(
    Person,
    ("ref",),
    (
        "ref", "name", "languages", "roles", "unit", "site", "place", "area", "floor", "zone",
        "addresses", "chosen_language", "followed_language", "left_at",
    ),
)  # fmt: skip

Json = dict[str, Any]


def export(session: Session, features: Sequence[Feature], ref: str, now: datetime) -> Json:
    """By table, a list of rows; times are ISO 8601 in UTC."""
    found: Json = {"made_at": now.isoformat(timespec="seconds"), "person": []}
    for mine in (PERSON, *(one for feature in features for one in feature.own)):
        rows = _rows(session, mine, ref)
        if rows:
            found[str(table(mine.kind).name)] = [_told(mine, row, ref) for row in rows]
    return found


def _rows(session: Session, mine: Mine, ref: str) -> Sequence[SQLModel]:
    theirs = or_(*(getattr(mine.kind, name) == ref for name in mine.whose))
    found = session.exec(select(mine.kind).where(theirs)).all()
    return [row for row in found if ref not in getattr(row, "kept_from", ())]


def _told(mine: Mine, row: SQLModel, ref: str) -> Json:
    """What somebody else wrote about them is not theirs to take along: it names its writer."""
    wrote = getattr(row, mine.whose[0]) == ref
    names = (*mine.tells, *(mine.written if wrote else ()))
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
