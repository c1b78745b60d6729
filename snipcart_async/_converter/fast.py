"""The fast reading of what is as documented: msgspec reads the bytes, and generated hooks fill the models.

Whatever it refuses is left to the true hooks: they accept it or explain. What it reads, they read as equal models.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin

import attrs
import msgspec
from msgspec import UNSET, UnsetType

from ..models import Address, Customer, CustomerStatus, OpenEnum
from ..models._model import NO_EXTRA
from .envelope import Envelope
from .kinds import kinds
from .leaves import GUID_SHAPE, read_any, read_datetime, read_decimal, read_guid
from .refusal import Refusal
from .spellings import UNMODELLED, camel, flat_address_keys
from .steps import Steps

Decode = Callable[[bytes], Any]
Fill = Callable[[Any], Any]

_REFUSED = (msgspec.MsgspecError, Refusal, ValueError, ArithmeticError, RecursionError)
_AT_ONCE = 100
_NUMBER = (int | None, None)
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_HEX_DIGITS = bytes.maketrans(b"123456789abcdef", b"0" * 15)
_DATE_SHAPES = frozenset(
    b"0000-00-00T00:00:00%bZ" % fraction for fraction in (b"", *(b"." + b"0" * n for n in range(1, 10)))
)
"""How Snipcart spells instants, every digit a 0: comparing shapes costs less than a regular expression."""
_OPEN = ("__init__", "__setattr__", "__delattr__")
"""What a frozen class forbids; without the last of them, the others are slow."""


def read_fast(content: bytes, kind: Any) -> Steps[Any]:
    """Read a body as a model, or as a tuple of them; `None` where the true hooks must."""
    decode, fill = _reader(kind)
    try:
        wire = decode(content)
        return tuple((yield from _fill_all(fill, wire))) if type(wire) is list else fill(wire)
    except _REFUSED:
        return None


def read_list_fast(content: bytes, kind: type) -> Steps[Envelope | None]:
    """Read a list answer, its items as models; `None` where the true hooks must."""
    decode, fill = _list_reader(kind)
    try:
        listed = decode(content)
        items = yield from _fill_all(fill, listed.items)
    except _REFUSED:
        return None
    return Envelope(items=items, total_items=listed.totalItems, offset=listed.offset, limit=listed.limit)


def _fill_all(fill: Fill, wires: list[Any]) -> Steps[list[Any]]:
    models: list[Any] = []
    for start in range(0, len(wires), _AT_ONCE):
        models += map(fill, wires[start : start + _AT_ONCE])
        yield
    return models


@cache
def _reader(kind: Any) -> tuple[Decode, Fill]:
    many = get_origin(kind) is tuple
    struct, fill = _wire(get_args(kind)[0] if many else kind)
    return _decoder(list[struct] if many else struct), fill  # type: ignore[valid-type]


@cache
def _list_reader(kind: type) -> tuple[Decode, Fill]:
    struct, fill = _wire(kind)
    fields = {"items": list[struct], "totalItems": _NUMBER, "offset": _NUMBER, "limit": _NUMBER}  # type: ignore[valid-type]
    return _decoder(_struct("List", fields)), fill


def _decoder(kind: Any) -> Decode:
    return msgspec.json.Decoder(kind, float_hook=Decimal).decode


def _struct(name: str, fields: dict[str, Any]) -> type[msgspec.Struct]:
    """Make a struct; a field is a type, or a type and a default."""
    spelled = [(_called(key), *(field if isinstance(field, tuple) else (field,))) for key, field in fields.items()]
    rename = {_called(key): key for key in fields}
    return msgspec.defstruct(name, spelled, rename=rename, forbid_unknown_fields=True, kw_only=True, gc=False)


def _called(key: str) -> str:
    """Name the attribute for a key: Python would mangle one with two underscores."""
    return key.lstrip("_")


@cache
def _wire(cls: type) -> tuple[type[msgspec.Struct], Fill]:
    """Make what msgspec reads a model into, and the hook that fills the model from that: both from its fields."""
    names: dict[str, Any] = {"UNSET": UNSET, "NO_EXTRA": NO_EXTRA}
    wire = _Wire(cls, "model", "wire", names)
    exec("\n    ".join(["def fill(wire):", *wire.lines, "return model"]), names)  # noqa: S102 - text of our own alone
    return wire.struct, names["fill"]


class _Wire:
    """Spell the struct of a model, and the lines that fill the one from the other."""

    def __init__(self, cls: type, model: str, wire: str, names: dict[str, Any]) -> None:
        self._wire = wire
        self._names = names
        self._fields: dict[str, Any] = {}
        lines = []
        for field in attrs.fields(cls):
            key = camel(field.name)
            if field.type is Address:
                lines += self._address(f"{model}.{field.name}", key)
            elif field.name != "extra":
                lines += self._field(field, f"{model}.{field.name}", key)
        if cls is Customer:
            self._fields["confirmed"] = (bool | None, None)
            known = {True: CustomerStatus.CONFIRMED, False: CustomerStatus.UNCONFIRMED, None: None}
            lines.append(f"if {model}.status is None: {model}.status = {self._named(known)}[{wire}.confirmed]")
        self._fields.update(dict.fromkeys(UNMODELLED.get(cls, ()), (Any, UNSET)))
        self.lines = self._frozen(model, cls, [*lines, *self._extra(model, cls, wire)])
        self.struct = _struct(cls.__name__, self._fields)

    def _frozen(self, name: str, cls: type, lines: list[str]) -> list[str]:
        return [f"{name} = {self._named(_blank(cls))}()", *lines, f"{name}.__class__ = {self._named(cls)}"]

    def _extra(self, name: str, cls: type, wire: str) -> list[str]:
        if cls not in UNMODELLED:
            return [f"{name}.extra = NO_EXTRA"]
        read = self._named(read_any)
        values = {key: f"{wire}.{_called(key)}" for key in UNMODELLED[cls]}
        given = [f"if {value} is not UNSET: extra[{key!r}] = {read}({value})" for key, value in values.items()]
        return ["extra = {}", *given, f"{name}.extra = extra or NO_EXTRA"]

    def _named(self, value: Any) -> str:
        """Give a value a name that the lines can use."""
        name = f"_{len(self._names)}"
        self._names[name] = value
        return name

    def _field(self, field: "attrs.Attribute[Any]", target: str, key: str) -> list[str]:
        value = f"{self._wire}.{key}"
        if field.default is attrs.NOTHING:
            self._fields[key], lines = self._filling(field, target, value)
            return lines
        kind, lines = self._filling(field, target, value)
        self._fields[key] = (kind | None, None)
        if lines == [f"{target} = {value}"]:
            return lines
        empty = "None" if field.default is None else f"{self._named(field.default.factory)}()"
        return [f"if {value} is None: {target} = {empty}", "else:", *_indented(lines)]

    def _filling(self, field: "attrs.Attribute[Any]", target: str, value: str) -> tuple[Any, list[str]]:
        """Give what msgspec reads for a field, and the lines that fill the field with it."""
        only, *_ = kinds(field.type)
        if attrs.has(only):  # in line: a hook of its own would cost a call
            name = target.replace(".", "_")
            part = _Wire(only, name, f"{name}_wire", self._names)
            return part.struct, [f"{name}_wire = {value}", *part.lines, f"{target} = {name}"]
        kind, reading = self._reading(field.type, value)
        if field.name == "id" and field.default is attrs.NOTHING:
            shape = f"{value}.encode().translate({self._named(_HEX_DIGITS)})"
            reading = f"{value} if {shape} == {self._named(GUID_SHAPE)} else {self._named(read_guid)}({value})"
        return kind, [f"{target} = {reading}"]

    def _reading(self, declared: Any, value: str) -> tuple[Any, str]:
        """Give what msgspec reads for a type, and the expression that makes it what the model holds."""
        if {*kinds(declared)} <= {str, int, bool}:
            return Union[kinds(declared)], value  # noqa: UP007 - as many as there are
        if {*kinds(declared)} == {str, Decimal}:
            return Any, f"{value} if type({value}) is str else {self._named(read_decimal)}({value})"
        (only,) = kinds(declared)
        if get_origin(only) is tuple:
            kind, reading = self._reading(get_args(only)[0], "item")
            return list[kind], f"tuple([{reading} for item in {value}])"  # type: ignore[valid-type]
        if attrs.has(only):
            struct, fill = _wire(only)
            return struct, f"{self._named(fill)}({value})"
        if isinstance(only, type) and issubclass(only, OpenEnum):
            return only, value
        if only is datetime:
            is_usual = f"{value}.encode().translate({self._named(_DIGITS)}) in {self._named(_DATE_SHAPES)}"
            usual, other = self._named(datetime.fromisoformat), self._named(read_datetime)
            return str, f"{usual}({value}) if {is_usual} else {other}({value})"
        if only is Decimal:
            read, exact = self._named(read_decimal), self._named(Decimal)
            return Any, f"{value} if {value}.__class__ is {exact} else {read}({value})"
        return Any, f"{self._named(read_any)}({value})"

    def _address(self, target: str, key: str) -> list[str]:
        """Read an address from its flat keys and the nested object, whose keys win."""
        flat = flat_address_keys(key)
        self._fields.update(dict.fromkeys(flat.values(), (str | None, None)))
        self._fields[key] = (_address_struct() | None, None)
        values = {field.name: "None" for field in attrs.fields(Address) if field.name != "extra"}
        values.update({name: f"{self._wire}.{flat_key}" for name, flat_key in flat.items()})
        spread = [f"address.{field} = {value}" for field, value in values.items()]
        merged = [
            f"address.{field} = {value} if nested.{camel(field)} is UNSET else nested.{camel(field)}"
            for field, value in values.items()
        ]
        lines = [
            f"nested = {self._wire}.{key}",
            "if nested is None:",
            *_indented([*spread, "address.extra = NO_EXTRA"]),
            "else:",
            *_indented([*merged, *self._extra("address", Address, "nested")]),
        ]
        return [*self._frozen("address", Address, lines), f"{target} = address"]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


@cache
def _address_struct() -> Any:
    keys = [camel(field.name) for field in attrs.fields(Address) if field.name != "extra"]
    fields = dict.fromkeys(keys, (str | None | UnsetType, UNSET))
    return _struct("Address", fields | dict.fromkeys(UNMODELLED[Address], (Any, UNSET)))


@cache
def _blank(cls: type) -> type:
    """Make a class whose objects can be filled before they become frozen ones of this class."""
    return type(cls.__name__, (cls,), {"__slots__": (), **{name: getattr(object, name) for name in _OPEN}})
