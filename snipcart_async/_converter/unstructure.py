"""From models back to JSON objects in Snipcart's own flat spelling; reading them again gives equal models."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from cattrs import Converter

from ..models import Address
from .spellings import camel, flat_address_keys


def spell_datetime(value: datetime) -> str:
    """Spell an instant in UTC as Snipcart does: no more digits than it has, and a `Z`."""
    text = value.replace(tzinfo=None).isoformat(timespec="auto")
    return (text.rstrip("0") if "." in text else text) + "Z"


def dump_hook(cls: type, converter: Converter) -> Callable[[Any], dict[str, Any]]:
    """Build the hook that writes a model; addresses are flat, and nested only for what has no flat key."""
    fields = [field for field in attrs.fields(cls) if field.name != "extra"]

    def dump(model: Any) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for field in fields:
            value = getattr(model, field.name)
            key = camel(field.name)
            if field.type is Address:
                document |= _dump_address(value, key)
            else:
                document[key] = converter.unstructure(value)
        document.update(model.extra)
        return document

    return dump


def _dump_address(address: Address, key: str) -> dict[str, Any]:
    flat = flat_address_keys(key)
    document: dict[str, Any] = {flat_key: getattr(address, name) for name, flat_key in flat.items()}
    rest = {
        camel(field.name): getattr(address, field.name)
        for field in attrs.fields(Address)
        if field.name not in flat and field.name != "extra" and getattr(address, field.name) is not None
    }
    nested = rest | address.extra
    return document | ({key: nested} if nested else {})
