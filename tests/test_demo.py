"""The demo: a real parent and a real child that is killed in the middle of a call."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.request import urlopen

import pytest

from tests.supervised import RunningDemo, gone, running_demo, within

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="these tests look at processes through /proc"
)


SOON = 10.0
"""Seconds on a machine that is busy with other tests; by itself it is one at most."""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[RunningDemo]:
    with running_demo(tmp_path) as demo:
        yield demo


def press(demo: RunningDemo, id: str = "press") -> Any:
    return demo.ask("shortcut", id=id, person="lisa", level=3)


def test_a_call_outlives_the_bot(demo: RunningDemo) -> None:
    with urlopen(demo.url, timeout=10) as page:
        assert b"<title>Kollega</title>" in page.read()
    assert press(demo) == {"notices": [], "form": None}
    demo.sees("bo", "L3 · Lisa")

    before, child, started = demo.boot(), demo.child(), monotonic()
    demo.kill()
    after = demo.boot()
    back = monotonic() - started
    print(f"another bot answers {back * 1000:.0f} ms after the kill")
    assert back < SOON
    assert after != before
    assert demo.child() != child and gone(child)

    demo.sees("bo", "L3 · Lisa")
    assert press(demo) == {"notices": [], "form": None}, "the same event has the same answer"
    moved = datetime.fromisoformat(demo.ask("forward", seconds=30)["now"])
    demo.sees("cia", "L3 · Lisa")
    demo.kill()
    _, hello = next(demo.events())
    assert datetime.fromisoformat(hello["now"]) >= moved, "the moved clock outlives the kill"
    demo.ask("say", id="said", person="lisa", text="vit")
    assert demo.log.read_text() == ""


def test_who_presses_while_the_bot_is_away_is_answered_by_the_next(demo: RunningDemo) -> None:
    demo.boot()
    child = demo.child()
    # Stopped first, so that the press surely waits in the socket's queue when the kill comes.
    os.kill(child, signal.SIGSTOP)
    with ThreadPoolExecutor() as aside:
        pressed = aside.submit(press, demo)
        sleep(0.1)
        os.kill(child, signal.SIGKILL)
        assert pressed.result(10) == {"notices": [], "form": None}
    demo.sees("bo", "L3 · Lisa")
    assert demo.child() != child


def test_a_fresh_start_empties_everything(demo: RunningDemo) -> None:
    press(demo)
    demo.ask("forward", seconds=600)
    demo.sees("cia", "L3 · Lisa")
    before = demo.boot()
    demo.reset()
    with closing(demo.events()) as events:
        _, hello = next(events)
        homes = [next(events)[1]["home"] for _ in range(3)]
    assert all(homes), "only own pages stand there"
    assert hello["boot"] != before
    assert abs(datetime.fromisoformat(hello["now"]).timestamp() - now()) < 60
    demo.sees("lisa", "Vit pärm")
    press(demo)
    demo.sees("bo", "L3 · Lisa")


def now() -> float:
    return datetime.now().astimezone().timestamp()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("awake", [True, False], ids=["awake", "starting"])
def test_the_demo_leaves_nothing_behind(
    demo: RunningDemo, number: signal.Signals, awake: bool
) -> None:
    if awake:
        stream = demo.events()
        next(stream)  # a page is open meanwhile
    child = demo.child()
    assert len(demo.own_folders()) == 1
    demo.process.send_signal(number)
    assert demo.process.wait(SOON) == 0
    within(SOON, lambda: gone(child))
    assert demo.own_folders() == []
    # Asked in the very moment of starting it, the parent does not know its child yet, and the
    # child stops by itself, perhaps with a word about the folder that is gone.
    assert not awake or demo.log.read_text() == ""


@pytest.mark.parametrize("awake", [True, False], ids=["awake", "starting"])
def test_a_child_without_a_parent_stops_by_itself(demo: RunningDemo, awake: bool) -> None:
    if awake:
        demo.boot()
    child = demo.child()
    demo.process.kill()
    demo.process.wait(5)
    within(SOON, lambda: gone(child))
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", int(demo.port)), 1)


def test_a_child_that_cannot_live_is_not_started_for_ever(tmp_path: Path) -> None:
    """Its folder is gone under it: three times is enough."""
    with running_demo(tmp_path) as demo:
        demo.boot()
        (folder,) = demo.own_folders()
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        folder.write_text("not a folder")
        os.kill(demo.child(), signal.SIGKILL)
        assert demo.process.wait(20) == 1
        assert demo.process.stdout
        assert "The bot stopped 3 times at once" in demo.process.stdout.read()


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with running_demo(tmp_path, "--port", str(port)) as demo:
            assert demo.said == (
                f"Port {port} is taken. Choose another: KOLLEGA_PORT={port + 1} make demo"
            )
            assert demo.process.wait(5) == 1
            assert demo.log.read_text() == ""


def test_a_wrong_setting_is_told_once(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("KOLLEGA_CONTENT=nowhere\n")
    with running_demo(tmp_path) as demo:
        assert demo.process.wait(10) == 2
        assert demo.log.read_text().count("there is no such folder; check its path") == 1
