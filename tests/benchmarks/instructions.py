"""Counting instructions: what a timing is too noisy for; needs `valgrind`, which counts them one by one."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable

from snipcart_async import SnipcartClient, _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer
from snipcart_async.testing.messages import encode
from snipcart_async.testing.shop import Shop

from . import peers

VALGRIND = shutil.which("valgrind")
FEW, MANY = 20, 120  # enough that one garbage collection more or less does not show


def page_of(customers: int) -> bytes:
    """Give a list answer of so many customers."""
    shop = Shop(customers)
    items = [shop.document(guid) for guid in shop.customer_ids()]
    return encode({"totalItems": customers, "offset": 0, "limit": customers, "items": items})


def _true(content: bytes) -> object:
    envelope, _ = _converter.read_envelope(content)
    assert envelope is not None
    return at_once(_converter.read_items(envelope.items, Customer))


READINGS: dict[str, Callable[[bytes], object]] = {
    "orjson dicts": peers.dicts,
    "snipcart_async": lambda content: at_once(_converter.read_list(content, Customer)),
    "snipcart_async, true hooks": _true,
    "pydantic, nested": peers.by_pydantic,
    "cattrs, plain": peers.plain_cattrs,
    "as openapi-python-client": peers.generated,
}


async def _calls(kind: str, base_url: str, guid: str, times: int) -> None:
    if kind == "snipcart_async":
        async with SnipcartClient("key", base_url=base_url) as snipcart:
            for _ in range(times):
                await snipcart.customers.get(guid)
    else:
        by = peers.by_aiohttp if kind == "aiohttp, read" else peers.by_httpx
        async with by(base_url, 8) as get:
            for _ in range(times):
                content = await get(f"/customers/{guid}")
                if kind == "httpx, pydantic":
                    peers.PydanticCustomer.model_validate_json(content)


CALLS = ("aiohttp, read", "snipcart_async", "httpx, pydantic")


def count(what: str, *arguments: str) -> float:
    """Count the instructions of doing something once, less those of starting and ending."""
    few, many = (_run(_CHILD, what, str(times), *arguments) for times in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def count_import(module: str) -> float:
    """Count the instructions of importing a module, less those of starting Python."""
    return _run(f"import {module}") - _run("import sys")


def _run(program: str, *arguments: str) -> int:
    command = [sys.executable, "-c", program, *arguments]
    valgrind = [VALGRIND or "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run([*valgrind, *command], capture_output=True, check=True, env=environment)  # noqa: S603
    found = re.search(rb"Collected : (\d+)", done.stderr)
    assert found, done.stderr
    return int(found[1])


_CHILD = f"import sys; from {__name__} import main; main(*sys.argv[1:])"


def main(what: str, times: str, *arguments: str) -> None:
    """Read a page so often, or with the URL of a server call it, in a process that is counted."""
    if arguments:
        base_url, guid = arguments
        asyncio.run(_calls(what, base_url, guid, int(times)))
    else:
        content = page_of(100)
        for _ in range(int(times)):
            READINGS[what](content)
