"""Which rows a piece of work touched, for the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session


@contextmanager
def changes(session: Session) -> Iterator[set[str]]:
    """Collect "table:key" of every row that is added, changed or deleted inside the block."""
    touched: set[str] = set()

    def after_flush(flushed: Session, _context: object) -> None:
        changed = (row for row in flushed.dirty if flushed.is_modified(row))
        touched.update(map(_name, (*flushed.new, *changed, *flushed.deleted)))

    event.listen(session, "after_flush", after_flush)
    try:
        yield touched
    finally:
        event.remove(session, "after_flush", after_flush)


def _name(row: Any) -> str:
    key = ",".join(str(part) for part in inspect(row).mapper.primary_key_from_instance(row))
    return f"{row.__tablename__}:{key}"
