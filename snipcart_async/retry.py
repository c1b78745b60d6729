"""Trying again: RetryPolicy decides, RetryingTransport does."""

import asyncio
import random
import threading
import time
from collections.abc import Awaitable, Callable, Sequence

import attrs

from ._configuration import count_problem, seconds_problem
from ._failure import Attempt
from ._faults import Again, Fault, find_fault, may_repeat
from ._lifetime import Lifetime
from .errors import ClientClosedError, ConfigurationError, DeadlineExceededError, SnipcartError, TransportError
from .observing import Observers
from .request import Call, Request, Response
from .transport import Transport


@attrs.frozen
class Repeat:
    """Ask to try again after `delay` seconds, for so many tokens of the budget."""

    delay: float
    cost: int


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """Decide whether, and after how long, a request is sent again.

    `max_attempts` counts the first one. Delays are in seconds: a random part of `base_delay`, doubled with each
    attempt up to `max_delay`, and never less than `Retry-After` asks; a `Retry-After` beyond `max_retry_after` is
    not waited for. `retry_writes=False` repeats a PUT or DELETE only where Snipcart surely did not act on it.
    """

    max_attempts: int = 3
    base_delay: float = 0.5
    max_delay: float = 8.0
    max_retry_after: float = 60.0
    retry_writes: bool = True

    def __attrs_post_init__(self) -> None:
        delays = ("base_delay", "max_delay", "max_retry_after")
        problems = [seconds_problem(name, getattr(self, name), zero=True) for name in delays]
        for problem in (count_problem("max_attempts", self.max_attempts), *problems):
            if problem:
                raise ConfigurationError(problem)

    def decide(
        self, request: Request, outcome: Response | SnipcartError, before: Sequence[Attempt], chance: float
    ) -> Repeat | None:
        """Decide what follows an outcome, given the attempts before it and a random number from 0 to 1."""
        fault = find_fault(request, outcome)
        if fault is None:
            return None
        stale_before = any(attempt.reason == Fault.STALE for attempt in before)
        if fault is Fault.STALE and stale_before:
            fault = Fault.UNCERTAIN
        again = may_repeat(request, fault, before)
        if again is Again.FREE:
            return Repeat(0.0, 0)
        if again is Again.ONCE and request.is_write and not self.retry_writes:
            return None
        counted = 1 + len(before) - (stale_before and not request.is_write)
        if again is Again.NO or counted >= self.max_attempts:
            return None
        asked = outcome.retry_after if isinstance(outcome, Response) else None
        if asked is not None and asked > self.max_retry_after:
            return None
        backoff = chance * min(self.max_delay, self.base_delay * 2 ** min(counted - 1, 64))
        cost = 5 if fault in {Fault.LIMITED, Fault.UNAVAILABLE} else 14
        return Repeat(max(backoff, asked or 0.0), cost)


class RetryBudget:
    """Keep a client from multiplying the load on a server that is down: retries cost, successes pay back."""

    def __init__(self, capacity: int = 500) -> None:
        self._capacity = capacity
        self._tokens = capacity
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Pay for a retry; False when there is not enough left."""
        with self._lock:
            if cost > self._tokens:
                return False
            self._tokens -= cost
            return True

    def give_back(self, cost: int) -> None:
        """Refund the last retry of a call that then succeeded, or one token for success at once."""
        if self._tokens < self._capacity:
            with self._lock:
                self._tokens = min(self._capacity, self._tokens + (cost or 1))


class RetryingTransport:
    """Send a request until it succeeds, or the policy, the budget or the deadline says stop."""

    def __init__(
        self,
        inner: Transport,
        policy: RetryPolicy,
        budget: RetryBudget,
        observers: Observers | None = None,
        lifetime: Lifetime | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._inner = inner
        self._policy = policy
        self._budget = budget
        self._observers = observers or Observers()
        self._lifetime = lifetime or Lifetime()
        self._sleep = sleep
        self._clock = clock
        self._chance = chance

    async def send(self, request: Request) -> Response:
        """Send, and send again where that is safe.

        Raises:
            DeadlineExceededError: The call did not end in time.
            ClientClosedError: The client is closed, or was meanwhile.
            SnipcartError: The last attempt brought no response.
        """
        call = request.call
        call.patience = self._policy.max_retry_after
        if request.deadline is not None:
            call.expires = self._clock() + request.deadline
        outcome: Response | SnipcartError | None = None
        if not self._lifetime.closed:
            limit = self._lifetime.calls.of(request.deadline)
            try:
                with limit:
                    outcome = await self._try_until_settled(request, call)
            except TimeoutError:  # the deadline, or closing, came first
                if not limit.expired:
                    raise
        if isinstance(outcome, Response):
            return outcome if outcome.request is request else attrs.evolve(outcome, request=request)
        if self._lifetime.closed:
            outcome = ClientClosedError()
        outcome = outcome or self._deadline_exceeded(request)
        attempts = tuple(call.attempts)
        if isinstance(outcome, TransportError | DeadlineExceededError):
            outcome.sent = any(attempt.sent for attempt in attempts)
        outcome.method, outcome.path, outcome.attempts = request.method, request.template, attempts
        raise outcome

    async def _try_until_settled(self, request: Request, call: Call) -> Response | SnipcartError:
        paid = 0
        while True:
            outcome = await self._try(request, call)
            is_answer = isinstance(outcome, Response) and not call.attempts[-1].reason
            if is_answer and 200 <= (call.attempts[-1].status or 0) < 300:
                repeat = None  # as a policy would say: most calls end here
            else:
                repeat = self._policy.decide(request, outcome, call.attempts[:-1], self._chance())
            if repeat is None:
                if is_answer:
                    self._budget.give_back(paid)
                return outcome
            if call.expires is not None and self._clock() + repeat.delay >= call.expires:
                asked = isinstance(outcome, Response) and outcome.retry_after
                return outcome if asked else self._deadline_exceeded(request)
            if not self._budget.take(repeat.cost):
                return outcome
            paid = repeat.cost
            if repeat.delay:
                await self._sleep(repeat.delay)

    async def _try(self, request: Request, call: Call) -> Response | SnipcartError:
        """Try once, and write down what the attempt met."""
        call.on_wire_since, call.sent = None, False
        self._observers.attempt_started(call)
        try:
            outcome: Response | SnipcartError = await self._inner.send(request)
        except SnipcartError as error:
            outcome = error
        except asyncio.CancelledError:
            self._record(call, error="CancelledError", reason="cut off", sent=call.sent)
            raise
        reason = find_fault(request, outcome) or ""
        if isinstance(outcome, Response):
            self._record(call, status=outcome.status, reason=reason, sent=True)
        else:
            sent = outcome.sent if isinstance(outcome, TransportError) else call.sent
            self._record(call, error=type(outcome).__name__, reason=reason, sent=sent)
        return outcome

    def _record(
        self, call: Call, *, sent: bool, status: int | None = None, error: str | None = None, reason: str = ""
    ) -> None:
        seconds = 0.0 if call.on_wire_since is None else self._clock() - call.on_wire_since
        attempt = Attempt(status=status, error=error, reason=reason, sent=sent, seconds=seconds)
        call.attempts.append(attempt)
        self._observers.attempt_ended(call, attempt)

    @staticmethod
    def _deadline_exceeded(request: Request) -> DeadlineExceededError:
        return DeadlineExceededError(f"not done within the deadline of {request.deadline:g} s")
