"""The fast reading takes what is as documented, and is never another truth."""

import re
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async import _converter
from snipcart_async._converter.fast import read_fast, read_list_fast
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer, Order, UserSession

from ..scripted import sample
from ..strategies import broken, customers, encode, orders, sessions
from .documents import FULL_CUSTOMER, FULL_ORDER

ORDERS = tuple[Order, ...]
ID = "00000000-0000-4000-8000-00000000000a"
SAMPLES = {
    "customers-get": Customer,
    "customers-put": Customer,
    "customers-orders": ORDERS,
    "user-session-2015": UserSession,
    "user-session-2026": UserSession,
}
DOCUMENTS = st.one_of(
    customers().map(lambda document: (document, Customer)),
    sessions().map(lambda document: (document, UserSession)),
    st.lists(orders(), max_size=2).map(lambda document: (document, ORDERS)),
)


def whole(value: Any) -> Any:
    """Give all there is in a model, with types: equality overlooks what an address has besides."""
    if isinstance(value, tuple | list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {key: whole(item) for key, item in value.items()}
    if attrs.has(type(value)):
        return type(value), {field.name: whole(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return type(value), repr(value)


def check(content: bytes, kind: Any) -> bool:
    """Check that the fast reading gives nothing, or what the true one gives; tell whether it gave something."""
    fast = at_once(read_fast(content, kind))
    if fast is None:
        return False
    truth, problems = at_once(_converter.read_truly(content, kind))
    assert problems == ()
    assert whole(fast) == whole(truth)
    return True


def as_documented(value: Any) -> Any:
    """Take out of a document what is in no table: unknown keys, and half surrogate pairs."""
    if isinstance(value, dict):
        known = {key: item for key, item in value.items() if not key.startswith("x")}
        return {as_documented(key): as_documented(item) for key, item in known.items()}
    if isinstance(value, list):
        return [as_documented(item) for item in value]
    return re.sub("[\ud800-\udfff]", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize(("name", "kind"), SAMPLES.items(), ids=SAMPLES)
def test_what_snipcart_documents_is_read_fast(name: str, kind: Any) -> None:
    """Every wire shape of Snipcart's pages goes the fast way."""
    assert check(sample(name), kind)


def test_everything_ever_seen_in_an_order_is_read_fast() -> None:
    """So does an order with all keys of all captures, and the customer in it."""
    seen = {"compatibilitySwitches": ["a"], "promocodes": [], "id": None, "__VNEXT_OrderId": 1}

    assert check(encode([FULL_ORDER | seen]), ORDERS)
    assert check(encode(FULL_CUSTOMER), Customer)
    assert at_once(_converter.read(encode(FULL_ORDER | seen), Order))[0].extra.items() >= seen.items()


def test_a_list_is_read_fast() -> None:
    """A page comes with its models, and with what Snipcart says of the list."""
    fast = at_once(read_list_fast(sample("customers-list"), Customer))
    envelope, _ = _converter.read_envelope(sample("customers-list"))
    assert fast is not None
    assert envelope is not None
    items = at_once(_converter.read_items(envelope.items, Customer))

    assert whole(fast.items) == whole([item.model for item in items])
    assert (fast.total_items, fast.offset, fast.limit) == (envelope.total_items, envelope.offset, envelope.limit)


@given(DOCUMENTS)
def test_a_document_as_described_is_read_alike(document: tuple[Any, Any]) -> None:
    """Where the fast reading gives a model, the true one gives the same."""
    check(encode(as_documented(document[0])), document[1])


@given(broken(customers()), st.sampled_from((Customer, UserSession, Order)))
def test_a_broken_document_is_read_alike(document: Any, kind: Any) -> None:
    """What is wrong with a document is left to the true reading, which explains it."""
    check(encode(as_documented(document)), kind)


def _near_a_date() -> Iterator[st.SearchStrategy[str]]:
    yield st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?([.,]\d{0,9})?(Z|z|[+-]\d\d:?\d\d)?Z?", fullmatch=True)
    yield st.from_regex(r"2026[-W0-9]{3,7}T[0-9:]{6,9}[.,0-9+]{0,8}Z", fullmatch=True)
    yield st.text("0123456789-:TZ. +\u0660W", min_size=18, max_size=30)


@given(st.one_of(*_near_a_date()))
def test_a_date_is_read_alike(text: str) -> None:
    """What only looks like a date is none here either."""
    check(encode({"id": ID, "creationDate": text}), Customer)


@given(customers(), st.integers(0, 10**6), st.binary(max_size=2))
def test_changed_bytes_are_read_alike(document: Any, place: int, change: bytes) -> None:
    """Nor does it take for JSON what is none."""
    content = encode(as_documented(document))
    place %= len(content)
    check(content[:place] + change + content[place + 1 :], Customer)


@pytest.mark.parametrize(
    "more",
    [{"new": 1}, {"email": "\ud800"}, {"statistics": {"ordersAmount": "1.50"}}, {"statistics": {"ordersCount": 1.5}}],
    ids=["unknown field", "half a surrogate pair", "money as text", "a count with a fraction"],
)
def test_what_is_not_as_described_is_left_to_the_true_reading(more: dict[str, Any]) -> None:
    """So nothing unknown is lost, and nothing wrong goes through."""
    assert at_once(read_fast(encode({"id": ID} | more), Customer)) is None


def test_a_fast_model_is_like_any_other() -> None:
    """It is frozen, hashable, and of the public class."""
    customer = at_once(read_fast(sample("customers-get"), Customer))

    assert type(customer) is Customer
    assert type(customer.billing_address).__name__ == "Address"
    assert hash(customer) == hash(at_once(_converter.read_truly(sample("customers-get"), Customer))[0])
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        customer.email = "other"  # type: ignore[misc]
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del customer.billing_address.name
