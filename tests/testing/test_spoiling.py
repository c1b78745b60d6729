"""Records can be spoiled: what a list or a read answers is then what the test wants, down to bare garbage."""

from datetime import UTC, datetime
from typing import Any

import pytest

from snipcart_async.testing import Behaviour, FakeSnipcart, Shop
from snipcart_async.testing.catalogue import OrderBy, Wanted
from snipcart_async.testing.spoiling import spoiled

from .conftest import Call

JANUARY = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("keys", "document"),
    [
        (None, {"id": "1", "email": "a@example.com"}),
        ({"email": {"a": 1}, "new": 1}, {"id": "1", "email": {"a": 1}, "new": 1}),
        ({"email": None}, {"id": "1", "email": None}),
        ({"email": ..., "unknown": ...}, {"id": "1"}),
        ({"document": None, "email": 1}, None),
        ({"document": ..., "email": 1}, {"id": "1", "email": 1}),
    ],
)
def test_what_a_spoiled_document_is(keys: dict[str, Any] | None, document: Any) -> None:
    """A key takes the value given, `...` leaves it out, and `document` stands for all of it."""
    assert spoiled({"id": "1", "email": "a@example.com"}, keys) == document


async def test_a_spoiled_customer_is_spoiled_wherever_it_is_read(call: Call) -> None:
    """The list and the read of one customer answer the same spoiled document; the others stay as they were."""
    async with FakeSnipcart(3) as fake:
        before = [fake.shop.document(customer_id) for customer_id in fake.shop.customer_ids()]
        customer_id, *_ = fake.shop.customer_ids()
        fake.spoil(customer_id.upper(), email={"a": 1})
        fake.spoil(customer_id, status=...)
        items = (await call(fake, "GET", "/customers", params={"orderBy": "Date"})).document["items"]
        read = await call(fake, "GET", f"/customers/{customer_id}")
        expected = before[0] | {"email": {"a": 1}}
        del expected["status"]

    assert items == [expected, *before[1:]]
    assert read.document == expected


async def test_updates_and_sessions_are_not_spoiled(call: Call) -> None:
    """A spoiled customer can still be updated and signed in, and is answered there as it should be."""
    async with FakeSnipcart(1) as fake:
        customer_id = fake.shop.customer_ids()[0]
        fake.spoil(customer_id, email=7)
        updated = await call(fake, "PUT", f"/customers/{customer_id}", json={"email": "new@example.com"})
        session = await call(fake, "GET", f"/usersessions/{fake.sign_in(customer_id)}")
        read = await call(fake, "GET", f"/customers/{customer_id}")

    assert updated.document["email"] == session.document["customer"]["email"] == "new@example.com"
    assert read.document["email"] == 7


@pytest.mark.parametrize("garbage", [None, "garbage", 7, []])
async def test_bare_garbage_in_place_of_a_record(call: Call, garbage: object) -> None:
    """A customer, or an order, can be something else than an object, `null` too: 200 all the same."""
    async with FakeSnipcart(0) as fake:
        customer_id = fake.shop.add_customer()
        token = fake.shop.place_order(customer_id)
        fake.spoil(customer_id, document=garbage)
        fake.spoil(token, document=garbage)
        page = await call(fake, "GET", "/customers")
        orders = await call(fake, "GET", f"/customers/{customer_id}/orders")
        alone = [await call(fake, "GET", path) for path in (f"/customers/{customer_id}", f"/orders/{token}")]

    assert page.document["items"] == [garbage]
    assert orders.document == [garbage]
    assert [(reply.status, reply.document) for reply in alone] == [(200, garbage)] * 2
    assert {reply.headers["Content-Type"] for reply in alone} == {"application/json; charset=utf-8"}


async def test_one_order_of_a_customer_is_spoiled(call: Call) -> None:
    """An order is spoiled by its token, in its customer's list and alone; the order before is not."""
    async with FakeSnipcart(0) as fake:
        customer_id = fake.shop.add_customer()
        first, second = [fake.shop.place_order(customer_id) for _ in range(2)]
        fake.spoil(second.upper(), total="much", status=...)
        orders = (await call(fake, "GET", f"/customers/{customer_id}/orders")).document
        alone = (await call(fake, "GET", f"/orders/{second}")).document

    assert [order["token"] for order in orders] == [first, second]
    assert [("status" in order, order["total"] == "much") for order in orders] == [(True, False), (False, True)]
    assert alone == orders[1]


