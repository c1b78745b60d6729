"""Cancelled at any of its waits, a call over real HTTP ends as cancelled and leaves nothing behind."""

import asyncio
from collections.abc import Callable, Coroutine
from itertools import count
from typing import Any

import pytest

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.errors import SnipcartError
from snipcart_async.testing import FakeSnipcart

from .cancellation import Cancellation, acquired, eventually, watching

Call = Callable[[SnipcartClient, str], Coroutine[Any, Any, object]]


async def get(snipcart: SnipcartClient, customer_id: str) -> object:
    """Read."""
    return await snipcart.customers.get(customer_id)


async def walk(snipcart: SnipcartClient, customer_id: str) -> object:
    """Walk with two pages read ahead."""
    return [page.offset async for page in snipcart.customers.list(limit=80).pages(3)]


async def update(snipcart: SnipcartClient, customer_id: str) -> object:
    """Write."""
    return await snipcart.customers.update(customer_id, email="new@example.com")


async def delete(snipcart: SnipcartClient, customer_id: str) -> object:
    """Delete: the second time there is nobody left."""
    return await snipcart.customers.delete(customer_id, missing_ok=True)


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
@pytest.mark.parametrize(("failures", "max_concurrency"), [(0, 8), (1, 1)], ids=["wide", "narrow, and tried again"])
@pytest.mark.parametrize("call", [get, walk, update, delete])
async def test_a_call_may_be_cancelled_at_every_wait(
    fake_snipcart: FakeSnipcart, call: Call, failures: int, max_concurrency: int, *, late: bool
) -> None:
    """It ends as cancelled, no connection, place in the queue or task is left, and the same call then works."""
    tasks = asyncio.all_tasks()
    for nth, customer_id in zip(count(1), fake_snipcart.shop.customer_ids()):
        cancellation = Cancellation(nth, late=late)
        if failures > fake_snipcart.planned:
            fake_snipcart.fail_next(failures)
        async with SnipcartClient(
            fake_snipcart.api_key,
            base_url=fake_snipcart.base_url,
            retry=RetryPolicy(base_delay=0.002),
            max_concurrency=max_concurrency,
        ) as snipcart:
            ended = await cancellation.end(call(snipcart, customer_id))

            assert ended.cancelled() == cancellation.struck
            assert (acquired(snipcart), asyncio.all_tasks()) == (0, tasks)
            assert snipcart._shared.paced._free.get()._value == max_concurrency
            assert snipcart._shared.lifetime.calls.running == 0
            async with asyncio.timeout(5.0):
                await call(snipcart, customer_id)
        if not cancellation.struck:
            break

    assert ended.done()
    assert ended.exception() is None
    assert nth > 3


@pytest.mark.parametrize("late", [False, True], ids=["early", "late"])
async def test_closing_may_be_cancelled_at_every_wait(fake_snipcart: FakeSnipcart, *, late: bool) -> None:
    """It ends as cancelled, and closing again does the rest at once."""
    for nth in count(1):
        snipcart = SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url)
        await snipcart.customers.delete((await snipcart.customers.list(limit=1))[0].id)
        closed = watching(snipcart)
        cancellation = Cancellation(nth, late=late)
        ended = await cancellation.end(snipcart.aclose())

        assert ended.cancelled() == cancellation.struck

        await snipcart.aclose()

        assert closed()
        if not cancellation.struck:
            break

    assert nth > 1


@pytest.mark.parametrize("call", [get, walk, update, delete])
async def test_the_callers_own_timeout_passes_untouched(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient, call: Call
) -> None:
    """An `asyncio.timeout` around a call ends as it does around anything else, and the call then works."""
    customer_id = fake_snipcart.shop.customer_ids()[0]
    fake_snipcart.latency = 20.0
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.1):
            await call(snipcart_client, customer_id)

    assert not isinstance(caught.value, SnipcartError)
    assert acquired(snipcart_client) == 0

    fake_snipcart.latency = 0.0
    await call(snipcart_client, customer_id)


async def test_a_walk_that_is_cancelled_does_not_wait_for_what_it_reads_ahead(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """The pages on their way are cut off, and their tasks have ended when the walk has."""
    tasks = asyncio.all_tasks()
    pages = snipcart_client.customers.list(limit=50).pages(3)
    await anext(pages)
    fake_snipcart.latency = 20.0
    following = asyncio.create_task(anext(pages))
    await eventually(lambda: acquired(snipcart_client) == 3)
    following.cancel()
    async with asyncio.timeout(5.0):
        await asyncio.wait([following])

    assert following.cancelled()
    assert (acquired(snipcart_client), asyncio.all_tasks()) == (0, tasks)


async def test_clocks_that_strike_together_end_a_call_once(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """The caller's timeout, the deadline and the attempt's time at once: one error, and no cancellation lingers."""
    await snipcart_client.customers.list().count()
    fake_snipcart.latency = 20.0
    view = snipcart_client.with_options(timeout=0.02, deadline=0.02, retry=RetryPolicy(max_attempts=1))
    task = asyncio.current_task()
    assert task is not None
    for _ in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await view.customers.list().count()

        assert (task.cancelling(), acquired(snipcart_client)) == (0, 0)
        await asyncio.sleep(0)


@pytest.mark.parametrize("concurrency", [0, 1, 3])
async def test_walks_left_by_break_hold_nothing(snipcart_client: SnipcartClient, concurrency: int) -> None:
    """A hundred walks left without a word: no connection in use, no task, and the next call works."""
    tasks = asyncio.all_tasks()
    listing = snipcart_client.customers.list(limit=5)
    for _ in range(100):
        async for _ in listing.pages(concurrency) if concurrency else listing:
            break
    await eventually(lambda: acquired(snipcart_client) == 0 and asyncio.all_tasks() == tasks)

    assert await listing.count() == 240


async def test_a_consumer_that_takes_its_time_holds_no_connection(snipcart_client: SnipcartClient) -> None:
    """While the caller's code runs, no connection is in use and no clock of ours ticks."""
    seen = 0
    async for _ in snipcart_client.customers.list(limit=50):
        seen += 1

        assert (acquired(snipcart_client), snipcart_client._shared.lifetime.calls.running) == (0, 0)

    assert seen == 240


async def test_what_is_read_ahead_holds_no_connection_for_longer_than_it_takes(snipcart_client: SnipcartClient) -> None:
    """A consumer that sleeps on a page finds the pages behind it read, and nothing in use."""
    seen = 0
    async for page in snipcart_client.customers.list(limit=50).pages(3):
        seen += len(page)
        await eventually(lambda: not acquired(snipcart_client) and not snipcart_client._shared.lifetime.calls.running)

    assert seen == 240
