"""The fixture for everybody's tests."""

import subprocess
import sys

from snipcart_async.testing import FakeSnipcart
from snipcart_async.testing.plugin import fake_snipcart  # noqa: F401 - a fixture, should the package not be installed

from .conftest import Call


async def test_the_fixture_is_a_running_fake(
    fake_snipcart: FakeSnipcart,  # noqa: F811 - as pytest wants it
    call: Call,
) -> None:
    """A test that takes `fake_snipcart` gets 240 customers behind HTTP."""
    reply = await call(fake_snipcart, "GET", "/customers")

    assert reply.document["totalItems"] == 240


def test_the_plugin_is_light() -> None:
    """Loading the plugin, as every pytest run does, imports neither a server nor a client."""
    program = "import sys, snipcart_async.testing.plugin; sys.exit('aiohttp' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own program
    assert done.returncode == 0
