"""Holding: the invariants of `spec/invariants.md`, looked at in one reading of the store.

Each check takes the simulated agency and what stands in the store, and raises AssertionError.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Engine as Database
from sqlalchemy import inspect
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from bot.turn import Turn
from handlers.cases import access
from storage import quick, seals
from storage.case_life import Naming
from storage.case_life import Status as CaseStatus
from storage.cases import Case
from storage.deliveries import Delivery, Standing
from storage.drafts import Draft
from storage.help import HelpCall
from storage.help_life import Status
from storage.help_notices import HelpNotice
from storage.help_waits import next_step as next_of_call
from storage.people import Person, person
from storage.plans import PlanStep
from storage.plans import next_step as next_of_step
from storage.timers import Timer
from storage.visit_waits import next_step as next_of_visit
from storage.visits import Visit
from tests.stage import texts

if TYPE_CHECKING:
    from tests.simulation import Simulation

LEFT_WITHIN = 60 + 5.0
"""Seconds: the cases of who leaves have somebody else within a minute (I13)."""

TOKEN = re.compile(r"ord\d+zz")
"""Every word that a simulated person writes can be known again."""


ADDRESS = re.compile(r"/calendar/\S+")
"""What is drawn at random may spell any word."""

Row = TypeVar("Row", bound=SQLModel)
Read = dict[Any, tuple[tuple[Any, ...], Any]]
"""The rows of a table by their keys: as they stand in the store, and as they were read."""

FEW = 3
"""So many rows are asked for one by one."""


class Mirrors:
    """What was read of the store before: a row that stands as it stood is not built anew."""

    def __init__(self) -> None:
        self.known: dict[type[SQLModel], Read] = {}

    def world(self, database: Database) -> "World":
        with Session(database) as session:
            world = World(session, self)
            session.expunge_all()
            return world

    def rows(self, session: Session, kind: type[Row]) -> list[Row]:
        """Every row of a table, in the table's order."""
        stands, before = standing(session, kind), self.known.get(kind, {})
        same = {key for key, row in stands.items() if key in before and before[key][0] == row}
        new = built(session, kind, [key for key in stands if key not in same])
        rows = {key: before[key][1] if key in same else new[key] for key in stands}
        self.known[kind] = {key: (stands[key], row) for key, row in rows.items()}
        return [*rows.values()]


def built(session: Session, kind: type[Row], keys: list[tuple[Any, ...]]) -> dict[Any, Row]:
    """These rows; where there are many, all of the table."""
    if len(keys) <= FEW:
        return {key: session.get_one(kind, key) for key in keys}
    return {inspect(row).identity: row for row in session.exec(select(kind))}


