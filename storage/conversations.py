"""Conversations: where a surface talks with a person, once they or we have opened it.

For platforms that give no way to find it anew: without this row somebody who has written to the
bot would be a stranger after a restart.
"""

from sqlmodel import Field, Session, SQLModel, col, select

from storage.deliveries import Standing


class Conversation(SQLModel, table=True):
    """`address` is the person's on that surface; `door` the service address that serves them.

    `page` is the message in which their own page stands, "" where it stands nowhere. `page_asked`:
    they want it to come as a new message. `here` is False once they have put the app away.
    """

    __tablename__ = "conversation"

    surface: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    conversation: str
    door: str
    page: str = ""
    page_asked: bool = False
    here: bool = True


def conversations(session: Session, surface: str) -> list[Conversation]:
    asked = select(Conversation).where(Conversation.surface == surface)
    return list(session.exec(asked.order_by(col(Conversation.address))))


def forget_standing(session: Session, surface: str, slot: str) -> None:
    """What stands in a slot is to come again, though it has not changed."""
    row = session.get(Standing, (slot, surface))
    if row is not None:
        session.delete(row)
