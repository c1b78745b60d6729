"""The fixtures for everybody's tests, whichever event loops they run."""

import asyncio
import subprocess
import sys

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.testing import FakeSnipcart
from snipcart_async.testing.plugin import (  # noqa: F401 - fixtures, should the package not be installed
    fake_snipcart,
    snipcart_client,
)

# ruff: noqa: F811 - the fixtures are arguments, as pytest wants them


async def _count(fake: FakeSnipcart) -> int:
    """Ask how many customers there are, with a client of the running loop."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as client:
        return await client.customers.list().count()


async def test_the_fixture_is_a_running_fake(fake_snipcart: FakeSnipcart) -> None:
    """A test that takes `fake_snipcart` gets 240 customers behind HTTP."""
    assert await _count(fake_snipcart) == 240


def test_a_plain_test_can_run_loops_of_its_own(fake_snipcart: FakeSnipcart) -> None:
    """One loop after the other is served, with the changes made between them."""
    assert asyncio.run(_count(fake_snipcart)) == 240
    fake_snipcart.shop.add_customer()
    assert asyncio.run(_count(fake_snipcart)) == 241


async def test_several_loops_at_once(fake_snipcart: FakeSnipcart) -> None:
    """Loops in threads are served while the test's own one runs."""
    elsewhere = (asyncio.to_thread(asyncio.run, _count(fake_snipcart)) for _ in range(3))

    assert await asyncio.gather(_count(fake_snipcart), *elsewhere) == [240] * 4


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("_time", ["first", "second"])
async def test_a_loop_for_the_whole_module(
    _time: str,
    fake_snipcart: FakeSnipcart,
    snipcart_client: SnipcartClient,
) -> None:
    """The fixtures of a test serve a loop that outlives it."""
    assert await snipcart_client.customers.list().count() == 240
    await snipcart_client.aclose()  # its fixture can't: the module's loop does not run then
    assert await _count(fake_snipcart) == 240


def test_the_plugin_is_light() -> None:
    """Loading the plugin, as every pytest run does, imports neither a server nor a client."""
    program = "import sys, snipcart_async.testing.plugin; sys.exit('aiohttp' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
