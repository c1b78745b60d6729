"""Clients for the tests of the resources: one in front of aioresponses, and one for any server."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from aioresponses import aioresponses

from snipcart_async import RetryPolicy, SnipcartClient
from snipcart_async.testing import FakeSnipcart

AT_ONCE = RetryPolicy(base_delay=0.001, max_delay=0.001)
ONCE = RetryPolicy(max_attempts=1)
SNIPCART = "https://app.snipcart.com/api"


@dataclass(frozen=True)
class Sent:
    """A request that aioresponses took: the URL without its query, the query decoded, the body as bytes."""

    method: str
    url: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes | None


def sent(mocked: aioresponses) -> list[Sent]:
    """Give the requests that were made."""
    return [
        Sent(method, str(url.with_query(None)), dict(url.query), call.kwargs["headers"], call.kwargs["data"])
        for (method, url), calls in mocked.requests.items()
        for call in calls
    ]


def body(fake: FakeSnipcart) -> Any:
    """Give the body of the last request that a fake shop took, as JSON."""
    return fake.requests[-1].body


def client_of(fake: FakeSnipcart, **options: Any) -> AbstractAsyncContextManager[SnipcartClient]:
    """Build a client of a fake shop that tries again at once."""
    return SnipcartClient(fake.api_key, base_url=fake.base_url, **{"retry": AT_ONCE, **options})


@pytest_asyncio.fixture
async def snipcart(mocked_http: aioresponses, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SnipcartClient]:
    """Open a client of Snipcart itself, with aioresponses in place of the network; it asks once."""
    monkeypatch.delenv("SNIPCART_BASE_URL", raising=False)
    async with SnipcartClient("ST_key", retry=ONCE) as client:
        yield client