@pytest.mark.parametrize("missing", [None, ...])
@pytest.mark.parametrize("order_by", ["Date", "NbrOrders"])
@pytest.mark.parametrize("descending", [False, True])
def test_without_a_date_a_customer_is_in_no_list_by_dates(
    missing: object,
    order_by: OrderBy,
    descending: bool,  # noqa: FBT001 - pytest's
) -> None:
    """As in a database: what has no date is within no dates, and stands last, or first when descending."""
    shop = Shop(0, behaviour=Behaviour(descending=descending))
    ids = [shop.add_customer(created=JANUARY.replace(day=day)) for day in (1, 2, 3)]
    wanted = Wanted(order_by=order_by)

    def listed(wanted: Wanted) -> list[str]:
        total, items = shop.page(wanted)
        assert total == len(items)
        return [item["id"] for item in items]

    assert set(listed(wanted)) == set(listed(Wanted(order_by=order_by, low=0))) == set(ids)
    shop.spoil(ids[1], creationDate=missing)

    assert set(listed(wanted)) == set(ids)
    for within in (Wanted(order_by=order_by, low=0), Wanted(order_by=order_by, high=1e30)):
        assert set(listed(within)) == {ids[0], ids[2]}
    by_date = listed(Wanted(order_by="Date"))
    assert by_date == [ids[1], ids[2], ids[0]] if descending else [ids[0], ids[2], ids[1]]


@pytest.mark.parametrize("garbage", ["yesterday", 7, {"a": 1}])
def test_a_date_that_is_no_date_keeps_its_place(garbage: object) -> None:
    """A date that is only spelled wrong is still known to the database; it can be made good again, too."""
    shop = Shop(0)
    first, second = [shop.add_customer(created=JANUARY.replace(day=day)) for day in (1, 2)]
    shop.spoil(first, creationDate=None)
    shop.spoil(first, creationDate=garbage)

    _, items = shop.page(Wanted(order_by="Date", low=0))
    assert [(item["id"], item["creationDate"]) for item in items] == [
        (first, garbage),
        (second, "2020-01-02T00:00:00Z"),
    ]


async def test_half_a_surrogate_pair_can_be_sent(call: Call) -> None:
    """JSON can spell what UTF-8 can't encode, in keys too, and money beside it keeps its digits."""
    async with FakeSnipcart(0) as fake:
        customer_id = fake.shop.add_customer(email="\udc00@example.com", billing_address={"name": "Zoë \ud83d"})
        whole = (await call(fake, "GET", f"/customers/{customer_id}")).text
        token = fake.shop.place_order(customer_id)
        before = (await call(fake, "GET", f"/orders/{token}")).text
        fake.spoil(customer_id, email="a\ud800b")
        fake.spoil(token, notes=["\udfff"], **{"\ud800": 1})
        page = (await call(fake, "GET", "/customers")).text
        after = (await call(fake, "GET", f"/orders/{token}")).text

    assert '"email":"\\udc00@example.com"' in whole
    assert '"email":"a\\ud800b"' in page
    assert 'billingAddressName":"Zo\\u00eb \\ud83d"' in page
    assert '"notes":["\\udfff"]' in after
    assert after.endswith(',"\\ud800":1}')
    assert before.partition('"itemsTotal"')[2].partition(',"items"')[0] in after


def test_what_cannot_be_spoiled_is_refused() -> None:
    """An id nobody has, or a value that JSON can't express, is told at once, and nothing is spoiled."""
    shop = Shop(1)
    customer_id = shop.customer_ids()[0]
    before = shop.document(customer_id)

    with pytest.raises(KeyError, match="nobody"):
        shop.spoil("nobody", email=1)
    with pytest.raises(TypeError, match="object"):
        shop.spoil(customer_id, email=object())
    assert shop.document(customer_id) == before
