"""Installations: which workspaces and organisations have let the bot in, and with what token.

A place is a workspace ("T…") or a whole organisation ("E…"). Tokens lie here sealed.
"""

from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, delete
from sqlmodel import Field, Session, SQLModel, col, select

from storage.sealed import Sealed
from storage.times import Utc

CLAIM = timedelta(seconds=30)
"""How long one process may take to fetch a new token before another may try."""


class Installation(SQLModel, table=True):
    """`teams` are an organisation's workspaces that we have met. A token without `ends_at` lives
    until somebody revokes it; one with it is exchanged early, by whoever holds `claimed_until`.
    """

    __tablename__ = "installation"

    place: str = Field(primary_key=True)
    name: str
    bot_user: str
    bot: str
    teams: list[str] = Field(sa_column=Column(JSON, nullable=False))
    token: str = Field(sa_column=Column(Sealed("installation.token"), nullable=False))
    refresh: str | None = Field(default=None, sa_column=Column(Sealed("installation.refresh")))
    ends_at: datetime | None = Field(default=None, sa_type=Utc)
    claimed_until: datetime | None = Field(default=None, sa_type=Utc)
    installed_at: datetime = Field(sa_type=Utc)


class InstallState(SQLModel, table=True):
    """Somebody is on their way to install the bot: good once, and not for long.

    `mark` is a hash of what their browser was given; who reads this table learns nothing.
    """

    __tablename__ = "install_state"

    mark: str = Field(primary_key=True)
    until: datetime = Field(sa_type=Utc)


def every(session: Session) -> list[Installation]:
    return list(session.exec(select(Installation).order_by(col(Installation.place))))


def count(session: Session) -> int:
    return len(session.exec(select(Installation.place)).all())


def put(session: Session, new: Installation) -> None:
    """A place that installs anew has the new token from now on."""
    session.merge(new)


def remove(session: Session, place: str, at: datetime | None = None) -> bool:
    """Unless it has let us in anew since `at`."""
    found = session.get(Installation, place, with_for_update=True)
    if found is None or (at is not None and found.installed_at > at):
        return False
    session.delete(found)
    return True


def meet(session: Session, place: str, team: str) -> None:
    """One more workspace of an organisation."""
    found = session.get(Installation, place)
    if found is not None and team not in found.teams:
        found.teams = sorted({*found.teams, team})


def claim(session: Session, place: str, token: str, now: datetime) -> Installation | None:
    """The right to exchange this token, for one process at a time; None when another has it, or
    has exchanged it already.
    """
    found = session.get(Installation, place, with_for_update=True, populate_existing=True)
    if found is None or found.token != token or found.refresh is None:
        return None
    if found.claimed_until is not None and found.claimed_until > now:
        return None
    found.claimed_until = now + CLAIM
    return found


def renew(session: Session, place: str, token: str, refresh: str, ends_at: datetime) -> None:
    """The exchange is done."""
    found = session.get(Installation, place, with_for_update=True)
    if found is not None:
        found.token, found.refresh, found.ends_at = token, refresh, ends_at
        found.claimed_until = None


def keep_old(session: Session, place: str) -> None:
    """The exchange failed: the old token is used until it dies."""
    found = session.get(Installation, place, with_for_update=True)
    if found is not None:
        found.claimed_until = None


def begin(session: Session, mark: str, now: datetime, until: datetime) -> None:
    """Somebody sets out; whoever never came back is forgotten."""
    session.exec(delete(InstallState).where(col(InstallState.until) <= now))
    session.add(InstallState(mark=mark, until=until))


def arrive(session: Session, mark: str, now: datetime) -> bool:
    """Is this somebody who set out, not long ago, and has not arrived before?"""
    found = session.get(InstallState, mark, with_for_update=True)
    if found is None:
        return False
    session.delete(found)
    return found.until > now
