"""Documents taken apart: every place in one, and copies in which a single place differs."""

import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

from snipcart_async import _converter
from snipcart_async._converter.steps import at_once
from snipcart_async.models import Customer, Order, UserSession

from ..scripted import document
from ..strategies import ADDRESS_KEYS, encode

Place = tuple[str | int, ...]
"""The way from the root of a document to one of its values."""

FULL_ORDER: dict[str, Any] = json.loads((Path(__file__).parent / "full_order.json").read_bytes(), parse_float=Decimal)
"""An order with every key that Snipcart's pages and captured answers have, none of them null."""

FULL_CUSTOMER: dict[str, Any] = FULL_ORDER["user"]

FREE = {"metadata", "categories", "affectedItems", "products", "quantityInterval", "quantityOfProductIds"} | {
    "alternatePrices",
    "parcels",
    "shipping",
}
"""Keys under which any JSON may stand; but an item's `categories` are texts."""


def read_customer(value: Any) -> Customer:
    """Read a customer that must be readable."""
    customer, problems = at_once(_converter.read(_content(value), Customer))
    assert problems == ()
    assert isinstance(customer, Customer)
    return customer


def read_session(value: Any) -> UserSession:
    """Read a session that must be readable."""
    session, problems = at_once(_converter.read(_content(value), UserSession))
    assert problems == ()
    assert isinstance(session, UserSession)
    return session


def read_order(value: Any) -> Order:
    """Read an order that must be readable."""
    orders, problems = at_once(_converter.read(encode([value]), tuple[Order, ...]))
    assert problems == ()
    (order,) = orders
    assert isinstance(order, Order)
    return order


def problems_of(value: Any, kind: Any) -> tuple[str, ...]:
    """Read a document that must be refused, and give the reasons."""
    model, problems = at_once(_converter.read(_content(value), kind))
    assert model is None
    assert problems
    return problems


def _content(value: Any) -> bytes:
    return value if isinstance(value, bytes) else encode(value)


def is_free(place: Place) -> bool:
    """Tell whether any JSON may stand at a place."""
    is_of_an_item = place[0] == "items" and place[-1] == "categories"
    return place[-1] in FREE and not is_of_an_item


def places(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Give every place below the root with its value, free JSON only as a whole."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        below = (*place, key)
        yield below, child
        if not is_free(below):
            yield from places(child, below)


def spelled(place: Place) -> str:
    """Spell a place as a JSON path."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)


def replaced(value: Any, place: Place, new: Any) -> Any:
    """Copy a document with another value at one place."""
    copy = deepcopy(value)
    inner = copy
    for part in place[:-1]:
        inner = inner[part]
    inner[place[-1]] = new
    return copy


def without(value: Any, place: Place) -> Any:
    """Copy a document without one key."""
    copy = deepcopy(value)
    inner = copy
    for part in place[:-1]:
        inner = inner[part]
    del inner[place[-1]]
    return copy


def nested(flat: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Spell a flat document's addresses nested; `more` goes into both."""
    rest = {key: value for key, value in flat.items() if not is_flat_key(key)}
    for prefix in ("billingAddress", "shippingAddress"):
        address = {key: flat[prefix + end] for key, end in ADDRESS_KEYS.items() if prefix + end in flat}
        rest[prefix] = address | more
    return rest


def is_flat_key(key: str) -> bool:
    """Tell whether a key is part of a flat address."""
    ends = ADDRESS_KEYS.values()
    return any(key == prefix + end for prefix in ("billingAddress", "shippingAddress") for end in ends)


def as_json(value: Any) -> Any:
    """Give what a dump is once it was written and parsed again: lists, not tuples."""
    return json.loads(encode(value), parse_float=Decimal)


def documented_customer() -> dict[str, Any]:
    """Give the customer of Snipcart's page."""
    customer: dict[str, Any] = document("customers-get")
    return customer
