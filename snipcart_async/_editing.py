"""What `save` sends, refuses, and expects to be answered: pure comparisons of two customers."""

from typing import Any

import attrs

from ._converter.spellings import WRITABLE_ADDRESS
from .models import Address, Customer

ADDRESSES = ("billing_address", "shipping_address")
_READ_ONLY = tuple(field.name for field in attrs.fields(Customer) if field.name not in {"email", *ADDRESSES})
_JOINED = {"full_name": ("first_name", "name"), "full_address": ("address1", "address2")}
_READ_ONLY_ADDRESS = (*_JOINED, "extra")


def read_only_changes(edited: Customer, was: Customer) -> tuple[str, ...]:
    """Name the fields that differ although Snipcart cannot change them."""
    fields = [name for name in _READ_ONLY if getattr(edited, name) != getattr(was, name)]
    for address in ADDRESSES:
        new, old = getattr(edited, address), getattr(was, address)
        fields += [f"{address}.{name}" for name in _READ_ONLY_ADDRESS if getattr(new, name) != getattr(old, name)]
    return tuple(fields)


def known_part(edited: Customer, current: Customer) -> Customer:
    """Fill what `edited` does not know from the current state, so that only what it says is compared.

    An answer to an update, for one, has no `shipping_address_same_as_billing`, and joins names that a flat read
    does not join.
    """
    empty = Customer(id=edited.id)
    unknown = {name: getattr(current, name) for name in _READ_ONLY if getattr(edited, name) == getattr(empty, name)}
    for address in ADDRESSES:
        new, old = getattr(edited, address), getattr(current, address)
        unsaid = {name: getattr(old, name) for name in _READ_ONLY_ADDRESS if _says_nothing_new(name, new, old)}
        unknown[address] = attrs.evolve(new, **unsaid)
    return attrs.evolve(edited, **unknown)


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


def _says_nothing_new(name: str, new: Address, old: Address) -> bool:
    """Tell whether `new` lacks a read-only field, or only joins there what `old` shows unjoined."""
    if not (said := getattr(new, name)):
        return True
    if getattr(old, name) is not None:  # which `extra` never is
        return False
    parts = [[getattr(address, part) or "" for part in _JOINED[name]] for address in (new, old)]
    return any(_letters(said) == _letters("".join(texts)) for texts in parts)


def _letters(text: str) -> list[str]:
    """Give what counts in a join, however Snipcart orders and separates its parts."""
    return sorted(filter(str.isalnum, text))


def _same(one: Any, other: Any) -> bool:
    return (one or None) == (other or None)
