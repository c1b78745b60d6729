"""JSON text to Python values and back, with exact decimals and nothing that JSON does not have."""

import json
from codecs import BOM_UTF8
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import msgspec


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


_FEW = 1000
_FAST = msgspec.json.Decoder(float_hook=Decimal)
_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def parse(content: bytes) -> tuple[Any, str]:
    """Read a JSON document: its value, and what is wrong with it ("" when nothing is).

    A problem is returned, not raised, so that no traceback holds the document.
    """
    try:
        return _FAST.decode(content), ""
    except (msgspec.DecodeError, ValueError, ArithmeticError, RecursionError):  # the rest says why, or takes it
        pass
    first, _ = _ends(content)
    if not first:
        return None, "empty, not JSON"
    if first == b"<":
        return None, "HTML, not JSON"
    try:
        text = content.decode("utf-8-sig")
        return _DECODER.decode(text), ""
    except UnicodeDecodeError:
        return None, "not UTF-8"
    except RecursionError:
        return None, "JSON nested too deeply"
    except InvalidOperation:  # an exponent of nineteen digits
        return None, "JSON with a number too large to hold"
    except ValueError:  # JSONDecodeError, a constant, a number too long for int()
        return None, "not JSON"


def write(value: object) -> tuple[bytes, str]:
    """Write a JSON document: its bytes, and what is wrong with the value ("" when nothing is)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode(), ""
    except (TypeError, ValueError, RecursionError):  # UnicodeEncodeError is a ValueError
        return b"", "not made of text, finite numbers, booleans, None, lists and dicts with text keys"


def is_unicode(value: object) -> bool:
    """Tell whether all text in a value can be written as UTF-8: half a surrogate pair cannot."""
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:
        return False
    return True


def is_whole(content: bytes) -> bool:
    """Tell whether a body can be all of a document: neither empty, nor opened and never closed."""
    if content[:1] == b"{" and content[-1:] == b"}":
        return True
    first, last = _ends(content)
    return bool(first) and last == {b"{": b"}", b"[": b"]"}.get(first, last)


def _ends(content: bytes) -> tuple[bytes, bytes]:
    """Give the first and last byte that is no blank, of a body that may be large."""
    first = content[:_FEW].removeprefix(BOM_UTF8).lstrip() or content.removeprefix(BOM_UTF8).lstrip()
    last = content[-_FEW:].rstrip() or content.rstrip()
    return first[:1], last[-1:]
