"""Orders are whole: every part is there, and the sums come out."""

from typing import Any

import pytest

from snipcart_async.testing import Behaviour, Shop


def all_orders(shop: Shop) -> list[dict[str, Any]]:
    """Return every order that was placed in a shop."""
    return [order for customer_id in shop.customer_ids() for order in shop.orders(customer_id)]


def test_the_sums_come_out() -> None:
    """Goods less discount, plus tax and shipping, are the total; the items are the goods."""
    for order in all_orders(Shop(100)):
        assert order["itemsTotal"] == sum(item["totalPrice"] for item in order["items"])
        assert order["total"] == order["subtotal"] + order["taxesTotal"] + order["shippingFees"]
        assert order["adjustedAmount"] == order["total"] - sum(refund["amount"] for refund in order["refunds"])
        assert order["subtotal"] == order["itemsTotal"] - sum(one["amountSaved"] for one in order["discounts"])


def test_the_statistics_of_a_customer_are_those_of_the_orders() -> None:
    """A customer's amount is the sum of the orders."""
    shop = Shop(50)
    for customer_id in shop.customer_ids():
        orders, statistics = shop.orders(customer_id), shop.document(customer_id)["statistics"]

        assert statistics["ordersCount"] == len(orders)
        assert (statistics["ordersAmount"] or 0) == sum(order["finalGrandTotal"] for order in orders)


def test_every_part_occurs() -> None:
    """Among some hundred orders each kind of list is filled at least once, and empty at least once."""
    orders = all_orders(Shop(100))

    for key in ("discounts", "refunds", "customFields"):
        assert {bool(order[key]) for order in orders} == {True, False}
    assert {field["operation"] for order in orders for field in order["customFields"]} == {None, "+10.00", 10}
    assert {order["summary"]["paymentMethod"] for order in orders} == {0, "CreditCard"}
    assert all(order["plans"] == [] and order["taxes"] for order in orders)


@pytest.mark.parametrize(("shape", "flat"), [("documented", True), ("flat", True), ("both", True), ("nested", False)])
def test_the_user_inside_an_order(shape: Any, flat: bool) -> None:  # noqa: FBT001 - a column of a table
    """The embedded user has nested addresses, flat ones unless all is nested, and empty statistics."""
    order = all_orders(Shop(10, behaviour=Behaviour(shape=shape)))[0]

    assert ("billingAddressName" in order["user"]) is flat
    assert order["user"]["billingAddress"] == order["billingAddress"]
    assert order["user"]["statistics"] == {"ordersCount": 0, "ordersAmount": None, "subscriptionsCount": 0}
    assert order["billingAddressName"] == order["billingAddress"]["name"]


def test_an_order_in_progress() -> None:
    """What is not yet placed is in progress, not paid, not in the list, and has 0 for a payment method."""
    shop = Shop(1)
    customer_id = shop.customer_ids()[0]
    token = shop.place_order(customer_id)

    placed = shop.order(token)
    assert placed is not None
    assert placed["status"] != "InProgress"
    assert placed in shop.orders(customer_id)
    assert {order["status"] for order in shop.orders(customer_id)}.isdisjoint({"InProgress"})
