"""`snipcart sessions`: who is signed in, without repeating what lets them in."""

import json

import pytest

from snipcart_async.cli.app import run
from snipcart_async.testing import FakeSnipcart


async def test_get(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer says until when and who; the token stays with the caller."""
    somebody = shop.shop.customer_ids()[0]
    token = shop.sign_in(somebody)
    code = await run(["sessions", "get", token])

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["customer"]["id"] == somebody
    assert document["expires"].endswith("Z")
    assert token not in out


async def test_get_of_nobody(shop: FakeSnipcart, capsys: pytest.CaptureFixture[str]) -> None:
    """A token that opens nothing fails, and is not repeated."""
    token = "00000000-0000-4000-8000-000000000000"
    code = await run(["sessions", "get", token])

    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith("snipcart: GET /usersessions/{token}: 404")
    assert token not in err
