"""A postal address, however Snipcart spelled it."""

from typing import Any

import attrs

from ._model import NO_EXTRA, Model


@attrs.frozen(kw_only=True, repr=False)
class Address(Model):
    """Hold a billing or shipping address.

    `name` is the full name, or the last name where the shop splits names (then `first_name` is there too).
    `full_name`, `full_address` and what is in `extra` come from Snipcart, only in nested answers: they are never
    sent, and never compared.
    """

    first_name: str | None = None
    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    country: str | None = None
    province: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    vat_number: str | None = None
    full_name: str | None = attrs.field(default=None, eq=False)
    full_address: str | None = attrs.field(default=None, eq=False)
    extra: dict[str, Any] = attrs.field(default=NO_EXTRA, eq=False)
