"""The audit: one line an action, in the same transaction as what the action did."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_hex
from typing import TypedDict

from sqlalchemy import JSON, Column, String, cast, insert
from sqlmodel import Field, Session, SQLModel, col, select

from storage.quick import table
from storage.times import Utc

BLANKED = 0
"""By an act that leaves no trace itself: a report without a name, and what led up to it."""


class AuditLine(SQLModel, table=True):
    """`who` is a person's ref or "clock"; `rows` names what changed, as "table:key".

    `erased_by` is the line that tells of the retention run which took this one's words away, or
    `BLANKED`. `salt` keeps anybody from guessing the words of such a line by its seal.
    """

    __tablename__ = "audit"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Utc)
    who: str
    what: str
    payload: str
    outcome: str
    rows: list[str] = Field(sa_column=Column(JSON, nullable=False))
    event: str
    salt: str = ""
    erased_by: int | None = None


class Line(TypedDict):
    """What is written; `outcome` is "done", "refused" or "failed"."""

    at: datetime
    who: str
    what: str
    payload: str
    outcome: str
    rows: list[str]
    event: str


def note(
    session: Session,
    *,
    at: datetime,
    who: str,
    what: str,
    payload: str,
    outcome: str,
    rows: list[str],
    event: str,
) -> None:
    """Write one line; `outcome` is "done", "refused" or "failed"."""
    line = {"at": at, "who": who, "what": what, "payload": payload}
    told = {**line, "outcome": outcome, "rows": rows, "event": event, "salt": token_hex(8)}
    session.connection().execute(_NOTE, told)


_NOTE = insert(table(AuditLine))


def blank(session: Session, rows: Iterable[str], hour: datetime) -> list[str]:
    """Lines about these rows keep what was done and the hour, and nothing more; their events."""
    events: list[str] = []
    for name in rows:
        found = select(AuditLine).where(cast(col(AuditLine.rows), String).like(f'%"{name}"%'))
        events += _blanked(session, session.exec(found).all(), hour)
    return events


def blank_tried(session: Session, who: str, names: Iterable[str], hour: datetime) -> list[str]:
    """The same for what somebody did of these acts without changing a row."""
    events: list[str] = []
    for name in names:
        found = select(AuditLine).where(
            AuditLine.who == who,
            col(AuditLine.what).startswith(name, autoescape=True),
            cast(col(AuditLine.rows), String) == "[]",
        )
        events += _blanked(session, session.exec(found).all(), hour)
    return events


def _blanked(session: Session, lines: Iterable[AuditLine], hour: datetime) -> list[str]:
    events = []
    for line in lines:
        events.append(line.event)
        line.at, line.who, line.payload, line.event, line.rows = hour, "", "", "", []
        line.salt, line.erased_by = "", BLANKED
    session.flush()
    return [event for event in events if event]


def newest_at(session: Session) -> datetime | None:
    """When the newest line was written."""
    asked = select(AuditLine.at).order_by(col(AuditLine.id).desc()).limit(1)
    return session.exec(asked).first()
