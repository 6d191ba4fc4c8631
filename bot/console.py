"""The console: what every command says and opens: lines, the store, a listening socket."""

import argparse
import errno
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from bot import keys
from bot.settings import Settings, SettingsError
from storage.files import hand_over_empty
from storage.migrating import NewerStore
from storage.sealed import Ring

OK, WRONG = 0, 2


def telling(run: Callable[[argparse.Namespace], Iterable[str]]) -> Callable[..., int]:
    """A command that only tells lines."""

    def tell(_: Settings, asked: argparse.Namespace) -> int:
        for line in run(asked):
            say(line)
        return OK

    return tell


def port_number(written: str) -> int:
    if not (written.isdecimal() and int(written) <= 65535):
        raise argparse.ArgumentTypeError("write a port from 0 to 65535")
    return int(written)


def ring(known: Settings) -> Ring:
    written = known.keys.get_secret_value() if known.keys else None
    return keys.ring(written, known.database_url)


def extra(known: Settings) -> list[Path]:
    return [known.content] if known.content else []


@contextmanager
def usable_store(known: Settings) -> Iterator[str]:
    """The database's URL; its folder exists, and only its owner may look into it.

    A file that cannot be opened, or is no database of ours, is a setting that needs a repair.
    """
    try:
        known.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if known.database_file and not known.database_file.exists():
            hand_over_empty(known.database_file)
        yield known.database_url
    except (OSError, DatabaseError, NewerStore) as no:
        why = no.strerror if isinstance(no, OSError) else getattr(no, "orig", no)
        raise SettingsError(f"KOLLEGA_DATABASE_URL: {unusable(known, str(why))}") from None


def unusable(known: Settings, why: str) -> str:
    first = why.strip().splitlines()[0] if why.strip() else "no reason given"
    if known.database_file:
        return f"{known.database_file} cannot be used as the database ({first}); name another file"
    host = make_url(known.database_url).host or "this machine"
    return f"PostgreSQL at {host} cannot be used ({first}); see that it runs and lets us in"


def journal_beside(known: Settings) -> Path:
    return (known.database_file or known.folder / "kollega.db").with_suffix(".screens.jsonl")


class NotFree(Exception):
    """Where somebody else listens, or where nobody can."""


def listen(host: str, port: int, setting: str) -> socket.socket:
    """`setting` is the variable to change; raises NotFree with that repair."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as no:
        if no.errno == errno.EADDRINUSE:
            raise NotFree(f"Port {port} is taken. Choose another with {setting}.") from None
        why = no.strerror or type(no).__name__
        said = f"Nothing can listen at {host}, port {port} ({why}). Change {setting}"
        raise NotFree(f"{said} or its host.") from None


def say(line: str) -> None:
    """At once, also where somebody reads along through a pipe."""
    print(line, flush=True)


def complain(headline: str, lines: str) -> int:
    print("\n".join(line for line in (headline, lines) if line), file=sys.stderr)
    return WRONG
