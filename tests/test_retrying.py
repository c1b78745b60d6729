"""The retrying transport does what the policy says, within the deadline, and tells what each attempt met."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import Request, Response, RetryPolicy
from snipcart_async._lifetime import Lifetime
from snipcart_async.errors import (
    ClientClosedError,
    ConnectError,
    DeadlineExceededError,
    ProtocolError,
    RateLimitError,
    SnipcartError,
    TransportError,
)
from snipcart_async.retry import RetryBudget, RetryingTransport
from snipcart_async.transport import Transport

from .scripted import FakeClock, ScriptedTransport, reply


def get(deadline: float | None = 30.0) -> Request:
    """Build a request for a call of its own."""
    return Request.to("GET", "/customers", deadline=deadline)


class Hanging:
    """Never answer."""

    async def send(self, request: Request) -> Response:
        """Wait for what does not come."""
        await asyncio.Event().wait()
        raise AssertionError


def retrying(inner: Transport, clock: FakeClock | None = None, **options: Any) -> RetryingTransport:
    """Build a transport whose sleep takes no time and whose chance is always the longest delay."""
    clock = clock or FakeClock()
    budget = options.pop("budget", None) or RetryBudget()
    return RetryingTransport(inner, RetryPolicy(**options), budget, sleep=clock.sleep, clock=clock, chance=lambda: 1.0)


async def test_success_after_failures_tells_what_each_attempt_met() -> None:
    """The response carries the history of its call, in order."""
    inner = ScriptedTransport(ConnectError("refused"), reply(status=503), reply({"id": 1}))
    response = await retrying(inner).send(get())

    assert [str(attempt) for attempt in response.attempts] == ["ConnectError", "503", "200"]
    assert [attempt.sent for attempt in response.attempts] == [False, True, True]
    assert [attempt.reason for attempt in response.attempts] == ["never sent", "unavailable", ""]


async def test_the_last_error_is_raised_with_method_template_and_history() -> None:
    """What cannot be mended is raised as it is, and knows its call."""
    inner = ScriptedTransport(TransportError("the connection broke"))
    with pytest.raises(TransportError) as caught:
        await retrying(inner).send(get())

    assert (caught.value.method, caught.value.path) == ("GET", "/customers")
    assert 3 == len(caught.value.attempts) == len(inner.requests)
    assert "(attempts: TransportError, TransportError, TransportError)" in str(caught.value)


async def test_a_refusal_is_returned_not_raised_and_not_repeated() -> None:
    """A 404 is an answer."""
    inner = ScriptedTransport(reply(status=404))
    response = await retrying(inner).send(get())

    assert (response.status, len(inner.requests)) == (404, 1)


async def test_pauses_double_and_follow_retry_after() -> None:
    """Between attempts the transport sleeps as long as the policy says."""
    clock = FakeClock()
    inner = ScriptedTransport(reply(status=500), reply(status=429, headers={"Retry-After": "7"}), reply({}))
    await retrying(inner, clock).send(get())

    assert clock.slept == [0.5, 7.0]


async def test_a_stale_connection_costs_no_pause() -> None:
    """The free repeat comes at once."""
    clock = FakeClock()
    inner = ScriptedTransport(TransportError("gone", stale=True), reply({}))
    response = await retrying(inner, clock, max_attempts=1).send(get())

    assert (response.status, clock.slept, len(response.attempts)) == (200, [], 2)


async def test_own_backoff_that_would_outlast_the_deadline_ends_the_call_at_once() -> None:
    """Nobody sleeps only to fail: the deadline error comes now, with the history."""
    clock = FakeClock()
    inner = ScriptedTransport(reply(status=500))
    with pytest.raises(DeadlineExceededError) as caught:
        await retrying(inner, clock, max_attempts=100, base_delay=1.0).send(get(10.0))

    assert clock.slept == [1.0, 2.0, 4.0]
    assert [str(attempt) for attempt in caught.value.attempts] == ["500"] * 4
    assert caught.value.sent


async def test_a_retry_after_beyond_the_deadline_gives_the_answer_at_once() -> None:
    """The caller learns when to come back, without waiting for nothing."""
    clock = FakeClock()
    inner = ScriptedTransport(reply(status=429, headers={"Retry-After": "40"}))
    response = await retrying(inner, clock).send(get())

    assert (response.status, response.retry_after, clock.slept) == (429, 40.0, [])


async def test_an_attempt_that_never_ends_is_cut_off_by_the_deadline() -> None:
    """The deadline holds over an inner transport that hangs, and says that it had not been sent."""
    transport = RetryingTransport(Hanging(), RetryPolicy(), RetryBudget())
    with pytest.raises(DeadlineExceededError) as caught:
        await transport.send(get(0.05))

    assert str(caught.value) == "GET /customers: not done within the deadline of 0.05 s"
    assert [attempt.reason for attempt in caught.value.attempts] == ["cut off"]
    assert not caught.value.sent


async def test_the_callers_own_timeout_passes_untouched() -> None:
    """An outer `asyncio.timeout` is the caller's: it ends as the plain TimeoutError it is."""
    transport = RetryingTransport(Hanging(), RetryPolicy(), RetryBudget())
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.02):
            await transport.send(get())

    assert not isinstance(caught.value, SnipcartError)


async def test_a_foreign_timeout_of_a_custom_transport_is_not_taken_for_the_deadline() -> None:
    """What a custom transport raises, and we do not know, passes through."""

    class Foreign:
        async def send(self, request: Request) -> Response:
            raise TimeoutError

    with pytest.raises(TimeoutError) as caught:
        await retrying(Foreign()).send(get())

    assert not isinstance(caught.value, SnipcartError)


