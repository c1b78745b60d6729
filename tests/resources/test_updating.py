"""`customers.update` sends exactly what it is given, over real HTTP, and never twice where that could do harm."""

import json
import traceback
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from snipcart_async import UNSET, RetryPolicy, SnipcartClient
from snipcart_async.errors import ConfigurationError, MismatchError, NotFoundError, TransportError
from snipcart_async.models import Address, CustomerStatus
from snipcart_async.testing import FakeSnipcart

from ..scripted import CUSTOMER_ID, OTHER_ID, ScriptedTransport, document, reply, sample
from .conftest import client_of

EMAIL = "geeks@snipcart.com"
CART = "d16e2f60-39f1-4a4c-b1c3-8a2e166d3f70"

BODIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "e-mail alone": ({}, {}),
    "all left out": ({"billing_address": UNSET, "shipping_address": UNSET, "cart_token": UNSET}, {}),
    "addresses of nobody": (
        {"billing_address": None, "shipping_address": None},
        {"billingAddress": None, "shippingAddress": None},
    ),
    "a model": (
        {"billing_address": Address(first_name="Ada", postal_code="G1H", vat_number="DE1", phone="")},
        {"billingAddress": {"firstName": "Ada", "postalCode": "G1H", "vatNumber": "DE1", "phone": ""}},
    ),
    "a model's joins": (
        {"billing_address": Address(city="Köln", full_name="Ada", full_address="1 Lane", extra={"x": 1})},
        {"billingAddress": {"city": "Köln"}},
    ),
    "a mapping": (
        {"shipping_address": {"first_name": None, "address1": "4885 1ere Avenue", "company": ""}},
        {"shippingAddress": {"firstName": None, "address1": "4885 1ere Avenue", "company": ""}},
    ),
    "an empty mapping": ({"billing_address": {}}, {"billingAddress": {}}),
    "a cart": ({"cart_token": CART}, {"cartToken": CART}),
    "a cart as a UUID": ({"cart_token": UUID(CART)}, {"cartToken": CART}),
    "no cart any more": ({"cart_token": None}, {"cartToken": None}),
}
REFUSALS: dict[str, dict[str, Any]] = {
    "empty e-mail": {"email": ""},
    "long e-mail": {"email": "e" * 501},
    "no e-mail": {"email": None},
    "unset e-mail": {"email": UNSET},
    "e-mail as bytes": {"email": b"a@example.com"},
    "e-mail with a lone surrogate": {"email": "\ud800@example.com"},
    "unknown field": {"billing_address": {"street": "1 Lane"}},
    "field spelled for the wire": {"billing_address": {"postalCode": "G1H"}},
    "read-only field": {"shipping_address": {"full_name": "Ada"}},
    "field that is no text": {"shipping_address": {1: "Ada"}},
    "value as a number": {"billing_address": {"postal_code": 10115}},
    "value in a model as a number": {"billing_address": Address(postal_code=10115)},  # type: ignore[arg-type]
    "value unset": {"billing_address": {"city": UNSET}},
    "value with a lone surrogate": {"billing_address": {"city": "\udfff"}},
    "address as text": {"shipping_address": "1 Lane"},
    "address as a list": {"shipping_address": [("city", "Köln")]},
    "cart as a number": {"cart_token": 5},
    "cart as bytes": {"cart_token": CART.encode()},
    "cart with a lone surrogate": {"cart_token": "\ud800"},
}


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Start a shop with one customer."""
    async with FakeSnipcart(0) as shop:
        shop.shop.add_customer(customer_id=CUSTOMER_ID, status="Confirmed")
        yield shop


@pytest.mark.parametrize(("given", "expected"), BODIES.values(), ids=BODIES)
async def test_the_body_is_exactly_what_was_given(
    fake: FakeSnipcart, given: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Nothing is added to the body, nothing left out of it, and no second request made."""
    async with client_of(fake) as client:
        await client.customers.update(CUSTOMER_ID, email=EMAIL, **given)

    seen = [(request.method, request.path, request.body) for request in fake.requests]
    assert seen == [("PUT", f"/customers/{CUSTOMER_ID}", {"email": EMAIL, **expected})]


@pytest.mark.parametrize("length", [1, 500])
async def test_an_email_may_have_500_characters(fake: FakeSnipcart, length: int) -> None:
    """Every length of an e-mail that Snipcart documents is sent."""
    async with client_of(fake) as client:
        customer = await client.customers.update(CUSTOMER_ID, email="é" * length)

    assert customer.email == "é" * length


@pytest.mark.parametrize("given", REFUSALS.values(), ids=REFUSALS)
async def test_what_cannot_be_sent_is_refused(fake: FakeSnipcart, given: dict[str, Any]) -> None:
    """A value of a wrong type or length, or for an unknown field, is refused by its name; nothing is sent."""
    async with client_of(fake) as client:
        with pytest.raises(ConfigurationError, match=next(iter(given))):
            await client.customers.update(CUSTOMER_ID, **{"email": EMAIL, **given})

    assert not fake.requests


