"""How fast one client asks: the shared 429 gate, rate spacing and concurrency, wrapped around a transport."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable

import attrs

from ._configuration import count_problem, seconds_problem
from ._loops import PerLoop
from .errors import ConfigurationError, DeadlineExceededError, RateLimitError
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


@attrs.frozen
class Slot:
    """Be a place in the order of sending: `wait` seconds from now, and perhaps as the probe."""

    wait: float = 0.0
    probe: bool = False
    moment: float = 0.0
    """When it comes, by the gate's clock."""


_AT_ONCE = Slot()


class Gate:
    """Decide when a client may ask, from one clock for all its tasks, loops and threads.

    A 429 with `Retry-After` closes it. Then one request probes; once it is answered, the rest follow spaced.
    """

    def __init__(self, rate_limit: RateLimit | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._spacing = rate_limit.spacing if rate_limit else 0.0
        self._clock = clock
        self._lock = threading.Lock()
        self._opens = 0.0
        self._needs_probe = False
        self._probing_since: float | None = None
        self._recovered = 0.0
        self._next_slot = 0.0
        self._given_back: list[float] = []

    @property
    def closed_for(self) -> float:
        """Seconds until it is worth asking again; 0 when the gate is open."""
        if not self._opens:
            return 0.0
        now = self._clock()
        if now < self._opens:
            return self._opens - now
        if self._probing_since is not None and now - self._probing_since < _PROBE_PATIENCE:
            return _PROBE_POLL
        return 0.0

    def take_slot(self, until: float | None = None) -> Slot | None:
        """Take the next free moment to send; `None`, and nothing taken, when it lies after `until`."""
        is_quiet = not (self._spacing or self._opens)  # nobody is to be put in order, or kept waiting by the lock
        if is_quiet and (until is None or self._clock() <= until):
            return _AT_ONCE
        with self._lock:
            now = self._clock()
            if self._needs_probe:
                self._needs_probe, self._probing_since = False, now
                return Slot(probe=True)
            spacing = max(self._spacing, _RECOVERY_SPACING if now < self._recovered else 0.0)
            self._given_back = [moment for moment in self._given_back if moment >= now]
            moment = min(self._given_back, default=max(now, self._next_slot))
            if until is not None and moment > until:
                return None
            if self._given_back:
                self._given_back.remove(moment)
            else:
                self._next_slot = moment + spacing
            return Slot(wait=moment - now, moment=moment)

    def give_back(self, slot: Slot) -> None:
        """Let others have the place of a caller who has left: else those who leave would use up the rate."""
        with self._lock:
            self._given_back.append(slot.moment)

    def close(self, seconds: float) -> None:
        """Close for so long; a longer pause that is already on is not cut short."""
        with self._lock:
            self._opens = max(self._opens, self._clock() + seconds)
            self._needs_probe, self._probing_since = True, None

    def ended(self, slot: Slot, *, answered: bool) -> None:
        """Learn that a request has ended: after the probe's answer the others may follow."""
        if not slot.probe:
            return
        with self._lock:
            if self._probing_since is not None:
                self._probing_since = None
                self._needs_probe = not answered
                self._recovered = self._clock() + _RECOVERY


class FewAtATime:
    """Send at most so many of one walk's requests at a time, in one event loop.

    Wait for `room` before each call, so that the wait is no part of it; sending gives the room back before the
    answer is read: reading takes time in which nothing was asked.
    """

    def __init__(self, inner: Transport, at_a_time: int) -> None:
        self._inner = inner
        self._free = asyncio.Semaphore(at_a_time)

    async def room(self) -> None:
        """Wait until one more may be sent."""
        await self._free.acquire()

    async def send(self, request: Request) -> Response:
        """Send, and give back the room."""
        try:
            return await self._inner.send(request)
        finally:
            self._free.release()
            await asyncio.sleep(0)


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
        self._free = PerLoop(lambda: asyncio.Semaphore(max_concurrency))
        self._sleep = sleep
        self._clock = clock

    async def send(self, request: Request) -> Response:
        """Send when it is this request's turn.

        Raises:
            RateLimitError: The deadline ends before Snipcart wants to be asked again; nothing was sent.
            DeadlineExceededError: The deadline ends before the turn that `rate_limit` leaves; nothing was sent.
        """
        free = self._free.get()
        while True:
            while (closed_for := self._check_gate(request)) > _PROBE_POLL:
                await self._sleep(closed_for)
            await free.acquire()
            try:
                response = await self._take_turn(request)  # with a place: so only as many as may send ask the gate
            finally:
                free.release()
            if response is not None:
                return response

    async def _take_turn(self, request: Request) -> Response | None:
        """Send when the gate lets it through; `None` where that is so far off that others should have the place."""
        while (closed_for := self._check_gate(request)) <= _PROBE_POLL:
            if closed_for:
                await self._sleep(closed_for)
                continue
            slot = self._gate.take_slot(request.call.expires)
            if slot is None:
                raise DeadlineExceededError("not sent: rate_limit leaves no turn within the deadline", sent=False)
            if slot.wait:
                await self._wait_for(slot)
            if not slot.wait or not self._gate.closed_for:
                return await self._send(request, slot)
        return None

    async def _wait_for(self, slot: Slot) -> None:
        try:
            await self._sleep(slot.wait)
        except asyncio.CancelledError:
            self._gate.give_back(slot)
            raise

    async def _send(self, request: Request, slot: Slot) -> Response:
        call = request.call
        call.sent, call.on_wire_since = True, self._clock()
        response = None
        try:
            response = await self._inner.send(request)
        finally:
            self._gate.ended(slot, answered=response is not None)
        if response.status == 429 and response.retry_after:
            self._gate.close(min(response.retry_after, call.patience))
        return response

    def _check_gate(self, request: Request) -> float:
        """Give the seconds for which the gate is closed, unless that is longer than the call has."""
        seconds = self._gate.closed_for
        expires = request.call.expires
        if seconds and expires is not None and self._clock() + seconds > expires:
            raise RateLimitError(
                "not sent: Snipcart asked this client to wait for longer than the deadline",
                status=429,
                retry_after=seconds,
            )
        return seconds
