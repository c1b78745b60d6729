"""From JSON objects to models: one hook a class, built once from its fields and the table of spellings."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import attrs
from cattrs import Converter

from ..models import Address, Customer, CustomerStatus, UserSession
from .leaves import read_any, read_bool, read_guid
from .refusal import Refusal
from .spellings import camel, flat_address_keys

Hook = Callable[[Any, Any], Any]
Part = Callable[[Mapping[str, Any]], Any]
"""Reads one field out of its object, or gives ABSENT."""

ABSENT: Any = object()


def model_hook(cls: type, converter: Converter, spelled: Mapping[str, str] | None = None) -> Hook:
    """Build the hook that reads a JSON object into a model; `spelled` overrules single spellings."""
    parts: dict[str, Part] = {}
    known: set[str] = set()
    for field in attrs.fields(cls):
        if field.name == "extra":
            continue
        key = (spelled or {}).get(field.name, camel(field.name))
        known.add(key)
        if field.type is Address:
            flat = flat_address_keys(key)
            known.update(flat.values())
            parts[field.name] = partial(_address, key, flat, converter.get_structure_hook(Address))
        else:
            read = read_guid if (cls, field.name) == (Customer, "id") else converter.get_structure_hook(field.type)
            required = field.default is attrs.NOTHING
            parts[field.name] = partial(_field, key, partial(_read, read, field.type), required)
    if cls is Customer:
        known.add("confirmed")
        parts["status"] = partial(_status, parts["status"])
    return partial(_model, cls, parts, frozenset(known))


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
    reads = [converter.get_structure_hook(kind) for kind in cls.__args__ if kind is not type(None)]

    def read_first_fitting(value: Any, _: Any) -> Any:
        for read in reads:
            try:
                return read(value, cls)
            except Refusal:
                continue
        raise Refusal.of("another type", value)

    return read_first_fitting


def _read(hook: Hook, kind: Any, value: Any) -> Any:
    return hook(value, kind)


def _model(cls: type, parts: Mapping[str, Part], known: frozenset[str], document: Any, _: Any) -> Any:
    if type(document) is not dict:
        raise Refusal.of("an object", document)
    values: dict[str, Any] = {}
    problems: list[tuple[str, str]] = []
    for name, part in parts.items():
        try:
            value = part(document)
        except Refusal as refusal:
            problems += refusal.problems
        else:
            if value is not ABSENT:
                values[name] = value
    if problems:
        raise Refusal(*problems)
    if not document.keys() <= known:
        values["extra"] = read_any({key: value for key, value in document.items() if key not in known})
    return cls(**values)


def _field(key: str, read: Callable[[Any], Any], required: bool, document: Mapping[str, Any]) -> Any:  # noqa: FBT001
    if required and key not in document:
        raise Refusal((f".{key}", "missing"))
    if not required and document.get(key) is None:  # so null, too, gives empty statistics, not None
        return ABSENT
    try:
        return read(document[key])
    except Refusal as refusal:
        problems = refusal.under(f".{key}")
    raise Refusal(*problems)


def _address(key: str, flat: Mapping[str, str], read: Hook, document: Mapping[str, Any]) -> Any:
    """Read an address from either spelling; where both are there, the nested one wins."""
    nested = document.get(key)
    if nested is not None and type(nested) is not dict:
        raise Refusal(*Refusal.of("an object", nested).under(f".{key}"))
    spelled = {camel(name): (flat_key, document[flat_key]) for name, flat_key in flat.items() if flat_key in document}
    merged = {name: value for name, (_, value) in spelled.items()} | (nested or {})
    if not merged:
        return ABSENT
    try:
        return read(merged, Address)
    except Refusal as refusal:
        problems = refusal.problems
    places = {f".{name}": f".{flat_key}" for name, (flat_key, _) in spelled.items() if name not in (nested or {})}
    raise Refusal(*((places.get(path, f".{key}{path}"), problem) for path, problem in problems))


def _status(read: Part, document: Mapping[str, Any]) -> Any:
    """Read `status`, or what the answer to an update says instead: `confirmed`."""
    if document.get("status") is not None or document.get("confirmed") is None:
        return read(document)
    try:
        confirmed = read_bool(document["confirmed"])
    except Refusal as refusal:
        problems = refusal.under(".confirmed")
    else:
        return CustomerStatus.CONFIRMED if confirmed else CustomerStatus.UNCONFIRMED
    raise Refusal(*problems)
