"""Keeps something async open for the time of a plain `with`."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, contextmanager
from threading import Event


@contextmanager
def open_in_background(context: AbstractAsyncContextManager[object]) -> Iterator[None]:
    """Open a context in a thread with an event loop of its own, and close it there after the block."""
    opened, done = Event(), Event()

    async def hold() -> None:
        async with context:
            opened.set()
            await asyncio.to_thread(done.wait)

    with ThreadPoolExecutor(1) as thread:
        holding = thread.submit(asyncio.run, hold())
        holding.add_done_callback(lambda _: opened.set())
        try:
            opened.wait()
            if holding.done():  # it could not open: say why
                holding.result()
            yield
        finally:
            done.set()
        holding.result()
