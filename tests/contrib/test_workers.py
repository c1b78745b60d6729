"""Erasures by a taskiq worker, a process of its own, over a real Redis."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import pytest

from snipcart_async.errors import NotFoundError, ServerError
from snipcart_async.testing import FakeSnipcart

from .examples import EXAMPLES, example

REDIS = shutil.which("redis-server")

pytestmark = pytest.mark.skipif(REDIS is None, reason="no Redis here: install the package redis-server")


@asynccontextmanager
async def running(*command: str, **environment: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program, and end it."""
    process = await asyncio.create_subprocess_exec(
        *command,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # a worker that waits for its next task takes its time to end
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


@pytest.fixture
async def tasks(
    fake_snipcart: FakeSnipcart, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[ModuleType]:
    """Start Redis and a worker, and give the example, ready to send tasks."""
    assert REDIS is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"redis://127.0.0.1:{port}"
    monkeypatch.setenv("REDIS_URL", url)
    redis = (REDIS, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path))
    taskiq = (sys.executable, "-m", "taskiq", "worker", "--app-dir", str(EXAMPLES / "erasures"), "--workers", "1")
    key = {"SNIPCART_SECRET_API_KEY": fake_snipcart.api_key, "SNIPCART_BASE_URL": fake_snipcart.base_url}
    async with running(*redis):
        await listening(port)
        async with running(*taskiq, "tasks:broker", REDIS_URL=url, **key):
            module = example.__wrapped__("erasures/tasks.py")
            await module.broker.startup()
            yield module
            await module.broker.shutdown()


async def test_erasures_are_honest_and_errors_come_home(fake_snipcart: FakeSnipcart, tasks: ModuleType) -> None:
    """Done, done twice, done with the answer lost, and an error with all it knows."""
    first, second, third, *_ = fake_snipcart.shop.customer_ids()

    async def outcome(task: object, customer_id: str) -> object:
        sent = await task.kiq(customer_id)  # type: ignore[attr-defined]
        result = await sent.wait_result(timeout=30.0)
        return tasks.error_of(result) or result.return_value

    assert await outcome(tasks.erase, first) == tasks.Erasure(was_there=True, certain=True)
    assert await outcome(tasks.erase, first) == tasks.Erasure(was_there=False, certain=True)

    fake_snipcart.fail_next(method="DELETE", after_applying=True, drop=True)

    assert await outcome(tasks.erase, second) == tasks.Erasure(was_there=True, certain=False)

    error = await outcome(tasks.count_orders, second)

    assert isinstance(error, NotFoundError)
    assert (error.status, error.path, [*map(str, error.attempts)]) == (404, "/customers/{id}/orders", ["404"])
    assert not tasks.is_worth_another_try(error)

    for _ in range(3):
        fake_snipcart.fail_next(status=503)
    error = await outcome(tasks.erase, third)

    assert isinstance(error, ServerError)
    assert [*map(str, error.attempts)] == ["503", "503", "503"]
    assert tasks.is_worth_another_try(error)
    assert await outcome(tasks.erase, third) == tasks.Erasure(was_there=True, certain=True)
