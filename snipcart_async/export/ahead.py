"""Doing several things at a time, and giving their results in order."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


async def in_order(calls: Iterable[Callable[[], Coroutine[Any, Any, T]]], concurrency: int) -> AsyncGenerator[T, None]:
    """Make calls, at most `concurrency` at a time, and give what they return in the order of the calls.

    No call is begun before its turn is that near: what is held stays small, however slow the consumer. A call
    that fails ends the others when its turn has come, so that everything before it has been given.
    """
    waiting = iter(calls)
    running: deque[asyncio.Task[T]] = deque()
    try:
        while True:
            while len(running) < concurrency and (call := next(waiting, None)) is not None:
                running.append(asyncio.create_task(call()))
            if not running:
                return
            result = await running[0]
            running.popleft()
            yield result
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
