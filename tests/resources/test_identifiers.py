"""Identifiers are checked before anything is sent: none can reach another path, or another shop's data."""

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, NamedTuple
from uuid import UUID

import pytest
import pytest_asyncio

from snipcart_async import SnipcartClient
from snipcart_async.errors import ConfigurationError
from snipcart_async.testing import FakeSnipcart

from .conftest import client_of

GUID = "c8de947a-2483-4e36-9052-031e2aa3f0ac"
Ask = Callable[[SnipcartClient, Any], Coroutine[Any, Any, Any]]


class Method(NamedTuple):
    """A method that takes an identifier, and what it sends."""

    ask: Ask
    sent: tuple[str, str]


METHODS = {
    "get": Method(lambda client, it: client.customers.get(it), ("GET", f"/customers/{GUID}")),
    "orders": Method(lambda client, it: client.customers.orders(it), ("GET", f"/customers/{GUID}/orders")),
    "update": Method(
        lambda client, it: client.customers.update(it, email="a@example.com"), ("PUT", f"/customers/{GUID}")
    ),
    "delete": Method(lambda client, it: client.customers.delete(it), ("DELETE", f"/customers/{GUID}")),
    "session": Method(lambda client, it: client.user_sessions.get(it), ("GET", f"/usersessions/{GUID}")),
}
REFUSED = {
    "empty": "",
    "here": ".",
    "up": "..",
    "sideways": "../orders",
    "sideways, encoded": "%2e%2e/orders",
    "deeper": "a/b",
    "query": "a?x=1",
    "fragment": "a#f",
    "host": "//evil/x",
    "line end": f"{GUID}\n",
    "blank before": f" {GUID}",
    "blank after": f"{GUID} ",
    "NUL after": f"{GUID}\0",
    "full-width digits": GUID.translate({ord(digit): ord(digit) - ord("0") + 0xFF10 for digit in "0123456789"}),
    "in braces": f"{{{GUID}}}",
    "URN": f"urn:uuid:{GUID}",
    "without hyphens": GUID.replace("-", ""),
    "one digit short": GUID[:-1],
    "not hexadecimal": GUID.replace("c", "g"),
    "9000 characters": "a" * 9000,
    "9000 blanks before": " " * 9000 + GUID,
}
WRONG_TYPES = {"int": 5, "bytes": GUID.encode(), "None": None, "list": [GUID]}


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Start a shop with one customer who is signed in, id and token being the same."""
    async with FakeSnipcart(0) as shop:
        shop.shop.add_customer(customer_id=GUID)
        yield shop


@pytest.mark.parametrize("identifier", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_what_is_no_guid_is_refused(fake: FakeSnipcart, method: Method, identifier: str) -> None:
    """Text that is not 8-4-4-4-12 ASCII hexadecimal digits is refused without being repeated; nothing is sent."""
    async with client_of(fake) as client:
        with pytest.raises(ConfigurationError, match="must be a GUID") as caught:
            await method.ask(client, identifier)

    assert not fake.requests
    assert len(identifier) < 3 or identifier not in str(caught.value)


@pytest.mark.parametrize("identifier", WRONG_TYPES.values(), ids=WRONG_TYPES)
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_another_type_is_refused(fake: FakeSnipcart, method: Method, identifier: object) -> None:
    """What is neither text nor a UUID is a mistake in the program; nothing is sent."""
    async with client_of(fake) as client:
        with pytest.raises(TypeError, match=type(identifier).__name__):
            await method.ask(client, identifier)

    assert not fake.requests


@pytest.mark.parametrize("identifier", [GUID, GUID.upper(), UUID(GUID)], ids=["lower case", "upper case", "UUID"])
@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
async def test_a_guid_is_sent_in_lower_case(fake: FakeSnipcart, method: Method, identifier: str | UUID) -> None:
    """A GUID in any case, or a UUID, is sent in lower case."""
    fake.fail_next(status=200, body=[] if method is METHODS["orders"] else _answer(GUID))

    async with client_of(fake) as client:
        await method.ask(client, identifier)

    assert [method.sent] == [(request.method, request.path) for request in fake.requests]


@pytest.mark.parametrize("name", ["get", "update", "session"])
async def test_an_echo_in_upper_case_is_accepted(fake: FakeSnipcart, name: str) -> None:
    """Snipcart may repeat an identifier in upper case: it is the same one."""
    fake.fail_next(status=200, body=_answer(GUID.upper()))

    async with client_of(fake) as client:
        answer = await METHODS[name].ask(client, GUID.upper())

    assert (answer.token.lower() if name == "session" else answer.id) == GUID


def _answer(guid: str) -> dict[str, Any]:
    """Build an answer that is a customer, and a session."""
    return {"id": guid, "token": guid, "customer": {"id": guid}}
