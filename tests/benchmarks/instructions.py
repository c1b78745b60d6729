"""Counting instructions: what a timing is too noisy for; needs `valgrind`, which counts them one by one."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from snipcart_async import SnipcartClient, _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer
from snipcart_async.request import Request
from snipcart_async.testing.messages import encode
from snipcart_async.testing.shop import Shop
from snipcart_async.transport import AiohttpTransport

from . import peers

Call = Callable[[], Awaitable[object]]

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


@asynccontextmanager
async def _layer(name: str, base_url: str, guid: str) -> AsyncIterator[Call]:
    """Give what asks for a customer by the road down from one of its layers."""
    async with SnipcartClient("key", base_url=base_url) as snipcart:
        api = snipcart._api
        layers: dict[str, Callable[[Request], Awaitable[object]]] = {
            "one attempt": AiohttpTransport(base_url, "Basic x").send,
            "the gate and the queue": snipcart._shared.paced.send,
            "deadline, closing, retries": api.transport.send,
            "status": api.send,
            "a typed customer, the one asked for": lambda request: api.call(request, Customer, asked=guid),
        }
        yield lambda: layers[name](api.request("GET", "/customers/{id}", guid))


@asynccontextmanager
async def _peer(name: str, base_url: str, guid: str) -> AsyncIterator[Call]:
    async with (peers.by_aiohttp if name == "aiohttp, read" else peers.by_httpx)(base_url, 8) as get:

        async def call() -> object:
            content = await get(f"/customers/{guid}")
            return content if name == "aiohttp, read" else peers.PydanticCustomer.model_validate_json(content)

        yield call


@asynccontextmanager
async def _client(_: str, base_url: str, guid: str) -> AsyncIterator[Call]:
    async with SnipcartClient("key", base_url=base_url) as snipcart:
        yield lambda: snipcart.customers.get(guid)


CALLS: dict[str, Callable[[str, str, str], AbstractAsyncContextManager[Call]]] = {
    "aiohttp, read": _peer,
    "one attempt": _layer,
    "the gate and the queue": _layer,
    "deadline, closing, retries": _layer,
    "status": _layer,
    "a typed customer, the one asked for": _layer,
    "snipcart_async": _client,
    "httpx, pydantic": _peer,
}
"""Who calls: ourselves layer by layer, the last of them as users do, and what else one could use."""


async def _calls(name: str, base_url: str, guid: str, times: int) -> None:
    async with CALLS[name](name, base_url, guid) as call:
        for _ in range(times):
            await call()


def count(what: str, *arguments: str) -> float:
    """Count the instructions of doing something once, less those of starting and ending."""
    few, many = (run_counted(_CHILD, what, str(times), *arguments) for times in (FEW, MANY))
    return (many - few) / (MANY - FEW)


def count_import(module: str) -> float:
    """Count the instructions of importing a module, less those of starting Python."""
    return run_counted(f"import {module}") - run_counted("import sys")


def run_counted(program: str, *arguments: str) -> int:
    """Count the instructions of a Python program, from start to end."""
    command = [sys.executable, "-c", program, *arguments]
    valgrind = [VALGRIND or "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
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
