"""`kollega retention` and `kollega export-mine`: what is erased, by whom, and what is somebody's.

The same list, approval and work as in the chat; `run` works through what was approved at once,
also while the bot runs.
"""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Any

from sqlmodel import Session

from bot.clock import wall
from bot.eraser import noted, piece
from bot.export import export
from bot.features import Feature, kept
from bot.records import COMMAND_LINE, commanded
from bot.settings import Settings
from storage import erasing
from storage.people import known as known_person
from storage.purge import LASTING, TECHNICAL
from storage.quick import table
from storage.recall import start_over
from storage.retention import RetentionRun, RunStatus, items, open_run, planned

OK, WRONG = 0, 2
PAUSE = 0.002
"""Seconds between two pieces, in which the bot may write (`design/durability.md`)."""
BY = "registrar"
"""Whose yes it needs (4.5)."""

Opened = Callable[[Settings], AbstractContextManager[Session]]
Periods = Callable[[Settings], dict[str, str]]


class Retention:
    """`opened` gives a session of the store, `periods` the classes of the content in use."""

    def __init__(self, features: Sequence[Feature], opened: Opened, periods: Periods) -> None:
        self.features, self.opened, self.periods = features, opened, periods
        self.rules = kept(features)

    def add(self, commands: Any) -> None:
        retention = commands.add_parser("retention", help="erase what is old, with a yes first")
        what = retention.add_subparsers(required=True, metavar="WHAT")
        one = what.add_parser("plan", help="list what may go (the dry run); nothing is erased")
        one.add_argument("--by", metavar="REF", default=COMMAND_LINE)
        one.add_argument("--rows", action="store_true", help="name every row")
        one.set_defaults(run=self.plan)
        one = what.add_parser("approve", help="the archivist's yes to a list")
        one.add_argument("run_number", metavar="RUN", type=int)
        one.add_argument("--by", metavar="REF", required=True, help="somebody with that role")
        one.set_defaults(run=self.approve)
        one = what.add_parser("run", help="work through what was approved, now")
        one.set_defaults(run=self.work)
        one = what.add_parser("protocol", help="what a run has erased, as CSV")
        one.add_argument("run_number", metavar="RUN", type=int)
        one.add_argument("--out", type=Path, help="default: printed")
        one.set_defaults(run=self.protocol)
        one = what.add_parser("tables", help="every table: its class, or why it has none")
        one.set_defaults(run=self.tables)
        one = commands.add_parser("export-mine", help="everything of one person's own, as JSON")
        one.add_argument("ref")
        one.add_argument("--out", type=Path, required=True)
        one.set_defaults(run=self.export)

    def plan(self, known: Settings, asked: argparse.Namespace) -> int:
        now = wall()
        with self.opened(known) as session:
            before = open_run(session)
            if before is not None and before.status is not RunStatus.PLANNED:
                return complain(f"Run {before.number} is under way. Let it finish first.")
            if before is not None:
                before.drop()
            run = erasing.plan(session, self.rules, self.periods(known), now, asked.by)
            noted(session, run, "retention.open", now, asked.by)
            for by, many in planned(session, run.number).items():
                print(f"{by}: {many}")
            for item in items(session, run.number) if asked.rows else ():
                print(f"  {item.by} {item.row}")
            session.commit()
        print(f"List {run.number} is made. Nothing is erased before somebody approves it:")
        print(f"kollega retention approve {run.number} --by REF")
        return OK

    def approve(self, known: Settings, asked: argparse.Namespace) -> int:
        now = wall()
        with self.opened(known) as session:
            run, who = session.get(RetentionRun, asked.run_number), known_person(session, asked.by)
            if run is None or run.status is not RunStatus.PLANNED:
                return complain(f"There is no list {asked.run_number} that waits for a yes.")
            if who is None or BY not in who.roles or "admin" in who.roles:
                return complain(f"{asked.by} may not approve: it takes the role {BY}, not admin.")
            run.approve(asked.by, now)
            noted(session, run, "retention.approve", now, asked.by)
            session.commit()
        print("Approved. The running bot begins within a minute; or: kollega retention run")
        return OK

    def work(self, known: Settings, _: argparse.Namespace) -> int:
        with self.opened(known) as session:
            while piece(session, self.rules, wall()):
                session.commit()
                start_over(session)
                sleep(PAUSE)
        print("All that was approved is done.")
        return OK

    def protocol(self, known: Settings, asked: argparse.Namespace) -> int:
        with self.opened(known) as session:
            run = session.get(RetentionRun, asked.run_number)
            if run is None:
                return complain(f"There is no run {asked.run_number}.")
            lines = protocol(session, run)
        if asked.out is None:
            csv.writer(sys.stdout).writerows(lines)
            return OK
        with asked.out.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)
        print(f"The protocol of run {run.number} is in {asked.out}.")
        return OK

    def tables(self, _: Settings, __: argparse.Namespace) -> int:
        for name, why in sorted(self.every_table()):
            print(f"{name}: {why}")
        return OK

    def every_table(self) -> Iterable[tuple[str, str]]:
        found: dict[str, set[str]] = {}
        for rule in self.rules:
            for kind in rule.tables:
                found.setdefault(str(table(kind).name), set()).add(rule.by)
        yield from ((name, ", ".join(sorted(by))) for name, by in found.items())
        for kind, after in TECHNICAL.items():
            yield str(table(kind).name), f"technical, {after.days} days"
        yield from LASTING.items()
        for feature in self.features:
            yield from ((str(table(kind).name), why) for kind, why in feature.lasting.items())

    def export(self, known: Settings, asked: argparse.Namespace) -> int:
        with self.opened(known) as session:
            if known_person(session, asked.ref) is None:
                return complain(f"Nobody here is called {asked.ref}.")
            found = export(session, self.features, asked.ref, now := wall())
            for feature in self.features:
                if feature.tell_export:
                    feature.tell_export(session, found, now)
            commanded(session, now, "export.mine", [f"person:{asked.ref}"])
            try:
                asked.out.touch(mode=0o600)
            except OSError as no:
                return complain(f"{asked.out} cannot be written ({no.strerror}).")
            session.commit()  # before anybody can read it
        try:
            asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
        except OSError as no:
            return complain(f"{asked.out} cannot be written ({no.strerror}).")
        print(f"What is {asked.ref}'s own is in {asked.out}. Hand it to nobody else.")
        return OK


def protocol(session: Session, run: RetentionRun) -> list[list[str]]:
    """A head of facts, then one line a row: its class, its name, and what became of it."""
    head = [
        ["run", str(run.number)],
        ["status", run.status.value],
        ["listed", stamp(run.planned_at), run.planned_by],
        ["approved", stamp(run.approved_at), run.approved_by or ""],
        ["finished", stamp(run.finished_at)],
        ["audit lines without words", str(run.lines)],
        *(["period", by, period] for by, period in sorted(run.periods.items())),
        ["class", "row", "became", "listed"],
    ]
    rows = items(session, run.number)
    return [*head, *([one.by, one.row, one.became.value, str(one.listed)] for one in rows)]


def stamp(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def complain(line: str) -> int:
    print(line, file=sys.stderr)
    return WRONG
