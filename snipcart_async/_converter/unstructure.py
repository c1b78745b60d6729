"""From models back to JSON objects in Snipcart's own flat spelling; reading them again gives equal models."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import Any

import attrs
from cattrs import Converter

from ..models import Address
from .kinds import kinds
from .spellings import camel, flat_address_keys

AS_IT_IS = frozenset({str, int, bool, Decimal, NoneType})
"""What JSON holds as it is, and most values are: asking for a hook would take longer than writing them."""


def spell_datetime(value: datetime) -> str:
    """Spell an instant in UTC as Snipcart does: no more digits than it has, and a `Z`."""
    text = value.replace(tzinfo=None).isoformat(timespec="auto")
    return (text.rstrip("0") if "." in text else text) + "Z"


def dump_hook(cls: type, converter: Converter) -> Callable[[Any], dict[str, Any]]:
    """Build the hook that writes a model; addresses are flat, and nested only for what has no flat key."""
    fields = [
        (field.name, camel(field.name), _writer(field.type, camel(field.name), converter))
        for field in attrs.fields(cls)
        if field.name != "extra"
    ]

    def dump(model: Any) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for name, key, write in fields:
            value = getattr(model, name)
            if type(value) in AS_IT_IS:
                document[key] = value
            elif isinstance(value, Address):
                document |= write(value)
            else:
                document[key] = write(value)
        document.update(model.extra)
        return document

    return dump


def _writer(declared: Any, key: str, converter: Converter) -> Callable[[Any], Any]:
    if declared is Address:
        return _address_writer(key)
    only, *others = kinds(declared)
    return converter.unstructure if others or not isinstance(only, type) else converter.get_unstructure_hook(only)


def _address_writer(key: str) -> Callable[[Address], dict[str, Any]]:
    flat = flat_address_keys(key)
    names = [field.name for field in attrs.fields(Address) if field.name not in {*flat, "extra"}]
    nested_only = [(camel(name), name) for name in names]

    def write(address: Address) -> dict[str, Any]:
        document = {flat_key: getattr(address, name) for name, flat_key in flat.items()}
        rest = {inner: value for inner, name in nested_only if (value := getattr(address, name)) is not None}
        if nested := rest | address.extra:
            document[key] = nested
        return document

    return write
