"""Whole jobs: the orders of many customers, exports, a very large page, and what a long walk remembers."""

import asyncio
import tempfile
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from functools import partial
from math import ceil
from pathlib import Path
from uuid import UUID

import orjson

from snipcart_async import Request, Response, SnipcartClient
from snipcart_async.export import export_customers
from snipcart_async.export.formats import FORMATS
from snipcart_async.testing.messages import encode
from snipcart_async.testing.shop import Shop

from . import peers
from .export_memory import KEY, serving_fake
from .measuring import Spread, blocking, table, take_turns
from .page_server import serving

IN_FLIGHT = 32
LATENCY = 0.02
ASKED = 3_200
EXPORTED = 20_000
LARGE = 5_000_000


def fan_out() -> None:
    """Compare how many customers' orders come in a second with what the latency allows."""
    guids = [*Shop(100).customer_ids()] * (ASKED // 100)

    async def each(ask: Callable[[str], Awaitable[object]]) -> None:
        left = iter(guids)

        async def work() -> None:
            for guid in left:
                await ask(guid)

        await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))

    async def ours(base_url: str) -> None:
        async with SnipcartClient("key", base_url=base_url, max_concurrency=IN_FLIGHT) as snipcart:
            await each(snipcart.customers.orders)

    async def floor(base_url: str) -> None:
        async with peers.by_aiohttp(base_url, IN_FLIGHT) as get:

            async def ask(guid: str) -> None:
                orjson.loads(await get(f"/customers/{guid}/orders"))

            await each(ask)

    with serving(100, latency=LATENCY) as base_url:
        candidates = {
            "aiohttp, orjson": blocking(partial(floor, base_url)),
            "snipcart_async": blocking(partial(ours, base_url)),
        }
        seconds = take_turns(candidates, 5, time.perf_counter)
    bound = ceil(ASKED / IN_FLIGHT) * LATENCY
    print(f"### Orders, {IN_FLIGHT} customers at a time, {LATENCY * 1000:.0f} ms\n")
    print("| | requests a second | of what the latency allows |\n|---|---:|---:|")
    for name, took in seconds.items():
        shares = Spread.of([bound / one for one in took])
        print(f"| {name} | {ASKED / bound * shares.median:,.0f} | {shares} |")
    print()


def exports() -> None:
    """Compare the processor time of exports with that of a walk through the same fake shop."""

    async def walk(base_url: str) -> None:
        async with SnipcartClient(KEY, base_url=base_url) as snipcart:
            async for _ in snipcart.customers.list(limit=100).pages(8):
                pass

    async def export(base_url: str, path: Path) -> None:
        async with SnipcartClient(KEY, base_url=base_url) as snipcart:
            report = await export_customers(snipcart, path, overwrite=True)
        assert report.complete

    with tempfile.TemporaryDirectory() as folder, serving_fake(EXPORTED) as base_url:
        candidates = {"a walk": blocking(partial(walk, base_url))}
        for name in FORMATS:
            candidates[name] = blocking(partial(export, base_url, Path(folder, f"customers.{name}")))
        seconds = take_turns(candidates, 3)
    print(
        table(f"Exporting {EXPORTED:,} customers", seconds, unit="µs a customer", each=EXPORTED / 1e6, floor="a walk")
    )


class _Served:
    """Answer every request with a function of its offset."""

    def __init__(self, total: int, content: bytes | None = None) -> None:
        self._total = total
        self._content = content

    async def send(self, request: Request) -> Response:
        await asyncio.sleep(0)
        offset, limit = int(request.params.get("offset", 0)), int(request.params["limit"])
        items = [{"id": str(UUID(int=number))} for number in range(offset, min(offset + limit, self._total))]
        page = {"totalItems": self._total, "offset": offset, "limit": limit, "items": items}
        return Response(status=200, content=self._content or encode(page))


def stalls() -> None:
    """Measure for how long others wait while one very large page is read."""
    shop = Shop(100)
    one = [shop.document(guid) for guid in shop.customer_ids()]
    times = ceil(LARGE / len(encode(one)))
    print("### A page of 5 MB: how long others wait at the most\n")
    for name, more in (("as documented", {}), ("with a field that nobody knows", {"unheardOf": 1})):
        items = [{**document, **more, "id": str(UUID(int=n))} for n, document in enumerate(one * times)]
        content = encode({"totalItems": len(items), "offset": 0, "limit": len(items), "items": items})
        print(f"{name}: {1000 * asyncio.run(_longest_wait(content, len(items))):.0f} ms")
    print()


async def _longest_wait(content: bytes, total: int) -> float:
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - began)

    snipcart = SnipcartClient("key", transport=_Served(total, content))
    ticking = asyncio.create_task(tick())
    assert len(await snipcart.customers.list(limit=total)) == total
    ticking.cancel()
    return longest


def remembering() -> None:
    """Measure what a walk remembers of each customer, so that none comes twice."""

    async def walk(total: int) -> int:
        snipcart = SnipcartClient("key", transport=_Served(total))
        tracemalloc.start()
        async for _ in snipcart.customers.list(limit=100):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    few, many = (asyncio.run(walk(total)) for total in (10_000, 100_000))
    print(f"A walk remembers {(many - few) / 90_000:.0f} bytes of each customer.\n")
