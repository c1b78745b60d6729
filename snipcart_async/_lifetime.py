"""From building a client to closing it: which calls are under way, so that closing ends them all."""

import asyncio
import threading
from contextlib import suppress


class Lifetime:
    """Know whether a client is closed, and the scopes of its running calls, in whatever loops they run."""

    def __init__(self) -> None:
        self.closed = False
        self._running: dict[asyncio.Timeout, asyncio.AbstractEventLoop] = {}
        self._lock = threading.Lock()

    def begin(self, scope: asyncio.Timeout) -> None:
        """Have a scope expire at once when the client is closed before its `end`."""
        with self._lock:
            self._running[scope] = asyncio.get_running_loop()
        if self.closed:  # by another thread, just now
            _expire(scope)

    def end(self, scope: asyncio.Timeout) -> None:
        """Forget a scope."""
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
