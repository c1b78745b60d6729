"""Measure everything that `docs/explanation/performance.md` says, side by side with what else one could use."""

import argparse
from collections.abc import Callable, Mapping
from functools import partial

from snipcart_async.testing.shop import Shop

from . import instructions, walks, whole_jobs
from .measuring import counted_table, table, take_turns
from .page_server import serving


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
    print(counted_table(title, counted, unit=unit, floor=floor))


SECTIONS: dict[str, Callable[[], None]] = {
    "decode": decode,
    "calls": calls,
    "walk": walks.walk,
    "grid": walks.grid,
    "latency": walks.latency,
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
