"""PostgreSQL: how long the bot waits for it; one that is silent is noticed like a dead one."""

from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.abc import RV, PQGen

NOT_GONE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A host that vanished is noticed within fifteen seconds, not after the fifteen minutes of Linux
(seconds; the last in milliseconds)."""

ANSWERS_WITHIN = 10.0
"""Seconds. A server whose machine takes every packet and that says nothing is as good as dead: the
connection is given up, whoever pressed is told, and the next turn tries anew. Longer than the
longest wait for a turn (`SERVING`), so nothing that goes well is cut off."""

PATIENT = "-c idle_in_transaction_session_timeout=30000 -c lock_timeout=20000"
SERVING = "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=8000"
"""Milliseconds, for commands and for a bot. One forgotten transaction took the idle poll from 4 to
92 ms (`design/durability.md`), and a bot that froze inside a turn must not hold up the others."""


def connection_arguments(serving: bool) -> dict[str, Any]:
    return {"options": f"-c timezone=UTC {SERVING if serving else PATIENT}", **NOT_GONE}


def answer_in_time(database: Engine, seconds: float = ANSWERS_WITHIN) -> None:
    """Every statement on this database is answered in time, or fails as on a lost connection."""

    @event.listens_for(database, "do_connect")
    def connect(_dialect: object, _record: object, given: Any, named: Any) -> Any:
        return impatient(seconds).connect(*given, **named)


@cache
def impatient(seconds: float) -> "type[Connection[Any]]":
    """A connection that waits so long for each answer; only who has PostgreSQL reads the driver."""
    import psycopg

    class Impatient(psycopg.Connection[Any]):
        def wait(
            self, gen: "PQGen[RV]", interval: float = 0.1, timeout: float | None = None
        ) -> "RV":
            until = monotonic() + seconds
            try:
                return super().wait(gen, interval, seconds if timeout is None else timeout)
            except psycopg.OperationalError:
                if timeout is None and monotonic() >= until:
                    self.pgconn.finish()  # what it was doing nobody knows: never used again
                    said = f"the database has not answered for {seconds:g} s"
                    raise psycopg.OperationalError(said) from None
                raise

    return Impatient
