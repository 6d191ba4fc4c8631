"""The writer: what waits while it is busy becomes one piece of work, and fails as one."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from bot.writer import GATHER_SECONDS, ThreadWriter, Together

Result = TypeVar("Result")


class Busy:
    """A writer that is busy until it is let go."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def do(self, work: Callable[[], Result]) -> Result:
        await self.free.wait()
        return work()

    def close(self) -> None: ...


async def test_all_that_waits_is_done_at_once() -> None:
    done: list[list[int]] = []
    writer = Busy()
    together = Together(writer, done.append)
    waiting = [asyncio.create_task(together.do(number)) for number in range(4)]
    await asyncio.sleep(0)
    assert done == []
    writer.free.set()
    await asyncio.gather(*waiting)
    await together.do(4)
    assert done == [[0, 1, 2, 3], [4]]


async def test_when_it_fails_everybody_hears_it_and_the_next_is_tried_anew() -> None:
    tried: list[list[int]] = []

    def work(items: list[int]) -> None:
        tried.append(items)
        if len(tried) == 1:
            raise OSError("the disk is full")

    together = Together(Busy(), work)
    together.writer.free.set()  # type: ignore[attr-defined]
    answers = await asyncio.gather(*map(together.do, range(3)), return_exceptions=True)
    assert [str(one) for one in answers] == ["the disk is full"] * 3
    await together.do(3)
    assert tried == [[0, 1, 2], [3]]


async def test_a_writer_that_is_closed_leaves_nobody_waiting() -> None:
    writer = ThreadWriter()
    writer.close()
    together = Together[int](writer, lambda _: None)
    with pytest.raises(RuntimeError):
        await together.do(1)


async def test_nothing_is_lost_while_more_arrives_than_is_written() -> None:
    done: list[int] = []
    writer = ThreadWriter()
    together = Together(writer, done.extend)
    await asyncio.gather(*map(together.do, range(500)))
    await together.end()
    writer.close()
    assert done == list(range(500))


async def test_who_stops_waiting_stops_nobody_else() -> None:
    done: list[list[int]] = []
    writer = Busy()
    together = Together(writer, done.append)
    first, second = (asyncio.create_task(together.do(number)) for number in range(2))
    await asyncio.sleep(0)
    first.cancel()
    writer.free.set()
    await second
    assert done == [[0, 1]]


async def test_those_under_way_are_waited_for_and_the_last_of_them_begins() -> None:
    done: list[list[int]] = []
    writer = Busy()
    writer.free.set()
    together = Together(writer, done.append, coming=lambda: 3)
    waiting = [asyncio.create_task(together.do(number)) for number in range(2)]
    await asyncio.sleep(0.001)
    assert done == []
    await together.do(2)
    assert done == [[0, 1, 2]]
    await asyncio.gather(*waiting)


async def test_one_that_does_not_come_is_waited_for_no_longer_than_a_blink() -> None:
    done: list[list[int]] = []
    writer = Busy()
    writer.free.set()
    together = Together(writer, done.append, coming=lambda: 2)
    async with asyncio.timeout(10 * GATHER_SECONDS):
        await together.do(0)
    assert done == [[0]]
