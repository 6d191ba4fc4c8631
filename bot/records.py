"""Records: the one audit line that every action leaves. No feature writes its own."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.actions import Action, pack
from storage import audit

CLOCK = "clock"
"""Who acts when nobody does."""

COMMAND_LINE = "command line"
"""Who acts in a terminal: the machine's own user is nobody whom the bot knows."""

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


def commanded(
    session: Session, at: datetime, what: str, rows: Sequence[str] = (), **facts: str | int | bool
) -> None:
    """The line of a command in a terminal, in its transaction."""
    audit.note(session, **line(at, what, rows, **facts))


def line(
    at: datetime, what: str, rows: Sequence[str] = (), **facts: str | int | bool
) -> audit.Line:
    """The same for a store that is not opened yet."""
    said = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return {
        "at": at, "who": COMMAND_LINE, "what": what, "payload": said, "outcome": "done",
        "rows": list(rows), "event": "",
    }  # fmt: skip


def storable(name: str) -> str:
    """A name that a client made up, as every database takes it: short and of whole characters."""
    return name[:LONGEST_NAME].encode(errors="replace").decode().replace("\0", "?")
