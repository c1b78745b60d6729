"""Whatever the client sends is described: each method, with each of its options, as it arrives over real HTTP."""

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
import pytest_asyncio

from snipcart_async import SnipcartClient, resources
from snipcart_async.export import export_customers, export_orders
from snipcart_async.listing import Listing
from snipcart_async.models import Address, Customer, CustomerOrderBy, CustomerStatus
from snipcart_async.resources import Customers
from snipcart_async.testing import FakeSnipcart

from ..scripted import SESSION_TOKEN
from .description import DESCRIPTION, check_request

NEWFOUNDLAND = timezone(timedelta(hours=-3, minutes=-30))
FIELDS: dict[str, Any] = {
    "name": "Łuczak", "first_name": "Zoë", "company": "Ærø & Søn", "address1": "1 Lane", "address2": "",
    "city": "東京都", "province": "QC", "country": "CA", "postal_code": "G1H2T5", "phone": "555",
    "vat_number": "DE123456789",
}  # fmt: skip

LISTS: dict[str, dict[str, Any]] = {
    "all": {},
    "confirmed": {"status": CustomerStatus.CONFIRMED},
    "unconfirmed in any case": {"status": "unconfirmed"},
    "by e-mail": {"email": "shop+1@example.com"},
    "by name": {"name": "Ærø & Søn=#1?/%2B;"},
    "by datetimes": {
        "created_from": datetime(2016, 1, 1, tzinfo=NEWFOUNDLAND),
        "created_to": datetime(2026, 1, 1, 0, 0, 0, 120, UTC),
    },
    "by dates": {"created_from": date(2016, 2, 29), "created_to": date(2026, 12, 31)},
    "by number of orders": {"order_by": CustomerOrderBy.NBR_ORDERS},
    "by value": {"order_by": CustomerOrderBy.ORDERS_VALUE},
    "by date in any case": {"order_by": "date"},
    "a part": {"offset": 40, "limit": 7},
}
UPDATES: dict[str, dict[str, Any]] = {
    "the e-mail alone": {},
    "two addresses": {"billing_address": Address(**FIELDS), "shipping_address": Address(name="Ada")},
    "two addresses as mappings": {"billing_address": FIELDS, "shipping_address": dict.fromkeys(FIELDS)},
    "two addresses without fields": {"billing_address": Address(), "shipping_address": {}},
    "two addresses of null": {"billing_address": None, "shipping_address": None},
    "a cart": {"cart_token": "a-cart"},
    "a cart by UUID": {"cart_token": UUID(SESSION_TOKEN)},
    "a cart of null": {"cart_token": None},
}
EDITS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "the e-mail": {"email": "new@example.com"},
    "an address": {"billing_address": Address(**FIELDS)},
    "an address emptied": {"shipping_address": Address()},
}


async def walk(items: AsyncIterable[object]) -> None:
    """Walk to the end."""
    async for _ in items:
        pass


WAYS: dict[str, Callable[[Listing[Customer]], Awaitable[object]]] = {
    "__aiter__": walk,
    "__await__": lambda listing: listing,
    "collect": lambda listing: listing.collect(max_items=30),
    "count": Listing.count,
    "first": Listing.first,
    "lenient_page": lambda listing: listing.lenient_page(20, 10),
    "pages": lambda listing: walk(listing.pages(concurrency=3)),
}


@pytest_asyncio.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Open a shop; in the end, all that it was asked must be described, and have gone well."""
    async with FakeSnipcart(customers=60) as fake:
        yield fake
    assert fake.requests
    assert [(seen.method, seen.path, seen.status) for seen in fake.requests if seen.status not in {200, 204}] == []
    for seen in fake.requests:
        check_request(seen)


@pytest_asyncio.fixture
async def snipcart(fake: FakeSnipcart) -> AsyncIterator[SnipcartClient]:
    """Open a client of the shop."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as client:
        yield client


@pytest.mark.parametrize("filters", LISTS.values(), ids=LISTS)
async def test_a_list_is_asked_for_as_described(snipcart: SnipcartClient, filters: dict[str, Any]) -> None:
    """`GET /customers`: with each filter, however the listing is consumed."""
    for consume in WAYS.values():
        await consume(snipcart.customers.list(**filters))


