"""The pytest fixtures `fake_snipcart` and `snipcart_client`, there wherever the package is installed."""

from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from snipcart_async import SnipcartClient

    from .fake import FakeSnipcart

T = TypeVar("T")

# pytest loads this in every run: without pytest-asyncio it must do no harm, and anyio takes pytest's own.
_async_fixture: Callable[[T], T] = import_module("pytest_asyncio" if find_spec("pytest_asyncio") else "pytest").fixture


@pytest.fixture
def fake_snipcart() -> "Iterator[FakeSnipcart]":
    """Start a fake Snipcart with 240 customers in a thread of its own, and stop it after the test."""
    from .fake import FakeSnipcart  # noqa: PLC0415 - see the module

    with FakeSnipcart(customers=240) as fake:
        yield fake


@_async_fixture
async def snipcart_client(fake_snipcart: "FakeSnipcart") -> "AsyncIterator[SnipcartClient]":
    """Open a client of the fake Snipcart, and close it after the test."""
    from snipcart_async import SnipcartClient  # noqa: PLC0415 - see the module

    async with SnipcartClient(fake_snipcart.api_key, base_url=fake_snipcart.base_url) as client:
        yield client
