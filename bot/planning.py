"""Planning: `kollega plan preview` prints a dated plan, so that it can be read before it runs."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class Planned:
    """One printed line: when it is due (aware), who does it, what it is, how it is told."""

    due: datetime
    who: str
    what: str
    how: str


Plan = Callable[[int, datetime, str, str], Iterable[Planned]]
"""Severity, start, time zone, language: the lines of the plan."""


def add(command: argparse.ArgumentParser) -> None:
    command.add_argument("--severity", type=severity, required=True, help="0 to 5")
    command.add_argument("--start", required=True, help='such as "2027-06-24 15:00"')
    command.add_argument("--zone", type=zone, default="Europe/Stockholm")
    command.add_argument("--language", choices=("sv", "en"), default="en")


def severity(written: str) -> int:
    if written not in ("0", "1", "2", "3", "4", "5"):
        raise argparse.ArgumentTypeError("write a severity from 0 to 5")
    return int(written)


def zone(written: str) -> str:
    try:
        ZoneInfo(written)
    except (ZoneInfoNotFoundError, ValueError):
        raise argparse.ArgumentTypeError("write a time zone such as Europe/Stockholm") from None
    return written


def start(written: str, zone: str) -> datetime:
    """Raises ValueError when it is no local date and time."""
    found = datetime.fromisoformat(written)
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))


def lines(plan: Iterable[Planned], zone: str) -> list[str]:
    """The plan as a table, in order of time."""
    there = ZoneInfo(zone)
    return [
        f"{one.due.astimezone(there):%a %Y-%m-%d %H:%M}  {one.who:9}  {one.what}  ({one.how})"
        for one in sorted(plan, key=lambda one: one.due)
    ]
