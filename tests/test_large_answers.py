"""An answer that takes its time: the call can be ended meanwhile, nobody else waits for it, and nothing of it shows."""

import asyncio
import time
import traceback
from typing import Any

import pytest

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.errors import ClientClosedError, DeadlineExceededError, SnipcartError

from .raw_server import RawServer
from .scripted import CUSTOMER_ID, ScriptedTransport, reply

CANARY = "pii-canary@example.com"
MANY = 3000


MANY_ORDERS = reply([{"token": f"t-{number}", "email": CANARY, "unheardOf": "x" * 500} for number in range(MANY)])
"""More than can be read in a turn, all with a field that nobody knows."""


def client() -> SnipcartClient:
    """Give a client that is answered with many orders."""
    return SnipcartClient("key", transport=ScriptedTransport(MANY_ORDERS))


async def begun(snipcart: SnipcartClient) -> "asyncio.Task[Any]":
    """Ask for the orders, and come back when they are being read."""
    task = asyncio.create_task(snipcart.customers.orders(CUSTOMER_ID))
    for _ in range(3):
        await asyncio.sleep(0)
    assert not task.done()
    return task


async def test_it_is_read_to_its_end() -> None:
    """Turns change nothing about what is read."""
    orders = await client().customers.orders(CUSTOMER_ID)

    assert [order.token for order in orders] == [f"t-{number}" for number in range(MANY)]


async def test_the_deadline_holds_while_it_is_read() -> None:
    """The answer came in time, but reading it would not have: the error tells that it came."""

    def late(_: Request) -> Response:
        time.sleep(0.6)  # no await: nobody can end the attempt, as when an answer's last bytes are decoded
        return MANY_ORDERS

    with pytest.raises(DeadlineExceededError, match="not read within the deadline") as caught:
        await SnipcartClient("key", transport=ScriptedTransport(late), deadline=0.5).customers.orders(CUSTOMER_ID)

    assert caught.value.sent
    assert [attempt.status for attempt in caught.value.attempts] == [200]


async def test_closing_ends_the_reading() -> None:
    """A call that is reading is a call in flight."""
    snipcart = client()
    task = await begun(snipcart)
    await snipcart.aclose()

    with pytest.raises(ClientClosedError):
        await task


async def test_nothing_of_half_an_answer_is_shown_when_the_call_is_cancelled() -> None:
    """What has come of an answer is in no local variable of our frames."""
    begun = asyncio.Event()

    async def half(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + CANARY.encode())
        await writer.drain()
        begun.set()
        await asyncio.Event().wait()

    async with RawServer(half) as server, SnipcartClient("key", base_url=server.url) as snipcart:
        task = asyncio.create_task(snipcart.customers.get(CUSTOMER_ID))
        await begun.wait()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [str(frame.locals) for frame in report.stack if "snipcart_async/" in frame.filename]

    assert ours
    assert CANARY not in "".join(ours)


@pytest.mark.parametrize("end", ["cancelled", "closed"])
async def test_nothing_of_it_is_shown_when_the_call_is_ended(end: str) -> None:
    """Neither the caller's cancellation nor our own error carries the answer in the locals of our frames."""
    snipcart = client()
    task = await begun(snipcart)
    if end == "cancelled":
        task.cancel()
    else:
        await snipcart.aclose()
    with pytest.raises((asyncio.CancelledError, SnipcartError)) as caught:
        await task
    report = traceback.TracebackException.from_exception(caught.value, capture_locals=True)

    assert CANARY not in "".join(report.format())
