"""`kollega audit`: is the chain whole, what proves a call, and with which key to check it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlmodel import Session, func, select

from bot import receipts, signing
from bot.sealer import marked
from bot.settings import Settings, SettingsError
from bot.signing import Signer, holds
from storage.database import Sessions
from storage.seals import AuditMark, AuditSeal, damages, newest_mark

OK, WRONG = 0, 2
Run = Callable[[Settings, argparse.Namespace], int]
MOST_TOLD = 50
"""Damages that are named one by one; the rest is a number."""


def add(commands: Any, run: Run) -> None:
    """The parsers; `audit` of what they read is a function of the store, the key and the rest."""
    audit = commands.add_parser("audit", help="what happened, and the proof of it")
    one = audit.add_subparsers(required=True, metavar="WHAT")
    each = one.add_parser("verify", help="find every line that was edited, removed or moved")
    each.set_defaults(run=run, audit=verify)
    each = one.add_parser("receipt", help="the proof of one row, to be checked anywhere")
    each.add_argument("row", help="a row as the audit names it, TABLE:NUMBER")
    each.add_argument("--out", type=Path, help="a file; without it the receipt is printed")
    each.set_defaults(run=run, audit=receipt)
    each = one.add_parser("key", help="the public key that an auditor needs")
    each.set_defaults(run=run, audit=key)


def signer_of(known: Settings) -> Signer:
    """The signing key of this installation; raises SettingsError with the repair."""
    file = known.signing_key or known.folder / "audit.key"
    try:
        return signing.signer(file)
    except (OSError, ValueError) as no:
        why = (no.strerror if isinstance(no, OSError) else None) or str(no)
        said = f"{file} cannot be used as the signing key ({why})"
        raise SettingsError(f"KOLLEGA_SIGNING_KEY: {said}; name another file") from None


def verify(opened: Sessions, signer: Signer, _: argparse.Namespace) -> int:
    with opened() as session:
        found = [*damages(session), *_foreign(session, signer)]
        lines = session.exec(select(func.count()).select_from(AuditSeal)).one()
        mark = newest_mark(session)
    for damage in found[:MOST_TOLD]:
        print(damage)
    if found:
        print(f"{len(found)} places do not agree, in {lines} sealed lines.")
        return WRONG
    signed = (
        f"signed up to line {mark.number}, {mark.at:%Y-%m-%d %H:%M} UTC" if mark else "unsigned"
    )
    print(f"The audit is whole: {lines} sealed lines, {signed}.")
    return OK


def _foreign(session: Session, signer: Signer) -> list[str]:
    """Marks of this key that this key did not sign."""
    own = session.exec(select(AuditMark).where(AuditMark.key == signer.key))
    return [
        f"audit seal {mark.number}: its signature is not of this installation's key"
        for mark in own
        if not holds(signer.public, marked(mark.number, mark.chain, mark.at), mark.signature)
    ]


def receipt(opened: Sessions, _: Signer, asked: argparse.Namespace) -> int:
    try:
        with opened() as session:
            made = receipts.receipt(session, asked.row)
    except receipts.NoReceipt as no:
        print(f"There is no receipt: {no}.", file=sys.stderr)
        return WRONG
    written = json.dumps(made, ensure_ascii=False, indent=1)
    if asked.out is None:
        print(written)
    else:
        asked.out.write_text(written + "\n", "utf-8")
        print(f"The receipt of {asked.row} is in {asked.out}.")
    return OK


def key(_: Sessions, signer: Signer, __: argparse.Namespace) -> int:
    print(signer.public)
    return OK
