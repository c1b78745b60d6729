"""One client, many hands: closed under calls in flight, shared by threads, and seen through thousands of views."""

import asyncio
import gc
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import ClientClosedError
from snipcart_async.testing import FakeSnipcart

from .cancellation import eventually, watching
from .scripted import CUSTOMER_ID, ScriptedTransport, reply, sample

AT_ONCE = 5.0
"""Seconds within which closing ends everything, far less than anything in these tests would wait for."""


def patient(fake: FakeSnipcart, **options: Any) -> SnipcartClient:
    """Build a client that would wait for a minute."""
    return SnipcartClient(fake.api_key, base_url=fake.base_url, timeout=60.0, deadline=60.0, **options)


async def failures(*calls: asyncio.Task[Any]) -> list[BaseException | None]:
    """Wait for calls that end at once, and give their errors."""
    ended, late = await asyncio.wait(calls, timeout=AT_ONCE)
    assert (len(ended), late) == (len(calls), set())
    return [call.exception() for call in calls]


async def test_closing_ends_whatever_is_on_its_way_or_queues(fake_snipcart: FakeSnipcart) -> None:
    """Reads, writes and walks: each is told, and only a write on its way may have been carried out."""
    fake_snipcart.latency = 60.0
    snipcart = patient(fake_snipcart, max_concurrency=3)
    tasks = asyncio.all_tasks()
    update = asyncio.create_task(snipcart.customers.update(CUSTOMER_ID, email="new@example.com"))
    get = asyncio.create_task(snipcart.customers.get(CUSTOMER_ID))
    walk = asyncio.create_task(anext(snipcart.customers.list().pages(3)))
    await eventually(lambda: len(fake_snipcart.requests) == 3)
    queued = asyncio.create_task(snipcart.customers.delete(CUSTOMER_ID))
    await asyncio.sleep(0.01)
    closed = watching(snipcart)
    await snipcart.aclose()
    errors = await failures(update, get, walk, queued)

    assert [type(error) for error in errors] == [ClientClosedError] * 4
    assert [error.may_have_applied for error in errors if isinstance(error, ClientClosedError)] == [True] + [False] * 3
    assert len(fake_snipcart.requests) == 3
    assert asyncio.all_tasks() == tasks
    assert closed()


async def test_closing_ends_whoever_sleeps_or_waits_at_the_gate(fake_snipcart: FakeSnipcart) -> None:
    """A long `Retry-After` keeps nobody: neither the call that met it, nor those behind the gate."""
    fake_snipcart.rate_limit(60.0, retry_after=30)
    snipcart = patient(fake_snipcart)
    asleep = asyncio.create_task(snipcart.customers.list().count())
    await eventually(lambda: snipcart._shared.paced._gate.closed_for > 0)
    waiting = asyncio.create_task(snipcart.customers.list().count())
    await asyncio.sleep(0.01)
    await snipcart.aclose()
    errors = await failures(asleep, waiting)

    assert [type(error) for error in errors] == [ClientClosedError] * 2
    assert len(fake_snipcart.requests) == 1


async def test_closing_ends_calls_of_another_threads_loop(fake_snipcart: FakeSnipcart) -> None:
    """They are told there, at once, and their loop ends without a warning."""
    fake_snipcart.latency = 60.0
    snipcart = patient(fake_snipcart)

    async def elsewhere() -> None:
        with pytest.raises(ClientClosedError):
            await snipcart.customers.list().count()

    call = asyncio.create_task(asyncio.to_thread(asyncio.run, elsewhere()))
    await eventually(lambda: len(fake_snipcart.requests) == 1)
    await snipcart.aclose()

    assert await failures(call) == [None]


def test_one_client_serves_many_threads_one_loop_after_the_other(fake_snipcart: FakeSnipcart) -> None:
    """Eight threads, three loops each, six calls a loop: all are answered, and nothing is held when they have gone."""
    snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url)
    together = threading.Barrier(8)

    async def use() -> list[int]:
        return list(await asyncio.gather(*(snipcart.customers.list(limit=1).count() for _ in range(6))))

    def in_loops(_: int) -> list[int]:
        together.wait(10.0)
        return [total for _ in range(3) for total in asyncio.run(use())]

    with ThreadPoolExecutor(8) as threads:
        totals = [total for totals in threads.map(in_loops, range(8)) for total in totals]

    assert totals == [240] * (8 * 3 * 6)
    assert snipcart._shared.transport is not None
    assert snipcart._shared.transport._sessions._held.items() == []
    assert snipcart._shared.lifetime.calls.running == 0
    asyncio.run(snipcart.aclose())


async def used(view: SnipcartClient) -> None:
    """Make a call."""
    await view.customers.get(CUSTOMER_ID)


async def left_in_the_middle(view: SnipcartClient) -> None:
    """Begin a walk, and leave it."""
    async for _ in view.customers.list():
        break


@pytest.mark.parametrize("use", [used, left_in_the_middle])
async def test_ten_thousand_views_leave_nothing(use: Callable[[SnipcartClient], Coroutine[Any, Any, None]]) -> None:
    """A view for each call, as a web server might make: when they have gone, so has all that came with them."""
    customer = sample("customers-get")
    page = b'{"totalItems":1,"offset":0,"limit":50,"items":[%s]}' % customer
    transport = ScriptedTransport(lambda request: reply(page if request.path == "/customers" else customer))
    snipcart = SnipcartClient("key", transport=transport)

    async def make(count: int) -> int:
        for number in range(count):
            await use(snipcart.with_options(deadline=1.0 + number, retry=RetryPolicy(max_attempts=1 + number)))
        transport.requests.clear()
        for _ in range(10):
            await asyncio.sleep(0)  # the loop forgets the deadlines, and closes the walks
        gc.collect()
        return len(gc.get_objects())

    await make(10)
    before = await make(10)

    assert await make(10_000) - before < 100
    assert snipcart._shared.lifetime.calls.running == 0