def standing(session: Session, kind: type[SQLModel]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The rows of a table as SQLite tells them, by their keys."""
    asked, key = raw_select(kind)
    told = session.connection().exec_driver_sql(asked).fetchall()
    return {tuple(row[at] for at in key): tuple(row) for row in told}


@cache
def raw_select(kind: type[SQLModel]) -> tuple[str, tuple[int, ...]]:
    """The question, and where in an answer the key stands."""
    columns, table = [*quick.table(kind).c], quick.table(kind)
    names = ", ".join(f'"{one.name}"' for one in columns)
    key = tuple(columns.index(one) for one in table.primary_key.columns)
    return f"SELECT {names} FROM {table.name}", key


class World:
    """All that stands in the store, read once for every check."""

    def __init__(self, session: Session, mirrors: Mirrors) -> None:
        self.calls = mirrors.rows(session, HelpCall)
        self.open = [call for call in self.calls if call.open]
        self.notices = mirrors.rows(session, HelpNotice)
        self.visits = mirrors.rows(session, Visit)
        self.cases = mirrors.rows(session, Case)
        self.steps = mirrors.rows(session, PlanStep)
        self.timers = {one.key: one for one in mirrors.rows(session, Timer)}
        owing = session.connection().execute(_OWED).all()
        self.owed = {slot for slot, _, over in owing if not over}
        self.waiting = {who for _, who, over in owing if not over}
        self.given_up = {slot for slot, _, _ in owing} - self.owed
        self.stands = dict(session.exec(select(Standing.slot, Standing.message)).all())
        self.left = {*session.connection().execute(_LEFT).scalars()}

    @property
    def pressing(self) -> set[str]:
        return {call.presser for call in self.open}


def nothing_is_a_bug(run: "Simulation", _: World) -> None:
    failed = [one for one in run.stage.decisions[run.looked_at :] if one.outcome == "failed"]
    assert run.store_was_ill or not failed, f"failed: {[(one.who, one.what) for one in failed]}"


def every_open_row_has_its_next_step(run: "Simulation", world: World) -> None:
    """I1: open means that the clock will look, at the very time that the row says."""
    waits = [(f"help:{one.id}", next_of_call(one)) for one in world.calls]
    waits += [(f"visit:{one.id}", next_of_visit(one)) for one in world.visits]  # type: ignore[misc]
    waits += [(f"plan:{one.case}:{one.id}", next_of_step(one)) for one in world.steps]  # type: ignore[misc]
    for key, step in waits:
        timer = world.timers.get(key)
        assert (timer is None) == (step is None), f"silent: {key} waits for {step}, timer {timer}"
        assert not step or not timer or timer.attempts or timer.due <= step[0], f"silent: {key}"
    for call in world.calls:
        assert call.open == (next_of_call(call) is not None), f"silent: call {call.id}"
    for visit in world.visits:
        assert visit.open == (next_of_visit(visit) is not None), f"silent: visit {visit.id}"


def nothing_is_overdue(run: "Simulation", world: World) -> None:
    """While the store works, what is due has happened."""
    if run.weather.store_ill:
        return
    late = run.stage.loop.now() - timedelta(seconds=2)
    overdue = [one.key for one in world.timers.values() if one.due < late]
    assert not overdue, f"silent: overdue {overdue}"


def every_open_case_goes_on(_: "Simulation", world: World) -> None:
    """Somebody will be asked of it again, by a step of its plan or by a question."""
    about = {part for key in world.timers for part in [":".join(key.split(":")[:2])]}
    busy = {step.case for step in world.steps if step.open}
    for case in world.cases:
        names = {f"{name}:{case.id}" for name in ("plan", "heard", "feedback", "triage")}
        waits = case.status is CaseStatus.CLOSED or case.id in busy or names & about
        assert waits, f"silent: case {case.id} {case.status} waits for nothing"


def a_case_has_an_owner_and_a_deputy(run: "Simulation", world: World) -> None:
    """I13: also when one of them leaves."""
    gone = {ref for ref in world.left if run.stage.loop.time() - run.left[ref] > LEFT_WITHIN}
    for case in world.cases:
        assert case.owner, f"case {case.id} has no owner"
        assert case.deputy, f"case {case.id} has no deputy"
        if case.open and not run.store_was_ill:
            assert not {case.owner, case.deputy} & gone, f"case {case.id} is a leaver's"
        about = {case.owner, case.deputy} & {*case.kept_from}
        assert not about, f"case {case.id} is owned by whom it is about"


def what_is_closed_never_changes(run: "Simulation", world: World) -> None:
    """I4: a late button changes nothing."""
    rows: list[HelpCall | Visit] = [*world.calls, *world.visits]
    over = [one for one in rows if not one.open]
    for row in over:
        if isinstance(row, Visit) and row.closed_at is None:
            continue  # a calm end may still be named a place, or become a cry for support
        facts = row.model_dump()
        known = run.closed.setdefault((type(row).__name__, row.id or 0), facts)
        assert known == facts, f"{type(row).__name__} {row.id} changed after its end"


def nobody_owns_their_own(_: "Simulation", world: World) -> None:
    """I7, and each call has at most one owner, who owns one."""
    pressers = [call.presser for call in world.open]
    assert len(pressers) == len(set(pressers)), "one person has two open calls"
    assert not {call.owner for call in world.open} & set(pressers), "a presser owns a call"
    for call in world.open:
        assert (call.owner is not None) == (call.status is Status.OWNED), f"call {call.id}"


def an_owner_changes_only_by_a_word(run: "Simulation", world: World) -> None:
    """Owned once: nobody takes what somebody has, who has neither let go nor fallen silent."""
    acted = {one.who for one in run.stage.decisions[run.looked_at :]}
    for call in world.open:
        before = run.owners.get(call.id or 0)
        kept = not before or not call.owner or call.owner == before
        assert kept or before in acted or "clock" in acted, (
            f"call {call.id} of {before} was taken by {call.owner}"
        )
        run.owners[call.id or 0] = call.owner


def a_pressers_screen_can_be_read_by_anybody(run: "Simulation", world: World) -> None:
    """I9: what is on its way to them (the platform is ill) is left out, and so is the double of a
    card that could not be looked up: nobody knows where it stands, so nobody can cover it.
    """
    forbidden = run.stage.shelf.current.forbidden
    twice = {key.rpartition("#")[0] for key in run.weather.unsearched}
    for ref in sorted(world.pressing - world.waiting):
        for message in run.screen(ref):
            if message.id in run.clean and run.clean[message.id] is message:
                continue
            if any(key.rpartition("#")[0] in twice for key in message.keys):
                continue
            for line in texts(message):
                said = ADDRESS.sub("", line).casefold()
                found = [stem for stem in forbidden if stem in said]
                assert not found, f"{ref} can be read: {line!r} ({found})"
            run.clean[message.id] = message


def whoever_was_told_can_see_it(run: "Simulation", world: World) -> None:
    """No alert is lost: its newest message stands, or is on its way."""
    there = world.owed | world.given_up | {*world.stands}
    open_calls = {call.id for call in world.open}
    for one in world.notices:
        slot = f"help:{one.call}:{one.person}:{one.number}"
        if one.call in open_calls and one.person not in run.unreached | world.left:
            assert slot in there, f"lost: {slot} was never sent"


def what_stands_really_stands(run: "Simulation", world: World) -> None:
    for slot, message in world.stands.items():
        if message != "home":
            known = run.stage.screens.messages.get(message)
            assert known is not None, f"lost: {slot} does not stand in {message}"
            assert any(key.startswith(f"{slot}#") for key in known.keys), f"lost: {slot}"


def what_is_written_is_read_by_whom_it_may(run: "Simulation", _: World) -> None:
    """No card above its reader's level: looked at when it comes, with the rights of that moment."""
    for message in run.fresh():
        said = {token for line in texts(message) for token in TOKEN.findall(line)}
        strange = sorted(token for token in said if run.authors.get(token) != message.to)
        if strange:
            with Session(run.stage.database) as session:
                for token in strange:
                    _may_read(run, session, message.to, token)


def _may_read(run: "Simulation", session: Session, ref: str, token: str) -> None:
    for draft in session.exec(select(Draft)):
        held = token in (draft.words or "") + (draft.evidence or "")
        assert not held or draft.person == ref, f"{ref} reads the draft of {draft.person}"
    for case in session.exec(select(Case)):
        for field in ("words", "evidence"):
            if token in (getattr(case, field) or ""):
                whose = person(session, ref)
                assert whose is not None
                pack, now = run.stage.shelf.current, run.stage.loop.now()
                turn = Turn(whose, now, session, pack, ["workspace"])
                may = field in access.fields(turn, whose, case)
                assert may, f"{ref} reads the {field} of case {case.id}"


def without_a_name_is_without_a_trace(run: "Simulation", world: World) -> None:
    """What an anonymous report was written in is gone, and the case names nobody."""
    for case in world.cases:
        if case.naming is Naming.ANONYMOUS:
            assert not (case.reporter or case.call or case.helper), f"case {case.id} names"
    if run.nameless:
        with Session(run.stage.database) as session:
            left = [one for one in run.nameless if session.get(Draft, one)]
        assert not left, f"the drafts {left} of reports without a name are still there"


def nothing_stands_twice(run: "Simulation", _: World) -> None:
    assert not run.weather.figures["doubled"], "doubled: a card was posted a second time"


_OWED = sql_select(col(Delivery.slot), col(Delivery.person), col(Delivery.given_up).is_not(None))
_LEFT = sql_select(col(Person.ref)).where(col(Person.left_at).is_not(None))

CHECKS = (
    nothing_is_a_bug,
    every_open_row_has_its_next_step,
    nothing_is_overdue,
    every_open_case_goes_on,
    a_case_has_an_owner_and_a_deputy,
    what_is_closed_never_changes,
    nobody_owns_their_own,
    an_owner_changes_only_by_a_word,
    a_pressers_screen_can_be_read_by_anybody,
    whoever_was_told_can_see_it,
    what_stands_really_stands,
    what_is_written_is_read_by_whom_it_may,
    without_a_name_is_without_a_trace,
    nothing_stands_twice,
)


def in_the_end(run: "Simulation") -> Iterator[str]:
    """What is wrong when everything has worked again for a while and nobody has pressed."""
    with Session(run.stage.database) as session:
        owed = select(Delivery).where(col(Delivery.given_up).is_(None))
        yield from (f"stuck: {one.slot}, {one.attempts} tries" for one in session.exec(owed))
        while seals.seal(session, 1000):
            pass
        yield from (f"audit: {damage}" for damage in seals.damages(session))
