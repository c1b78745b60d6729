"""A plain HTTP caller: the fake is tested with aiohttp alone, never with our own client."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aiohttp
import msgspec
import pytest_asyncio

from snipcart_async.testing import FakeSnipcart

_EXACT = msgspec.json.Decoder(float_hook=Decimal)


@dataclass(frozen=True)
class Reply:
    """What came back: `document` is the JSON with exact numbers, `text` the body as it was."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def document(self) -> Any:
        """Parse the body, numbers with a point as `Decimal`."""
        return _EXACT.decode(self.text)


Call = Callable[..., Coroutine[Any, Any, Reply]]


@pytest_asyncio.fixture
async def call() -> AsyncIterator[Call]:
    """Send a request as Snipcart's pages ask for it; a header given as None is left out."""
    async with aiohttp.ClientSession() as session:

        async def send(
            fake: FakeSnipcart,
            method: str,
            path: str,
            *,
            params: Mapping[str, Any] | None = None,
            headers: Mapping[str, str | None] | None = None,
            **body: Any,
        ) -> Reply:
            usual = {
                "Accept": "application/json",
                "Authorization": aiohttp.encode_basic_auth(fake.api_key, ""),
            }
            sent = {name: value for name, value in (usual | dict(headers or {})).items() if value is not None}
            url = fake.base_url + path
            async with session.request(method, url, params=params, headers=sent, **body) as response:
                return Reply(response.status, response.headers, await response.text())

        yield send
