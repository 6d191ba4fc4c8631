"""Recall: what one session has read already, so that a turn asks the database once.

A session lives as long as one action and nobody else writes in between, so what was read stays
true; whoever adds a row says so.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

Found = TypeVar("Found")


def recall(session: Session, key: object, read: Callable[[], Found]) -> Found:
    """What was read under this key, or read it now."""
    kept = session.info.setdefault("recall", {})
    if key not in kept:
        kept[key] = read()
    found: Found = kept[key]
    return found


def forget(session: Session, key: object) -> None:
    """It has changed: read it again the next time."""
    session.info.get("recall", {}).pop(key, None)


def start_over(session: Session) -> None:
    """A session that goes on after its commit holds nothing of what it has read."""
    session.expunge_all()
    session.info.pop("recall", None)
