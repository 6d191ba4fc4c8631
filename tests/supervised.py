"""A running demo for tests: the real parent, the real child, on a port of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parent.parent
PATIENCE = 15.0
Json = dict[str, Any]


class RunningDemo:
    """`folder` is where the demo's own temporary folder stands while it runs."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        mine = {key: value for key, value in os.environ.items() if not key.startswith("KOLLEGA_")}
        self.folder = folder
        self.log = folder / "demo.log"
        with self.log.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot", "demo", *(arguments or ("--port", "0"))],
                env={**mine, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder)},
                cwd=folder,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert self.process.stdout
        self.said = self.process.stdout.readline().strip()
        self.url = next((word for word in self.said.split() if word.startswith("http")), "")
        self.port = self.url.rstrip("/").rpartition(":")[2]

    def ask(self, path: str, **body: Any) -> Json:
        """POST as the page does; it waits for the next child while there is none."""
        headers = {"X-Kollega": "workspace", "Content-Type": "application/json"}
        asked = Request(f"{self.url}api/{path}", json.dumps(body).encode(), headers)
        with urlopen(asked, timeout=PATIENCE) as answer:
            found: Json = json.loads(answer.read())
            return found

    def kill(self) -> None:
        """Never answered: who would answer is gone."""
        with suppress(OSError):
            self.ask("kill", boot=self.boot())

    def reset(self) -> None:
        """Never answered either; when this returns, the next bot is there and all is empty."""
        before = self.boot()
        with suppress(OSError):
            self.ask("reset", boot=before)
        within(PATIENCE, lambda: self.is_another_than(before))

    def is_another_than(self, boot: str) -> bool:
        try:
            return self.boot() != boot
        except (OSError, StopIteration):
            return False  # it is just going

    def events(self) -> Generator[tuple[str, Json], None, None]:
        """The stream of a page; what was said before comes first."""
        with urlopen(f"{self.url}events", timeout=PATIENCE) as stream:
            for line in stream:
                if line.startswith(b"event: "):
                    data = next(stream).removeprefix(b"data: ")
                    yield line.decode().split()[1], json.loads(data)

    def boot(self) -> str:
        return str(next(self.events())[1]["boot"])

    def sees(self, person: str, text: str) -> None:
        """Wait until a message of that text stands on somebody's screen."""
        for name, data in self.events():
            if (
                name == "message"
                and data["to"] == person
                and text in json.dumps(data["slack"], ensure_ascii=False)
            ):
                return
        raise AssertionError(f"{person} never sees {text}")

    def child(self) -> int:
        """The one process that the parent looks after, once it runs Python on its own."""
        within(PATIENCE, self._children)
        return self._children()[0]

    def _children(self) -> list[int]:
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        pids = [int(pid) for pid in listed.read_text().split()]
        return [
            pid for pid in pids if b"_KOLLEGA_DEMO" in Path(f"/proc/{pid}/environ").read_bytes()
        ]

    def own_folders(self) -> list[Path]:
        return list(self.folder.glob("kollega-demo-*"))

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        assert self.process.stdout
        with self.process.stdout:
            self.process.wait(10)


@contextmanager
def running_demo(folder: Path, *arguments: str) -> Iterator[RunningDemo]:
    demo = RunningDemo(folder, *arguments)
    try:
        yield demo
    finally:
        demo.close()


def within(seconds: float, fits: Any) -> None:
    end = monotonic() + seconds
    while not fits():
        assert monotonic() < end, f"not within {seconds} s"
        sleep(0.02)


def gone(pid: int) -> bool:
    """No such process, or only its name is left."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    return True
