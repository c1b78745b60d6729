"""Snipcart's pages, verbatim, over real HTTP: every field arrives typed, nothing is lost, the update is theirs."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from aiohttp import web

from snipcart_async import SnipcartClient
from snipcart_async.models import (
    Address,
    Customer,
    CustomerStatistics,
    CustomerStatus,
    Mode,
    Order,
    OrderStatus,
    UserSession,
)
from snipcart_async.testing import FakeSnipcart

from .scripted import CUSTOMER_ID, SESSION_TOKEN, document, sample
from .strategies import encode

KEY = "ST_documented_key"
GEEKS = Address(
    first_name="Geeks", name="Snipcart", company="Snipcart", address1="4885 1ere Avenue", address2=None, city="Québec",
    country="CA", province="QC", postal_code="G1H2T5", phone="",
)  # fmt: skip
CUSTOMER = Customer(
    id="c8de947a-2483-4e36-9052-031e2aa3f0ac",
    email="geeks@snipcart.com",
    mode=Mode.LIVE,
    statistics=CustomerStatistics(orders_count=10, orders_amount=Decimal("1000.00"), subscriptions_count=0),
    creation_date=datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC),
    shipping_address_same_as_billing=True,
    status=CustomerStatus.UNCONFIRMED,
    gravatar_url="https://www.gravatar.com/avatar/...?s=70&d=...",
    billing_address=GEEKS,
    shipping_address=GEEKS,
    session_token=None,
)
CHARLES = Address(
    name="Charles Ouellet", company="Snipcart", address1="226 rue St-Joseph Est", address2=None, city="Québec",
    country="CA", province="QC", postal_code="G1K3A8", phone="555 555 5555",
)  # fmt: skip
SENT = Address(
    name="Geeks Snipcart", address1="4885 1ere Avenue", city="Québec",
    country="CA", province="QC", postal_code="G1H2T5",
)  # fmt: skip
UPDATED = attrs.evolve(
    CUSTOMER,
    status=CustomerStatus.CONFIRMED,
    shipping_address_same_as_billing=None,
    billing_address=SENT,
    shipping_address=SENT,
)


@attrs.define
class Pages:
    """A server that answers every request with one document, and remembers what it was asked."""

    client: SnipcartClient
    content: bytes = b""
    seen: list[web.BaseRequest] = attrs.field(factory=list)


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    """Serve documents to a real client, over real HTTP on the loopback."""

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()  # kept by aiohttp, so that a test can read it again
        served.seen.append(request)
        return web.Response(body=served.content, content_type="application/json", charset="utf-8")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with SnipcartClient(KEY, base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api") as client:
        served = Pages(client)
        yield served
    await runner.cleanup()


def unknown_fields(model: Any) -> list[Any]:
    """Collect what is in `extra`, at every level of a model."""
    if not attrs.has(type(model)):
        return []
    values = [getattr(model, field.name) for field in attrs.fields(type(model))]
    return [extra for extra in (model.extra,) if extra] + [found for value in values for found in unknown_fields(value)]


async def test_the_documented_customer_arrives_typed(pages: Pages) -> None:
    """`GET /customers/{id}` gives every documented field, typed, and has none left over."""
    pages.content = sample("customers-get")
    customer = await pages.client.customers.get(CUSTOMER_ID)

    assert customer == CUSTOMER
    assert str(customer.statistics.orders_amount) == "1000.00"
    assert unknown_fields(customer) == []
    assert len(document("customers-get")) == 8 + 2 * 10 + 1
    assert [("GET", f"/api/customers/{CUSTOMER_ID}")] == [(seen.method, seen.raw_path) for seen in pages.seen]


async def test_the_documented_list_arrives_typed(pages: Pages) -> None:
    """`GET /customers` gives the page's numbers, and its customer with every field."""
    pages.content = sample("customers-list")
    page = await pages.client.customers.list(status=CustomerStatus.CONFIRMED, offset=0, limit=50)

    assert list(page) == [attrs.evolve(CUSTOMER, status=CustomerStatus.CONFIRMED)]
    assert (page.total_items, page.offset, page.limit, page.extra) == (10, 0, 50, {})
    assert unknown_fields(page[0]) == []


async def test_the_documented_orders_arrive_typed(pages: Pages) -> None:
    """`GET /customers/{id}/orders` gives a list of orders with every field of the abridged example."""
    pages.content = sample("customers-orders")
    orders = await pages.client.customers.orders(CUSTOMER_ID)
    moment = datetime(2019, 10, 21, 20, 36, 26, 460_000, tzinfo=UTC)
    expected = Order(
        token="d16e2f60-39f1-4a4c-b1c3-8a2e166d3f70",
        creation_date=moment,
        modification_date=moment,
        status=OrderStatus.PROCESSED,
        payment_method="CreditCard",
        email="geeks@snipcart.com",
        card_holder_name="Geeks Snipcart",
        credit_card_last4_digits="4242",
        currency="usd",
        final_grand_total=Decimal("443.00"),
        shipping_fees=Decimal(0),
        shipping_method="Free shipping",
        billing_address=Address(name="Snipcart", country="CA"),
        shipping_address_same_as_billing=True,
        will_be_paid_later=False,
        custom_fields_json="[]",
    )

    assert orders == [expected]
    assert str(orders[0].final_grand_total) == "443.00"
    assert isinstance(orders[0].shipping_fees, Decimal)
    assert unknown_fields(orders[0]) == []
    assert [f"/api/customers/{CUSTOMER_ID}/orders"] == [seen.raw_path for seen in pages.seen]