@pytest.mark.parametrize("spell", [str, str.upper, UUID])
async def test_a_customer_is_asked_for_as_described(
    snipcart: SnipcartClient, fake: FakeSnipcart, spell: Callable[[str], str | UUID]
) -> None:
    """`GET /customers/{id}`, its orders, and `GET /usersessions/{token}`: however an identifier is given."""
    customer_id = fake.shop.customer_ids()[0]
    await snipcart.customers.get(spell(customer_id))
    await snipcart.customers.orders(spell(customer_id))
    await snipcart.user_sessions.get(spell(fake.sign_in(customer_id)))


@pytest.mark.parametrize("arguments", UPDATES.values(), ids=UPDATES)
async def test_an_update_is_sent_as_described(
    snipcart: SnipcartClient, fake: FakeSnipcart, arguments: dict[str, Any]
) -> None:
    """`PUT /customers/{id}`: with all kinds of addresses, and of carts."""
    await snipcart.customers.update(fake.shop.customer_ids()[0], email="x" * 500, **arguments)


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
async def test_an_edited_customer_is_saved_as_described(
    snipcart: SnipcartClient, fake: FakeSnipcart, edit: dict[str, Any]
) -> None:
    """`save` only writes what an update takes, whether or not it is told what was there."""
    for known, customer_id in zip((True, False), fake.shop.customer_ids(), strict=False):
        was = await snipcart.customers.get(customer_id)
        await snipcart.customers.save(attrs.evolve(was, **edit), was=was if known else None)


@pytest.mark.parametrize("missing_ok", [False, True])
async def test_a_deletion_is_asked_for_as_described(
    snipcart: SnipcartClient, fake: FakeSnipcart, *, missing_ok: bool
) -> None:
    """`DELETE /customers/{id}`: without a body."""
    await snipcart.customers.delete(fake.shop.customer_ids()[0], missing_ok=missing_ok)


async def test_an_export_asks_as_described(snipcart: SnipcartClient, tmp_path: Path) -> None:
    """The windows of an export, and the orders of each customer, are asked for within the description."""
    await export_customers(snipcart, tmp_path / "customers.jsonl", status="Confirmed", created_to=date(2025, 1, 1))
    await export_orders(snipcart, tmp_path / "orders.jsonl", created_from=date(2020, 1, 1))


def test_no_method_and_no_option_is_left_out() -> None:
    """Whoever adds something to ask must describe it: the tables above have all there is."""
    methods = [
        f"{kind}.{name}" for kind in resources.__all__ for name in vars(getattr(resources, kind)) if name[0] != "_"
    ]
    ways = {name for name in vars(Listing) if name in {"__await__", "__aiter__"} or name[0] != "_"}

    assert methods == [
        *(f"Customers.{name}" for name in ("list", "get", "orders", "update", "save", "delete")),
        "UserSessions.get",
    ]
    assert ways == WAYS.keys()
    assert options(Customers.list) == {name for filters in LISTS.values() for name in filters}
    assert options(Customers.update) == {"email", *(name for arguments in UPDATES.values() for name in arguments)}
    assert options(Customers.save) == {"was"}
    assert options(Customers.delete) == {"missing_ok"}


def options(method: Callable[..., object]) -> set[str]:
    """Give the names of the keyword-only arguments."""
    parameters = inspect.signature(method).parameters.values()
    return {parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY}


async def test_everything_described_can_be_asked_for(snipcart: SnipcartClient, fake: FakeSnipcart) -> None:
    """Each query parameter, and each field of an update, is sent by some call."""
    for filters in LISTS.values():
        await snipcart.customers.list(**filters)
    for arguments in UPDATES.values():
        await snipcart.customers.update(fake.shop.customer_ids()[0], email="a@example.com", **arguments)
    bodies = [seen.body for seen in fake.requests if seen.body]
    described = DESCRIPTION.spec.read_value()
    schemas = described["components"]["schemas"]
    parameters = {parameter["name"] for parameter in described["paths"]["/customers"]["get"]["parameters"]}

    assert {name for seen in fake.requests for name in seen.query} == parameters
    assert {name for body in bodies for name in body} == schemas["CustomerUpdate"]["properties"].keys()
    for address in ("billingAddress", "shippingAddress"):
        sent = {name for body in bodies for name in body.get(address) or ()}
        assert sent == schemas["WritableAddress"]["properties"].keys()
