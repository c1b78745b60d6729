"""Cancelling a call at a chosen wait, and looking for what it leaves behind."""

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator
from contextlib import contextmanager
from typing import Any

from snipcart_async import SnipcartClient


class Cancellation:
    """Cancel a call at its n-th wait, counting those of the tasks it starts.

    Early is while it waits; late is when what it waited for has come, but the call does not know it yet.
    """

    def __init__(self, nth: int, *, late: bool) -> None:
        self._nth = nth
        self._late = late
        self._waits = 0
        self._victim: asyncio.Task[object] | None = None
        self.struck = False

    async def end(self, call: Coroutine[Any, Any, object]) -> asyncio.Task[object]:
        """Start a call, and give it when it has ended."""
        with self._in_every_task():
            self._victim = asyncio.create_task(call)
            await asyncio.wait([self._victim])
        return self._victim

    @contextmanager
    def _in_every_task(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def start(loop: asyncio.AbstractEventLoop, coroutine: Any, **more: Any) -> Any:
            return asyncio.Task(_Followed(coroutine, self.wait), loop=loop, **more)

        loop.set_task_factory(start)
        try:
            yield
        finally:
            loop.set_task_factory(None)

    def wait(self, future: asyncio.Future[Any] | None) -> None:
        """Learn that a task of the call begins to wait; `None` is for a single turn of the loop."""
        self._waits += 1
        if self._waits != self._nth:
            return
        if not self._late:
            self._strike()
        elif future is None:
            asyncio.get_running_loop().call_soon(self._strike)
        else:
            future.add_done_callback(self._strike)

    def _strike(self, _: object = None) -> None:
        assert self._victim is not None
        self.struck = self._victim.cancel()


class _Followed(Coroutine[Any, Any, Any]):
    """Be a coroutine, and tell each time that it begins to wait."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], waiting: Callable[[Any], None]) -> None:
        self._coroutine = coroutine
        self._waiting = waiting

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coroutine.__await__()

    def send(self, value: Any) -> Any:
        """Go on until the next wait."""
        return self._tell(self._coroutine.send(value))

    def throw(self, *error: Any) -> Any:
        """Go on with an error until the next wait."""
        return self._tell(self._coroutine.throw(*error))

    def close(self) -> None:
        """Go on no more."""
        self._coroutine.close()

    def _tell(self, future: Any) -> Any:
        self._waiting(future)
        return future


def acquired(snipcart: SnipcartClient) -> int:
    """Count the connections that are in use."""
    assert snipcart._shared.transport is not None
    sessions = snipcart._shared.transport._sessions._held.get().values()
    return sum(len(session.connector._acquired) for session, _ in sessions if session.connector)


def watching(snipcart: SnipcartClient) -> Callable[[], bool]:
    """Give a function that tells whether the sessions which this loop holds now have been closed."""
    assert snipcart._shared.transport is not None
    sessions = [session for session, _ in snipcart._shared.transport._sessions._held.get().values()]
    assert sessions
    return lambda: all(session.closed for session in sessions)


async def eventually(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, but not for long."""
    async with asyncio.timeout(5.0):
        while not is_so():  # noqa: ASYNC110 - nobody tells when it is
            await asyncio.sleep(0.001)
