"""Stripping: audit lines of what was erased lose their words; their seals keep the chain whole.

A line goes with the last of the rows that it names (class R-I). One that names nothing which is
kept by class goes by its own age. The line that tells of the run says why its words are gone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, tuple_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, SQLModel, col, select

from storage.audit import AuditLine
from storage.erasing import Kept, key_in, keys_of, name_of
from storage.quick import table
from storage.retention import Became, RetentionItem, RetentionRun, cutoff
from storage.untraced import hour_of
from storage.wordless import OWN

AT_ONCE = 1000
"""Lines that are looked at in one transaction."""
CLASS = "R-I"


def strip(session: Session, run: RetentionRun, kept: Sequence[Kept], now: datetime) -> bool:
    """The next lines before the protocol's; False when all have been looked at."""
    lines = _next(session, run.followed, run.protocol or 0)
    if not lines:
        return False
    ready = strippable(session, lines, kept, run.periods, now)
    if ready:
        wanted = [{"line": one.id, "hour": hour_of(one.at), "by": run.protocol} for one in ready]
        session.connection().execute(_STRIP, wanted)
    run.followed, run.lines = lines[-1].id or 0, run.lines + len(ready)
    for line in lines:
        session.expunge(line)
    return True


def _next(session: Session, after: int, until: int | None = None) -> Sequence[AuditLine]:
    asked = select(AuditLine).where(col(AuditLine.id) > after)
    if until is not None:
        asked = asked.where(col(AuditLine.id) < until)
    return session.exec(asked.order_by(col(AuditLine.id)).limit(AT_ONCE)).all()


_LINES = table(AuditLine)
_STRIP = (
    update(_LINES)
    .where(_LINES.c.id == bindparam("line"))
    .values(
        at=bindparam("hour"), who="", payload="", event="", rows=[], salt="",
        erased_by=bindparam("by"),
    )
)  # fmt: skip


def strippable(
    session: Session,
    lines: Sequence[AuditLine],
    kept: Sequence[Kept],
    periods: Mapping[str, str],
    now: datetime,
    going: Collection[str] = (),
) -> list[AuditLine]:
    """Those of the lines that nothing holds any more, if the rows of `going` go too."""
    kinds = {str(table(kind).name): kind for one in kept for kind in one.tables}
    named = {row for line in lines for row in line.rows if row.partition(":")[0] in kinds}
    gone = {*going} | _erased(session, named)
    here = _existing(session, named - gone, kinds)
    before = cutoff(periods[CLASS], now)
    return [
        line
        for line in lines
        if line.erased_by is None
        and not line.what.startswith(OWN)
        and not here.intersection(line.rows)
        and (gone.intersection(line.rows) or (before is not None and line.at < before))
    ]


def _erased(session: Session, named: Iterable[str]) -> set[str]:
    wanted: list[str] = sorted(named)
    found: set[str] = set()
    for start in range(0, len(wanted), 500):
        asked = select(RetentionItem.row).where(
            col(RetentionItem.row).in_(wanted[start : start + 500]),
            RetentionItem.became == Became.ERASED,
        )
        found.update(session.exec(asked))
    return found


def _existing(
    session: Session, named: Iterable[str], kinds: Mapping[str, type[SQLModel]]
) -> set[str]:
    """Those that are still there: what their features deleted themselves holds nothing."""
    by_kind: dict[str, list[tuple[Any, ...]]] = {}
    for name in named:
        kind = name.partition(":")[0]
        by_kind.setdefault(kind, []).append(key_in(kinds[kind], name))
    found: set[str] = set()
    for kind, keys in by_kind.items():
        columns = keys_of(kinds[kind])
        for start in range(0, len(keys), 200):
            asked = sql_select(*columns).where(tuple_(*columns).in_(keys[start : start + 200]))
            found.update(name_of(kinds[kind], key) for key in session.execute(asked).all())
    return found


def foretold(
    session: Session,
    kept: Sequence[Kept],
    periods: Mapping[str, str],
    now: datetime,
    going: Collection[str],
) -> list[int]:
    """For a dry run: every line that would lose its words if these rows went."""
    found: list[int] = []
    after = 0
    while lines := _next(session, after):
        after = lines[-1].id or 0
        found += [one.id or 0 for one in strippable(session, lines, kept, periods, now, going)]
        for line in lines:
            session.expunge(line)
    return found
