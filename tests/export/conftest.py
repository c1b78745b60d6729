"""A small shop, a client that asks it, and a place for the file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from snipcart_async import SnipcartClient
from snipcart_async.testing import FakeSnipcart


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Open a fake shop with three pages of customers."""
    async with FakeSnipcart(customers=240) as fake:
        yield fake


@pytest_asyncio.fixture
async def snipcart(fake: FakeSnipcart) -> AsyncIterator[SnipcartClient]:
    """Open a client that asks the fake shop."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as client:
        yield client


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Name a file that is not there yet."""
    return tmp_path / "customers.jsonl"
