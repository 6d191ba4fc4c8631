"""Editions: what every press reads and few ever write is read anew only after it has changed.

Each kind of such rows has a number in the store. It grows in the transaction that changes one of
them, whichever process that is, so one small read tells whether what is in memory still holds.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Insert, bindparam, event
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Field, Session, SQLModel, col, select

from storage.quick import inserting
from storage.recall import forget, recall

Found = TypeVar("Found")


class Edition(SQLModel, table=True):
    """How often the rows of a kind have changed."""

    __tablename__ = "edition"

    kind: str = Field(primary_key=True)
    number: int


FOLLOWED: dict[type[Any], str] = {}
READ: WeakKeyDictionary[Engine, dict[str, tuple[int, Any]]] = WeakKeyDictionary()
"""What was read last, by store and kind, and of which edition it is."""

_NUMBER = select(col(Edition.number)).where(col(Edition.kind) == bindparam("kind"))


def follow(kind: str, *rows: type[SQLModel]) -> None:
    """Count the changes of these rows under one name."""
    FOLLOWED.update(dict.fromkeys(rows, kind))


def latest(session: Session, kind: str, read: Callable[[Session], Found]) -> Found:
    """What `read` finds, or found since the rows of this kind changed last.

    Its rows belong to no session and are shared by all. What this session has changed itself is
    shared with nobody before it commits.
    """
    if any(FOLLOWED.get(type(row)) == kind for row in _pending(session)):
        session.flush()
    return recall(session, ("edition", kind), lambda: _latest(session, kind, read))


def _latest(session: Session, kind: str, read: Callable[[Session], Found]) -> Found:
    shelf = READ.setdefault(session.get_bind().engine, {})
    number = session.connection().execute(_NUMBER, {"kind": kind}).scalar() or 0
    before, found = shelf.get(kind, (None, None))
    if before == number and not _changed_here(session, kind):
        return found  # type: ignore[return-value]
    fresh = apart(session, read)
    if not _changed_here(session, kind):
        shelf[kind] = number, fresh
    return fresh


def apart(session: Session, read: Callable[[Session], Found]) -> Found:
    """What `read` finds in a session of its own, in this transaction: rows that belong to none."""
    with Session(session.connection()) as reader:
        return read(reader)


def _changed_here(session: AnySession, kind: str) -> bool:
    return kind in session.info.get("changed kinds", ())


def _pending(session: AnySession) -> Iterator[object]:
    yield from session.new
    yield from session.dirty
    yield from session.deleted


@event.listens_for(AnySession, "after_flush")
def _count(session: AnySession, _context: object) -> None:
    changed = [row for row in _pending(session) if type(row) in FOLLOWED]
    kinds = {FOLLOWED[type(row)] for row in changed if _really(session, row)}
    for kind in sorted(kinds):
        one_more = _one_more(session.get_bind().dialect.name)
        session.connection().execute(one_more, {"kind": kind, "number": 1})
        session.info.setdefault("changed kinds", set()).add(kind)
        forget(session, ("edition", kind))


@event.listens_for(AnySession, "after_soft_rollback")
def _undone(session: AnySession, _before: object) -> None:
    for kind in session.info.get("changed kinds", ()):
        forget(session, ("edition", kind))


@cache
def _one_more(dialect: str) -> Insert:
    number = {"number": col(Edition.number) + 1}
    return inserting(dialect, Edition).on_conflict_do_update(index_elements=["kind"], set_=number)


def _really(session: AnySession, row: object) -> bool:
    return row in session.new or row in session.deleted or session.is_modified(row)
