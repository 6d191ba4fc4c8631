"""Calendars: the address of a person's feed, of which the store keeps a hash and nothing more."""

from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from sqlmodel import Field, Session, SQLModel, select

from storage.times import Utc

BYTES = 32


class CalendarFeed(SQLModel, table=True):
    """One feed a person. `hashed` is of the token in its address; None: there is none now."""

    __tablename__ = "calendar_feed"

    person: str = Field(primary_key=True)
    hashed: str | None = Field(default=None, index=True)
    made_at: datetime | None = Field(default=None, sa_type=Utc)

    def renew(self, now: datetime) -> str:
        """A new token, told once; whatever address there was before leads nowhere."""
        token = token_urlsafe(BYTES)
        self.hashed, self.made_at = hashed(token), now
        return token

    def revoke(self) -> None:
        self.hashed = self.made_at = None


def hashed(token: str) -> str:
    """A token is 32 random bytes: a plain hash of it cannot be guessed back."""
    return sha256(token.encode()).hexdigest()


def whose(session: Session, token: str) -> str | None:
    """Whose feed a token opens, or None. What is looked for is a hash, so that the time that it
    takes tells nothing about the token."""
    wanted = hashed(token)
    row = session.exec(select(CalendarFeed).where(CalendarFeed.hashed == wanted)).first()
    return row.person if row and compare_digest(row.hashed or "", wanted) else None
