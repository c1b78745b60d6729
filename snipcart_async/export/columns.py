"""What a row of an export has: columns and documents, both read off the fields of the models."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from .. import _converter
from .._converter.kinds import kinds
from .._converter.spellings import camel, flat_address_keys, is_session_token
from .._converter.unstructure import AS_IT_IS
from ..models import Address, Customer, Order
from ..models._model import Model

R = TypeVar("R")
Value = str | int | bool | Decimal | datetime | None

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_SESSION_TOKEN = "session_token"  # noqa: S105 - the name of a field
_CUSTOMER_ID = "customer_id"


class Kind(Enum):
    """What the values of a column are."""

    TEXT = "text"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    INSTANT = "instant"
    JSON = "json"


_KINDS = {int: Kind.INTEGER, bool: Kind.BOOLEAN, Decimal: Kind.DECIMAL, datetime: Kind.INSTANT}


@attrs.frozen(kw_only=True)
class Column(Generic[R]):
    """Name one value of a row, as databases (`name`) and as Snipcart (`key`) spell it, and read it.

    A value is `None`, or by kind a `str`, an `int`, a `bool`, a `Decimal`, an aware `datetime` in UTC, or a
    `str` of compact JSON.
    """

    name: str
    key: str
    kind: Kind
    read: Callable[[R], Value] = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Table(Generic[R]):
    """Describe the rows of an export: their columns, and each as one document in Snipcart's flat names.

    `key` names the columns that tell a row from all others.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column[R], ...] = attrs.field(repr=False)
    document: Callable[[R], dict[str, Any]] = attrs.field(repr=False)

    def values(self, row: R) -> list[Value]:
        """Read every column of a row."""
        return [column.read(row) for column in self.columns]


@attrs.frozen
class OrderRow:
    """Hold an order with the customer it was asked for: the order itself may not name one."""

    customer_id: str
    order: Order = attrs.field(repr=False)


def customers_table(*, session_tokens: bool = False) -> Table[Customer]:
    """Describe the rows of a customers export; the tokens that log shoppers in only where they are asked for."""
    return Table(
        name="customers",
        key=("id",),
        columns=tuple(_columns(Customer, "", session_tokens=session_tokens)),
        document=partial(_spell, session_tokens=session_tokens),
    )


def orders_table(*, session_tokens: bool = False) -> Table[OrderRow]:
    """Describe the rows of an orders export; session tokens stay out at any depth unless asked for."""
    customer_id: Column[OrderRow] = Column(
        name=_CUSTOMER_ID, key=camel(_CUSTOMER_ID), kind=Kind.TEXT, read=attrgetter(_CUSTOMER_ID)
    )
    return Table(
        name="orders",
        key=(_CUSTOMER_ID, "token"),
        columns=(customer_id, *_columns(Order, "order.", session_tokens=session_tokens)),
        document=partial(_order_document, session_tokens=session_tokens),
    )


def encode_json(value: object) -> bytes:
    """Write compact JSON, decimals digit by digit."""
    return _ENCODER.encode(value)


def count_digits(value: Decimal) -> tuple[int, int]:
    """Count the digits that a number needs, before and after the point."""
    digits = value.as_tuple().digits
    significant = len(bytes(digits).rstrip(b"\0"))
    return max(0, value.adjusted() + 1), max(0, significant - value.adjusted() - 1)


def _order_document(row: OrderRow, *, session_tokens: bool) -> dict[str, Any]:
    ours = {camel(_CUSTOMER_ID): row.customer_id}
    order: dict[str, Any] = _spell(row.order, session_tokens=session_tokens)
    return ours | order | ours  # first in place, last in say


def _columns(model: type[Model], way: str, *, session_tokens: bool) -> Iterator[Column[Any]]:
    """Give a column for each field; a model that is never `None` is taken apart. `way` leads to it from the row."""
    spell = partial(_spell, session_tokens=session_tokens)
    extras: dict[str, Callable[[Any], Any]] = {"": attrgetter(f"{way}extra")}
    for field in attrs.fields(model):
        if attrs.has(field.type):
            extras[camel(field.name)] = attrgetter(f"{way}{field.name}.extra")
            flat = flat_address_keys(camel(field.name)) if field.type is Address else {}
            for inner in attrs.fields(field.type):
                if inner.name != "extra":
                    name = f"{field.name}_{inner.name}"
                    key = flat.get(inner.name, camel(name))
                    yield _column(name, key, inner.type, f"{way}{field.name}.{inner.name}", spell)
        elif field.name != "extra" and (session_tokens or field.name != _SESSION_TOKEN):
            yield _column(field.name, camel(field.name), field.type, way + field.name, spell)
    yield Column(name="extra", key="extra", kind=Kind.JSON, read=partial(_read_extra, extras, spell))


def _column(name: str, key: str, annotation: Any, way: str, spell: Callable[[Any], Any]) -> Column[Any]:
    kind, get = _kind(annotation), attrgetter(way)
    if kinds(annotation) == (str,):
        return Column(name=name, key=key, kind=kind, read=get)
    readers = {Kind.TEXT: partial(_read_text, get), Kind.JSON: partial(_read_json, get, spell)}
    return Column(name=name, key=key, kind=kind, read=readers.get(kind, get))


def _kind(annotation: Any) -> Kind:
    """Tell the kind by a field's type; what can be text or a number is text."""
    if any(isinstance(kind, type) and issubclass(kind, str) for kind in kinds(annotation)):
        return Kind.TEXT
    return _KINDS.get(kinds(annotation)[0], Kind.JSON)


def _read_text(get: Callable[[Any], Any], row: Any) -> str | None:
    value = get(row)
    return None if value is None else str(value)


def _read_json(get: Callable[[Any], Any], spell: Callable[[Any], Any], row: Any) -> str | None:
    value = get(row)
    return None if value is None else encode_json(spell(value)).decode()


def _read_extra(extras: dict[str, Callable[[Any], Any]], spell: Callable[[Any], Any], row: Any) -> str | None:
    """Give what no column holds: the row's own unknown fields, and under their keys those of its parts."""
    found = {key: spelled for key, get in extras.items() if (extra := get(row)) and (spelled := spell(extra))}
    document = found.pop("", {}) | found
    return encode_json(document).decode() if document else None


def _spell(value: Any, *, session_tokens: bool) -> Any:
    """Spell models and free JSON as Snipcart does."""
    if isinstance(value, Model):
        value = _converter.dump(value)
    if isinstance(value, dict):
        return {
            key: inner if type(inner) in AS_IT_IS else _spell(inner, session_tokens=session_tokens)
            for key, inner in value.items()
            if session_tokens or not is_session_token(key)
        }
    if isinstance(value, list | tuple):
        return [_spell(inner, session_tokens=session_tokens) for inner in value]
    return value
