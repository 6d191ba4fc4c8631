"""Anonymous: the code of a case without a name, what was said by it, and who tried wrong ones.

Nothing here names a person but the manager who asked. Every time is a full hour.
"""

from datetime import datetime

from sqlmodel import Column, Field, Session, SQLModel, col, select

from storage.sealed import Sealed, SealedBytes
from storage.times import Utc


class CaseCode(SQLModel, table=True):
    """The code of one case: `lookup` finds it, `hashed` (slow, with `salt`) proves it.

    `relay` is where to tell the person of a question, if they asked for that, until `relay_until`.
    """

    __tablename__ = "case_code"

    case: int = Field(primary_key=True, foreign_key="incident_case.id")
    lookup: str = Field(index=True)
    salt: bytes
    hashed: bytes
    relay: bytes | None = Field(default=None, sa_column=Column(SealedBytes("case_code.relay")))
    relay_until: datetime | None = Field(default=None, sa_type=Utc)

    def forget_relay(self) -> None:
        self.relay = self.relay_until = None


class CaseLine(SQLModel, table=True):
    """One thing that was said between whoever reported and the manager; `by` only of the latter."""

    __tablename__ = "case_line"

    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(foreign_key="incident_case.id", index=True)
    hour: datetime = Field(sa_type=Utc)
    by: str | None = None
    text: str = Field(sa_column=Column(Sealed("case_line.text"), nullable=False))


class WrongCode(SQLModel, table=True):
    """Somebody tried wrong codes; who, only a key knows that is thrown away after a day."""

    __tablename__ = "wrong_code"

    who: str = Field(primary_key=True)
    key: str = Field(foreign_key="passing_key.id", ondelete="CASCADE", index=True)
    count: int = 0
    until: datetime | None = Field(default=None, sa_type=Utc)


def with_lookup(session: Session, lookup: str) -> list[CaseCode]:
    return list(session.exec(select(CaseCode).where(CaseCode.lookup == lookup)))


def said(session: Session, case: int) -> list[CaseLine]:
    """Everything that was said, oldest first."""
    return list(
        session.exec(select(CaseLine).where(CaseLine.case == case).order_by(col(CaseLine.id)))
    )


def relays_over(session: Session, now: datetime) -> list[CaseCode]:
    return list(session.exec(select(CaseCode).where(col(CaseCode.relay_until) <= now)))
