"""Properties of reading and writing, for documents nobody thought of."""

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer, Order, UserSession

from ..strategies import broken, customers, encode, json_values, orders, sessions
from .documents import nested, read_customer, read_order, read_session

KINDS = st.sampled_from((Customer, UserSession, tuple[Order, ...]))


@given(customers())
def test_a_customer_of_any_shape_is_read_back(document: dict[str, Any]) -> None:
    """What is written of a customer reads as an equal customer, joined names and all."""
    customer = read_customer(document)
    again = read_customer(_converter.dump(customer))

    assert customer == again
    assert customer.billing_address.full_name == again.billing_address.full_name
    assert hash(customer) == hash(again)


@given(sessions())
def test_a_session_of_any_shape_is_read_back(document: dict[str, Any]) -> None:
    """What is written of a session reads as an equal session."""
    session = read_session(document)

    assert session == read_session(_converter.dump(session))


@given(orders())
def test_an_order_of_any_shape_is_read_back(document: dict[str, Any]) -> None:
    """What is written of an order reads as an equal order, its amounts digit by digit."""
    order = read_order(document)
    again = read_order(_converter.dump(order))

    assert order == again
    assert str(order.final_grand_total) == str(again.final_grand_total)


@given(customers())
def test_a_second_writing_is_the_same(document: dict[str, Any]) -> None:
    """Writing is settled after one time."""
    dumped = _converter.dump(read_customer(document))
    again = _converter.dump(read_customer(dumped))

    assert msgspec.json.encode(dumped, order="sorted") == msgspec.json.encode(again, order="sorted")


@given(customers())
def test_flat_and_nested_are_the_same(document: dict[str, Any]) -> None:
    """A flat document with the same content as a nested one gives an equal customer."""
    flat = {key: value for key, value in document.items() if key not in {"billingAddress", "shippingAddress"}}

    assert read_customer(flat) == read_customer(nested(flat))


@given(broken(customers() | sessions() | orders().map(lambda order: [order])), KINDS)
def test_reading_never_raises(document: Any, kind: Any) -> None:
    """A model or problems, one of the two, whatever the document."""
    value, problems = at_once(_converter.read(encode(document), kind))

    assert (value is None) == bool(problems)
    assert all(problem.startswith("$") for problem in problems)


@given(st.binary() | json_values.map(encode), KINDS)
def test_reading_bytes_never_raises(content: bytes, kind: Any) -> None:
    """A model or problems, whatever the bytes."""
    value, problems = at_once(_converter.read(content, kind))

    assert (value is None) == bool(problems)


ENVELOPES = st.fixed_dictionaries(
    {"items": st.lists(customers() | json_values, max_size=3)},
    optional={"totalItems": st.integers() | st.none(), "offset": st.integers(), "limit": st.integers()},
)


@given(broken(ENVELOPES))
def test_reading_a_list_never_raises(document: Any) -> None:
    """The outside of a list and each of its items is read, or named as a problem."""
    envelope, problems = _converter.read_envelope(encode(document))
    assert (envelope is None) == bool(problems)

    documents = envelope.items if envelope else []
    items = at_once(_converter.read_items(documents, Customer))

    assert [item.document for item in items] == [
        None if item.model else document for item, document in zip(items, documents, strict=True)
    ]
    assert all((item.model is None) == bool(item.problems) for item in items)


@given(broken(customers()))
def test_a_problem_never_quotes_the_document(document: Any) -> None:
    """Problems are made of our words and Snipcart's keys alone."""
    canary = "canary@example.com"

    def planted(value: Any) -> Any:
        if isinstance(value, dict):
            return {(canary + key if key.startswith("x") else key): planted(item) for key, item in value.items()}
        if isinstance(value, list):
            return [planted(item) for item in value]
        return canary if isinstance(value, str | Decimal) else value

    _, problems = at_once(_converter.read(encode(planted(document)), Customer))

    assert canary not in "".join(problems)
