"""Strict readings of single values: nothing is coerced, nothing is repaired in silence but lone surrogates."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ..models import OpenEnum
from .refusal import Refusal

_DATE = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEPEST = 100
"""Levels of free JSON; .NET writes 64. Where the stack would end instead depends on the interpreter."""
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_HEX_DIGITS = bytes.maketrans(b"123456789abcdefABCDEF", b"0" * 21)
GUID_SHAPE = b"00000000-0000-0000-0000-000000000000"


def is_guid(text: str) -> bool:
    """Tell whether text is a GUID as Snipcart writes it: 8-4-4-4-12 hexadecimal digits."""
    # Comparing shapes takes a third of the time that the regular expression does.
    return len(text) == 36 and text.isascii() and text.encode().translate(_HEX_DIGITS) == GUID_SHAPE


def read_text(value: Any, _: Any = None) -> str:
    """Read text; a lone surrogate, which no UTF-8 file could hold, becomes U+FFFD."""
    if type(value) is not str:
        raise Refusal.of("text", value)
    return value if value.isascii() else _SURROGATE.sub("�", value)


def read_guid(value: Any, _: Any = None) -> str:
    """Read an identifier, in lower case, which is how Snipcart compares them."""
    if not is_guid(read_text(value)):
        raise Refusal("expected a GUID, got other text")
    return str(value).lower()


def read_int(value: Any, _: Any = None) -> int:
    """Read a whole number."""
    if type(value) is not int:
        raise Refusal.of("a whole number", value)
    return value


def read_bool(value: Any, _: Any = None) -> bool:
    """Read a boolean."""
    if type(value) is not bool:
        raise Refusal.of("true or false", value)
    return value


def read_decimal(value: Any, _: Any = None) -> Decimal:
    """Read an exact number; text is refused, however much it looks like one."""
    if type(value) is int:
        return Decimal(value)
    if type(value) is not Decimal:
        raise Refusal.of("a number", value)
    return value


def read_datetime(value: Any, _: Any = None) -> datetime:
    """Read an instant in UTC: a fraction of any length is cut to microseconds, no zone means UTC."""
    match = _DATE.fullmatch(read_text(value))
    if match is None:
        raise Refusal("expected a date and time in ISO 8601, got other text")
    day, time, fraction, zone = match.groups()
    try:
        local = datetime.fromisoformat(f"{day}T{time}.{(fraction or '0')[:6]:0<6}{zone or 'Z'}".upper())
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Refusal("expected a date that exists")


def read_enum(value: Any, kind: type[OpenEnum]) -> OpenEnum:
    """Read a value of an enum that may grow: unknown text is kept."""
    return kind(read_text(value))


def read_any(value: Any, _: Any = None) -> Any:
    """Read free JSON as it is, but for lone surrogates."""
    return _read_free(value, _DEEPEST)


def _read_free(value: Any, levels: int) -> Any:
    if type(value) is str:
        return read_text(value)
    if type(value) not in {list, dict}:
        return value
    if not levels:
        raise Refusal("nested too deeply")
    if type(value) is list:
        return [_read_free(item, levels - 1) for item in value]
    return {read_text(key): _read_free(item, levels - 1) for key, item in value.items()}


READERS: dict[type, Callable[[Any, Any], Any]] = {
    str: read_text,
    int: read_int,
    bool: read_bool,
    Decimal: read_decimal,
    datetime: read_datetime,
}