@pytest.mark.parametrize("error", [RateLimitError("gate", status=429), ProtocolError("garbage")], ids=repr)
async def test_what_is_not_to_be_repeated_ends_the_call(error: SnipcartError) -> None:
    """A closed gate, or an answer that is no HTTP, is raised after one try, with the history."""
    inner = ScriptedTransport(reply(status=500), error)
    with pytest.raises(type(error)) as caught:
        await retrying(inner).send(get())

    assert ["500", type(error).__name__] == [str(attempt) for attempt in caught.value.attempts]
    assert caught.value.path == "/customers"


async def test_a_lost_answer_is_not_forgotten_by_what_comes_after() -> None:
    """A write whose first answer was lost may have been carried out, whatever its last attempt met."""
    for last in (ConnectError("refused"), RateLimitError("gate", status=429)):
        inner = ScriptedTransport(TransportError("gone"), last)
        with pytest.raises(type(last)) as caught:
            await retrying(inner).send(Request.to("DELETE", "/customers/{id}", "x", deadline=30.0))

        assert caught.value.may_have_applied
        assert getattr(caught.value, "sent", True)


async def test_a_closed_client_ends_calls_wherever_they_wait() -> None:
    """Asleep between attempts, or waiting for an answer: `ClientClosedError`, at once."""
    lifetime = Lifetime()
    asleep = ScriptedTransport(reply(status=503, headers={"Retry-After": "20"}))
    calls = [
        asyncio.create_task(RetryingTransport(inner, RetryPolicy(), RetryBudget(), lifetime=lifetime).send(get()))
        for inner in (Hanging(), asleep)
    ]
    await asyncio.sleep(0.01)
    lifetime.close()
    async with asyncio.timeout(1.0):
        outcomes = await asyncio.gather(*calls, return_exceptions=True)

    assert [ClientClosedError, ClientClosedError] == [type(outcome) for outcome in outcomes]


async def test_the_budget_does_not_pay_for_a_retry_that_the_deadline_forbids() -> None:
    """Calls with little time do not empty the budget of the others."""
    inner, budget = ScriptedTransport(reply(status=500)), RetryBudget(14)
    with pytest.raises(DeadlineExceededError):
        await retrying(inner, budget=budget, base_delay=8.0).send(get(deadline=5.0))

    assert len(inner.requests) == 1
    assert budget.take(14)


async def test_a_dead_server_gets_few_more_requests_than_calls() -> None:
    """1 000 calls to a dead server are at most 1 035 requests."""
    inner = ScriptedTransport(ConnectError("refused"))
    transport = retrying(inner)
    for _ in range(1000):
        with pytest.raises(ConnectError):
            await transport.send(get())

    assert len(inner.requests) == 1035


async def test_success_refunds_the_retry_that_led_to_it() -> None:
    """A flaky server never empties the budget."""
    budget = RetryBudget(capacity=14)
    transport = retrying(ScriptedTransport(reply(status=500), reply({})), budget=budget)
    await transport.send(get())

    assert budget.take(14)


async def test_the_deadline_may_be_switched_off() -> None:
    """Without a deadline the policy alone decides."""
    clock = FakeClock()
    inner = ScriptedTransport(*[reply(status=500)] * 8, reply({}))
    response = await retrying(inner, clock, max_attempts=100).send(get(None))

    assert (response.status, len(clock.slept)) == (200, 8)


OUTCOMES = st.one_of(
    st.builds(
        lambda status, asked: reply({}, status, {} if asked is None else {"Retry-After": str(asked)}),
        st.sampled_from([408, 429, 500, 502, 503, 504, 404, 200]),
        st.one_of(st.none(), st.integers(0, 100)),
    ),
    st.builds(ConnectError, st.just("refused")),
    st.builds(TransportError, st.just("gone"), stale=st.booleans()),
    st.builds(ProtocolError, st.just("garbage")),
)


@given(
    method=st.sampled_from(["GET", "PUT", "DELETE", "POST"]),
    outcomes=st.lists(OUTCOMES, min_size=1, max_size=8),
    seconds=st.floats(0, 10),
    most=st.integers(1, 20),
    base=st.floats(0, 20),
    cap=st.floats(0, 20),
    capacity=st.integers(0, 100),
)
def test_whatever_happens_a_call_sleeps_for_less_than_its_deadline(
    method: str,
    outcomes: list[Response | SnipcartError],
    seconds: float,
    most: int,
    base: float,
    cap: float,
    capacity: int,
) -> None:
    """All pauses together are shorter than the deadline, every attempt is told, and the budget is kept."""
    clock, budget = FakeClock(), RetryBudget(capacity)
    inner = ScriptedTransport(*outcomes)

    class Slow:
        async def send(self, request: Request) -> Response:
            clock.now += seconds
            return await inner.send(request)

    async def call() -> Response | SnipcartError:
        transport = retrying(Slow(), clock, budget=budget, max_attempts=most, base_delay=base, max_delay=cap)
        try:
            return await transport.send(Request.to(method, "/customers", deadline=60.0))
        except SnipcartError as error:
            return error

    outcome = asyncio.run(call())

    assert sum(clock.slept) < 60.0
    assert len(outcome.attempts) == len(inner.requests) <= most + 1
    assert 0 <= budget._tokens <= capacity
