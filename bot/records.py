"""Records: the one audit line that every action leaves. No feature writes its own."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.actions import Action, pack
from storage import audit

CLOCK = "clock"
"""Who acts when nobody does."""

LONGEST_NAME = 100


def record(
    session: Session,
    at: datetime,
    who: str,
    what: Action | str,
    rows: Sequence[str],
    event: str | None,
    outcome: str = "done",
) -> None:
    """One line, in the same transaction. What was refused is known by its name alone:
    what a client made up is not worth keeping."""
    name, payload = (what, "") if isinstance(what, str) else pack(what)
    audit.note(
        session,
        at=at,
        who=storable(who),
        what=storable(name),
        payload=payload,
        outcome=outcome,
        rows=list(rows),
        event=event or "",
    )


def storable(name: str) -> str:
    """A name that a client made up, as every database takes it: short and of whole characters."""
    return name[:LONGEST_NAME].encode(errors="replace").decode().replace("\0", "?")
