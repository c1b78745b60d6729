"""The deadline holds over real HTTP: however a server stalls, a call ends on time, with one error that tells all."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import DeadlineExceededError, RateLimitError, ServerError, SnipcartError

from .raw_server import Answer, RawServer
from .scripted import CUSTOMER_ID

BODY = b'{"id":"%s"}' % CUSTOMER_ID.encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
LATER = b"HTTP/1.1 %d Later\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n"
CUT_OFF = ("CancelledError", "cut off")
LATE = 2.0
"""Seconds that a noisy machine may add; the benchmark `deadlines` measures how late a call really ends."""


async def say_nothing(writer: asyncio.StreamWriter) -> None:
    """Keep the client waiting until the test is over."""
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter, start: bytes) -> None:
    """Begin an answer, and go on byte by byte without ever ending it."""
    writer.write(start)
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_head(writer: asyncio.StreamWriter) -> None:
    """Drip a header."""
    await drip(writer, b"HTTP/1.1 200 OK\r\nX-Drip: ")


async def drip_body(writer: asyncio.StreamWriter) -> None:
    """Drip a body."""
    await drip(writer, b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")


@asynccontextmanager
async def asking(answer: Answer, **options: Any) -> AsyncIterator[tuple[RawServer, SnipcartClient]]:
    """Run a server that always gives the same answer, and a client that tries again and again until its deadline."""
    retry = RetryPolicy(max_attempts=1000, base_delay=0.01)
    async with (
        RawServer(answer) as server,
        SnipcartClient("key", base_url=server.url, retry=retry, **options) as snipcart,
    ):
        yield server, snipcart


async def ended(snipcart: SnipcartClient) -> tuple[SnipcartError, float]:
    """Make a call that fails, and give its error, which hangs on no other, and how long it took."""
    began = time.monotonic()
    with pytest.raises(SnipcartError) as caught:
        await snipcart.customers.get(CUSTOMER_ID)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    return caught.value, time.monotonic() - began


def met(error: SnipcartError) -> list[tuple[str, str]]:
    """Give what each attempt met, and why it did not do."""
    return [(str(attempt), attempt.reason) for attempt in error.attempts]


@pytest.mark.parametrize("answer", [say_nothing, drip_head, drip_body])
async def test_an_answer_that_never_ends_is_cut_off_and_the_next_call_works(answer: Answer) -> None:
    """Silent or dripping: one attempt, cut off by the deadline, and the client is as good as new."""
    async with asking(answer, deadline=0.2) as (server, snipcart):
        error, seconds = await ended(snipcart)
        server.answers = [OK]

        assert (await snipcart.customers.get(CUSTOMER_ID)).id == CUSTOMER_ID

    assert isinstance(error, DeadlineExceededError)
    assert (error.sent, met(error), len(server.requests)) == (True, [CUT_OFF], 2)
    assert 0.2 <= seconds < 0.2 + LATE


async def test_attempts_that_time_out_are_told_until_the_deadline() -> None:
    """Each attempt has its own, shorter time; the deadline ends their number."""
    async with asking(say_nothing, deadline=0.4, timeout=0.1) as (server, snipcart):
        error, seconds = await ended(snipcart)

    assert isinstance(error, DeadlineExceededError)
    assert set(met(error)) <= {("AttemptTimeoutError", "outcome unknown"), CUT_OFF}
    assert 2 <= len(server.requests) <= len(error.attempts) <= 5
    assert seconds < 0.4 + LATE


async def test_a_server_that_fails_for_ever_is_given_up_in_time() -> None:
    """The pauses between the attempts never add up to more than the deadline."""
    async with asking(FAILED, deadline=0.4) as (server, snipcart):
        error, seconds = await ended(snipcart)

    assert isinstance(error, DeadlineExceededError)
    assert {("500", "outcome unknown")} <= set(met(error)) <= {("500", "outcome unknown"), CUT_OFF}
    assert 2 <= len(server.requests) <= len(error.attempts)
    assert seconds < 0.4 + LATE


@pytest.mark.parametrize(("status", "expected"), [(429, RateLimitError), (503, ServerError)])
async def test_a_pause_longer_than_the_deadline_is_told_at_once(status: int, expected: type[SnipcartError]) -> None:
    """Nobody waits for nothing: the answer is the error, long before the deadline."""
    async with asking(LATER % status, deadline=15.0) as (server, snipcart):
        error, seconds = await ended(snipcart)

    assert type(error) is expected
    assert getattr(error, "retry_after", 20.0) == 20.0
    assert ([str(attempt) for attempt in error.attempts], len(server.requests)) == ([str(status)], 1)
    assert seconds < LATE


async def test_who_comes_while_the_gate_is_closed_for_longer_is_told_at_once() -> None:
    """The next call asks nobody: the pause is known already."""
    async with asking(LATER % 429, deadline=15.0) as (server, snipcart):
        await ended(snipcart)
        error, seconds = await ended(snipcart)

    assert isinstance(error, RateLimitError)
    assert 15.0 < (error.retry_after or 0.0) <= 20.0
    assert ([attempt.sent for attempt in error.attempts], len(server.requests)) == ([False], 1)
    assert seconds < LATE


async def test_a_call_whose_turn_never_comes_was_never_sent() -> None:
    """Waiting in the queue counts towards the deadline, and the error says that nothing left."""
    arrived = asyncio.Event()

    async def keep_waiting(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await say_nothing(writer)

    async with asking(keep_waiting, deadline=30.0, max_concurrency=1) as (server, snipcart):
        first = asyncio.create_task(snipcart.customers.get(CUSTOMER_ID))
        await arrived.wait()
        error, seconds = await ended(snipcart.with_options(deadline=0.2))
        first.cancel()
        await asyncio.wait([first])
        server.answers = [OK]

        assert (await snipcart.customers.get(CUSTOMER_ID)).id == CUSTOMER_ID

    assert isinstance(error, DeadlineExceededError)
    assert (error.sent, [attempt.sent for attempt in error.attempts], len(server.requests)) == (False, [False], 2)
    assert 0.2 <= seconds < 0.2 + LATE


async def test_a_connection_that_never_comes_about_was_never_sent() -> None:
    """A TLS handshake that hangs is cut off as well, and nothing had left."""
    async with (
        RawServer(say_nothing) as server,
        SnipcartClient("key", base_url=server.url.replace("http:", "https:"), deadline=0.2) as snipcart,
    ):
        error, seconds = await ended(snipcart)

    assert isinstance(error, DeadlineExceededError)
    assert (error.sent, met(error), len(error.attempts)) == (False, [CUT_OFF], 1)
    assert 0.2 <= seconds < 0.2 + LATE
