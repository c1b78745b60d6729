"""Whatever a caller may give, and the client does not refuse, arrives as described: on many examples."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snipcart_async import SnipcartClient
from snipcart_async.models import Address, CustomerOrderBy, CustomerStatus
from snipcart_async.testing import FakeSnipcart

from .description import check_request

FIELDS = (
    "name", "first_name", "company", "address1", "address2", "city", "province", "country", "postal_code", "phone",
    "vat_number",
)  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]))  # a lone surrogate is refused
some_text = texts.filter(bool)
zones = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones) | st.dates()  # noqa: DTZ001 - bounds
filters = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(list(CustomerStatus)),
        "email": some_text,
        "name": some_text,
        "created_from": moments,
        "created_to": moments,
        "order_by": st.sampled_from(list(CustomerOrderBy)),
        "offset": st.integers(0, 2**31 - 1),
        "limit": st.integers(1, 2**31 - 1),
    },
)
mappings: st.SearchStrategy[dict[str, Any]] = st.dictionaries(st.sampled_from(FIELDS), st.none() | texts)
addresses = st.none() | mappings | mappings.map(lambda fields: Address(**fields))
updates = st.fixed_dictionaries(
    {"email": some_text.filter(lambda text: len(text) <= 500)},
    optional={
        "billing_address": addresses,
        "shipping_address": addresses,
        "cart_token": st.none() | texts | st.uuids(),
    },
)


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeSnipcart]:
    """Open a shop with one customer, for all examples."""
    with FakeSnipcart(customers=1) as fake:
        yield fake


@settings(derandomize=True)
@given(given_filters=filters)
async def test_any_list_is_asked_for_as_described(fake: FakeSnipcart, given_filters: dict[str, Any]) -> None:
    """Texts with any character, moments of any year and zone: nothing leads out of the description."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
        await snipcart.customers.list(**given_filters)

    check_request(fake.requests[-1])


@settings(derandomize=True)
@given(arguments=updates)
async def test_any_update_is_sent_as_described(fake: FakeSnipcart, arguments: dict[str, Any]) -> None:
    """Addresses with any fields, each with any text or null: the body is what Snipcart takes."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
        await snipcart.customers.update(fake.shop.customer_ids()[0], **arguments)

    check_request(fake.requests[-1])
