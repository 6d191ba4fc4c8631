"""Receipts: what the audit says of one row, with the piece of the chain that proves it.

Whoever has the receipt and the public key can check it offline, with `bot/receipt_check.py` alone.
"""

from typing import Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from storage.audit import AuditLine
from storage.seals import FIRST, AuditMark, AuditSeal, newest_mark

KIND = "kollega receipt 1"


class NoReceipt(Exception):
    """There is nothing to prove, or it is not signed yet; the text says which."""


def receipt(session: Session, row: str) -> dict[str, Any]:
    """The receipt of a row ("table:key") as JSON; raises NoReceipt."""
    lines = _lines(session, row)
    if not lines:
        raise NoReceipt(f"the audit knows nothing of {row}")
    mark, sealed = newest_mark(session), _sealed(session, lines)
    if mark is None or len(sealed) < len(lines) or max(s.number for s in sealed) > mark.number:
        raise NoReceipt(f"the newest lines of {row} are not signed yet; try again in a while")
    first = min(one.number for one in sealed)
    before = session.get(AuditSeal, first - 1)
    return {
        "kind": KIND,
        "row": row,
        "lines": [_told(line) for line in lines],
        "before": before.chain if before else FIRST,
        "seals": _segment(session, first, mark.number),
        "mark": _marked(mark),
    }


def _lines(session: Session, row: str) -> list[AuditLine]:
    """Every line that touched the row. Without an index: this is asked seldom, and never live."""
    named = cast(col(AuditLine.rows), String).contains(f'"{row}"', autoescape=True)
    return list(session.exec(select(AuditLine).where(named).order_by(col(AuditLine.id))))


def _sealed(session: Session, lines: list[AuditLine]) -> list[AuditSeal]:
    ids = [line.id for line in lines]
    return list(session.exec(select(AuditSeal).where(col(AuditSeal.line).in_(ids))))


def _segment(session: Session, first: int, last: int) -> list[list[object]]:
    asked = (
        select(AuditSeal)
        .where(col(AuditSeal.number).between(first, last))
        .order_by(col(AuditSeal.number))
    )
    return [[one.number, one.line, one.content] for one in session.exec(asked)]


def _told(line: AuditLine) -> dict[str, object]:
    at = line.at.isoformat(timespec="microseconds")
    return {**line.model_dump(exclude={"at", "erased_by"}), "at": at}


def _marked(mark: AuditMark) -> dict[str, object]:
    at = mark.at.isoformat(timespec="microseconds")
    return {**mark.model_dump(exclude={"at"}), "at": at}
