"""What belongs to a running event loop: its tasks, and one thing of a kind, as asyncio makes them for one loop."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a task in the running loop, and keep it until it has ended: a loop alone does not."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


class PerLoop(Generic[T]):
    """Make a thing when a loop first asks for it, and forget it when the loop has closed."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._held: dict[asyncio.AbstractEventLoop, T] = {}
        self._lock = threading.Lock()

    def get(self) -> T:
        """Give what belongs to the running loop."""
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        if held is None:
            held = self._make()
            with self._lock:  # another thread may be here for its own loop
                self._held = {other: thing for other, thing in self._held.items() if not other.is_closed()}
                self._held[loop] = held
        return held

    def items(self) -> list[tuple[asyncio.AbstractEventLoop, T]]:
        """Give what each open loop holds."""
        with self._lock:
            return [(loop, held) for loop, held in self._held.items() if not loop.is_closed()]
