"""Erasures by a taskiq worker, a process of its own, over a real Redis."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from snipcart_async.errors import NotFoundError, ServerError
from snipcart_async.testing import FakeSnipcart

from .examples import EXAMPLES, example

REDIS = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(REDIS is None, reason="no Redis here: install the package redis-server")


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program, and end it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def listening(port: int) -> None:
    """Wait until somebody listens."""
    async with asyncio.timeout(20.0):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return


@asynccontextmanager
async def working() -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a worker."""
    worker = (sys.executable, "-m", "taskiq", "worker", "--app-dir", str(EXAMPLES / "erasures"), "--workers", "1")
    async with running(*worker, "tasks:broker") as process:
        yield process


@pytest.fixture
async def tasks(
    fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[ModuleType]:
    """Start Redis, and give the example, ready to send tasks; workers will find the key in their environment."""
    assert REDIS is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{port}")
    monkeypatch.setenv("LONGEST_ERASURE", "5")
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", fake_snipcart.api_key)
    monkeypatch.setenv("SNIPCART_BASE_URL", fake_snipcart.base_url)
    async with running(REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)):
        await listening(port)
        module = example.__wrapped__("erasures/tasks.py")
        await module.broker.startup()
        yield module
        await module.broker.shutdown()


async def test_erasures_are_honest_and_errors_come_home(fake_snipcart: FakeSnipcart, tasks: Any) -> None:
    """Done, done twice, done with the answer lost, and an error with all it knows."""
    first, second, third, *_ = fake_snipcart.shop.customer_ids()

    async def outcome(task: Any, customer_id: str) -> object:
        result = await (await task.kiq(customer_id)).wait_result(timeout=30.0)
        return tasks.error_of(result) or result.return_value

    async with working():
        assert await outcome(tasks.erase, first) == tasks.Erasure(was_there=True, certain=True)
        assert await outcome(tasks.erase, first) == tasks.Erasure(was_there=False, certain=True)

        fake_snipcart.fail_next(method="DELETE", after_applying=True, drop=True)

        assert await outcome(tasks.erase, second) == tasks.Erasure(was_there=True, certain=False)

        error = await outcome(tasks.count_orders, second)

        assert isinstance(error, NotFoundError)
        assert (error.status, error.path, [*map(str, error.attempts)]) == (404, "/customers/{id}/orders", ["404"])

        for _ in range(3):
            fake_snipcart.fail_next(status=503)
        error = await outcome(tasks.erase, third)

        assert isinstance(error, ServerError)
        assert [*map(str, error.attempts)] == ["503", "503", "503"]
        assert await outcome(tasks.erase, third) == tasks.Erasure(was_there=True, certain=True)


async def test_an_erasure_in_the_hands_of_a_killed_worker_is_given_to_another(
    fake_snipcart: FakeSnipcart, tasks: Any
) -> None:
    """It comes again with the next task once it is overdue; meanwhile it may be sent again."""
    customer, other, *_ = fake_snipcart.shop.customer_ids()
    fake_snipcart.fail_next(method="DELETE", after_applying=True, delay=4.0)
    async with working():
        sent = await tasks.erase.kiq(customer)
        async with asyncio.timeout(30.0):
            while not fake_snipcart.requests:  # noqa: ASYNC110 - the shop tells nobody
                await asyncio.sleep(0.05)
    async with working():
        again = await (await tasks.erase.kiq(customer)).wait_result(timeout=30.0)

        assert again.return_value == tasks.Erasure(was_there=False, certain=True)

        await asyncio.sleep(10.0)  # until it is overdue
        await tasks.count_orders.kiq(other)

        assert (await sent.wait_result(timeout=30.0)).return_value == tasks.Erasure(was_there=False, certain=True)


async def test_a_worker_ends_when_it_is_told_to(fake_snipcart: FakeSnipcart, tasks: Any) -> None:
    """An idle one too, at once, and with its client closed."""
    async with working() as process:
        sent = await tasks.erase.kiq(fake_snipcart.shop.customer_ids()[0])
        await sent.wait_result(timeout=30.0)
        process.terminate()
        async with asyncio.timeout(30.0):
            assert await process.wait() == 0
