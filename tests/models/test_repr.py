"""Silence: what models show of themselves is never about a person."""

from typing import Any

import attrs
import pytest

from snipcart_async.models import Customer, CustomerStatistics, CustomerStatus, Order, OrderStatus, Page, UserSession

from .examples import CANARY, CUSTOMER_ID, MODELS, MOMENT, PAGE, example, name_of

ORDER_TOKEN = "d16e2f60-39f1-4a4c-b1c3-8a2e166d3f70"
EXAMPLES = [*map(example, MODELS), PAGE]


@pytest.mark.parametrize("value", EXAMPLES, ids=name_of)
@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: value,
        lambda value: [value],
        lambda value: {"a": (value, {value})},
        lambda value: Page(items=(value,), total_items=1, offset=0, limit=1),
        ValueError,
    ],
    ids=["alone", "list", "containers", "page", "exception"],
)
def test_no_text_of_a_model_is_shown(value: Any, wrap: Any) -> None:
    """No name, e-mail, address, token or unknown field is in the repr or text of a model, nor of what holds it."""
    held = wrap(value)

    assert CANARY not in repr(held)
    assert CANARY not in str(held)
    assert CANARY not in f"{held}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            Customer(id=CUSTOMER_ID, status=CustomerStatus.CONFIRMED, email=CANARY),
            f"Customer(id='{CUSTOMER_ID}', status=<CustomerStatus.CONFIRMED: 'Confirmed'>)",
        ),
        (Customer(id=CUSTOMER_ID), f"Customer(id='{CUSTOMER_ID}', status=None)"),
        (
            UserSession(token=CANARY, expires=MOMENT, customer=Customer(id=CUSTOMER_ID)),
            f"UserSession(expires={MOMENT!r}, customer=Customer(id='{CUSTOMER_ID}', status=None))",
        ),
        (
            Order(token=ORDER_TOKEN, status=OrderStatus.PROCESSED),
            "Order(status=<OrderStatus.PROCESSED: 'Processed'>, payment_status=None)",
        ),
        (CustomerStatistics(orders_count=3), "CustomerStatistics(orders_count=3)"),
        (example(Customer).billing_address, "Address(…)"),
        (PAGE, "Page(2 of 10 from 0, limit=50)"),
    ],
    ids=lambda value: name_of(value) if not isinstance(value, str) else None,
)
def test_a_model_shows_what_it_is(value: Any, shown: str) -> None:
    """A repr says which record it is and how it stands, where that says nothing about a person."""
    assert shown == repr(value)


@pytest.mark.parametrize("value", EXAMPLES, ids=name_of)
def test_the_examples_are_full_of_canaries(value: Any) -> None:
    """Each example has something to hide: the scan above would find it."""
    assert CANARY in repr(attrs.asdict(value))
