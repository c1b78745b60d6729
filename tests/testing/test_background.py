"""A plain `with` serves from a thread, and leaves none behind."""

import asyncio
import threading
import time
from urllib.parse import urlsplit

import aiohttp
import pytest

from snipcart_async.testing import FakeSnipcart

from ..cancellation import eventually
from .conftest import Call


def test_a_fake_serves_for_the_time_of_a_plain_with() -> None:
    """It listens when the block begins, is gone after it with its threads, and can be opened again."""
    threads = threading.active_count()
    fake = FakeSnipcart(1)
    for _ in range(2):
        with fake as opened:
            assert opened is fake
            assert fake.base_url.startswith("http://127.0.0.1:")
        assert threading.active_count() == threads
        with pytest.raises(RuntimeError, match="not running"):
            _ = fake.base_url


async def test_a_request_being_answered_does_not_hold_up_the_end(call: Call) -> None:
    """Leaving the block closes connections, idle ones and those that wait for an answer."""
    with FakeSnipcart(1) as fake:
        assert (await call(fake, "GET", "/customers")).status == 200
        fake.fail_next(delay=60)
        hanging = asyncio.create_task(call(fake, "GET", "/customers"))
        await eventually(lambda: fake.planned == 0)
        start = time.perf_counter()

    assert time.perf_counter() - start < 2
    with pytest.raises(aiohttp.ClientError):
        await hanging


def test_what_keeps_a_fake_from_starting_is_told() -> None:
    """A port that is taken is an OSError where the block would begin, and nothing stays open."""
    threads = threading.active_count()
    with (
        FakeSnipcart(1) as first,
        pytest.raises(OSError, match="Address already in use"),
        FakeSnipcart(1, port=urlsplit(first.base_url).port or 0),
    ):
        pytest.fail("it started")
    assert threading.active_count() == threads


def test_an_error_in_the_block_closes_the_fake() -> None:
    """Whatever goes wrong in the block comes out as it is, and the fake is closed."""
    fake = FakeSnipcart(1)
    with pytest.raises(LookupError, match="mine"), fake:
        raise LookupError("mine")

    with pytest.raises(RuntimeError, match="not running"):
        _ = fake.base_url


async def test_only_its_own_loop_stops_a_fake(call: Call) -> None:
    """Stopping a fake by hand that a thread serves is refused, and it goes on."""
    with FakeSnipcart(1) as fake:
        with pytest.raises(RuntimeError, match="another event loop"):
            await fake.stop()
        assert (await call(fake, "GET", "/customers")).status == 200
