"""Customers and sessions as JSON documents, in each shape and spelled as on Snipcart's pages.

https://docs.snipcart.com/v3/api-reference/customers
"""

from decimal import Decimal
from hashlib import md5
from typing import Any

from . import ticks
from .behaviour import Behaviour
from .people import Address, CustomerRecord

FLAT_NAMES = {
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

_NOT_IN_A_SESSION = ("mode", "sessionToken", "billingAddressFirstName", "shippingAddressFirstName")


def money(cents: int) -> Decimal | int:
    """Spell an amount as .NET's decimals may come out: `22`, `28.09`, `300.0000`."""
    if cents % 300 == 0:
        return cents // 100
    amount = Decimal(cents).scaleb(-2)
    return amount if cents % 3 else amount.quantize(Decimal("0.0001"))


def customer(record: CustomerRecord, behaviour: Behaviour) -> dict[str, Any]:
    """Build what `GET /customers` and `GET /customers/{id}` answer for a customer."""
    billing, shipping = record.addresses()
    document: dict[str, Any] = {
        "id": record.id,
        "email": record.email,
        "mode": behaviour.mode,
        "statistics": statistics(record),
        "creationDate": ticks.spell(record.created),
        "shippingAddressSameAsBilling": billing == shipping,
        "status": record.status,
        "gravatarUrl": _gravatar_url(record.email),
    }
    if behaviour.shape != "nested":
        document |= flat_address("billingAddress", billing) | flat_address("shippingAddress", shipping)
    if behaviour.shape in {"nested", "both"}:
        document |= {"billingAddress": read_address(billing), "shippingAddress": read_address(shipping)}
    return document | {"sessionToken": record.session_token}


def updated_customer(record: CustomerRecord, behaviour: Behaviour) -> dict[str, Any]:
    """Build what `PUT /customers/{id}` answers: nested, and `confirmed` in the place of `status`."""
    billing, shipping = record.addresses()
    return {
        "id": record.id,
        "email": record.email,
        "mode": behaviour.mode,
        "statistics": statistics(record),
        "creationDate": ticks.spell(record.created),
        "gravatarUrl": _gravatar_url(record.email),
        "confirmed": record.status == "Confirmed",
        "billingAddress": nested_address(billing),
        "shippingAddress": nested_address(shipping),
    }


def session(token: str, expires: int, record: CustomerRecord, behaviour: Behaviour) -> dict[str, Any]:
    """Build what `GET /usersessions/{token}` answers; its page knows fewer keys of a customer."""
    document = customer(record, behaviour)
    if behaviour.shape == "documented":
        document = {key: value for key, value in document.items() if key not in _NOT_IN_A_SESSION}
        del document["statistics"]["subscriptionsCount"]
    return {"token": token, "expires": ticks.spell(expires), "customer": document}


def statistics(record: CustomerRecord) -> dict[str, Any]:
    """Build the statistics; the amount is null for some who never ordered."""
    no_amount = record.orders_count == 0 and record.id[-1] in "01234567"
    return {
        "ordersCount": record.orders_count,
        "ordersAmount": None if no_amount else money(record.orders_cents),
        "subscriptionsCount": int(record.id[0] == "0"),
    }


def flat_address(prefix: str, address: Address) -> dict[str, Any]:
    """Spell an address flat, which leaves no room for the VAT number."""
    return {prefix + flat: address[nested] for nested, flat in FLAT_NAMES.items()}


def nested_address(address: Address) -> dict[str, Any]:
    """Spell an address nested, as an update answers it."""
    return {
        "fullName": _joined(address["firstName"], address["name"]),
        **address,
        "fullAddress": _joined(address["address1"], address["address2"]),
    }


def read_address(address: Address) -> dict[str, Any]:
    """Spell an address nested, as newer answers to a read do."""
    return {
        **nested_address(address),
        "hasMinimalRequiredInfo": bool(address["name"] and address["address1"] and address["city"]),
        "validationErrors": {},
    }


def _joined(*texts: str | None) -> str:
    return " ".join(text for text in texts if text)


def _gravatar_url(email: str) -> str:
    digest = md5(email.strip().lower().encode(errors="surrogatepass"), usedforsecurity=False).hexdigest()
    picture = "https%3a%2f%2fcdn.snipcart.com%2fassets%2fimages%2favatar.jpg"
    return f"https://www.gravatar.com/avatar/{digest}?s=70&d={picture}"
