"""A crowd of tasks meets a server that says 429, over real HTTP: few ask it meanwhile, and all are served."""

import asyncio

from snipcart_async import SnipcartClient
from snipcart_async.testing import FakeSnipcart

TASKS = 50
AT_A_TIME = 8


async def test_fifty_tasks_wait_out_a_rate_limit_together(fake_snipcart: FakeSnipcart) -> None:
    """Fifty tasks over 1.5 s, and 429 for the first 2 s: no more ask than may at a time, and each succeeds."""
    fake_snipcart.latency = 0.05

    async with SnipcartClient(
        fake_snipcart.api_key, base_url=fake_snipcart.base_url, max_concurrency=AT_A_TIME
    ) as snipcart:

        async def count_after(seconds: float) -> int:
            await asyncio.sleep(seconds)
            return await snipcart.customers.list().count()

        fake_snipcart.rate_limit(2.0)
        starts = [0.0 if number < AT_A_TIME else 1.5 * number / TASKS for number in range(TASKS)]
        counts = await asyncio.gather(*map(count_after, starts))

    refused = [request for request in fake_snipcart.requests if request.status == 429]

    assert counts == [240] * TASKS
    assert 1 <= len(refused) <= AT_A_TIME
    assert len(fake_snipcart.requests) == TASKS + len(refused)
