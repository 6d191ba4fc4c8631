"""The lock beside an SQLite store: one running bot a file, and no restore under a running bot."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from storage.files import hand_over

if sys.platform != "win32":  # there the store's own lock has to do
    import fcntl


class Taken(Exception):
    """Somebody else has the store open."""


@contextmanager
def held(store: Path) -> Iterator[None]:
    """Nobody else has this store while the block runs; the lock goes with the process, however it
    ends. Raises Taken."""
    if sys.platform == "win32":
        yield
        return
    file = store.with_suffix(".lock")
    with file.open("w") as opened:
        hand_over(file, store)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Taken(f"{store} is in use by another bot; stop that one first") from None
        yield
