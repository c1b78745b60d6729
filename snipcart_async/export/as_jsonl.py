"""JSON lines: one row a line, in Snipcart's own flat names."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, TypeVar

import attrs

from .columns import Table, encode_json
from .lines import LineSink
from .result import Reject

R = TypeVar("R")

_UNSAFE = re.compile(b"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
"""What JSON allows raw, but some line readers end a line at, and some terminals obey."""


@attrs.frozen
class Jsonl:
    """Write one JSON object a line."""

    name: ClassVar[str] = "jsonl"

    def open(self, path: Path, table: Table[R]) -> LineSink[R]:
        """Open the file at `path`, which is there already, to grow.

        Raises:
            OSError: The disk refuses.
        """

        def encode(rows: Sequence[R]) -> bytes:
            return b"".join(encode_line(table.document(row)) for row in rows)

        return LineSink(path, encode)


def encode_line(document: object) -> bytes:
    """Write a document as one line of JSON: decimals exact, every character safe for line readers."""
    line = encode_json(document)
    is_safe = line.isascii() and b"\x7f" not in line
    return (line if is_safe else _UNSAFE.sub(_escape, line)) + b"\n"


def encode_reject(reject: Reject) -> bytes:
    """Write a reject as one line of JSON."""
    return encode_line({"problems": reject.problems, "document": reject.document})


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
