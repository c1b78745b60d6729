"""Stepping through an asynchronous generator from a program that has no event loop, or one of its own."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def stepping(items: AsyncGenerator[T, None]) -> Iterator[Iterator[T]]:
    """Run a generator in a thread with an event loop, and give an iterator of its items.

    It works on between the items. At the end, an early one or Ctrl-C included, it is cancelled and closed.
    """
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="snipcart-stepping", daemon=True)
    thread.start()
    try:
        yield _step(items, loop)
    finally:
        try:
            asyncio.run_coroutine_threadsafe(_end(items), loop).result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


def _step(items: AsyncGenerator[T, None], loop: asyncio.AbstractEventLoop) -> Iterator[T]:
    async def advance() -> list[T]:
        try:
            return [await anext(items)]
        except StopAsyncIteration:
            return []

    while item := asyncio.run_coroutine_threadsafe(advance(), loop).result():
        yield from item


async def _end(items: AsyncGenerator[T, None]) -> None:
    """Cancel what still runs, wait for that, and only then close: what runs cannot be closed."""
    running = asyncio.all_tasks() - {asyncio.current_task()}
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    await items.aclose()
    await asyncio.get_running_loop().shutdown_asyncgens()
