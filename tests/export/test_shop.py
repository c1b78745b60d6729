"""Shops as values: they travel without a key, and open with the one in the environment of whoever asks."""

import pickle
from typing import Any

import pytest

from snipcart_async.errors import ConfigurationError
from snipcart_async.export.shop import Shop
from snipcart_async.testing import FakeSnipcart

KEY = "ST_a-Secret-Key"


async def test_a_shop_opens_with_the_key_of_the_environment(
    fake: FakeSnipcart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The value that travels holds the name of the variable; here it is read when a client is made."""
    shop: Shop = pickle.loads(pickle.dumps(Shop("paris", "PARIS_KEY", fake.base_url)))  # noqa: S301 - our own
    monkeypatch.setenv("PARIS_KEY", fake.api_key)
    async with shop.client(max_concurrency=1) as snipcart:
        assert await snipcart.customers.list().count() == 240


def test_a_key_is_neither_kept_nor_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not in the value, its pickle or its text; an unusable one is not told either."""
    monkeypatch.setenv("PARIS_KEY", f"{KEY} ")
    shop = Shop("paris", "PARIS_KEY")
    with pytest.raises(ConfigurationError) as caught:
        shop.client()

    assert KEY not in f"{shop!r} {pickle.dumps(shop)!r} {caught.value!r}"


def test_an_environment_without_the_key_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the shop and the variable; no other variable takes its place."""
    monkeypatch.setenv("SNIPCART_SECRET_API_KEY", KEY)
    with pytest.raises(ConfigurationError, match="shop paris: the environment has no PARIS_KEY"):
        Shop("paris", "PARIS_KEY").client()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"name": ""}, "name must begin with a letter"),
        ({"name": "2024"}, "name must begin with a letter"),
        ({"name": "../paris"}, "name must begin"),
        ({"name": "a=b"}, "name must begin"),
        ({"name": 7}, "name must begin"),
        ({"name": "paris", "key_variable": KEY}, "never the key itself"),
        ({"name": "paris", "key_variable": None}, "never the key itself"),
        ({"name": "paris", "base_url": "http://shop.example"}, "base_url must be https"),
    ],
)
def test_what_cannot_be_a_shop_is_refused(arguments: dict[str, Any], words: str) -> None:
    """A name becomes a folder, and a reader should not take it for a number; what may be a key is not shown."""
    with pytest.raises(ConfigurationError, match=words) as caught:
        Shop(**arguments)

    assert KEY not in str(caught.value)
