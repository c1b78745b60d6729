"""Watching calls and attempts from outside: the Observer protocol, and the log as one of them."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from ._failure import Attempt
from .request import Call

LOGGER = logging.getLogger("snipcart_async")
LOGGER.addHandler(logging.NullHandler())
_UNWATCHED = nullcontext()


class Observer(Protocol):
    """Be told of every call and attempt; no call, attempt or `SnipcartError` holds a key, a token or personal data.

    The same `Call` object comes with each event of one call. The methods must be quick: they run in the call. Of
    several observers, who is told first of a start is told last of its end.
    """

    def call_started(self, call: Call) -> None:
        """Learn that a call begins."""
        ...

    def attempt_started(self, call: Call) -> None:
        """Learn that the call goes to the wire, or to the queue in front of it."""
        ...

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Learn what an attempt met."""
        ...

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Learn how a call ended; `error` is `None` when all went well, and may be a cancellation.

        The seconds are those in which it was asked and read, without those in which a page read ahead waited for
        its turn. One that is left before its turn ends as cancelled.
        """
        ...


class LogObserver:
    """Write each attempt and call to the `snipcart_async` logger at DEBUG."""

    def call_started(self, call: Call) -> None:
        """Write nothing yet."""

    def attempt_started(self, call: Call) -> None:
        """Write nothing yet."""

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Write what the attempt met and how long it took."""
        LOGGER.debug(
            "%s %s attempt %d: %s in %.0f ms",
            call.method,
            call.path,
            len(call.attempts),
            attempt,
            attempt.seconds * 1000,
        )

    def call_ended(self, call: Call, error: BaseException | None, seconds: float) -> None:
        """Write how the call ended."""
        outcome = "ok" if error is None else type(error).__name__
        LOGGER.debug("%s %s: %s in %.0f ms", call.method, call.path, outcome, seconds * 1000)


class Observers:
    """Tell all observers; free when nobody listens, and an observer that fails never fails the call."""

    def __init__(
        self,
        observers: Sequence[Observer] = (),
        *,
        base_url: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._observers = tuple(observers)
        self._base_url = base_url
        self._log = LogObserver()
        self._clock = clock

    def watching(self, call: Call) -> AbstractContextManager[None]:
        """Tell of the start and the end of a call."""
        return self._watching(call) if self._listening() else _UNWATCHED

    def attempt_started(self, call: Call) -> None:
        """Tell that an attempt begins."""
        for observer in self._listening():
            self._tell(observer.attempt_started, call)

    def attempt_ended(self, call: Call, attempt: Attempt) -> None:
        """Tell what an attempt met."""
        for observer in reversed(self._listening()):
            self._tell(observer.attempt_ended, call, attempt)

    def _listening(self) -> tuple[Observer, ...]:
        return (*self._observers, self._log) if LOGGER.isEnabledFor(logging.DEBUG) else self._observers

    @contextmanager
    def _watching(self, call: Call) -> Iterator[None]:
        call.base_url = self._base_url
        observers = self._listening()
        for observer in observers:
            self._tell(observer.call_started, call)
        began = self._clock()
        error: BaseException | None = None
        try:
            yield
        except BaseException as caught:
            error = caught
            raise
        finally:
            for observer in reversed(observers):
                self._tell(observer.call_ended, call, error, self._clock() - began - call.paused)

    @staticmethod
    def _tell(event: Callable[..., None], *args: object) -> None:
        try:
            event(*args)
        except Exception as problem:  # noqa: BLE001 - telemetry must never break a call
            LOGGER.error("an observer failed: %s", type(problem).__name__)  # noqa: TRY400 - no traceback, no locals
