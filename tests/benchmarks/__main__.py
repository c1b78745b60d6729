"""Measure everything that `docs/explanation/performance.md` says, side by side with what else one could use."""

import argparse
import math
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from snipcart_async import SnipcartClient
from snipcart_async.testing.shop import Shop

from . import instructions, peers, whole_jobs
from .measuring import Candidate, blocking, ratio, table, take_turns
from .page_server import serving
from .picture import bars

CUSTOMERS = 10_000
AT_A_TIME = 8
ROUNDS = 7
PICTURE = Path(__file__).parents[2] / "docs" / "explanation" / "walking.svg"


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
    yield "aiohttp, orjson dicts", blocking(partial(by, peers.by_aiohttp, peers.dicts))
    yield "snipcart_async, pages", blocking(pages)
    yield "snipcart_async, one by one", blocking(items)
    yield "aiohttp, plain cattrs", blocking(partial(by, peers.by_aiohttp, peers.plain_cattrs))
    yield "httpx, pydantic", blocking(partial(by, peers.by_httpx, peers.by_pydantic))
    yield "httpx, as openapi-python-client", blocking(partial(by, peers.by_httpx, peers.generated))
    yield "requests, dataclasses", partial(peers.walk_by_requests, base_url, total, limit)


FLOOR = "aiohttp, orjson dicts"


def walk() -> None:
    """Compare processor time a customer, without latency; the first comparison is drawn."""
    for limit, packed in ((100, False), (20, False), (100, True)):
        with serving(CUSTOMERS, packed=packed) as base_url:
            walkers = dict(_walkers(base_url, limit, AT_A_TIME, CUSTOMERS))
            seconds = take_turns(walkers, ROUNDS)
        title = f"Walking, {limit} a page, {'gzip' if packed else 'plain'}, {AT_A_TIME} at a time"
        if (limit, packed) == (100, False):
            ratios = {name: ratio(seconds, name, FLOOR).median for name in walkers}
            picture = bars(f"Processor time a customer, as a multiple of {FLOOR}", ratios, "snipcart_async")
            PICTURE.write_text(picture, "utf-8")
        print(table(title, seconds, unit="µs a customer", each=CUSTOMERS / 1e6, floor=FLOOR))


def latency() -> None:
    """Compare how many customers come in a second with what the latency allows."""
    print("### With latency, 100 a page\n")
    print(
        "| latency | at a time | bound | snipcart_async | of the bound | httpx, pydantic |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for wait in (0.02, 0.1):
        for concurrency in (1, 2, 4, 8, 16):
            total = 100 * (20 * concurrency + 1)
            with serving(total, latency=wait) as base_url:
                chosen = ("snipcart_async, pages", "httpx, pydantic")
                walkers = dict(_walkers(base_url, 100, concurrency, total))
                seconds = take_turns({name: walkers[name] for name in chosen}, 1, time.perf_counter)
            bound = wait * (1 + math.ceil((total / 100 - 1) / concurrency))
            ours, theirs = (total / seconds[name][0] for name in chosen)
            print(
                f"| {wait * 1000:.0f} ms | {concurrency} | {total / bound:,.0f} a second | {ours:,.0f} "
                f"| {ours / total * bound:.2f} | {theirs:,.0f} |",
                flush=True,
            )
    print()


def decode() -> None:
    """Compare what reading a page of 100 customers takes."""
    content = instructions.page_of(100)
    candidates = {name: partial(read, content) for name, read in instructions.READINGS.items()}
    seconds = take_turns(candidates, 50)
    print(table("Reading a page of 100", seconds, unit="µs a customer", each=100 / 1e6, floor="orjson dicts"))
    _counted("Reading a page of 100", {name: (name,) for name in candidates}, "orjson dicts", "a customer", 100)


def calls() -> None:
    """Compare what one `GET /customers/{id}` takes."""
    (guid,) = Shop(1).customer_ids()
    with serving(1) as base_url:
        whats = {name: (name, base_url, guid) for name in instructions.CALLS}
        _counted("One customer", whats, "aiohttp, read", "a call", 1)


def imports() -> None:
    """Compare what imports take."""
    if instructions.VALGRIND:
        floor = instructions.count_import("aiohttp")
        for module in ("aiohttp", "snipcart_async", "snipcart_async.models", "httpx", "pydantic"):
            counted = instructions.count_import(module)
            print(f"import {module}: {counted / 1e6:,.0f} million instructions, {counted / floor:.2f} times aiohttp's")


def _counted(title: str, whats: Mapping[str, tuple[str, ...]], floor: str, unit: str, each: int) -> None:
    if not instructions.VALGRIND:
        print("(no valgrind here: no instructions counted)\n")
        return
    counted = {name: instructions.count(*arguments) / each for name, arguments in whats.items()}
    print(f"### {title}, counted\n\n| | thousand instructions {unit} | times {floor} |\n|---|---:|---:|")
    for name, figure in counted.items():
        print(f"| {name} | {figure / 1000:,.1f} | {figure / counted[floor]:.2f} |")
    print()


SECTIONS: dict[str, Callable[[], None]] = {
    "decode": decode,
    "calls": calls,
    "walk": walk,
    "latency": latency,
    "imports": imports,
    "fan_out": whole_jobs.fan_out,
    "exports": whole_jobs.exports,
    "stalls": whole_jobs.stalls,
    "remembering": whole_jobs.remembering,
}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.benchmarks")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], help="all, unless named")
    for section in parser.parse_args().sections or SECTIONS:
        SECTIONS[section]()
