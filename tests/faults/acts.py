"""What a server can do to a request: the vocabulary of the matrix."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from .server import Act, Exchange, http

Bytes = bytes | Callable[[Exchange], bytes]
SOON = 0.01
"""Seconds between two bytes of a drip: an attempt never lasts long enough for all of them."""


async def close(exchange: Exchange) -> None:
    """Close the connection without a byte."""
    exchange.close()


async def reset(exchange: Exchange) -> None:
    """Break the connection off without a byte."""
    exchange.reset()


async def keep_silent(_: Exchange) -> None:
    """Never answer."""
    await asyncio.Event().wait()


def say(data: Bytes, *, then: Act | None = None) -> Act:
    """Send bytes, the same ones or such as depend on the request, and do something else then."""

    async def act(exchange: Exchange) -> None:
        await exchange.write(data if isinstance(data, bytes) else data(exchange))
        if then is not None:
            await asyncio.sleep(SOON if then is reset else 0)  # a reset overtakes bytes that have not left
            await then(exchange)

    return act


def drip(data: Bytes, at_once: int = 0) -> Act:
    """Send some bytes at once, and the others one after the other, for longer than any attempt lasts."""

    async def act(exchange: Exchange) -> None:
        content = data if isinstance(data, bytes) else data(exchange)
        await exchange.write(content[:at_once])
        for place in range(at_once, len(content)):
            await asyncio.sleep(SOON)
            await exchange.write(content[place : place + 1])
        await asyncio.Event().wait()

    return act


def honest_but(**headers: Any) -> Callable[[Exchange], bytes]:
    """Spell the honest answer with other headers."""
    return lambda exchange: http(exchange.content, **headers)


def edit(change: Callable[[Any, Exchange], Any]) -> Act:
    """Send the honest document with a change."""
    return say(lambda exchange: http(json.dumps(change(exchange.document, exchange)).encode()))


def edit_list(**keys: Any) -> Act:
    """Send the honest list with other keys; `...` takes one away."""

    def change(document: Any, _: Exchange) -> Any:
        return {key: value for key, value in {**document, **keys}.items() if value is not ...}

    return edit(change)


def refuse(status: str, body: bytes = b'{"message": "no"}', **headers: Any) -> Act:
    """Answer with a status."""
    return say(http(body, status, **headers))
