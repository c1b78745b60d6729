"""The formats an export can have, by the suffix of its file."""

from typing import Protocol

from ..models import Customer
from .as_jsonl import encode_row


class EncodeRow(Protocol):
    """Write one customer in a format."""

    def __call__(self, customer: Customer, *, session_tokens: bool = False) -> bytes:
        """Give the bytes to append to the file."""
        ...


FORMATS: dict[str, EncodeRow] = {".jsonl": encode_row}
