"""What each customers method sends and gives back, on aioresponses; the listing's filters have their own file."""

import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from aioresponses import aioresponses

from snipcart_async import SnipcartClient, errors, models
from snipcart_async.models.open_enum import Mode

from ..scripted import CUSTOMER_ID, OTHER_ID, SESSION_TOKEN, document, sample
from .conftest import SNIPCART, Sent, sent

URL = f"{SNIPCART}/customers/{CUSTOMER_ID}"
Ask = Callable[[SnipcartClient], Coroutine[Any, Any, Any]]


async def _list(snipcart: SnipcartClient) -> Any:
    return await snipcart.customers.list()


METHODS: dict[str, tuple[str, str, Ask]] = {
    "list": ("GET", f"{SNIPCART}/customers", _list),
    "get": ("GET", URL, lambda snipcart: snipcart.customers.get(CUSTOMER_ID)),
    "orders": ("GET", f"{URL}/orders", lambda snipcart: snipcart.customers.orders(CUSTOMER_ID)),
    "update": ("PUT", URL, lambda snipcart: snipcart.customers.update(CUSTOMER_ID, email="a@example.com")),
    "delete": ("DELETE", URL, lambda snipcart: snipcart.customers.delete(CUSTOMER_ID)),
    "session": (
        "GET",
        f"{SNIPCART}/usersessions/{SESSION_TOKEN}",
        lambda snipcart: snipcart.user_sessions.get(SESSION_TOKEN),
    ),
}
ERRORS = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    405: errors.ApiError,
    409: errors.ConflictError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
    500: errors.ServerError,
    503: errors.ServerError,
}


def _only(mocked: aioresponses) -> Sent:
    requests = sent(mocked)

    assert len(requests) == 1
    return requests[0]


async def test_listing_gives_a_page_of_customers(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """Awaiting a listing asks `GET /customers` once, and gives the documented page, typed."""
    mocked_http.get(f"{SNIPCART}/customers?offset=0&limit=50&status=Confirmed", body=sample("customers-list"))

    page = await snipcart.customers.list(status=models.CustomerStatus.CONFIRMED, limit=50)

    request = _only(mocked_http)
    assert (request.method, request.url, request.body) == ("GET", f"{SNIPCART}/customers", None)
    assert request.query == {"status": "Confirmed", "offset": "0", "limit": "50"}
    assert (page.total_items, page.offset, page.limit) == (10, 0, 50)
    assert [type(customer) for customer in page] == [models.Customer]
    assert page[0].id == CUSTOMER_ID


async def test_a_listing_that_nobody_asks_sends_nothing(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """A listing is a query not yet asked."""
    snipcart.customers.list(name="Geeks")

    assert not mocked_http.requests


async def test_getting_gives_one_typed_customer(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """`get` asks `GET /customers/{id}` and gives what Snipcart's page shows, typed."""
    mocked_http.get(URL, body=sample("customers-get"))

    customer = await snipcart.customers.get(CUSTOMER_ID)

    request = _only(mocked_http)
    assert request == Sent("GET", URL, {}, request.headers, None)
    assert request.headers["Accept"] == "application/json"
    assert (customer.id, customer.email) == (CUSTOMER_ID, "geeks@snipcart.com")
    assert customer.status is models.CustomerStatus.UNCONFIRMED
    assert customer.mode is Mode.LIVE
    assert customer.creation_date == datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC)
    assert customer.statistics.orders_amount == Decimal("1000.00")
    assert (customer.billing_address.company, customer.shipping_address.city) == ("Snipcart", "Québec")
    assert customer.extra == {}


async def test_asking_for_orders_gives_a_list_of_them(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """`orders` asks `GET /customers/{id}/orders` once, without a query, and gives a plain list."""
    mocked_http.get(f"{URL}/orders", body=sample("customers-orders"))

    orders = await snipcart.customers.orders(CUSTOMER_ID)

    request = _only(mocked_http)
    assert request == Sent("GET", f"{URL}/orders", {}, request.headers, None)
    assert type(orders) is list
    assert [type(order) for order in orders] == [models.Order]
    assert orders[0].final_grand_total == Decimal("443.00")


async def test_a_customer_without_orders_has_an_empty_list(mocked_http: aioresponses, snipcart: SnipcartClient) -> None:
    """No orders are an empty list, not an error."""
    mocked_http.get(f"{URL}/orders", body=b"[]")

    assert await snipcart.customers.orders(CUSTOMER_ID) == []


async def test_updating_puts_json_and_gives_the_nested_answer(
    mocked_http: aioresponses, snipcart: SnipcartClient
) -> None:
    """`update` puts the documented body, says that it is JSON, and reads the other shape of the answer."""
    mocked_http.put(URL, body=sample("customers-put"))
    body = document("customers-put-body")
    address = {"name": "Geeks Snipcart", "address1": "4885 1ere Avenue", "city": "Québec", "country": "CA"}
    address |= {"province": "QC", "postal_code": "G1H2T5"}

    customer = await snipcart.customers.update(
        CUSTOMER_ID,
        email="geeks@snipcart.com",
        billing_address=models.Address(**address),  # type: ignore[arg-type]
        shipping_address=address,
    )

    request = _only(mocked_http)
    assert (request.method, request.url, request.query) == ("PUT", URL, {})
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body or b"") == body
    assert customer.status is models.CustomerStatus.CONFIRMED
    assert customer.billing_address.full_name == "Geeks Snipcart"
    assert customer.extra == {}


async def test_deleting_sends_no_body_and_gives_the_outcome(
    mocked_http: aioresponses, snipcart: SnipcartClient
) -> None:
    """`delete` sends `DELETE /customers/{id}`, and a 204 means that it is gone."""
    mocked_http.delete(URL, status=204)

    deletion = await snipcart.customers.delete(CUSTOMER_ID)

    request = _only(mocked_http)
    assert request == Sent("DELETE", URL, {}, request.headers, None)
    assert deletion == models.Deletion(deleted=True)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("status", ERRORS)
async def test_a_status_becomes_its_error(
    mocked_http: aioresponses, snipcart: SnipcartClient, method: str, status: int
) -> None:
    """Every method turns every refusal into the error of its status, with Snipcart's reason."""
    verb, url, ask = METHODS[method]
    mocked_http.add(url, verb, status=status, payload={"message": "Not like this."})

    with pytest.raises(errors.ApiError) as caught:
        await ask(snipcart)

    assert type(caught.value) is ERRORS[status]
    assert (caught.value.status, caught.value.message) == (status, "Not like this.")
    assert (caught.value.method, len(caught.value.attempts)) == (verb, 1)
    assert CUSTOMER_ID not in str(caught.value)


@pytest.mark.parametrize("method", ["get", "update"])
async def test_an_answer_about_somebody_else_is_refused(
    mocked_http: aioresponses, snipcart: SnipcartClient, method: str
) -> None:
    """An answer with another id than the one asked for never passes as the customer."""
    verb, url, ask = METHODS[method]
    mocked_http.add(url, verb, payload={"id": OTHER_ID, "email": "else@example.com"})

    with pytest.raises(errors.MismatchError):
        await ask(snipcart)
