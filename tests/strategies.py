"""Documents as Snipcart might send them: every wire shape, with all that is odd but readable, and with what is not."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

ADDRESS_KEYS = {
    "firstName": "FirstName",
    "name": "Name",
    "company": "CompanyName",
    "address1": "Address1",
    "address2": "Address2",
    "city": "City",
    "country": "Country",
    "province": "Province",
    "postalCode": "PostalCode",
    "phone": "Phone",
}
"""The nested key of an address, and the end of its flat key."""


def encode(value: Any) -> bytes:
    """Write JSON with every decimal as it is, and lone surrogates as escapes."""
    return _text(value).encode("ascii")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


odd_texts = st.sampled_from(
    ("", " ", "\x00", "=1+1", "Zoë 👩\u200d🚀", "\u202eevil\u202c", "null", "0012", "\ud800", "a\udfffb", "\ufffd")
)
texts = st.text(st.characters(exclude_categories=())) | odd_texts
guids = st.uuids().map(str) | st.uuids().map(lambda guid: str(guid).upper())
whole_numbers = st.integers(-(10**30), 10**30)
amounts = (
    st.decimals(allow_nan=False, allow_infinity=False)
    | whole_numbers
    | st.sampled_from([Decimal(text) for text in ("1000.00", "0E-27", "300.0000", "1E+999", "-0.5")])
)
statuses = st.sampled_from(("Confirmed", "unconfirmed", "CONFIRMED")) | texts
json_values = st.recursive(
    st.none() | st.booleans() | whole_numbers | amounts | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
unknown_fields = st.dictionaries(texts.map("x{}".format), json_values, max_size=2)  # no known key begins with x


@st.composite
def dates(draw: st.DrawFn) -> str:
    """Spell an instant with 0 to 7 digits of a fraction, in UTC, in another zone, or in none."""
    moment = draw(st.datetimes()).isoformat(timespec="seconds")
    fraction = draw(st.from_regex(r"(\.[0-9]{1,7})?", fullmatch=True))
    near_the_edge = moment.startswith(("0001", "9999"))  # another zone could lead past it
    zones = ("Z", "", "+00:00") if near_the_edge else ("Z", "", "z", "+00:00", "-05:00", "+0530")
    return moment + fraction + draw(st.sampled_from(zones))


@st.composite
def some_of(draw: st.DrawFn, fields: dict[str, st.SearchStrategy[Any]]) -> dict[str, Any]:
    """Build an object with some of these fields, some of them null, and with unknown ones."""
    keys = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, max_size=8))
    return {key: draw(st.none() | fields[key]) for key in keys} | draw(unknown_fields)


def flat_addresses() -> st.SearchStrategy[dict[str, Any]]:
    """Spell both addresses flat, as `GET` does."""
    prefixes = ("billingAddress", "shippingAddress")
    return some_of({prefix + flat: texts for prefix in prefixes for flat in ADDRESS_KEYS.values()})


def nested_addresses() -> st.SearchStrategy[dict[str, Any]]:
    """Spell both addresses nested, as `PUT` does."""
    fields: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(
        (*ADDRESS_KEYS, "vatNumber", "fullName", "fullAddress"), texts
    )
    address = some_of(fields | {"hasMinimalRequiredInfo": st.booleans(), "validationErrors": json_values})
    return st.fixed_dictionaries({}, optional={"billingAddress": address, "shippingAddress": st.none() | address})


_PERSON: dict[str, st.SearchStrategy[Any]] = {
    "email": texts,
    "mode": st.sampled_from(("Live", "test")) | texts,
    "statistics": some_of({"ordersCount": whole_numbers, "ordersAmount": amounts, "subscriptionsCount": whole_numbers}),
    "creationDate": dates(),
    "shippingAddressSameAsBilling": st.booleans(),
    "gravatarUrl": texts,
    "sessionToken": guids | texts,
}
_WITH_STATUS = some_of(_PERSON | {"status": statuses})
_WITH_CONFIRMED = some_of(_PERSON | {"confirmed": st.booleans()})


def _together(*parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(*parts).map(lambda objects: {key: value for part in objects for key, value in part.items()})


def customers() -> st.SearchStrategy[dict[str, Any]]:
    """Build a customer: flat, nested as `PUT` answers, both at once, or nested with a status."""
    identity = st.fixed_dictionaries({"id": guids})
    return (
        _together(identity, _WITH_STATUS, flat_addresses())
        | _together(identity, _WITH_CONFIRMED, nested_addresses())
        | _together(identity, _WITH_STATUS, flat_addresses(), nested_addresses())
        | _together(identity, _WITH_STATUS, nested_addresses())
    )


def sessions() -> st.SearchStrategy[dict[str, Any]]:
    """Build a session: with its customer inside, or spread over the root as older answers were."""
    own = some_of({"token": guids, "expires": dates()})
    inside = _together(own, st.fixed_dictionaries({"customer": customers()}))
    email = st.fixed_dictionaries({"email": texts}, optional={"userId": guids})
    return inside | _together(own, customers(), email)


_CUSTOM_FIELD = some_of(
    {
        "name": texts,
        "required": st.booleans(),
        "operation": texts | amounts,
        "optionsArray": st.lists(texts, max_size=2),
    }
)
_ITEM = some_of(
    {
        "id": texts,
        "price": amounts,
        "quantity": whole_numbers,
        "taxes": st.lists(texts, max_size=2),
        "metadata": json_values,
        "addedOn": dates(),
        "paymentSchedule": some_of({"interval": st.just(0) | texts, "startsOn": dates()}),
        "customFields": st.lists(_CUSTOM_FIELD, max_size=2),
    }
)
_ORDER: dict[str, st.SearchStrategy[Any]] = {
    "invoiceNumber": texts,
    "creationDate": dates(),
    "status": st.sampled_from(("Processed", "inprogress")) | texts,
    "paymentStatus": st.sampled_from(("Paid", "PAIDDEFERRED")) | texts,
    "paymentMethod": st.just(0) | texts,
    "finalGrandTotal": amounts,
    "shippingFees": amounts,
    "willBePaidLater": st.booleans(),
    "itemsCount": whole_numbers,
    "metadata": json_values,
    "user": customers(),
    "paymentDetails": some_of({"display": texts}),
    "items": st.lists(_ITEM, max_size=2),
    "taxes": st.lists(some_of({"taxName": texts, "taxRate": amounts}), max_size=2),
    "discounts": st.lists(some_of({"categories": json_values, "alternatePrice": texts | amounts}), max_size=2),
    "plans": st.lists(unknown_fields, max_size=2),
    "refunds": st.lists(some_of({"amount": amounts, "creationDate": dates()}), max_size=2),
    "summary": some_of({"total": amounts, "paymentMethod": st.just(0) | texts, "shipping": json_values}),
}


def orders() -> st.SearchStrategy[dict[str, Any]]:
    """Build an order with its lists, its amounts of any size, and its customer."""
    identity = st.fixed_dictionaries({"token": guids | texts})
    return _together(identity, some_of(_ORDER), flat_addresses(), nested_addresses())


@st.composite
def broken(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    """Put arbitrary JSON into some place of a document."""
    document = draw(documents)
    if not isinstance(document, dict | list) or not document or draw(st.booleans()):
        return draw(json_values)
    if isinstance(document, dict):
        key = draw(st.sampled_from(list(document)))
        return document | {key: draw(broken(st.just(document[key])))}
    index = draw(st.integers(0, len(document) - 1))
    return [*document[:index], draw(broken(st.just(document[index]))), *document[index + 1 :]]
