"""Erasing: which rows belong to which class, which of them are due, and how they go.

A dry run and a real one ask the same question (`_due`); a real one asks it again for each row
just before it goes, so a hold that came in between wins (I18).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    delete,
    exists,
    insert,
    literal,
    tuple_,
    update,
)
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from storage.cases import Case
from storage.quick import table
from storage.retention import (
    Became,
    LegalHold,
    RetentionCount,
    RetentionItem,
    RetentionRun,
    cutoff,
)

AT_ONCE = 200
"""Rows in one transaction (`design/durability.md`); `HEAVY` where much hangs on each of them."""
HEAVY = 20
MOST = 10_000
"""Rows of one list; what is more comes with the next one."""

Keys = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Hangs:
    """Rows that go with another one; `of` finds them by the first part of its key."""

    kind: type[SQLModel]
    of: Callable[[Sequence[Any]], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one class. `since` is the column from which the period counts, empty while the thing
    is still going on; `where` is what makes a row one of this class. `hangs` go first, in this
    order. `case` is the column of the case whose hold protects it. `counted` is what of a row is
    still counted when it is gone: when it was, its site, and a word for what it was.
    """

    by: str
    root: type[SQLModel]
    since: Any
    where: Any = None
    hangs: tuple[Hangs, ...] = ()
    case: Any = None
    counted: Callable[[Any], tuple[datetime, str, str]] | None = None

    @property
    def tables(self) -> tuple[type[SQLModel], ...]:
        return self.root, *(one.kind for one in self.hangs)


def keys_of(kind: type[SQLModel]) -> list[Any]:
    return list(table(kind).primary_key.columns)


def name_of(kind: type[SQLModel], key: Iterable[Any]) -> str:
    """A row's name as the audit has it."""
    return f"{table(kind).name}:{','.join(str(part) for part in key)}"


def key_in(kind: type[SQLModel], name: str) -> tuple[Any, ...]:
    """The key in such a name; raises ValueError for one that is none."""
    columns = keys_of(kind)
    parts = name.partition(":")[2].split(",", len(columns) - 1)
    return tuple(
        one.type.python_type(part) if one.type.python_type is int else part
        for one, part in zip(columns, parts, strict=True)
    )


def plan(
    session: Session, kept: Iterable[Kept], periods: Mapping[str, str], now: datetime, by: str
) -> RetentionRun:
    """A list of all that is due now, for somebody to approve. Nothing is erased."""
    run = RetentionRun(periods=dict(periods), planned_at=now, planned_by=by)
    session.add(run)
    session.flush()
    listed = dict(due(session, kept, periods, now))
    rows = [{"run": run.number, "row": row, "by": one} for row, one in listed.items()]
    for start in range(0, len(rows), 1000):
        fresh = [
            {**r, "listed": True, "became": Became.PLANNED} for r in rows[start : start + 1000]
        ]
        session.execute(insert(table(RetentionItem)), fresh)
    return run


def due(
    session: Session, kept: Iterable[Kept], periods: Mapping[str, str], now: datetime
) -> Iterator[tuple[str, str]]:
    """The name and the class of every row that may go now, `MOST` of them."""
    left = MOST
    for one in kept:
        before = cutoff(periods[one.by], now)
        if before is None:
            continue
        asked = sql_select(*keys_of(one.root)).where(_due(one, before))
        for key in session.execute(asked.order_by(*keys_of(one.root)).limit(left)).all():
            left -= 1
            yield name_of(one.root, key), one.by


def _due(one: Kept, before: datetime) -> ColumnElement[bool]:
    rules = [one.since.is_not(None), one.since < before, ~_held(_named(one.root))]
    if one.where is not None:
        rules.append(one.where)
    if one.case is not None:
        rules.append(~_held(literal(f"{Case.__tablename__}:") + cast(one.case, String)))
    return and_(*rules)


def _named(kind: type[SQLModel]) -> ColumnElement[str]:
    first, *rest = keys_of(kind)
    said = literal(f"{table(kind).name}:") + cast(first, String)
    for one in rest:
        said = said + literal(",") + cast(one, String)
    return said


def _held(name: ColumnElement[str]) -> ColumnElement[bool]:
    return exists().where(col(LegalHold.row) == name)


def erase(session: Session, run: RetentionRun, kept: Sequence[Kept], now: datetime) -> bool:
    """The next rows of a list; False when none is left."""
    asked = select(RetentionItem).where(
        RetentionItem.run == run.number, RetentionItem.became == Became.PLANNED
    )
    batch = session.exec(asked.order_by(col(RetentionItem.row)).limit(AT_ONCE)).all()
    for one in kept:
        mine = [row.row for row in batch if row.by == one.by and _is_of(one, row.row)]
        if mine:
            _erase(session, run, one, mine[: HEAVY if one.hangs else AT_ONCE], now)
            return True
    for row in batch:  # no feature knows them any more
        row.became = Became.KEPT
    return bool(batch)


def _is_of(one: Kept, name: str) -> bool:
    return name.partition(":")[0] == table(one.root).name


def _erase(session: Session, run: RetentionRun, one: Kept, names: list[str], now: datetime) -> None:
    before = cutoff(run.periods[one.by], now)
    wanted = [key_in(one.root, name) for name in names]
    pks = tuple_(*keys_of(one.root))
    asked = select(one.root).where(pks.in_(wanted), _due(one, before or now))
    rows = session.exec(asked.with_for_update()).all() if before else []
    keys = [tuple(getattr(row, part.name) for part in keys_of(one.root)) for row in rows]
    _count(session, one, rows)
    for hanging in one.hangs:
        _erase_hanging(session, run, one, hanging, [key[0] for key in keys])
    for row in rows:
        session.expunge(row)
    if keys:
        session.execute(delete(table(one.root)).where(pks.in_(keys)))
    gone = {name_of(one.root, key) for key in keys}
    for became, which in ((Became.ERASED, gone), (Became.KEPT, {*names} - gone)):
        _mark(session, run, which, became)


def _erase_hanging(
    session: Session, run: RetentionRun, one: Kept, hanging: Hangs, keys: Sequence[Any]
) -> None:
    if not keys:
        return
    which = hanging.of(keys)
    for key in session.execute(sql_select(*keys_of(hanging.kind)).where(which)).all():
        name = name_of(hanging.kind, key)
        known = session.get(RetentionItem, (run.number, name))
        row = known or RetentionItem(run=run.number, row=name, by=one.by, listed=False)
        row.became = Became.ERASED
        session.add(row)
    session.flush()
    session.execute(delete(table(hanging.kind)).where(which))


def _mark(session: Session, run: RetentionRun, names: Iterable[str], became: Became) -> None:
    session.flush()
    chosen = update(RetentionItem).where(
        col(RetentionItem.run) == run.number,
        col(RetentionItem.row).in_(list(names)),
        col(RetentionItem.became) == Became.PLANNED,
    )
    session.execute(chosen.values(became=became))


def _count(session: Session, one: Kept, rows: Iterable[SQLModel]) -> None:
    """What is left of them is a number of a month."""
    for row in rows if one.counted else ():
        assert one.counted  # noqa: S101  (the line above)
        at, site, what = one.counted(row)
        month = f"{at:%Y-%m}"
        left = session.get(RetentionCount, (month, site, what))
        if left is None:
            session.add(left := RetentionCount(month=month, site=site, what=what))
        left.count += 1
    session.flush()
