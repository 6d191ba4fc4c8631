"""Today: the newest card of a person's own day, so that it can be kept true in place."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.times import Utc


class MyDay(SQLModel, table=True):
    """`number` counts the cards: a new one rings and stands last in the chat."""

    __tablename__ = "my_day"

    person: str = Field(primary_key=True)
    number: int = 1
    shown_at: datetime = Field(sa_type=Utc)

    def show(self, now: datetime) -> None:
        self.number, self.shown_at = self.number + 1, now
