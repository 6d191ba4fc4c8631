"""Receipts: what the audit says of one row, with the piece of the chain that proves it.

Whoever has the receipt and the public key can check it offline, with `bot/receipt_check.py` alone.
"""

from typing import Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, select

from bot.marks import marked
from bot.signing import Signer, holds
from storage.audit import AuditLine
from storage.seals import FIRST, AuditMark, AuditSeal

KIND = "kollega receipt 1"


class NoReceipt(Exception):
    """There is nothing to prove, or it is not signed yet; the text says which."""


def receipt(session: Session, row: str, signer: Signer) -> dict[str, Any]:
    """The receipt of a row ("table:key") as JSON, up to the first mark of this key that proves it;
    raises NoReceipt."""
    lines = _lines(session, row)
    if not lines:
        raise NoReceipt(f"the audit knows nothing of {row}")
    sealed = _sealed(session, lines)
    last = max((one.number for one in sealed), default=0)
    mark = _first_mark(session, last, signer)
    if mark is None or len(sealed) < len(lines):
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


def _first_mark(session: Session, number: int, signer: Signer) -> AuditMark | None:
    asked = select(AuditMark).where(AuditMark.number >= number, AuditMark.key == signer.key)
    for mark in session.exec(asked.order_by(col(AuditMark.number))):
        if holds(signer.public, marked(mark.number, mark.chain, mark.at), mark.signature):
            return mark
    return None


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
