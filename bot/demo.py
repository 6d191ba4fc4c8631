"""The demo: a small parent that holds the socket, and the bot as a child that may be killed.

The kill button ends the child with SIGKILL, for real. Whoever presses meanwhile waits in the
socket's queue for the next child; the call goes on from the store.
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from bot.clock import wall
from bot.house import Demo
from bot.machine import Machine

RESET = 75
"""The exit code by which the child asks to begin afresh."""

PANES = ("lisa", "bo", "cia")
FOLDER_VARIABLE, SOCKET_VARIABLE = "_KOLLEGA_DEMO_FOLDER", "_KOLLEGA_DEMO_SOCKET"
PARENT_VARIABLE = "_KOLLEGA_DEMO_PARENT"
TOO_SOON, TOO_OFTEN = 10.0, 3
"""Seconds of a life that was no life (a start alone takes two), and how many such in a row."""


@dataclass
class DemoClock:
    """The wall clock, moved forward by hand; the shift outlives a kill."""

    file: Path

    def now(self) -> datetime:
        return wall() + timedelta(seconds=self.shift)

    @property
    def shift(self) -> float:
        return float(self.file.read_text("ascii")) if self.file.exists() else 0.0

    def to(self, at: datetime) -> None:
        forward = max(0.0, (at - self.now()).total_seconds())
        fresh = self.file.with_suffix(".new")
        fresh.write_text(repr(self.shift + forward), "ascii")
        fresh.replace(self.file)

    async def forward(self, machine: Machine, seconds: float) -> None:
        """Fast-forward from timer to timer, so that each thing happens at its own time."""
        until = self.now() + timedelta(seconds=seconds)
        while (due := await machine.clock.next_due()) is not None and due <= until:
            self.to(due)
            if not await machine.clock.fire():
                break
            await asyncio.sleep(0)
        self.to(until)
        machine.clock.wake()


@dataclass(frozen=True)
class Child:
    """What the parent gave its child: a folder of its own and a socket that listens already."""

    folder: Path
    listening: socket.socket
    clock: DemoClock

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'kollega.db'}"

    @property
    def journal(self) -> Path:
        return self.folder / "screens.jsonl"

    def demo(self) -> Demo:
        return Demo(self.clock.forward, kill, lambda: os._exit(RESET), PANES)


def child() -> Child | None:
    """The child's belongings, or None in a process that is not one."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if folder is None:
        return None
    listening = socket.socket(fileno=int(os.environ[SOCKET_VARIABLE]))
    return Child(Path(folder), listening, DemoClock(Path(folder) / "shift"))


async def orphaned() -> None:
    """Returns when the parent is gone: a child that nobody looks after would keep the port."""
    parent = int(os.environ[PARENT_VARIABLE])  # it may have died while we started
    while os.getppid() == parent:  # noqa: ASYNC110  (the system tells it in no other way)
        await asyncio.sleep(1)


def kill() -> None:
    """As when the machine loses power under the process: nothing is tidied up."""
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(137)


def run(port: int, tell: Callable[[str], None]) -> int:
    """Hold the socket, keep a child alive, clean up at the end. The exit code."""
    try:
        listening = socket.create_server(("127.0.0.1", port))
    except OSError:
        tell(f"Port {port} is taken. Choose another: KOLLEGA_PORT={port + 1} make demo")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell may have told us to ignore SIGINT
        signal.signal(number, signal.default_int_handler)
    listening.set_inheritable(True)
    folder = Path(tempfile.mkdtemp(prefix="kollega-demo-"))
    tell(f"Kollega is here: http://127.0.0.1:{listening.getsockname()[1]}/   (Ctrl-C stops it)")
    try:
        return _keep_alive(listening, folder, tell)
    except KeyboardInterrupt:  # between two lives, or for the second time
        return 0
    finally:
        listening.close()
        shutil.rmtree(folder, ignore_errors=True)


def _keep_alive(listening: socket.socket, folder: Path, tell: Callable[[str], None]) -> int:
    soon = 0
    while True:
        started = monotonic()
        code = _one_life(listening, folder)
        if code in (0, 2):  # stopped, or said plainly why it cannot start
            return code
        if code == RESET:
            _empty(folder)
        soon = soon + 1 if monotonic() - started < TOO_SOON and code != RESET else 0
        if soon >= TOO_OFTEN:
            tell(f"The bot stopped {TOO_OFTEN} times at once (code {code}); what it said is above.")
            return 1


def _one_life(listening: socket.socket, folder: Path) -> int:
    """One child from start to end; when we are asked to stop, it is asked too.

    It is a process group of its own: Ctrl-C in a terminal reaches us alone, and a child that is
    just starting is not interrupted in the middle of an import.
    """
    belongings = {
        FOLDER_VARIABLE: str(folder),
        SOCKET_VARIABLE: str(listening.fileno()),
        PARENT_VARIABLE: str(os.getpid()),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "demo"],
        env={**os.environ, **belongings},
        pass_fds=[listening.fileno()] if os.name == "posix" else (),
        process_group=0 if os.name == "posix" else None,
    )
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        return 0


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
