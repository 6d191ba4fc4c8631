"""Clocks: does this machine's clock agree with that of the database, by which all bots are held?

Each of several bots goes by its own machine's. One that is ahead climbs a ladder too early, one
that is behind asks too late, and neither can tell by itself.
"""

import logging
import socket
from collections.abc import Callable
from datetime import UTC, datetime

log = logging.getLogger("kollega.clocks")

AGREE = 2.0
"""Seconds; a machine that is kept in time is within a few hundredths."""
REPAIR = "turn time synchronisation (NTP) on for it"


def here() -> datetime:
    """This machine's own time, whatever the bot goes by (`bot/clock.py`)."""
    return datetime.now(UTC)


def ahead(ask: Callable[[], datetime], now: Callable[[], datetime] = here) -> float:
    """Seconds that this machine's clock is ahead of the one that was asked; below nought: behind.

    Only what is sure: the answer is of some moment while it was waited for.
    """
    before, there, after = now(), ask(), now()
    if before > there:
        return (before - there).total_seconds()
    return min(0.0, (after - there).total_seconds())


def apart(seconds: float) -> str:
    """In plain words, or nothing where they agree."""
    if abs(seconds) <= AGREE:
        return ""
    where = "ahead of" if seconds > 0 else "behind"
    return f"the clock of {socket.gethostname()} is {abs(seconds):.0f} s {where} the database's"


class Comparison:
    """What one bot knows of it; a line in the log when it changes."""

    def __init__(self, number: int) -> None:
        self.number, self.told = number, ""

    def heard(self, seconds: float) -> None:
        told = apart(seconds)
        if told and not self.told:
            log.warning("replica %s: %s; %s", self.number, told, REPAIR)
        elif self.told and not told:
            log.warning("replica %s: its clock agrees with the database's again", self.number)
        self.told = told

    def trouble(self) -> str:
        return f"{self.told}; {REPAIR}" if self.told else ""
