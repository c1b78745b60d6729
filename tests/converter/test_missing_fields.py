"""Hardly anything is required: each field may be null, or not there at all."""

from typing import Any

import attrs
import pytest

from snipcart_async import _converter, models
from snipcart_async.models import Address, Customer, CustomerStatistics, Order
from snipcart_async.models._model import Model

from ..scripted import CUSTOMER_ID, SESSION_TOKEN
from .documents import (
    FULL_ORDER,
    Place,
    as_json,
    places,
    problems_of,
    read_customer,
    read_order,
    read_session,
    replaced,
    spelled,
    without,
)

EMPTY_STATISTICS = {"ordersCount": None, "ordersAmount": None, "subscriptionsCount": None}
OPTIONAL: list[Place] = [
    place for place, _ in places(FULL_ORDER) if isinstance(place[-1], str) and place not in {("token",), ("user", "id")}
]


def models_in(value: Any) -> list[Model]:
    """Find every model in a model."""
    if isinstance(value, tuple):
        return [model for item in value for model in models_in(item)]
    if not isinstance(value, Model):
        return []
    return [value, *(model for field in attrs.fields(type(value)) for model in models_in(getattr(value, field.name)))]


def test_a_full_order_leaves_no_field_empty() -> None:
    """Every field of every model in an order is filled from a documented key, but what only nested addresses have."""
    only_nested = {"vat_number", "full_name", "full_address"}
    found = models_in(read_order(FULL_ORDER))
    empty = {
        f"{type(model).__name__}.{field.name}"
        for model in found
        for field in attrs.fields(type(model))
        if getattr(model, field.name) is None and field.name not in only_nested
    }
    expected = {getattr(models, name) for name in models.__all__} - {models.UserSession}

    assert set() == empty
    assert {kind for kind in expected if issubclass(kind, Model)} == {type(model) for model in found}


def test_a_full_order_leaves_nothing_over() -> None:
    """No documented key of an order, nor of anything in it, is unknown."""
    assert not any(model.extra for model in models_in(read_order(FULL_ORDER)))


@pytest.mark.parametrize("place", OPTIONAL, ids=spelled)
def test_null_means_no_value(place: Place) -> None:
    """A null gives no value, never the text "None", and touches nothing else."""
    nothing = EMPTY_STATISTICS if place[-1] == "statistics" else None
    order = read_order(replaced(FULL_ORDER, place, None))

    assert replaced(FULL_ORDER, place, nothing) == as_json(_converter.dump(order))


@pytest.mark.parametrize("place", OPTIONAL, ids=spelled)
def test_a_missing_key_means_no_value(place: Place) -> None:
    """A key that is not there reads as if it were null."""
    assert read_order(replaced(FULL_ORDER, place, None)) == read_order(without(FULL_ORDER, place))


@pytest.mark.parametrize("key", ["billingAddress", "shippingAddress", "statistics", "confirmed", "status"])
def test_the_keys_of_other_shapes_may_be_null_too(key: str) -> None:
    """A null in the place of an object or of `confirmed` is no problem."""
    assert Customer(id=CUSTOMER_ID) == read_customer({"id": CUSTOMER_ID, key: None})


def test_the_smallest_customer_has_empty_addresses_and_statistics() -> None:
    """Absent addresses and statistics are empty ones, never `None`."""
    customer = read_customer({"id": CUSTOMER_ID})

    assert Address() == customer.billing_address
    assert Address() == customer.shipping_address
    assert CustomerStatistics() == customer.statistics
    assert Customer(id=CUSTOMER_ID) == customer


def test_the_smallest_order_has_no_lists() -> None:
    """A list that is not there is `None`, one that is empty is `()`."""
    order = read_order({"token": "t", "items": []})

    assert Order(token="t", items=()) == order
    assert order.taxes is None


def test_the_smallest_session_is_a_customer() -> None:
    """A session needs no token and no expiry."""
    assert Customer(id=CUSTOMER_ID) == read_session({"customer": {"id": CUSTOMER_ID}}).customer
    assert read_session({"token": None, "expires": None, "customer": {"id": CUSTOMER_ID}}).token is None


def test_an_empty_text_is_not_nothing() -> None:
    """The empty text and null stay apart."""
    customer = read_customer({"id": CUSTOMER_ID, "email": "", "status": "", "billingAddressPhone": ""})

    assert (customer.email, customer.status, customer.billing_address.phone) == ("", "", "")


def test_the_token_of_an_order_is_required() -> None:
    """An order without its token is refused."""
    assert problems_of([{"email": "x"}], tuple[Order, ...]) == ("$[0].token: missing",)


def test_statistics_may_lack_the_amount() -> None:
    """A customer inside an order has a null amount, and its count still arrives."""
    customer = read_customer({"id": CUSTOMER_ID, "statistics": {"ordersCount": 0, "ordersAmount": None}})

    assert CustomerStatistics(orders_count=0) == customer.statistics


def test_a_session_token_inside_a_customer_is_kept() -> None:
    """The token that logs a shopper in arrives when Snipcart sends it."""
    customer = read_customer({"id": CUSTOMER_ID, "sessionToken": SESSION_TOKEN})

    assert customer.session_token == SESSION_TOKEN