@pytest.mark.parametrize("year", [2015, 2026])
async def test_the_documented_session_arrives_typed(pages: Pages, year: int) -> None:
    """`GET /usersessions/{token}` gives the session and its customer, in the old text of its page and the new."""
    pages.content = sample(f"user-session-{year}")
    session = await pages.client.user_sessions.get(SESSION_TOKEN)
    customer = Customer(
        id="c25f6054-3fc9-4792-b2d2-3e10eed55708",
        email="geeks@snipcart.com",
        status=CustomerStatus.CONFIRMED,
        creation_date=datetime(year, 3, 23, 20, 6, 28, 577_000, tzinfo=UTC),
        statistics=CustomerStatistics(orders_count=1, orders_amount=Decimal("320.00")),
        billing_address=CHARLES,
        shipping_address=CHARLES,
        shipping_address_same_as_billing=True,
        gravatar_url="https://www.gravatar.com/avatar/43c0d10549c1cafa66c416c7e7a59698?s=70"
        "&d=https%3a%2f%2fapp.snipcart.com%2fcontent%2fimages%2favatar.jpg",
    )
    expires = datetime(year, 4, 3, 1, 9, 10, 207_000, tzinfo=UTC)

    assert session == UserSession(token=SESSION_TOKEN, expires=expires, customer=customer)
    assert unknown_fields(session) == []
    assert [f"/api/usersessions/{SESSION_TOKEN}"] == [seen.raw_path for seen in pages.seen]


async def test_the_documented_update_sends_exactly_its_body(pages: Pages) -> None:
    """`PUT /customers/{id}` sends the body of Snipcart's page, under the headers it asks for."""
    pages.content = sample("customers-put")
    await pages.client.customers.update(
        CUSTOMER_ID, email="geeks@snipcart.com", billing_address=SENT, shipping_address=SENT
    )
    (seen,) = pages.seen

    assert ("PUT", f"/api/customers/{CUSTOMER_ID}") == (seen.method, seen.raw_path)
    assert json.loads(sample("customers-put-body")) == json.loads(await seen.read())
    assert seen.headers["Accept"] == "application/json"
    assert seen.headers["Content-Type"] == "application/json"
    assert base64.b64decode(seen.headers["Authorization"].removeprefix("Basic ")) == f"{KEY}:".encode()


async def test_a_read_sends_the_documented_headers(pages: Pages) -> None:
    """A request without a body says what it accepts, and nothing about a content type."""
    pages.content = sample("customers-get")
    await pages.client.customers.get(CUSTOMER_ID)
    headers = pages.seen[0].headers

    assert headers["Accept"] == "application/json"
    assert "Content-Type" not in headers
    assert headers["Authorization"].startswith("Basic ")


async def test_the_documented_answer_to_an_update_arrives_typed(pages: Pages) -> None:
    """The nested answer gives every documented field; `confirmed` is the status, the joined names are kept."""
    pages.content = sample("customers-put")
    updated = await pages.client.customers.update(CUSTOMER_ID, email="geeks@snipcart.com", billing_address=SENT)

    assert updated == UPDATED
    for address in (updated.billing_address, updated.shipping_address):
        assert (address.full_name, address.phone, address.vat_number) == ("Geeks Snipcart", None, None)
    assert updated.billing_address.full_address == "4885 1ere Avenue"
    assert unknown_fields(updated) == []


async def test_an_update_and_a_later_read_agree(pages: Pages) -> None:
    """A flat read of what the documented update left gives the same customer, but for what only one of them says."""
    body = json.loads(sample("customers-put-body"))
    flat = {"Name": "name", "Address1": "address1", "City": "city", "Country": "country", "Province": "province"}
    read = document("customers-get") | {"status": "Confirmed"}
    for prefix in ("billingAddress", "shippingAddress"):
        read |= {prefix + end: body[prefix].get(key) for end, key in (flat | {"PostalCode": "postalCode"}).items()}
        read |= {prefix + end: None for end in ("FirstName", "CompanyName", "Phone")}
    pages.content = encode(read)
    customer = await pages.client.customers.get(CUSTOMER_ID)

    assert attrs.evolve(UPDATED, shipping_address_same_as_billing=True) == customer


async def test_the_fake_agrees_with_itself_through_the_client(
    fake_snipcart: FakeSnipcart, snipcart_client: SnipcartClient
) -> None:
    """On a shop with a memory, the answer to the update equals a later read on every field they share."""
    customer_id = fake_snipcart.shop.customer_ids()[0]
    updated = await snipcart_client.customers.update(
        customer_id, email="geeks@snipcart.com", billing_address=SENT, shipping_address=SENT
    )
    read = await snipcart_client.customers.get(customer_id)

    assert (updated.billing_address, updated.shipping_address) == (SENT, SENT)
    assert read == attrs.evolve(updated, shipping_address_same_as_billing=True)
