"""Replicas: this bot among others on one PostgreSQL.

A thread keeps one connection: its lock shows that this bot lives, and what other bots tell arrives
on it. When it breaks (a restart of the database), it is made again, with the same number.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from secrets import randbelow
from time import monotonic
from typing import Any

from sqlalchemy.engine import make_url

from bot.clocks import Comparison, ahead, here
from storage.postgres import ANSWERS_WITHIN, NOT_GONE, impatient
from storage.replicas import CHANNEL, LOCKS

log = logging.getLogger("kollega.replicas")

HIGHEST_NUMBER = 2**31 - 1
LOOK_SECONDS, AFTER_TROUBLE, ASK_SECONDS = 0.5, 1.0, 5.0


class Member:
    """This bot's place among the others."""

    def __init__(self, url: str, now: Callable[[], datetime] = here) -> None:
        """`now` is this machine's clock, which is compared with the database's."""
        self.address = make_url(url).set(drivername="postgresql")
        self.number = randbelow(HIGHEST_NUMBER) + 1
        self.answers_within, self.asked = ANSWERS_WITHIN, 0.0
        self.now, self.clock = now, Comparison(self.number)
        self.connection: Any = None
        self.stopped = threading.Event()
        self.thread: threading.Thread | None = None

    def join(self) -> None:
        """From here on this bot is known to live. Raises what psycopg raises."""
        address = self.address.render_as_string(hide_password=False)
        patience: dict[str, Any] = {**NOT_GONE}
        kind = impatient(self.answers_within)
        self.connection = kind.connect(address, autocommit=True, **patience)
        self.connection.execute("SELECT pg_advisory_lock(%s, %s)", (LOCKS, self.number))
        self.connection.execute(f"LISTEN {CHANNEL}")
        self.clock.heard(ahead(self._time, self.now))

    def listen(self, told: Callable[[], None]) -> None:
        """Hear what the others say, in a thread, until `leave`; `told` is called in the loop."""
        loop = asyncio.get_running_loop()

        def run() -> None:
            while not self.stopped.is_set():
                try:
                    for heard in self.connection.notifies(timeout=LOOK_SECONDS, stop_after=1):
                        if heard.payload != str(self.number):
                            loop.call_soon_threadsafe(told)
                    self._ask()
                except Exception as no:
                    self._again(no)

        self.thread = threading.Thread(target=run, name="kollega-replica", daemon=True)
        self.thread.start()

    def _ask(self) -> None:
        """A server that is silent tells nothing of it: it is asked the time, and must answer."""
        if monotonic() - self.asked > ASK_SECONDS:
            self.clock.heard(ahead(self._time, self.now))
            self.asked = monotonic()

    def _time(self) -> datetime:
        (there,) = self.connection.execute("SELECT clock_timestamp()").fetchone()
        found: datetime = there
        return found

    def leave(self) -> None:
        """The lock goes, and the others take over what was left."""
        self.stopped.set()
        if self.thread:
            self.thread.join(timeout=LOOK_SECONDS * 2)
        if self.connection is not None:
            self.connection.close()

    def _again(self, why: Exception) -> None:
        if self.stopped.is_set():
            return
        log.warning(
            "the database does not answer (%s); again in %s s", type(why).__name__, AFTER_TROUBLE
        )
        self.stopped.wait(AFTER_TROUBLE)
        try:
            self.connection.close()
            self.join()
        except Exception as no:
            log.debug("still not: %s", no)
