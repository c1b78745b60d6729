"""JSON text to Python values and back, with exact decimals and nothing that JSON does not have."""

import json
from codecs import BOM_UTF8
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not JSON"
    raise ValueError(message)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def parse(content: bytes) -> tuple[Any, str]:
    """Read a JSON document: its value, and what is wrong with it ("" when nothing is).

    A problem is returned, not raised, so that no traceback holds the document.
    """
    ends = _without_bom(content).strip()
    if not ends:
        return None, "empty, not JSON"
    if ends[:1] == b"<":
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


def is_whole(content: bytes) -> bool:
    """Tell whether a body can be all of a document: neither empty, nor opened and never closed."""
    ends = _without_bom(content).strip()
    if not ends:
        return False
    closing = {b"{": b"}", b"[": b"]"}.get(ends[:1])
    return closing is None or ends[-1:] == closing


def _without_bom(content: bytes) -> bytes:
    return content.removeprefix(BOM_UTF8)
