"""Which rows a piece of work touched, for the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session as AnySession
from sqlmodel import Session


@contextmanager
def changes(session: Session) -> Iterator[set[str]]:
    """Collect "table:key" of every row that is added, changed or deleted inside the block."""
    touched: set[str] = set()
    session.info["touched"] = touched
    try:
        yield touched
    finally:
        del session.info["touched"]


@event.listens_for(AnySession, "after_flush")
def _flushed(session: AnySession, _context: object) -> None:
    touched: set[str] | None = session.info.get("touched")
    if touched is not None:
        changed = (row for row in session.dirty if session.is_modified(row))
        touched.update(map(_name, (*session.new, *changed, *session.deleted)))


def _name(row: Any) -> str:
    key = ",".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))
    return f"{row.__tablename__}:{key}"