async def test_the_documented_update_reads_back(fake: FakeSnipcart) -> None:
    """The documented example sends the documented body, and its answer is what a later `get` gives."""
    body = document("customers-put-body")
    address = Address(
        name="Geeks Snipcart",
        address1="4885 1ere Avenue",
        city="Québec",
        country="CA",
        province="QC",
        postal_code="G1H2T5",
    )

    async with client_of(fake) as client:
        answer = await client.customers.update(
            CUSTOMER_ID, email=body["email"], billing_address=address, shipping_address=address
        )
        read = await client.customers.get(CUSTOMER_ID)

    shared = ("id", "email", "mode", "statistics", "creation_date", "status", "gravatar_url")
    addresses = ("billing_address", "shipping_address")
    assert body == fake.requests[0].body
    assert [getattr(read, name) for name in shared + addresses] == [
        getattr(answer, name) for name in shared + addresses
    ]
    assert (answer.status, answer.billing_address) == (CustomerStatus.CONFIRMED, address)


async def test_the_documented_answer_is_read() -> None:
    """The answer on Snipcart's page, verbatim, arrives as one customer with nothing left over."""
    async with SnipcartClient("ST_key", transport=ScriptedTransport(reply(sample("customers-put")))) as client:
        customer = await client.customers.update(CUSTOMER_ID, email=EMAIL)

    assert (customer.email, customer.status, customer.extra) == (EMAIL, CustomerStatus.CONFIRMED, {})
    assert (customer.shipping_address.postal_code, customer.shipping_address.company) == ("G1H2T5", None)


async def test_a_lost_answer_is_repeated_once(fake: FakeSnipcart) -> None:
    """The same bytes twice leave the same state: one repeat mends a lost answer."""
    fake.fail_next(after_applying=True, drop=True)

    async with client_of(fake) as client:
        customer = await client.customers.update(CUSTOMER_ID, email=EMAIL)

    assert customer.email == EMAIL
    assert [request.body for request in fake.requests] == [{"email": EMAIL}] * 2


async def test_a_second_lost_answer_is_told(fake: FakeSnipcart) -> None:
    """After one repeat the outcome is the caller's to find out."""
    fake.fail_next(5, after_applying=True, drop=True)

    async with client_of(fake, retry=RetryPolicy(max_attempts=5, base_delay=0.001)) as client:
        with pytest.raises(TransportError) as caught:
            await client.customers.update(CUSTOMER_ID, email=EMAIL)

    assert caught.value.sent
    assert len(fake.requests) == len(caught.value.attempts) == 2


@pytest.mark.parametrize("cart_token", [CART, UUID(CART), None], ids=["text", "UUID", "None"])
async def test_a_cart_is_never_bound_twice(fake: FakeSnipcart, cart_token: str | UUID | None) -> None:
    """With a cart token a lost answer is not repeated, and the error says that the update may be made."""
    fake.fail_next(after_applying=True, drop=True)

    async with client_of(fake) as client:
        with pytest.raises(TransportError) as caught:
            await client.customers.update(CUSTOMER_ID, email=EMAIL, cart_token=cart_token)

    assert caught.value.sent
    assert len(fake.requests) == 1
    assert fake.shop.document(CUSTOMER_ID)["email"] == EMAIL


async def test_a_cart_waits_where_snipcart_did_nothing(fake: FakeSnipcart) -> None:
    """An update with a cart is repeated where it surely was not made: on a 503 and a 429."""
    fake.fail_next(status=503)
    fake.fail_next(status=429)

    async with client_of(fake) as client:
        await client.customers.update(CUSTOMER_ID, email=EMAIL, cart_token=CART)

    assert [request.status for request in fake.requests] == [503, 429, 200]


async def test_an_answer_about_somebody_else_is_refused() -> None:
    """The answer to another request never passes as the updated customer."""
    transport = ScriptedTransport(reply({"id": OTHER_ID, "email": EMAIL}))

    async with SnipcartClient("ST_key", transport=transport) as client:
        with pytest.raises(MismatchError) as caught:
            await client.customers.update(CUSTOMER_ID, email=EMAIL)

    assert (caught.value.method, caught.value.path) == ("PUT", "/customers/{id}")
    assert len(transport.requests) == 1


async def test_an_error_shows_nobodys_data(fake: FakeSnipcart) -> None:
    """A traceback with the locals of our functions shows nothing of what was to be written."""
    fake.shop.delete(CUSTOMER_ID)

    async with client_of(fake) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.customers.update(
                CUSTOMER_ID, email="canary@example.com", billing_address={"city": "Canary"}, cart_token="canary"
            )

    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    seen = [value for frame in told.stack[1:] for value in (frame.locals or {}).values()]
    assert not [value for value in seen if "canary" in value.lower()]
    assert "canary" in json.dumps(fake.requests[0].body)
