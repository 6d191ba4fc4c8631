"""Ends the PostgreSQL of a run of tests when that run is over, however it came to its end.

    python guardian.py FOLDER PROCESS

A run that is killed reaches no `atexit`, and PostgreSQL is nobody's child: `pg_ctl` starts it away
from us, as another user where tests run as root, so that neither a closed terminal nor a signal to
our group nor the kernel's parent-death signal reaches it. So a small process in a session of its
own looks whether the first process of the run lives, and cleans up after it.
"""

import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import sleep

import psutil

LOOKS, TRIES = 0.25, 40
"""Seconds between two looks; how often a server that was only being made is looked for."""
WATCHING: list["Popen[bytes]"] = []
"""Kept, as it outlives us: Python warns of what is dropped while it runs."""
AT_ONCE = getattr(signal, "SIGQUIT", signal.SIGTERM)
"""What PostgreSQL calls an immediate shutdown: nothing of it is needed again."""


def watch(folder: Path, run: int) -> None:
    """It holds nothing of ours open: who reads what the run prints would wait for it."""
    asked = [sys.executable, __file__, str(folder), str(run)]
    WATCHING.append(
        Popen(asked, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True)
    )


def main(folder: Path, run: int) -> None:
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(run)
        while first.is_running() and first.status() != psutil.STATUS_ZOMBIE:
            sleep(LOOKS)
    for _ in range(TRIES):
        if not folder.exists():
            return
        end(folder)
        shutil.rmtree(folder, ignore_errors=True)
        sleep(LOOKS)


def end(folder: Path) -> None:
    """Whatever server has its data in there."""
    with suppress(OSError, ValueError, IndexError, psutil.Error):
        server = psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split()[0]))
        server.send_signal(AT_ONCE)
        server.wait(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
