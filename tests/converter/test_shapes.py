"""One customer for all wire shapes: flat, nested, both at once, nested with a status, and spread over a session."""

from typing import Any

import pytest

from snipcart_async.models import Address, Customer, CustomerStatus

from ..scripted import CUSTOMER_ID, SESSION_TOKEN, document
from .documents import FULL_CUSTOMER, FULL_ORDER, documented_customer, nested, read_customer, read_order, read_session

OTHER_ID = "c25f6054-3fc9-4792-b2d2-3e10eed55708"


def test_flat_and_nested_spell_equal_customers() -> None:
    """The same content gives equal models, flat or nested."""
    assert read_customer(FULL_CUSTOMER) == read_customer(nested(FULL_CUSTOMER))
    assert read_customer(documented_customer()) == read_customer(nested(documented_customer()))


def test_flat_and_nested_spell_equal_orders() -> None:
    """The same content gives equal models, also in an order and its customer."""
    order = nested(FULL_ORDER) | {"user": nested(FULL_CUSTOMER)}

    assert read_order(FULL_ORDER) == read_order(order)


def test_both_shapes_at_once_are_one_customer() -> None:
    """A document that has both shapes with the same content gives the same model again."""
    assert read_customer(FULL_CUSTOMER) == read_customer(FULL_CUSTOMER | nested(FULL_CUSTOMER))


def test_where_both_shapes_are_there_nested_wins_key_by_key() -> None:
    """A nested key overrules its flat twin, null too; a flat key without a nested twin counts."""
    customer = read_customer(
        {
            "id": CUSTOMER_ID,
            "billingAddressCompanyName": "flat",
            "billingAddressCity": "flat",
            "billingAddressPhone": "flat",
            "billingAddress": {"company": "nested", "city": None, "vatNumber": "nested", "fullName": "nested"},
        }
    )
    expected = Address(company="nested", city=None, phone="flat", vat_number="nested")

    assert expected == customer.billing_address
    assert customer.billing_address.full_name == "nested"


def test_an_empty_nested_address_leaves_the_flat_one() -> None:
    """An empty nested object overrules nothing."""
    customer = read_customer({"id": CUSTOMER_ID, "billingAddressCity": "Québec", "billingAddress": {}})

    assert Address(city="Québec") == customer.billing_address


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"confirmed": True}, CustomerStatus.CONFIRMED),
        ({"confirmed": False}, CustomerStatus.UNCONFIRMED),
        ({"confirmed": None}, None),
        ({"confirmed": True, "status": None}, CustomerStatus.CONFIRMED),
        ({"confirmed": None, "status": "confirmed"}, CustomerStatus.CONFIRMED),
        ({"confirmed": True, "status": "Unconfirmed"}, CustomerStatus.UNCONFIRMED),
        ({"status": "CONFIRMED"}, CustomerStatus.CONFIRMED),
        ({"status": "Archived"}, CustomerStatus("Archived")),
    ],
)
def test_confirmed_becomes_status(fields: dict[str, Any], status: CustomerStatus | None) -> None:
    """What the answer to an update says as `confirmed` is the status, unless a status is there."""
    customer = read_customer({"id": CUSTOMER_ID, **fields})

    assert status == customer.status
    assert customer.extra == {}


def test_an_identifier_is_read_in_lower_case() -> None:
    """An identifier in upper case is the same customer."""
    assert Customer(id=CUSTOMER_ID) == read_customer({"id": CUSTOMER_ID.upper()})


def test_the_customer_of_an_order_may_be_nested_only() -> None:
    """The newest answers dropped the flat half inside orders."""
    order = read_order({"token": "t", "user": nested(FULL_CUSTOMER, hasMinimalRequiredInfo=True)})

    assert order.user is not None
    assert order.user.billing_address.company == "Snipcart"
    assert order.user.billing_address.extra == {"hasMinimalRequiredInfo": True}


def test_a_session_spread_over_the_root_is_the_same_session() -> None:
    """Where the customer's fields stand beside the token, the session reads like the documented one."""
    inside = document("user-session-2026")
    spread = inside["customer"] | {"token": inside["token"], "expires": inside["expires"]}

    assert read_session(inside) == read_session(spread)


@pytest.mark.parametrize(
    ("identifiers", "own"),
    [
        ({"userId": CUSTOMER_ID}, {}),
        ({"userId": CUSTOMER_ID, "id": OTHER_ID}, {"id": OTHER_ID}),
        ({"id": CUSTOMER_ID}, {}),
    ],
    ids=["user-id", "user-id-beside-id", "id"],
)
def test_a_session_at_the_root_names_its_customer(identifiers: dict[str, str], own: dict[str, str]) -> None:
    """The customer's id is `userId`, or else `id`; an `id` beside `userId` is the session's own, and kept."""
    session = read_session({"email": "x", "token": SESSION_TOKEN, **identifiers})

    assert Customer(id=CUSTOMER_ID, email="x") == session.customer
    assert own == session.extra


def test_a_null_user_id_names_nobody() -> None:
    """Without a `userId`, a session at the root falls back to `id`, and the null is kept as unknown."""
    session = read_session({"email": "x", "userId": None, "id": CUSTOMER_ID})

    assert (session.customer.id, session.customer.extra) == (CUSTOMER_ID, {"userId": None})


def test_a_session_with_a_customer_ignores_an_email_at_the_root() -> None:
    """Where the customer has its place, a stray e-mail at the root is an unknown field."""
    session = read_session({"email": "x", "customer": {"id": CUSTOMER_ID}})

    assert session.customer.email is None
    assert session.extra == {"email": "x"}
