"""Traces: what an act leaves behind. Most leave a line with a name; untraced ones name nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from bot.actions import Action
from bot.events import Answer
from bot.records import record, storable
from bot.wire import answer_from_json, answer_to_json
from storage import seen, untraced


class Trace(Protocol):
    """`mark` names the event that was heard; the clock's acts have none."""

    def before(self, session: Session, now: datetime) -> Answer | None:
        """What was answered when this was heard the first time."""
        ...

    def seen(self, session: Session, now: datetime, said: Answer) -> None:
        """A repeat of it is known from now on."""
        ...

    def line(
        self,
        session: Session,
        now: datetime,
        who: str,
        what: Action | str,
        rows: Sequence[str] = (),
        outcome: str = "done",
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Traced:
    mark: str | None = None

    def before(self, session: Session, now: datetime) -> Answer | None:  # noqa: ARG002
        kept = seen.answered(session, self.mark) if self.mark else None
        return None if kept is None else answer_from_json(kept)

    def seen(self, session: Session, now: datetime, said: Answer) -> None:
        if self.mark is not None:
            seen.remember(session, self.mark, now, answer_to_json(said))

    def line(
        self,
        session: Session,
        now: datetime,
        who: str,
        what: Action | str,
        rows: Sequence[str] = (),
        outcome: str = "done",
    ) -> None:
        record(session, now, who, what, rows, self.mark, outcome)


@dataclass(frozen=True, slots=True)
class Untraced:
    """A count in its hour, and a mark that names nobody and is gone after a day."""

    mark: str

    def before(self, session: Session, now: datetime) -> Answer | None:
        kept = untraced.answered(session, self.mark, now)
        return None if kept is None else answer_from_json(kept)

    def seen(self, session: Session, now: datetime, said: Answer) -> None:
        untraced.remember(session, self.mark, now, answer_to_json(said))

    def line(
        self,
        session: Session,
        now: datetime,
        who: str,  # noqa: ARG002
        what: Action | str,
        rows: Sequence[str] = (),  # noqa: ARG002
        outcome: str = "done",
    ) -> None:
        name = what if isinstance(what, str) else what.wire_name
        untraced.count(session, now, storable(name), outcome)
