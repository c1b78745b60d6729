"""Time limits for many short scopes: one timer serves all in an event loop, as most of them end long before."""

import asyncio
from contextlib import suppress
from math import inf
from types import TracebackType
from typing import Self

from ._loops import PerLoop


class TimeLimit:
    """End what is awaited in a `with` block when its time is up: it raises `TimeoutError`, and is `expired`.

    It does what `asyncio.timeout` does with a time yet to come, for a quarter of the price.
    """

    __slots__ = ("_cancelling", "_seconds", "_task", "_watch", "expired")

    _task: asyncio.Task[object]
    _cancelling: int

    def __init__(self, watch: "_Watch", seconds: float | None) -> None:
        self._watch = watch
        self._seconds = seconds
        self.expired: bool = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("Snipcart is asked from within a task: asyncio.run makes one")
        self._task = task
        self._cancelling = task.cancelling()
        self._watch.begin(self, self._seconds)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._watch.running.pop(self, None)
        is_ours = self.expired and self._task.uncancel() <= self._cancelling  # nobody else cancels the task, too
        if is_ours and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error

    def expire(self) -> None:
        """End the block now."""
        self.expired = True
        self._task.cancel()


class _Watch:
    """Follow the limits that run in one event loop, with an alarm for the first of them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.running: dict[TimeLimit, float] = {}
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at = inf

    def begin(self, limit: TimeLimit, seconds: float | None) -> None:
        """Follow a limit; leaving its block takes it out of those `running`, and lets the alarm come in vain."""
        ends = inf if seconds is None else self._loop.time() + seconds
        self.running[limit] = ends
        if ends < self._alarm_at:
            self._set_alarm(ends)

    def end_all(self) -> None:
        """Let every limit expire now."""
        self._expire(inf)

    def _set_alarm(self, moment: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm_at = moment
        self._alarm = self._loop.call_at(moment, self._ring)

    def _ring(self) -> None:
        now = max(self._loop.time(), self._alarm_at)  # a loop may be a tick early
        self._alarm, self._alarm_at = None, inf
        self._expire(now)
        first = min(self.running.values(), default=inf)
        if first < inf:
            self._set_alarm(first)

    def _expire(self, now: float) -> None:
        for limit in [limit for limit, ends in self.running.items() if ends <= now]:
            del self.running[limit]
            limit.expire()


class TimeLimits:
    """Make time limits, in any event loop, and end all of them from any thread."""

    def __init__(self) -> None:
        self._watches = PerLoop(_Watch)

    def of(self, seconds: float | None) -> TimeLimit:
        """Give a limit that begins when its block does; `None` leaves it to `end_all`."""
        return TimeLimit(self._watches.get(), seconds)

    @property
    def running(self) -> int:
        """How many there are, in all event loops."""
        return sum(len(watch.running) for _, watch in self._watches.items())

    def end_all(self) -> None:
        """Let all limits expire that were made before."""
        for loop, watch in self._watches.items():
            with suppress(RuntimeError):  # its loop has closed just now
                loop.call_soon_threadsafe(watch.end_all)
