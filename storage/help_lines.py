"""Lines: what presser and helpers say to each other during a call, one tap each, in order."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel, col, select

from storage.help_calls import is_new
from storage.recall import recall
from storage.times import Utc


class HelpLine(SQLModel, table=True):
    """One line. `code` is the id of the signal or the sentence in content.

    `seen_at`: a press of the other side proved that the line stood before them (I8).
    """

    __tablename__ = "help_line"
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    call: int = Field(index=True, foreign_key="help_call.id")
    by: str
    code: str
    at: datetime = Field(sa_type=Utc)
    seen_at: datetime | None = Field(default=None, sa_type=Utc)
    seen_by: str | None = None

    @property
    def number(self) -> int:
        return self.id or 0


def lines(session: Session, call: int) -> list[HelpLine]:
    """Every line of a call, oldest first."""

    def read() -> list[HelpLine]:
        if is_new(session, call):
            return []
        asked = select(HelpLine).where(HelpLine.call == call).order_by(col(HelpLine.id))
        return list(session.exec(asked))

    return recall(session, ("help lines", call), read)


def add(session: Session, line: HelpLine) -> None:
    known = lines(session, line.call)
    session.add(line)
    session.flush()
    known.append(line)
