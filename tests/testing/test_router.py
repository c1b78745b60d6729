"""The door checks the key and the headers, and explains what it does not know."""

from typing import Any

import pytest

from snipcart_async.testing import FakeSnipcart
from snipcart_async.testing.router import ROUTES

from .conftest import Call


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": None}, 401),
        ({"Authorization": "Basic Og=="}, 401),
        ({"Authorization": "Bearer U1RfZmFrZV9zZWNyZXRfa2V5Og=="}, 401),
        ({"Authorization": "basic U1RfZmFrZV9zZWNyZXRfa2V5Og=="}, 200),
        ({"Accept": None}, 406),
        ({"Accept": "text/html"}, 406),
        ({"Accept": "application/json, */*"}, 200),
    ],
)
async def test_the_headers_of_a_read(call: Call, headers: dict[str, Any], status: int) -> None:
    """The key goes as Basic user name with a colon, and JSON must be asked for."""
    async with FakeSnipcart(1) as fake:
        reply = await call(fake, "GET", "/customers", headers=headers)

    assert reply.status == status
    assert ("message" in reply.document) is (status != 200)


async def test_an_update_must_be_json(call: Call) -> None:
    """A body of another type is refused before it is looked at."""
    async with FakeSnipcart(1) as fake:
        reply = await call(fake, "PUT", f"/customers/{fake.shop.customer_ids()[0]}", data=b"{}")

    assert reply.status == 415


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/products"), ("POST", "/customers"), ("GET", "/customers/"), ("DELETE", "/customers")],
)
async def test_an_unknown_route_explains_itself(call: Call, method: str, path: str) -> None:
    """What the fake does not know is no 404, but a 501 that lists what it knows, and tells where to teach it."""
    async with FakeSnipcart(1) as fake:
        reply = await call(fake, method, path)

    assert reply.status == 501
    assert f"{method} {path}" in reply.document["message"]
    assert "snipcart_async/testing/endpoints/" in reply.document["message"]
    assert reply.document["routes"] == [f"{route.method} {route.template}" for route in ROUTES]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.template}")
@pytest.mark.parametrize("identifier", ["not-a-guid", "00000000-0000-4000-8000-000000000000"])
async def test_an_unknown_identifier_is_not_found(call: Call, route: Any, identifier: str) -> None:
    """An identifier that nobody has, or that is none, is a 404; the list has no identifier."""
    async with FakeSnipcart(1) as fake:
        path = route.template.replace("{id}", identifier).replace("{token}", identifier)
        reply = await call(fake, route.method, path, json={"email": "a@example.com"})

    assert reply.status == (404 if "{" in route.template else 200)
