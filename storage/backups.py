"""Backups: since when those who keep order know that no copies are made."""

from datetime import datetime

from sqlmodel import Field, Session, SQLModel

from storage.times import Utc

ONE = 1


class BackupTrouble(SQLModel, table=True):
    """One row, there only while copies fail."""

    __tablename__ = "backup_trouble"

    id: int = Field(default=ONE, primary_key=True)
    told_at: datetime = Field(sa_type=Utc)


def trouble(session: Session) -> BackupTrouble | None:
    return session.get(BackupTrouble, ONE)
