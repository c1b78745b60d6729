"""What `save` sends, refuses, and expects to be answered: pure comparisons of two customers."""

from typing import Any

import attrs

from ._converter.spellings import WRITABLE_ADDRESS
from .models import Address, Customer

ADDRESSES = ("billing_address", "shipping_address")
_READ_ONLY = tuple(field.name for field in attrs.fields(Customer) if field.name not in {"email", *ADDRESSES})
_JOINED = ("full_name", "full_address", "extra")
_MOVING = frozenset({"statistics", "session_token", "gravatar_url", "extra"})
"""What Snipcart itself changes from one read to the next."""


def read_only_changes(edited: Customer, was: Customer) -> tuple[str, ...]:
    """Name the fields that differ although Snipcart cannot change them."""
    fields = [name for name in _READ_ONLY if getattr(edited, name) != getattr(was, name)]
    for address in ADDRESSES:
        new, old = getattr(edited, address), getattr(was, address)
        fields += [f"{address}.{name}" for name in _JOINED if getattr(new, name) != getattr(old, name)]
    return tuple(fields)


def known_part(edited: Customer, current: Customer) -> Customer:
    """Take from the current state what `edited` does not say, or what moves without anybody's edit.

    An answer to an update, for one, has no `shipping_address_same_as_billing`. Only the customer of a session has
    no `mode`: it lacks first names too, which would count as emptied, so it is left to be refused.
    """
    empty = Customer(id=edited.id)
    taken = {
        name: getattr(current, name)
        for name in _READ_ONLY
        if name in _MOVING or (name != "mode" and getattr(edited, name) == getattr(empty, name))
    }
    for address in ADDRESSES:
        joined = {name: getattr(getattr(current, address), name) for name in _JOINED}
        taken[address] = attrs.evolve(getattr(edited, address), **joined)
    return attrs.evolve(edited, **taken)


def address_changes(new: Address, old: Address) -> dict[str, str | None]:
    """Give the complete address to send: every field it has, and null for each that was emptied."""
    fields = {name: (getattr(new, name), getattr(old, name)) for name in WRITABLE_ADDRESS}
    return {name: value for name, (value, before) in fields.items() if value is not None or before is not None}


def mismatches(intended: Customer, was: Customer, answered: Customer) -> tuple[str, ...]:
    """Name the writable fields that came back other than intended, sent or not.

    "" and `None` both mean "no value". A VAT number that was never known cannot be compared.
    """
    fields = [] if _same(intended.email, answered.email) else ["email"]
    for address in ADDRESSES:
        new, old, back = (getattr(customer, address) for customer in (intended, was, answered))
        unknown = {"vat_number"} if new.vat_number is None and old.vat_number is None else set()
        fields += [
            f"{address}.{name}"
            for name in WRITABLE_ADDRESS
            if name not in unknown and not _same(getattr(new, name), getattr(back, name))
        ]
    return tuple(fields)


def _same(one: Any, other: Any) -> bool:
    return (one or None) == (other or None)
