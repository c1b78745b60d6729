"""Doing aside, in a thread, what would hold up the event loop: spelling rows, and waiting for the disk."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(act: Callable[[], T]) -> T:
    """Do something in a thread; a cancellation waits for its end, so that nobody else touches the files meanwhile."""
    doing = asyncio.get_running_loop().run_in_executor(None, act)
    del act  # it may hold personal data: a traceback shall not show it
    cancelled = None
    while not doing.done():
        try:
            await asyncio.wait([doing])
        except asyncio.CancelledError as error:
            cancelled = error
    problem = doing.exception()
    if cancelled is not None:
        raise cancelled
    if problem is not None:
        raise problem
    return doing.result()
