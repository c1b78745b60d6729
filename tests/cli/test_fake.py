"""`snipcart fake`: a shop to try commands on."""

import asyncio
import gc
import json

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import SeenRequest


def seen_requests() -> dict[int, SeenRequest]:
    """Find all that fakes remember in this process, those of other tests too."""
    return {id(seen): seen for seen in gc.get_objects() if type(seen) is SeenRequest}


async def test_a_shop_to_try_commands_on(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop prints the variables to set at once, and with them the other commands work; none is remembered."""
    before = seen_requests()
    shop = asyncio.create_task(run(["fake", "--customers", "3", "--seed", "2"]))
    while not (out := capsys.readouterr().out):  # noqa: ASYNC110 - a printed line sets no event
        await asyncio.sleep(0.01)
    for pair in out.removeprefix("export ").split():
        monkeypatch.setenv(*pair.split("=", 1))
    code = await run(["customers", "list"])
    customers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    remembered = seen_requests().keys() - before.keys()
    shop.cancel()
    with pytest.raises(asyncio.CancelledError):
        await shop

    assert (code, len(customers), remembered) == (0, 3, set())
