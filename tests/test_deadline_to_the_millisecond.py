"""A call never ends later than its deadline: told exactly, in an event loop whose time passes only in sleep."""

import asyncio
from collections.abc import Awaitable, Callable

import attrs
import pytest

from snipcart_async import Request, Response, RetryPolicy
from snipcart_async.errors import AttemptTimeoutError, DeadlineExceededError, SnipcartError
from snipcart_async.pacing import Gate, PacedTransport
from snipcart_async.request import Call
from snipcart_async.retry import RetryBudget, RetryingTransport
from snipcart_async.transport import Transport

from .scripted import reply
from .virtual_time import run

DEADLINE = 3.0
Answer = Callable[[], Awaitable[Response]]


async def never() -> Response:
    """Never answer."""
    await asyncio.sleep(10**6)
    raise AssertionError


async def time_out() -> Response:
    """Take as long as an attempt may."""
    await asyncio.sleep(0.4)
    raise AttemptTimeoutError("too slow", sent=True)


async def fail() -> Response:
    """Fail after a while."""
    await asyncio.sleep(0.1)
    return reply(status=500)


async def ask_for_a_pause() -> Response:
    """Ask for a pause that the deadline allows twice."""
    return reply(status=429, headers={"Retry-After": "1"})


async def ask_for_a_long_pause() -> Response:
    """Ask for a pause that the deadline does not allow."""
    return reply(status=429, headers={"Retry-After": "20"})


@attrs.define
class Server(Transport):
    """Answer all requests in one way."""

    answer: Answer

    async def send(self, request: Request) -> Response:
        """Answer."""
        return await self.answer()

    async def aclose(self) -> None:
        """Hold nothing."""


def call(answer: Answer, *, queued_behind: int = 0) -> tuple[Response | SnipcartError, float]:
    """Make a call, perhaps behind others that never end, and give what came of it and when."""

    async def settle() -> tuple[Response | SnipcartError, float]:
        clock = asyncio.get_running_loop().time
        paced = PacedTransport(Server(answer), Gate(clock=clock), max_concurrency=1, clock=clock)
        policy = RetryPolicy(max_attempts=1000, base_delay=0.3)
        transport = RetryingTransport(paced, policy, RetryBudget(10**6), clock=clock)
        request = attrs.evolve(Request.to("GET", "/customers"), call=Call(method="GET", path="/customers"))
        before = [asyncio.create_task(paced.send(request)) for _ in range(queued_behind)]
        await asyncio.sleep(0)
        mine = attrs.evolve(request, deadline=DEADLINE, call=Call(method="GET", path="/customers"))
        outcome: Response | SnipcartError
        try:
            outcome = await transport.send(mine)
        except SnipcartError as error:
            outcome = error
        ended = clock()
        for task in before:
            task.cancel()
        await asyncio.gather(*before, return_exceptions=True)
        return outcome, ended

    return run(settle())


@pytest.mark.parametrize("answer", [never, time_out, fail, ask_for_a_pause])
def test_whatever_a_server_does_the_call_ends_with_its_deadline(answer: Answer) -> None:
    """Silence, timeouts, failures and pauses: one error, and not a millisecond too late."""
    outcome, ended = call(answer)

    assert isinstance(outcome, DeadlineExceededError | Response)
    assert outcome.attempts
    assert ended <= DEADLINE + 0.001


def test_silence_is_borne_to_the_end() -> None:
    """A call that is under way is not given up before its deadline."""
    _, ended = call(never)

    assert ended == pytest.approx(DEADLINE)


def test_a_place_that_never_comes_is_waited_for_to_the_deadline() -> None:
    """Time in the queue counts, and nothing was sent."""
    error, ended = call(never, queued_behind=1)

    assert isinstance(error, DeadlineExceededError)
    assert not error.sent
    assert ended == pytest.approx(DEADLINE)


def test_a_pause_beyond_the_deadline_is_told_at_once() -> None:
    """Nobody waits for nothing."""
    outcome, ended = call(ask_for_a_long_pause)

    assert isinstance(outcome, Response)
    assert (outcome.status, ended) == (429, 0.0)
