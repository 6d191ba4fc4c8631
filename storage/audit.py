"""The audit: one line an action, in the same transaction as what the action did."""

from datetime import datetime

from sqlalchemy import JSON, Column, insert
from sqlmodel import Field, Session, SQLModel

from storage.queue import table
from storage.times import Utc


class AuditLine(SQLModel, table=True):
    """`who` is a person's ref or "clock"; `rows` names what changed, as "table:key".

    `erased_by` is the line that tells of the retention run which took this one's words away.
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
    erased_by: int | None = None


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
    told = {**line, "outcome": outcome, "rows": rows, "event": event}
    session.connection().execute(_NOTE, told)


_NOTE = insert(table(AuditLine))
