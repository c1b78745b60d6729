"""From JSON objects to models: one hook a class, built once from its fields and the table of spellings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs
from cattrs import Converter

from ..models import Address, Customer, CustomerStatus, OpenEnum, UserSession
from .kinds import kinds
from .leaves import read_any, read_bool, read_enum, read_guid
from .refusal import Refusal
from .spellings import camel, flat_address_keys

Hook = Callable[[Any, Any], Any]
Part = Callable[[Mapping[str, Any]], Any]
"""Reads one field out of its object; `None` where it is not there."""


Field = tuple[str, str, Hook, Any, Part | None]
"""A field's name, and how it is read: from the value under a key, or by a part that looks at the whole object."""
AddressField = tuple[str, str, str, Hook, Any]
"""A field of an address: its name, flat key ("" where there is none) and nested key, how it is read, and as what."""


def model_hook(cls: type, converter: Converter, spelled: Mapping[str, str] | None = None) -> Hook:
    """Build the hook that reads a JSON object into a model; `spelled` overrules single spellings."""
    fields: list[Field] = []
    known: set[str] = set()
    for field in attrs.fields(cls):
        if field.name == "extra":
            continue
        key = (spelled or {}).get(field.name, camel(field.name))
        known.add(key)
        read, kind = _hook(field.type, converter)
        if (cls, field.name) == (Customer, "id"):
            read = read_guid
        part: Part | None = None
        if field.type is Address:
            flat = flat_address_keys(key)
            known.update(flat.values())
            part = _address_part(key, flat, converter)
        elif (cls, field.name) == (Customer, "status"):
            known.add("confirmed")
            part = _status
        elif field.default is attrs.NOTHING:
            part = partial(_required, key, read, kind)
        fields.append((field.name, key, read, kind, part))
    return partial(_model, cls, tuple(fields), frozenset(known))


def _hook(declared: Any, converter: Converter) -> tuple[Hook, Any]:
    """Give the hook for a field's values, none of which is `None`, and the type to give to it."""
    kind = declared if len(kinds(declared)) > 1 else kinds(declared)[0]
    return converter.get_structure_hook(kind), kind


def _address_part(key: str, flat: Mapping[str, str], converter: Converter) -> Part:
    fields = tuple(
        (field.name, flat.get(field.name, ""), camel(field.name), *_hook(field.type, converter))
        for field in attrs.fields(Address)
        if field.name != "extra"
    )
    return partial(_address, key, fields, frozenset(nested_key for _, _, nested_key, _, _ in fields))


def session_hook(cls: type, converter: Converter) -> Hook:
    """Build the hook of a session, which older answers spell with the customer's fields at the root."""
    nested = model_hook(cls, converter)
    by_id = model_hook(Customer, converter)
    by_user_id = model_hook(Customer, converter, {"id": "userId"})

    def read_session(document: Any, _: Any) -> UserSession:
        if not isinstance(document, dict) or "customer" in document or "email" not in document:
            session: UserSession = nested(document, cls)
            return session
        has_user_id = document.get("userId") is not None
        own = {"token", "expires", "id"} if has_user_id else {"token", "expires"}
        person = {key: value for key, value in document.items() if key not in own}
        customer = (by_user_id if has_user_id else by_id)(person, Customer)
        rest = {key: value for key, value in document.items() if key in own}
        session = nested({**rest, "customer": {"id": customer.id}}, cls)
        return attrs.evolve(session, customer=customer)

    return read_session


def tuple_hook(cls: Any, converter: Converter) -> Hook:
    """Build the hook that reads a JSON list, and names the place of whatever is wrong in it."""
    item_type = cls.__args__[0]
    read = converter.get_structure_hook(item_type)

    def read_list(value: Any, _: Any) -> tuple[Any, ...]:
        if type(value) is not list:
            raise Refusal.of("a list", value)
        problems: list[tuple[str, str]] = []
        items = []
        for place, item in enumerate(value):
            try:
                items.append(read(item, item_type))
            except Refusal as refusal:
                problems += refusal.under(f"[{place}]")
        if problems:
            raise Refusal(*problems)
        return tuple(items)

    return read_list


def union_hook(cls: Any, converter: Converter) -> Hook:
    """Build the hook for a field that Snipcart fills with more than one type."""
    reads = [(converter.get_structure_hook(kind), kind) for kind in kinds(cls)]

    def read_first_fitting(value: Any, _: Any) -> Any:
        for read, kind in reads:
            try:
                return read(value, kind)
            except Refusal:
                continue
        raise Refusal.of("another type", value)

    return read_first_fitting


def _model(cls: type, fields: tuple[Field, ...], known: frozenset[str], document: Any, _: Any) -> Any:
    if type(document) is not dict:
        raise Refusal.of("an object", document)
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, key, read, kind, part in fields:
        try:
            if part is not None:
                value = part(document)
            elif (value := document.get(key)) is not None:
                value = read(value, kind)
        except Refusal as refusal:
            problems += refusal.problems if part else refusal.under(f".{key}")
        else:
            if value is not None:  # so null, too, gives empty statistics, not None
                values[name] = value
    if problems:
        raise Refusal(*problems)
    if not document.keys() <= known:
        values["extra"] = _rest(document, known)
    return cls(**values)


def _required(key: str, read: Hook, kind: Any, document: Mapping[str, Any]) -> Any:
    if key not in document:
        raise Refusal((f".{key}", "missing"))
    try:
        return read(document[key], kind)
    except Refusal as refusal:
        problems = refusal.under(f".{key}")
    raise Refusal(*problems)


def _address(key: str, fields: tuple[AddressField, ...], known: frozenset[str], document: Mapping[str, Any]) -> Any:
    """Read an address from either spelling; where both are there, the nested one wins."""
    nested = document.get(key)
    if nested is None:
        nested = {}
    elif type(nested) is not dict:
        raise Refusal(*Refusal.of("an object", nested).under(f".{key}"))
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, flat_key, nested_key, read, kind in fields:
        is_nested = nested_key in nested
        value = nested[nested_key] if is_nested else document.get(flat_key)
        if value is not None:
            try:
                values[name] = read(value, kind)
            except Refusal as refusal:
                problems += refusal.under(f".{key}.{nested_key}" if is_nested else f".{flat_key}")
    if not nested.keys() <= known:
        try:
            values["extra"] = _rest(nested, known)
        except Refusal as refusal:
            problems += refusal.under(f".{key}")
    if problems:
        raise Refusal(*problems)
    return Address(**values)


def _rest(document: Mapping[str, Any], known: frozenset[str]) -> Any:
    """Give what stands under keys that no field has."""
    return read_any({key: value for key, value in document.items() if key not in known})


def _status(document: Mapping[str, Any]) -> OpenEnum | None:
    """Read `status`, or what the answer to an update says instead: `confirmed`."""
    status, confirmed = document.get("status"), document.get("confirmed")
    try:
        if status is not None:
            return read_enum(status, CustomerStatus)
        if confirmed is not None:
            return CustomerStatus.CONFIRMED if read_bool(confirmed) else CustomerStatus.UNCONFIRMED
    except Refusal as refusal:
        problems = refusal.under(".confirmed" if status is None else ".status")
    else:
        return None
    raise Refusal(*problems)
