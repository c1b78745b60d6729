"""Writing: Snipcart's own flat spelling, exactly, and nothing lost on the way back."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from snipcart_async import _converter
from snipcart_async.models import Address, Customer, CustomerStatus, Order

from ..scripted import CUSTOMER_ID, SESSION_TOKEN, document
from ..strategies import encode
from .documents import (
    FULL_ORDER,
    as_json,
    documented_customer,
    nested,
    problems_of,
    read_customer,
    read_order,
    read_session,
)


def test_the_documented_customer_is_written_as_it_was() -> None:
    """A customer is written with the keys and the values of Snipcart's page, all of them and no other."""
    dumped = _converter.dump(read_customer(documented_customer()))

    assert documented_customer() == dumped
    assert sorted(documented_customer()) == sorted(dumped)
    assert str(dumped["statistics"]["ordersAmount"]) == "1000.00"


def test_a_full_order_is_written_as_it_was() -> None:
    """An order is written with every documented key, and every value as it was, zeros included."""
    dumped = as_json(_converter.dump(read_order(FULL_ORDER)))

    assert dumped == FULL_ORDER
    assert encode(FULL_ORDER["finalGrandTotal"]) == encode(dumped["finalGrandTotal"])


def test_the_documented_session_is_written_with_its_customer() -> None:
    """A session keeps its documented values; what its page does not have is null."""
    wanted = document("user-session-2026")
    dumped = _converter.dump(read_session(wanted))

    assert {"token", "expires", "customer"} == dumped.keys()
    assert wanted["expires"] == dumped["expires"]
    assert wanted["customer"].pop("statistics") | {"subscriptionsCount": None} == dumped["customer"].pop("statistics")
    assert wanted["customer"] == {key: dumped["customer"][key] for key in wanted["customer"]}


def test_a_nested_customer_is_written_flat() -> None:
    """Whatever the shape was, addresses are written flat; nested goes only what has no flat key."""
    shape = nested(documented_customer(), vatNumber="DE1", fullName="Geeks Snipcart", validationErrors={})
    dumped = _converter.dump(read_customer(shape))
    rest = {"vatNumber": "DE1", "fullName": "Geeks Snipcart", "validationErrors": {}}

    assert documented_customer() | {"billingAddress": rest, "shippingAddress": rest} == dumped


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2019, 10, 9, 18, 52, 19, tzinfo=UTC), "2019-10-09T18:52:19Z"),
        (datetime(2019, 10, 9, 18, 52, 0, tzinfo=UTC), "2019-10-09T18:52:00Z"),
        (datetime(2019, 10, 9, 18, 52, 19, 460_000, tzinfo=UTC), "2019-10-09T18:52:19.46Z"),
        (datetime(1, 1, 1, 0, 0, 0, 1, tzinfo=UTC), "0001-01-01T00:00:00.000001Z"),
    ],
)
def test_a_date_is_written_as_short_as_snipcart_does(moment: datetime, text: str) -> None:
    """No more digits of a fraction than there are, and a Z."""
    assert text == _converter.dump(Customer(id=CUSTOMER_ID, creation_date=moment))["creationDate"]


def test_a_customer_made_by_hand_is_written() -> None:
    """Enums are written as text, money as `Decimal`, unknown statuses as they came."""
    dumped = _converter.dump(
        Customer(id=CUSTOMER_ID, status=CustomerStatus("Archived"), billing_address=Address(company="Snipcart"))
    )

    assert dumped["status"] == "Archived"
    assert type(dumped["status"]) is str
    assert dumped["billingAddressCompanyName"] == "Snipcart"
    assert dumped["statistics"] == {"ordersCount": None, "ordersAmount": None, "subscriptionsCount": None}


@pytest.mark.parametrize(
    "session",
    [
        {"userId": CUSTOMER_ID, "email": "x", "id": SESSION_TOKEN},
        {"userId": None, "email": "x", "id": CUSTOMER_ID},
        {"email": "x", "id": CUSTOMER_ID, "ip": "::1"},
        {"customer": {"id": CUSTOMER_ID}, "email": "x"},
    ],
    ids=["user-id", "null-user-id", "id", "customer"],
)
def test_a_session_of_any_shape_is_read_back(session: dict[str, Any]) -> None:
    """No unknown field of a session overwrites a known one when it is written."""
    read = read_session(session)

    assert read == read_session(_converter.dump(read))


def test_an_exact_amount_survives_both_ways() -> None:
    """An amount comes back digit by digit."""
    order = read_order({"token": "t", "total": Decimal("300.0000")})

    assert str(_converter.dump(order)["total"]) == "300.0000"
    assert problems_of([{"token": "t", "total": "300.0000"}], tuple[Order, ...])
