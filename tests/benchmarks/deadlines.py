"""Measure how late calls end whose server never lets them: the worst of so many, for each kind of stalling."""

import asyncio
import statistics
import sys
import time
from contextlib import AsyncExitStack
from typing import Any

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import DeadlineExceededError, RateLimitError, SnipcartError
from tests.raw_server import RawServer
from tests.scripted import CUSTOMER_ID

DEADLINE = 0.3
ALLOWED = 0.05
FAILED = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
LATER = b"HTTP/1.1 429 Later\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n"


class Stalling:
    """Begin an answer, and never end it: silent, or byte by byte."""

    def __init__(self, start: bytes = b"") -> None:
        self._start = start
        self._released = asyncio.Event()

    async def __call__(self, writer: asyncio.StreamWriter) -> None:
        """Stall until released."""
        writer.write(self._start)
        while self._start and not self._released.is_set():
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.001)
        await self._released.wait()
        raise ConnectionError

    async def release(self) -> None:
        """Let go of every connection."""
        self._released.set()
        await asyncio.sleep(0.01)


KINDS: dict[str, tuple[bytes, dict[str, Any], type[SnipcartError]]] = {
    "never answers": (b"", {}, DeadlineExceededError),
    "attempts time out": (b"", {"timeout": 0.05}, DeadlineExceededError),
    "drips a header": (b"HTTP/1.1 200 OK\r\nX: ", {}, DeadlineExceededError),
    "drips a body": (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", {}, DeadlineExceededError),
    "full queue": (b"", {"max_concurrency": 1}, DeadlineExceededError),
    "500 for ever": (FAILED, {}, DeadlineExceededError),
    "long Retry-After": (LATER, {}, RateLimitError),
}


async def late(snipcart: SnipcartClient, expected: type[SnipcartError]) -> float:
    """Make a call, and give how many seconds after its deadline it ended; below 0 is before."""
    began = time.monotonic()
    try:
        await snipcart.customers.get(CUSTOMER_ID)
    except expected:
        return time.monotonic() - began - DEADLINE
    raise AssertionError


async def measure(name: str) -> float:
    """Make a call of one kind, with a server and a client of its own."""
    answer, options, expected = KINDS[name]
    stalling = Stalling(answer)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(RawServer(answer if answer in {FAILED, LATER} else stalling))
        stack.push_async_callback(stalling.release)
        retry = RetryPolicy(max_attempts=1000, base_delay=0.005, max_delay=0.02)
        snipcart = await stack.enter_async_context(
            SnipcartClient("key", base_url=server.url, retry=retry, deadline=DEADLINE, **options)
        )
        if name == "full queue":
            first = asyncio.create_task(snipcart.with_options(deadline=30.0).customers.get(CUSTOMER_ID))
            stack.push_async_callback(asyncio.wait, [first])
            stack.callback(first.cancel)
            await asyncio.sleep(0.02)
        return await late(snipcart, expected)


async def idle() -> float:
    """Sleep for as long as a call may take: what the machine and the event loop add of their own."""
    began = time.monotonic()
    await asyncio.sleep(DEADLINE)
    return time.monotonic() - began - DEADLINE


async def main(count: int) -> bool:
    """Measure every kind, print a line for each, and tell whether all calls ended in time."""
    print(f"deadline {DEADLINE * 1000:.0f} ms, {count} calls of each kind; ms after the deadline (below 0: before)")
    print(f"{'the server':20}{'first':>8}{'median':>8}{'worst':>8}")
    in_time = True
    for name in ["(asyncio.sleep)", *KINDS]:
        measured = [(await measure(name) if name in KINDS else await idle()) * 1000 for _ in range(count)]
        in_time &= name not in KINDS or max(measured) <= ALLOWED * 1000
        print(f"{name:20}{min(measured):8.1f}{statistics.median(measured):8.1f}{max(measured):8.1f}", flush=True)
    return in_time


if __name__ == "__main__":
    sys.exit(not asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)))
