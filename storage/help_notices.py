"""Notices: who was told of which help call, and what they said to it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Field, Session, SQLModel, col, select

from storage.help import HelpCall
from storage.help_calls import is_new, is_open, joined, whole
from storage.help_life import Status
from storage.recall import recall
from storage.times import Utc


class HelpNotice(SQLModel, table=True):
    """One person was told of one call, `number` times: each time a message of its own, which rings.

    One row a person, however long a call rings: a call that nobody answers all night must not
    grow slower. `busy`: they were when they were told. `silent`: told for their knowledge; nobody
    counts on them. `later_at`: when they asked to be asked again. `wanted_at`: asked to come in
    addition to the owner; `joined_at`: they said that they come. `listed`: the call stands on
    their list, which is named after the call that began it.
    """

    __tablename__ = "help_notice"

    call: int = Field(primary_key=True, foreign_key="help_call.id")
    person: str = Field(primary_key=True, index=True)
    number: int = 1
    at: datetime = Field(sa_type=Utc)
    busy: bool = False
    silent: bool = False
    declined_at: datetime | None = Field(default=None, sa_type=Utc)
    later_at: datetime | None = Field(default=None, sa_type=Utc)
    wanted_at: datetime | None = Field(default=None, sa_type=Utc)
    joined_at: datetime | None = Field(default=None, sa_type=Utc)
    listed: int | None = None

    @property
    def asked(self) -> bool:
        """Was asked, and has said neither no nor later."""
        return self.declined_at is None and self.later_at is None

    def ring(self, now: datetime) -> None:
        """Tell once more. A fresh question forgets an earlier "can't"."""
        self.ask()
        self.number, self.at = self.number + 1, now

    def ask(self) -> None:
        """The question stands, aloud."""
        self.silent, self.declined_at, self.later_at = False, None, None

    def decline(self, now: datetime) -> None:
        self.declined_at, self.later_at = now, None
        self.wanted_at = self.joined_at = None

    def join(self, now: datetime) -> None:
        self.joined_at, self.declined_at, self.later_at = now, None, None


def notices(session: Session, call: int) -> dict[str, HelpNotice]:
    """Everybody who was told of a call, by ref, in the order in which they were told first."""

    def read() -> dict[str, HelpNotice]:
        if is_new(session, call):
            return {}
        rows = session.exec(_TOLD_OF_ONE, params={"call": call})
        return {notice.person: notice for notice in rows}

    return recall(session, ("help notices", call), read)


_TOLD_OF_ONE = (
    select(HelpNotice)
    .where(HelpNotice.call == bindparam("call"))
    .order_by(col(HelpNotice.at), col(HelpNotice.person))
)


def add(session: Session, notice: HelpNotice) -> None:
    known = notices(session, notice.call)
    session.add(notice)
    known[notice.person] = notice


def notice(session: Session, call: int, person: str) -> HelpNotice | None:
    return notices(session, call).get(person)


def was_told(session: Session, call: int, person: str) -> bool:
    return person in notices(session, call)


def helping(session: Session) -> dict[str, list[int]]:
    """Who has said that they come to which open calls, in addition to the owner."""
    found: dict[str, list[int]] = {}
    for call in joined(session):
        for ref, notice in notices(session, call).items():
            if notice.joined_at is not None:
                found.setdefault(ref, []).append(call)
    return found


Told = dict[int, int | None]
"""The calls that somebody was told of, each with the name of the list on which it stands, if any.
"""


def told_of(session: Session, people: Iterable[str]) -> dict[str, Told]:
    """What each of these people was told of: what is open, and what stands on their lists."""
    found: dict[str, Told] = {ref: {} for ref in people}
    if found:
        session.flush()
        for ref, call, listed in session.connection().execute(_TOLD_OF, {"people": [*found]}):
            found[ref][call] = listed
    return found


_TOLD_OF = (
    select(HelpNotice.person, HelpNotice.call, HelpNotice.listed)
    .join(HelpCall, col(HelpCall.id) == HelpNotice.call)
    .where(
        col(HelpNotice.person).in_(bindparam("people", expanding=True)),
        (col(HelpCall.status) != Status.CLOSED) | col(HelpNotice.listed).is_not(None),
    )
    .order_by(col(HelpNotice.call))
)


def put_on_list(session: Session, call: int, person: str, name: int | None) -> None:
    """The call stands on the list of that name now, or on none."""
    found = notice(session, call, person)
    if found:
        found.listed = name


def open_calls_told_to(session: Session, person: str) -> list[HelpCall]:
    told = told_of(session, [person])[person]
    return whole(session, [call for call in told if is_open(session, call)])


def closed_calls_told_to(session: Session, person: str, since: datetime) -> list[HelpCall]:
    """The calls that a person was told of and that were closed after a time."""
    return [call for call in calls_told_since(session, person, since) if not call.open]


def calls_told_since(session: Session, person: str, since: datetime) -> list[HelpCall]:
    """The calls that a person was told of and that are open or were closed after a time."""
    session.flush()
    asked = {"person": person, "since": since}
    return whole(session, session.connection().execute(_TOLD, asked).scalars())


_TOLD = (
    select(HelpNotice.call)
    .join(HelpCall, col(HelpCall.id) == HelpNotice.call)
    .where(
        HelpNotice.person == bindparam("person"),
        (col(HelpCall.status) != Status.CLOSED) | (col(HelpCall.closed_at) >= bindparam("since")),
    )
    .order_by(col(HelpNotice.call))
)
