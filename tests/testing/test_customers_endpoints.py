"""The customers' endpoints do what Snipcart's page says, and what the switches say where it is silent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from snipcart_async.testing import FakeSnipcart, LiveChanges

from .conftest import Call

ADDRESS = {"name": "Geeks Snipcart", "city": "Québec", "phone": None}


async def test_the_envelope(call: Call) -> None:
    """A page says how many there are, where it begins and how long it is; 20 unless told."""
    async with FakeSnipcart(50) as fake:
        first = (await call(fake, "GET", "/customers")).document
        last = (await call(fake, "GET", "/customers", params={"offset": 40, "limit": 30})).document
        empty = (await call(fake, "GET", "/customers", params={"limit": 0, "email": ""})).document

    assert list(first) == ["totalItems", "offset", "limit", "items"]
    assert (first["totalItems"], first["offset"], first["limit"], len(first["items"])) == (50, 0, 20, 20)
    assert (last["totalItems"], last["offset"], last["limit"], len(last["items"])) == (50, 40, 30, 10)
    assert (empty["totalItems"], empty["limit"], empty["items"]) == (50, 0, [])


async def test_a_list_without_a_total(call: Call) -> None:
    """A server can keep to itself how many there are; the page is the same otherwise."""
    async with FakeSnipcart(5, totals=False) as fake:
        page = (await call(fake, "GET", "/customers")).document

    assert list(page) == ["offset", "limit", "items"]
    assert len(page["items"]) == 5


async def test_a_page_cap_is_told(call: Call) -> None:
    """A server that gives less than asked for says so in `limit`."""
    async with FakeSnipcart(50, page_cap=10) as fake:
        page = (await call(fake, "GET", "/customers", params={"limit": 100})).document

    assert (page["limit"], len(page["items"])) == (10, 10)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "-1"),
        ("limit", "ten"),
        ("offset", "1.5"),
        ("status", "Archived"),
        ("orderBy", "date"),
        ("from", "yesterday"),
        ("to", "2020-01-01T00:00:00 02:00"),
    ],
)
async def test_wrong_values_are_named(call: Call, name: str, value: str) -> None:
    """A parameter that makes no sense is a 400 that says which."""
    async with FakeSnipcart(1) as fake:
        reply = await call(fake, "GET", "/customers", params={name: value})

    assert reply.status == 400
    assert reply.document["errors"].keys() == {name}


async def test_the_filters(call: Call) -> None:
    """The e-mail is compared exactly, the status without case, the billing name in part and without case."""
    async with FakeSnipcart(40) as fake:
        ada = fake.shop.add_customer(
            email="Ada+Shop@example.com", status="Confirmed", billing_address={"name": "Ada LOVELACE, Ünï"}
        )

        async def found(**params: str) -> set[str]:
            page = await call(fake, "GET", "/customers", params={"limit": 100, **params})
            return {item["id"] for item in page.document["items"]}

        assert await found(email="Ada+Shop@example.com") == {ada}
        assert await found(email="ada+shop@example.com") == set()
        assert await found(email="ada") == set()
        assert await found(name="lovelace, ÜN") == {ada}
        confirmed, unconfirmed = await found(status="CONFIRMED"), await found(status="unconfirmed")
        assert ada in confirmed
        assert confirmed | unconfirmed == set(fake.shop.customer_ids())
        assert not confirmed & unconfirmed


CREATED = (
    "2020-01-01T11:59:59.999Z",
    "2020-01-01T12:00:00Z",
    "2020-01-01T12:00:00.5Z",
    "2020-01-02T00:00:00Z",
)


@pytest.mark.parametrize("order_by", ["Date", "NbrOrders"])
@pytest.mark.parametrize(
    ("switches", "dates", "numbers"),
    [
        ({}, {}, [0, 1, 2, 3]),
        ({}, {"from": "2020-01-01T12:00:00Z", "to": "2020-01-01T12:00:00Z"}, [1, 2]),
        ({}, {"from": "2020-01-01T14:00:00.9+02:00"}, [1, 2, 3]),
        ({}, {"to": "2020-01-02"}, [0, 1, 2, 3]),
        ({"inclusive_dates": False}, {"from": "2020-01-01T12:00:00Z"}, [3]),
        ({"inclusive_dates": False}, {"to": "2020-01-01T12:00:00Z"}, [0]),
        ({"date_precision": "millisecond"}, {"to": "2020-01-01T12:00:00.499Z"}, [0, 1]),
        (
            {"date_precision": "day"},
            {"from": "2020-01-01T23:00:00Z", "to": "2020-01-01T00:00:00Z"},
            [0, 1, 2],
        ),
        ({"date_precision": "ignored"}, {"from": "2099-01-01"}, [0, 1, 2, 3]),
    ],
)
async def test_the_dates(
    call: Call, order_by: str, switches: dict[str, Any], dates: dict[str, str], numbers: list[int]
) -> None:
    """The creation date is compared in the precision chosen, both ends included unless told otherwise."""
    async with FakeSnipcart(0, **switches) as fake:
        ids = [fake.shop.add_customer(created=datetime.fromisoformat(text)) for text in CREATED]
        page = await call(fake, "GET", "/customers", params={"orderBy": order_by, **dates})

    assert sorted(ids.index(item["id"]) for item in page.document["items"]) == numbers


async def test_the_orders(call: Call) -> None:
    """Customers come by number of orders, unless by their value or by date."""
    async with FakeSnipcart(30) as fake:

        async def listed(**params: str) -> list[dict[str, Any]]:
            items = (await call(fake, "GET", "/customers", params={"limit": 100, **params})).document["items"]
            return list(items)

        counts = [item["statistics"]["ordersCount"] for item in await listed()]
        values = [item["statistics"]["ordersAmount"] or 0 for item in await listed(orderBy="OrdersValue")]
        dates = [datetime.fromisoformat(item["creationDate"]) for item in await listed(orderBy="Date")]

    assert counts == sorted(counts)
    assert values == sorted(values)
    assert dates == sorted(dates)


async def test_the_shop_lives_on_after_each_list(call: Call) -> None:
    """Changes happen between list requests, never within one."""
    async with FakeSnipcart(10, changes=LiveChanges(inserts=2, deletes=1)) as fake:
        totals = [(await call(fake, "GET", "/customers")).document["totalItems"] for _ in range(4)]

    assert totals == [10, 11, 12, 13]


async def test_one_customer_is_as_in_the_list(call: Call) -> None:
    """A customer alone is the one in the list, whatever the case of the id; money keeps its digits."""
    async with FakeSnipcart(20) as fake:
        page = await call(fake, "GET", "/customers")
        for item in page.document["items"]:
            reply = await call(fake, "GET", f"/customers/{item['id'].upper()}")
            assert reply.document == item


async def test_the_orders_of_a_customer_are_a_bare_array(call: Call) -> None:
    """Orders come without an envelope, and none is no order, not an error."""
    async with FakeSnipcart(0) as fake:
        customer_id = fake.shop.add_customer()
        none = await call(fake, "GET", f"/customers/{customer_id}/orders")
        token = fake.shop.place_order(customer_id)
        one = await call(fake, "GET", f"/customers/{customer_id}/orders")

    assert none.document == []
    assert [order["token"] for order in one.document] == [token]


async def test_deleting(call: Call) -> None:
    """A customer is deleted once: 204 without a body, then 404."""
    async with FakeSnipcart(2) as fake:
        gone = fake.shop.customer_ids()[0]
        replies = [await call(fake, "DELETE", f"/customers/{gone}") for _ in range(2)]

    assert [reply.status for reply in replies] == [204, 404]
    assert replies[0].text == ""


@pytest.mark.parametrize(
    ("switches", "city", "phone", "postal_code"),
    [
        ({}, "Québec", None, None),
        ({"put_absent": "keep"}, "Québec", None, "G1H2T5"),
        ({"put_null": "keep"}, "Québec", "555", None),
        ({"put_absent": "keep", "put_null": "keep"}, "Québec", "555", "G1H2T5"),
    ],
)
async def test_an_update(
    call: Call, switches: dict[str, Any], city: str, phone: str | None, postal_code: str | None
) -> None:
    """An address that is given is replaced, key by key as the switches say; one that is not is kept."""
    async with FakeSnipcart(0, **switches) as fake:
        customer_id = fake.shop.add_customer(
            created=datetime(2020, 1, 1, tzinfo=UTC),
            status="Confirmed",
            billing_address={"phone": "555", "postalCode": "G1H2T5", "name": "Before"},
            shipping_address={"name": "Elsewhere"},
        )
        body = {
            "email": "new@example.com",
            "billingAddress": ADDRESS,
            "shippingAddress": None,
            "cartToken": "cart",
        }
        updated = (await call(fake, "PUT", f"/customers/{customer_id}", json=body)).document
        read = (await call(fake, "GET", f"/customers/{customer_id}")).document

    billing = updated["billingAddress"]
    assert (billing["city"], billing["phone"], billing["postalCode"]) == (city, phone, postal_code)
    assert (billing["fullName"].endswith("Geeks Snipcart"), updated["confirmed"]) == (True, True)
    assert updated["shippingAddress"]["name"] == "Elsewhere"
    assert (read["email"], read["billingAddressName"]) == ("new@example.com", "Geeks Snipcart")
    assert (read["billingAddressPhone"], read["creationDate"]) == (phone, "2020-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ([], None),
        ({}, "email"),
        ({"email": None}, "email"),
        ({"email": ""}, "email"),
        ({"email": 7}, "email"),
        ({"email": "a" * 501}, "email"),
        ({"email": "a@example.com", "status": "Confirmed"}, "status"),
        ({"email": "a@example.com", "billingAddress": "Québec"}, "billingAddress"),
        ({"email": "a@example.com", "billingAddress": {"fullName": "Ada"}}, "billingAddress"),
        ({"email": "a@example.com", "shippingAddress": {"city": 7}}, "shippingAddress"),
        ({"email": "a@example.com", "cartToken": 7}, "cartToken"),
    ],
)
async def test_an_update_takes_nothing_else(call: Call, body: Any, wrong: str | None) -> None:
    """Whatever the page does not allow is a 400 that names it, and changes nothing."""
    async with FakeSnipcart(1) as fake:
        customer_id = fake.shop.customer_ids()[0]
        before = fake.shop.document(customer_id)
        reply = await call(fake, "PUT", f"/customers/{customer_id}", json=body)

        assert reply.status == 400
        assert set(reply.document.get("errors", {})) == ({wrong} if wrong else set())
        assert fake.shop.document(customer_id) == before


async def test_500_characters_are_an_email(call: Call) -> None:
    """The longest e-mail allowed is taken."""
    async with FakeSnipcart(1) as fake:
        customer_id = fake.shop.customer_ids()[0]
        reply = await call(fake, "PUT", f"/customers/{customer_id}", json={"email": "a" * 500})

    assert reply.status == 200
