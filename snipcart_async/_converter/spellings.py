"""How Snipcart spells our names: the one table that reading and writing share."""

import re
from functools import cache
from typing import Any

import attrs

from ..models import Address, Customer, Order

_FLAT_ADDRESS = {"company": "CompanyName"}
"""Where a flat address key is not just the prefix and the nested key."""

UNMODELLED = {
    Address: ("hasMinimalRequiredInfo", "validationErrors"),
    Customer: ("gatewayId",),
    Order: ("compatibilitySwitches", "id", "promocodes", "vnexT_MigrationFailed", "__VNEXT_OrderId"),
}
"""Keys that were seen in answers and that no model has a field for: they stand in `extra`."""

NESTED_ONLY = frozenset({"vat_number"})
"""Writable address fields for which no flat key was ever seen."""

WRITABLE_ADDRESS = tuple(
    field.name for field in attrs.fields(Address) if field.name not in {"extra", "full_name", "full_address"}
)


@cache
def camel(name: str) -> str:
    """Spell a snake_case name as Snipcart does: `gravatar_url` is `gravatarUrl`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def is_session_token(key: str) -> bool:
    """Tell whether this is Snipcart's key, in whatever case, for what logs a shopper in."""
    return key.lower() == "sessiontoken"


def without_session_tokens(value: Any) -> Any:
    """Give a JSON value without session tokens, however deep they are."""
    if isinstance(value, dict):
        return {key: without_session_tokens(inner) for key, inner in value.items() if not is_session_token(key)}
    if isinstance(value, list):
        return [without_session_tokens(inner) for inner in value]
    return value


@cache
def flat_address_keys(prefix: str) -> dict[str, str]:
    """Give the flat key of each address field: `company` is `billingAddressCompanyName`."""
    return {
        name: prefix + _FLAT_ADDRESS.get(name, camel(f"_{name}"))
        for name in WRITABLE_ADDRESS
        if name not in NESTED_ONLY
    }
