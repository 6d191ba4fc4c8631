"""`kollega audit`: is the chain whole, what proves a call, and with which key to check it."""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlmodel import func, select

from bot import marks, receipts, signing, verifying
from bot.clock import wall
from bot.settings import Settings, SettingsError
from bot.signing import Signer
from storage.database import Sessions
from storage.seals import AuditSeal, newest_mark

OK, WRONG = 0, 2
Run = Callable[[Settings, argparse.Namespace], int]
MOST_TOLD, MOST_ACCEPTED = 50, 1000
"""Damages that are named one by one, and that somebody may have looked at."""


def add(commands: Any, run: Run) -> None:
    """The parsers; `audit` of what they read is a function of the store, the key and the rest."""
    audit = commands.add_parser("audit", help="what happened, and the proof of it")
    one = audit.add_subparsers(required=True, metavar="WHAT")
    each = one.add_parser("verify", help="find every line that was edited, removed or moved")
    each.set_defaults(run=run, audit=verify)
    each = one.add_parser("accept", help="what does not agree is known: a backup was put back")
    each.add_argument("why", help="who accepts it and why; verify tells it from then on")
    each.set_defaults(run=run, audit=accept)
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
        seen = verifying.look(session, signer, wall())
        lines = session.exec(select(func.count()).select_from(AuditSeal)).one()
        mark = newest_mark(session)
    for line in (*seen.damages[:MOST_TOLD], *seen.notes):
        print(line)
    if seen.damages:
        print(f"{len(seen.damages)} places do not agree, in {lines} sealed lines.")
        print('If you know why (a backup was put back): kollega audit accept "who and why"')
        return WRONG
    signed = (
        f"signed up to seal {mark.number}, {mark.at:%Y-%m-%d %H:%M} UTC" if mark else "unsigned"
    )
    how = "whole, but for what was accepted" if seen.places else "whole"
    print(f"The audit is {how}: {lines} sealed lines, {signed}.")
    return OK


def accept(opened: Sessions, signer: Signer, asked: argparse.Namespace) -> int:
    """What was accepted stands outside the database, and `verify` tells it for ever."""
    file = marks.beside(signer)
    with opened() as session:
        seen = verifying.look(session, signer, wall())
        if not (asked.why.strip() and seen.damages):
            print("There is nothing to accept." if asked.why.strip() else "Say why.")
            return WRONG
        if len(seen.places) > MOST_ACCEPTED:
            print(f"{len(seen.places)} places are too many to accept: put a whole backup back.")
            return WRONG
        yes = verifying.yes(session, signer, wall(), asked.why.strip(), seen)
    try:
        file.add(yes)
    except OSError as no:
        print(f"{file.file} cannot be written ({no.strerror}).", file=sys.stderr)
        return WRONG
    print(f"{len(seen.damages)} places are accepted; {file.file} says so, and so does verify.")
    return OK


def receipt(opened: Sessions, signer: Signer, asked: argparse.Namespace) -> int:
    try:
        with opened() as session:
            made = receipts.receipt(session, asked.row, signer)
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
