"""Unknown fields are kept, at every level, as they were sent."""

import pytest

from snipcart_async import _converter

from ..scripted import CUSTOMER_ID
from .documents import (
    FULL_CUSTOMER,
    FULL_ORDER,
    Place,
    as_json,
    nested,
    places,
    read_customer,
    read_order,
    read_session,
    replaced,
    spelled,
)

UNKNOWN = {"gatewayId": None, "new": [{"deep": [True]}], "1": "one"}
OBJECTS: list[Place] = [place for place, value in places(FULL_ORDER) if isinstance(value, dict)]


@pytest.mark.parametrize("place", OBJECTS, ids=spelled)
def test_unknown_fields_are_kept_at_every_level_of_an_order(place: Place) -> None:
    """An unknown field anywhere in an order is still there when the order is written again."""
    document = FULL_ORDER
    for key, value in UNKNOWN.items():
        document = replaced(document, (*place, key), value)

    assert document == as_json(_converter.dump(read_order(document)))


def test_unknown_fields_of_a_customer_are_in_extra() -> None:
    """A customer's unknown fields are in its `extra`, those of its parts in theirs."""
    customer = read_customer(
        nested(FULL_CUSTOMER, validationErrors={}, hasMinimalRequiredInfo=True)
        | {"statistics": {"ordersCount": 1, "averageOrder": 2}}
        | UNKNOWN
    )

    assert customer.extra == UNKNOWN
    assert customer.statistics.extra == {"averageOrder": 2}
    assert customer.billing_address.extra == {"validationErrors": {}, "hasMinimalRequiredInfo": True}


def test_a_flat_vat_number_would_be_unknown() -> None:
    """No flat VAT number was ever seen: if one comes, it is kept, not guessed at."""
    customer = read_customer({"id": CUSTOMER_ID, "billingAddressVatNumber": "DE1"})

    assert customer.billing_address.vat_number is None
    assert customer.extra == {"billingAddressVatNumber": "DE1"}


def test_unknown_fields_of_a_session_are_in_extra() -> None:
    """A session's unknown fields are its own; at the root they are the customer's."""
    assert read_session({"customer": {"id": CUSTOMER_ID}, "ip": "::1"}).extra == {"ip": "::1"}
    assert read_session({"email": "x", "id": CUSTOMER_ID, "ip": "::1"}).customer.extra == {"ip": "::1"}


def test_unknown_fields_do_not_change_the_hash() -> None:
    """Two readings that differ in unknown fields differ, and still have one hash."""
    one, other = read_customer({"id": CUSTOMER_ID}), read_customer({"id": CUSTOMER_ID, "new": 1})

    assert one != other
    assert hash(one) == hash(other)


def test_the_plans_of_an_order_are_all_unknown() -> None:
    """No plan was ever seen: whatever it holds is kept."""
    plans = read_order({"token": "t", "plans": [{"id": "p", "amount": 5}]}).plans

    assert plans is not None
    assert [plan.extra for plan in plans] == [{"id": "p", "amount": 5}]
