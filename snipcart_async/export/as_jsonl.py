"""JSON lines: one customer a line, in Snipcart's own flat names."""

import re

import msgspec

from .. import _converter
from ..models import Customer

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_UNSAFE = re.compile(b"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
"""What JSON allows raw, but some line readers end a line at, and some terminals obey."""


def encode_row(customer: Customer, *, session_tokens: bool = False) -> bytes:
    """Write a customer as one line; the token that logs the shopper in only where it is asked for."""
    document = _converter.dump(customer)
    if not session_tokens:
        document.pop("sessionToken", None)
    return encode_line(document)


def encode_line(document: object) -> bytes:
    """Write a document as one line of JSON: decimals exact, every character safe for line readers."""
    return _UNSAFE.sub(_escape, _ENCODER.encode(document)) + b"\n"


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
