"""Walks through a list of customers: what they cost, and how fast they are with latency, beside other libraries'."""

import math
import time
from collections.abc import Callable, Collection, Coroutine, Iterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

from snipcart_async import SnipcartClient, _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer

from . import instructions, peers
from .measuring import Candidate, Spread, blocking, counted_table, ratio, table, take_turns
from .page_server import serving
from .picture import bars, curves

AT_A_TIME = 8
FLOOR = "aiohttp, orjson dicts"
OURS = "snipcart_async, pages"
READING = "aiohttp, our reading"
PYDANTIC = "httpx, pydantic"
PICTURES = Path(__file__).parents[2] / "docs" / "explanation"


def _walkers(base_url: str, limit: int, concurrency: int, total: int) -> Iterator[tuple[str, Candidate]]:
    """Give all that walk through a list of so many customers."""

    async def by(connect: Any, read: peers.Read) -> int:
        async with connect(base_url, concurrency) as get:

            def fetch(offset: int) -> Coroutine[Any, Any, bytes]:
                page: Coroutine[Any, Any, bytes] = get(f"/customers?offset={offset}&limit={limit}")
                return page

            return await peers.in_parallel(fetch, read, total, limit, concurrency)

    async def pages() -> int:
        async with SnipcartClient("key", base_url=base_url, max_concurrency=concurrency) as snipcart:
            return sum([len(page) async for page in snipcart.customers.list(limit=limit).pages(concurrency)])

    async def items() -> int:
        async with SnipcartClient("key", base_url=base_url) as snipcart:
            return sum([1 async for _ in snipcart.customers.list(limit=limit)])

    yield "aiohttp, read only", blocking(partial(by, peers.by_aiohttp, peers.raw))
    yield FLOOR, blocking(partial(by, peers.by_aiohttp, peers.dicts))
    yield READING, blocking(partial(by, peers.by_aiohttp, _models))
    yield OURS, blocking(pages)
    yield "snipcart_async, one by one", blocking(items)
    yield "aiohttp, plain cattrs", blocking(partial(by, peers.by_aiohttp, peers.plain_cattrs))
    yield "httpx, as openapi-python-client", blocking(partial(by, peers.by_httpx, peers.generated))
    yield PYDANTIC, blocking(partial(by, peers.by_httpx, peers.by_pydantic))
    yield "requests, dataclasses", partial(peers.walk_by_requests, base_url, total, limit)


def _models(content: bytes) -> list[Any]:
    """Read as we do, without the road and the walk around it."""
    envelope, _ = at_once(_converter.read_list(content, Customer))
    assert envelope is not None
    return envelope.items


PARALLEL = (FLOOR, OURS, "aiohttp, plain cattrs", "httpx, as openapi-python-client", PYDANTIC)


def _taking_turns(
    names: Collection[str],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
    *,
    total: int,
    limit: int = 100,
    at_a_time: int = AT_A_TIME,
    latency: float = 0.0,
    packed: bool = False,
) -> dict[str, list[float]]:
    """Give the seconds that walks through a list of so many customers took; no name means all."""
    with serving(total, latency=latency, packed=packed) as base_url:
        walkers = dict(_walkers(base_url, limit, at_a_time, total))
        return take_turns({name: walkers[name] for name in names or walkers}, rounds, clock)


def walk() -> None:
    """Compare processor time a customer, without latency, and draw it."""
    customers = 10_000
    seconds = _taking_turns((), 7, time.process_time, total=customers)
    ratios = {name: ratio(seconds, name, FLOOR).median for name in seconds}
    picture = bars(f"Processor time a customer, as a multiple of {FLOOR}", ratios, "snipcart_async")
    (PICTURES / "walking.svg").write_text(picture, "utf-8")
    title = f"Walking, 100 a page, plain, {AT_A_TIME} at a time"
    print(table(title, seconds, unit="µs a customer", each=customers / 1e6, floor=FLOOR))
    if instructions.VALGRIND:
        print(counted_table(title, _counted(), unit="a customer", floor=FLOOR))


def _counted() -> dict[str, float]:
    """Count the instructions a customer of walks, less those of starting, connecting and ending."""
    few, many = (100 * pages for pages in (instructions.FEW, instructions.MANY))
    counted: dict[str, float] = {}
    with serving(few) as small, serving(many) as large:
        for name in (READING, *PARALLEL):
            less, more = (
                instructions.run_main(__name__, name, base_url, str(total))
                for base_url, total in ((small, few), (large, many))
            )
            counted[name] = (more - less) / (many - few)
    return counted


def main(name: str, base_url: str, total: str) -> None:
    """Walk once, in a process that is counted."""
    dict(_walkers(base_url, 100, AT_A_TIME, int(total)))[name]()


def grid() -> None:
    """Compare the time that walks take with each latency, size of a page and encoding; one of each is drawn."""
    drawn: dict[str, dict[str, float]] = {name: {} for name in PARALLEL}
    print(f"### Walking, {AT_A_TIME} at a time: times {FLOOR}\n")
    print(f"| latency | a page | | customers a second: {FLOOR} | {' | '.join(PARALLEL[1:])} |")
    print("|---:|---:|---|---:|" + "---:|" * len(PARALLEL[1:]))
    for latency, limit, packed in product((0.0, 0.02, 0.1), (20, 100), (False, True)):
        total = limit * (AT_A_TIME * 8 + 1)
        seconds = _taking_turns(
            PARALLEL, 3 if latency else 11, total=total, limit=limit, latency=latency, packed=packed
        )
        rates = {name: total / Spread.of(took).median for name, took in seconds.items()}
        ratios = " | ".join(str(ratio(seconds, name, FLOOR)) for name in PARALLEL[1:])
        waits, encoding = f"{latency * 1000:.0f} ms", "gzip" if packed else "plain"
        print(f"| {waits} | {limit} | {encoding} | {rates[FLOOR]:,.0f} | {ratios} |", flush=True)
        if (limit, packed) == (100, False):
            for name, rate in rates.items():
                drawn[name][waits] = rate
    print()
    picture = curves(f"Customers a second by latency, 100 a page, {AT_A_TIME} at a time", drawn, OURS)
    (PICTURES / "latency.svg").write_text(picture, "utf-8")


def latency() -> None:
    """Compare how many customers come in a second with what the latency allows."""
    names = (FLOOR, OURS, PYDANTIC)
    print("### With latency, 100 a page: of what the latency allows\n")
    print(f"| latency | at a time | allowed | {' | '.join(names)} |\n|---|---:|---:|---:|---:|---:|")
    for wait, at_a_time in product((0.02, 0.1), (1, 2, 4, 8, 16)):
        total = 100 * (10 * at_a_time + 1)
        seconds = _taking_turns(names, 3, total=total, at_a_time=at_a_time, latency=wait)
        bound = wait * math.ceil(total / 100 / at_a_time)
        shares = " | ".join(str(Spread.of([bound / took for took in seconds[name]])) for name in names)
        print(f"| {wait * 1000:.0f} ms | {at_a_time} | {total / bound:,.0f} a second | {shares} |", flush=True)
    print()
