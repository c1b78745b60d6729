"""How fast one client asks: the shared 429 gate, rate spacing and concurrency, wrapped around a transport."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import attrs

from ._configuration import count_problem, seconds_problem
from .errors import ClientClosedError, ConfigurationError, RateLimitError
from .request import Request, Response
from .transport import Transport

_PROBE_PATIENCE = 10.0
_PROBE_POLL = 0.05
_RECOVERY = 1.0
_RECOVERY_SPACING = 0.05


@attrs.frozen
class RateLimit:
    """Allow at most `requests` in `per` seconds, spaced evenly."""

    requests: int
    per: float = 1.0

    def __attrs_post_init__(self) -> None:
        if problem := count_problem("requests", self.requests) or seconds_problem("per", self.per):
            raise ConfigurationError(problem)

    @property
    def spacing(self) -> float:
        """Seconds between two requests."""
        return self.per / self.requests


class Gate:
    """Decide when a client may ask, from one clock for all its tasks, loops and threads.

    A 429 with `Retry-After` closes it. Then one request probes; once it is answered, the rest follow spaced.
    """

    def __init__(
        self,
        rate_limit: RateLimit | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spacing = rate_limit.spacing if rate_limit else 0.0
        self._clock = clock
        self._opens = 0.0
        self._was_closed = False
        self._probing_since: float | None = None
        self._recovered = 0.0
        self._next_slot = 0.0

    @property
    def closed_for(self) -> float:
        """Seconds until it is worth asking again; 0 when the gate is open."""
        now = self._clock()
        if now < self._opens:
            return self._opens - now
        if self._probing_since is not None and now - self._probing_since < _PROBE_PATIENCE:
            return _PROBE_POLL
        return 0.0

    def take_slot(self) -> float:
        """Take the next free moment to send, and give the seconds until then."""
        now = self._clock()
        if self._was_closed:
            self._was_closed = False
            self._probing_since = now
            return 0.0
        spacing = max(self._spacing, _RECOVERY_SPACING if now < self._recovered else 0.0)
        slot = max(now, self._next_slot)
        self._next_slot = slot + spacing
        return slot - now

    def close(self, seconds: float) -> None:
        """Close for so long; a longer pause that is already on is not cut short."""
        self._opens = max(self._opens, self._clock() + seconds)
        self._was_closed = True
        self._probing_since = None

    def answered(self) -> None:
        """Learn that a request has ended: if one was probing, the others may follow."""
        if self._probing_since is not None:
            self._probing_since = None
            self._recovered = self._clock() + _RECOVERY


class PacedTransport:
    """Send through the gate, at most `max_concurrency` requests at a time in each event loop.

    Waiting here is not part of an attempt's time, but of the call's deadline.
    """

    def __init__(
        self,
        inner: Transport,
        gate: Gate,
        max_concurrency: int = 8,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._gate = gate
        self._max_concurrency = max_concurrency
        self._sleep = sleep
        self._clock = clock
        self._free: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}
        self._closed = False

    async def send(self, request: Request) -> Response:
        """Send when it is this request's turn.

        Raises:
            RateLimitError: The deadline ends before Snipcart wants to be asked again; nothing was sent.
            ClientClosedError: The client is closed.
        """
        while True:
            await self._wait(request, self._gate.closed_for)
            async with self._semaphore():
                if self._gate.closed_for:
                    continue  # it closed while this request queued
                slot = self._gate.take_slot()
                await self._wait(request, slot)
                if not slot or not self._gate.closed_for:
                    return await self._send(request)

    def close(self) -> None:
        """Refuse everything from now on."""
        self._closed = True

    async def _send(self, request: Request) -> Response:
        call = request.call
        call.sent, call.on_wire_since = True, self._clock()
        try:
            response = await self._inner.send(request)
        finally:
            self._gate.answered()
        if response.status == 429 and response.retry_after:
            self._gate.close(min(response.retry_after, call.patience))
        return response

    async def _wait(self, request: Request, seconds: float) -> None:
        if self._closed:
            raise ClientClosedError(
                "the client is closed: build a new one", method=request.method, path=request.template
            )
        if seconds <= 0:
            return
        expires = request.call.expires
        if expires is not None and self._clock() + seconds > expires:
            raise RateLimitError(
                "not sent: all calls of this client wait until Snipcart wants to be asked again",
                status=429,
                retry_after=seconds,
                method=request.method,
                path=request.template,
            )
        await self._sleep(seconds)

    def _semaphore(self) -> asyncio.Semaphore:
        loop = asyncio.get_running_loop()
        if loop not in self._free:
            self._free = {other: free for other, free in self._free.items() if not other.is_closed()}
            self._free[loop] = asyncio.Semaphore(self._max_concurrency)
        return self._free[loop]
