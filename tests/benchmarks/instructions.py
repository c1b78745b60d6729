"""Counting instructions: what a timing is too noisy for; needs `valgrind`, which counts them one by one."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial

from snipcart_async import SnipcartClient, _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer
from snipcart_async.request import Request
from snipcart_async.testing.messages import encode
from snipcart_async.testing.shop import Shop

from . import peers

Call = Callable[[], Awaitable[object]]
Caller = Callable[[SnipcartClient, str], Call]

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


def _down_from(layer: Callable[[SnipcartClient, str], Callable[[Request], Awaitable[object]]]) -> Caller:
    """Give what asks for a customer by the road down from one of its layers."""

    def caller(snipcart: SnipcartClient, guid: str) -> Call:
        ask, api = layer(snipcart, guid), snipcart._api
        return lambda: ask(api.request("GET", "/customers/{id}", guid))

    return caller


OURS: dict[str, Caller] = {
    "one attempt": _down_from(lambda snipcart, _: snipcart._shared.paced._inner.send),
    "the gate and the queue": _down_from(lambda snipcart, _: snipcart._shared.paced.send),
    "deadline, closing, retries": _down_from(lambda snipcart, _: snipcart._api.transport.send),
    "status": _down_from(lambda snipcart, _: snipcart._api.send),
    "a typed customer, the one asked for": _down_from(
        lambda snipcart, guid: partial(snipcart._api.call, returns=Customer, asked=guid)
    ),
    "snipcart_async": lambda snipcart, guid: partial(snipcart.customers.get, guid),
}
"""Ourselves, layer by layer, and at last as users call."""
CALLS = ("aiohttp, read", *OURS, "httpx, pydantic")


async def _calls(name: str, base_url: str, guid: str, times: int) -> None:
    if name in OURS:
        async with SnipcartClient("key", base_url=base_url) as snipcart:
            call = OURS[name](snipcart, guid)
            for _ in range(times):
                await call()
    else:
        by = peers.by_aiohttp if name == "aiohttp, read" else peers.by_httpx
        async with by(base_url, 8) as get:
            for _ in range(times):
                content = await get(f"/customers/{guid}")
                if name == "httpx, pydantic":
                    peers.PydanticCustomer.model_validate_json(content)


def count(what: str, *arguments: str) -> float:
    """Count the instructions of doing something once, less those of starting and ending."""
    few, many = (run_main(__name__, what, str(times), *arguments) for times in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def count_import(module: str) -> float:
    """Count the instructions of importing a module, less those of starting Python."""
    return _run(f"import {module}") - _run("import sys")


def run_main(module: str, *arguments: str) -> int:
    """Count the instructions of a module's `main`, from starting Python to its end."""
    return _run(f"import sys; from {module} import main; main(*sys.argv[1:])", *arguments)


def _run(program: str, *arguments: str) -> int:
    command = [sys.executable, "-c", program, *arguments]
    valgrind = [VALGRIND or "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*valgrind, *command], capture_output=True, check=True, env=environment)  # noqa: S603
    found = re.search(rb"Collected : (\d+)", done.stderr)
    assert found, done.stderr
    return int(found[1])


def main(what: str, times: str, *arguments: str) -> None:
    """Read a page so often, or with the URL of a server call it, in a process that is counted."""
    if arguments:
        base_url, guid = arguments
        asyncio.run(_calls(what, base_url, guid, int(times)))
    else:
        content = page_of(100)
        for _ in range(int(times)):
            READINGS[what](content)
