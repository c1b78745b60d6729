"""Orders by their token."""

from snipcart_async.testing import FakeSnipcart

from .conftest import Call


async def test_an_order_is_the_same_in_the_list_and_alone(call: Call) -> None:
    """An order read by its token is the one in its customer's list."""
    async with FakeSnipcart(5) as fake:
        customer_id = fake.shop.customer_ids()[0]
        token = fake.shop.place_order(customer_id)
        orders = await call(fake, "GET", f"/customers/{customer_id}/orders")
        order = await call(fake, "GET", f"/orders/{token}")

    assert order.status == 200
    assert orders.document[-1] == order.document
