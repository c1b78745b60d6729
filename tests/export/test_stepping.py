"""Stepping through a generator: its items in order, and its end in any case."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Iterator
from concurrent.futures import CancelledError

import pytest

from snipcart_async.export.stepping import stepping


class _Counting:
    """Count without end, or until something goes wrong, with a task beside it, and take down what happens."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.events: list[str] = []
        self._fails_at = fails_at

    async def numbers(self) -> AsyncGenerator[int, None]:
        """Give 0, 1, 2 and so on."""
        beside = asyncio.create_task(self._work())
        number = 0
        try:
            while number != self._fails_at:
                await asyncio.sleep(0)
                yield number
                number += 1
            raise LookupError(number)
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
            await asyncio.sleep(0.01)
            self.events.append("closed")

    async def _work(self) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            self.events.append("ended")


def test_items_come_in_order_until_there_are_none() -> None:
    """As in any loop, also where an event loop runs already."""

    async def three() -> AsyncGenerator[str, None]:
        for text in ("a", "b", "c"):
            yield text

    async def step() -> list[str]:
        with stepping(three()) as items:
            return list(items)

    with stepping(three()) as items:
        assert list(items) == ["a", "b", "c"]
    assert asyncio.run(step()) == ["a", "b", "c"]


def test_whoever_stops_early_leaves_nothing_behind() -> None:
    """The generator is closed, its tasks and its thread have ended."""
    counting, threads = _Counting(), threading.active_count()
    with stepping(counting.numbers()) as items:
        assert [next(items), next(items)] == [0, 1]

    assert counting.events == ["ended", "closed"]
    assert threading.active_count() == threads


def test_an_error_of_the_generator_is_the_callers() -> None:
    """It comes in its place, and everything is closed."""
    counting = _Counting(fails_at=1)
    with stepping(counting.numbers()) as items:
        assert next(items) == 0
        with pytest.raises(LookupError):
            next(items)

    assert counting.events == ["ended", "closed"]


def test_an_error_while_it_is_closed_leaves_no_thread_behind() -> None:
    """It is the caller's to know, and the loop has ended before that."""
    threads = threading.active_count()

    async def stubborn() -> AsyncGenerator[int, None]:
        try:
            yield 1
        finally:
            raise LookupError

    with pytest.raises(LookupError), stepping(stubborn()) as items:
        next(items)

    assert threading.active_count() == threads


def test_a_wait_that_is_interrupted_is_cancelled_before_the_generator_is_closed() -> None:
    """As after Ctrl-C: the step that still waits is no reason not to end."""
    events: list[str] = []
    waiting = threading.Event()

    async def never() -> AsyncGenerator[int, None]:
        try:
            waiting.set()
            await asyncio.sleep(60)
            yield 1
        finally:
            await asyncio.sleep(0.01)
            events.append("closed")

    def read(items: Iterator[int]) -> None:
        with pytest.raises(CancelledError):
            next(items)
        events.append("cancelled")

    with stepping(never()) as items:
        reader = threading.Thread(target=read, args=(items,), daemon=True)
        reader.start()
        assert waiting.wait(10)
    reader.join(10)

    assert sorted(events) == ["cancelled", "closed"]
