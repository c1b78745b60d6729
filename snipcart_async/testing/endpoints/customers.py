"""The operations of Snipcart's page "Customers API".

https://docs.snipcart.com/v3/api-reference/customers
"""

import re
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, TypeVar

from .. import ticks
from ..behaviour import Behaviour
from ..catalogue import ATTRIBUTES, OrderBy, Wanted
from ..messages import Answer, RefusedError, SeenRequest
from ..people import ADDRESS_KEYS, Address, CustomerRecord
from ..shop import Shop

T = TypeVar("T")

_PRECISIONS = {"millisecond": ticks.MILLISECOND, "second": ticks.SECOND, "day": ticks.DAY}
_LONGEST_EMAIL = 500
_LARGEST_COUNT = 2**31 - 1


def list_customers(shop: Shop, request: SeenRequest) -> Answer:
    """Answer a page of the customers that match: `GET /customers`."""
    wanted = _read_query(request.query, shop.behaviour)
    total, items = shop.page(wanted)
    shop.live_on()
    totals = {"totalItems": total} if shop.behaviour.totals else {}
    return Answer(200, {**totals, "offset": wanted.offset, "limit": wanted.limit, "items": items})


def get_customer(shop: Shop, _request: SeenRequest, customer_id: str) -> Answer:
    """Answer one customer: `GET /customers/{id}`."""
    return Answer(200, shop.document(_find(shop, customer_id).id))


def list_customer_orders(shop: Shop, _request: SeenRequest, customer_id: str) -> Answer:
    """Answer a customer's orders as a bare array: `GET /customers/{id}/orders`."""
    return Answer(200, shop.orders(_find(shop, customer_id).id))


def update_customer(shop: Shop, request: SeenRequest, customer_id: str) -> Answer:
    """Change the e-mail and the addresses: `PUT /customers/{id}`."""
    record = _find(shop, customer_id)
    body = _checked_body(request.body)
    billing, shipping = record.addresses()
    shop.update(
        record.id,
        email=body["email"],
        billing_address=_changed(billing, body.get("billingAddress"), shop.behaviour),
        shipping_address=_changed(shipping, body.get("shippingAddress"), shop.behaviour),
    )
    return Answer(200, shop.updated_document(record.id))


def delete_customer(shop: Shop, _request: SeenRequest, customer_id: str) -> Answer:
    """Delete a customer: `DELETE /customers/{id}`."""
    shop.delete(_find(shop, customer_id).id)
    return Answer(204)


def _find(shop: Shop, customer_id: str) -> CustomerRecord:
    record = shop.find(customer_id)
    if record is None:
        raise RefusedError(404, "There is no such customer.")
    return record


def _read_query(query: Mapping[str, str], behaviour: Behaviour) -> Wanted:
    limit = _read(query, "limit", _read_count, 20)
    low, high = _read_dates(query, behaviour)
    return Wanted(
        offset=_read(query, "offset", _read_count, 0),
        limit=limit if behaviour.page_cap is None else min(limit, behaviour.page_cap),
        status=_read(query, "status", _read_status, ""),
        email=query.get("email", ""),
        name=query.get("name", "").casefold(),
        low=low,
        high=high,
        order_by=_read(query, "orderBy", _read_order, "NbrOrders"),
    )


def _read(query: Mapping[str, str], name: str, reader: Callable[[str], T], default: T) -> T:
    text = query.get(name)
    if not text:
        return default
    try:
        return reader(text)
    except ValueError:
        raise RefusedError(400, "The request is invalid.", {name: [f"The value '{text}' is not valid."]}) from None


def _read_count(text: str) -> int:
    if not re.fullmatch("[0-9]{1,10}", text) or int(text) > _LARGEST_COUNT:
        raise ValueError
    return int(text)


def _read_status(text: str) -> str:
    if text.casefold() not in {"confirmed", "unconfirmed"}:
        raise ValueError
    return text.casefold()


def _read_order(text: str) -> OrderBy:
    for order_by in ATTRIBUTES:
        if order_by == text:
            return order_by
    raise ValueError


def _read_dates(query: Mapping[str, str], behaviour: Behaviour) -> tuple[float, float]:
    """Return the ticks from which, and before which, customers were created.

    Both sides are compared in the chosen precision: with seconds, `to` covers the whole second it names.
    """
    start = _read(query, "from", ticks.from_text, None)
    end = _read(query, "to", ticks.from_text, None)
    if behaviour.date_precision == "ignored":
        return -inf, inf
    unit = _PRECISIONS[behaviour.date_precision]
    skipped, covered = (0, unit) if behaviour.inclusive_dates else (unit, 0)
    return (
        -inf if start is None else start - start % unit + skipped,
        inf if end is None else end - end % unit + covered,
    )


def _checked_body(body: Any) -> dict[str, Any]:
    """Return the body of an update if Snipcart's page allows all of it."""
    if not isinstance(body, dict):
        raise RefusedError(400, "The body must be a JSON object.")
    errors = {name: ["This is not accepted."] for name in body.keys() - _CHECKS.keys()}
    errors |= {name: [complaint] for name, check in _CHECKS.items() if (complaint := check(body.get(name)))}
    if errors:
        raise RefusedError(400, "The request is invalid.", errors)
    return body


def _check_email(value: Any) -> str:
    if not isinstance(value, str) or not value:
        return "This is required, as text."
    return f"This may have {_LONGEST_EMAIL} characters." if len(value) > _LONGEST_EMAIL else ""


def _check_address(value: Any) -> str:
    if not isinstance(value, dict | None):
        return "This must be an object."
    wrong = [key for key, text in (value or {}).items() if key not in ADDRESS_KEYS or not isinstance(text, str | None)]
    return f"These are not accepted: {', '.join(wrong)}." if wrong else ""


def _check_text(value: Any) -> str:
    return "" if isinstance(value, str | None) else "This must be text."


_CHECKS: dict[str, Callable[[Any], str]] = {
    "email": _check_email,
    "billingAddress": _check_address,
    "shippingAddress": _check_address,
    "cartToken": _check_text,
}


def _changed(current: Address, given: Address | None, behaviour: Behaviour) -> Address | None:
    """Return the whole address after an update; `None`, where none was given, leaves it as it is."""
    if given is None:
        return None

    def after(key: str) -> str | None:
        kept = behaviour.put_absent if key not in given else behaviour.put_null if given[key] is None else "clear"
        return current[key] if kept == "keep" else given.get(key)

    return {key: after(key) for key in ADDRESS_KEYS}
