"""From building a client to closing it: which calls are under way, so that closing ends them all."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Lifetime:
    """Know whether a client is closed, and the scopes of its running calls, in whatever loops they run."""

    def __init__(self) -> None:
        self.closed = False
        self._running: dict[asyncio.Timeout, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    @contextmanager
    def running(self, scope: asyncio.Timeout) -> Iterator[None]:
        """Have a scope expire at once when the client is closed meanwhile."""
        with self._lock:
            self._running[scope] = asyncio.get_running_loop()
        if self.closed:  # by another thread, just now
            _expire(scope)
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(scope, None)

    def close(self) -> None:
        """Let every running call end now."""
        self.closed = True
        with self._lock:
            running, self._running = self._running, {}
        for scope, loop in running.items():
            with suppress(RuntimeError):  # its loop has closed
                loop.call_soon_threadsafe(_expire, scope)


def _expire(scope: asyncio.Timeout) -> None:
    with suppress(RuntimeError):  # it has just ended by itself
        scope.reschedule(0.0)
