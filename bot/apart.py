"""Apart: work that may hang, such as on a network folder, in a thread of its own.

The thread is a daemon, not one of the event loop's: a process ends without waiting for it.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread


class Hung(Exception):
    """It was not done in time, and goes on by itself."""


def begin(work: Callable[[], None]) -> "Future[None]":
    ended: Future[None] = Future()
    ended.set_running_or_notify_cancel()  # from here on nobody's impatience cancels it

    def works() -> None:
        try:
            work()
        except BaseException as no:
            ended.set_exception(no)
        else:
            ended.set_result(None)

    Thread(target=works, daemon=True, name=f"apart: {work.__qualname__}").start()
    return ended


async def waited(ended: "Future[None]", seconds: float) -> None:
    """Raises Hung, or what the work itself has raised."""
    try:
        async with asyncio.timeout(seconds):
            await asyncio.wrap_future(ended)
    except TimeoutError:
        if ended.done():  # its own one
            raise
        raise Hung(f"it takes longer than {seconds:g} s, and is not waited for") from None
