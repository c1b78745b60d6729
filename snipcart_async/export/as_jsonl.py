"""JSON lines: one row a line, in Snipcart's own flat names; and how any file grows line by line."""

import os
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import attrs

from .columns import Table, encode_json

R = TypeVar("R")

_UNSAFE = re.compile(b"\x7f|\xc2[\x80-\x9f]|\xe2\x80[\xa8\xa9]")
"""What JSON allows raw, but some line readers end a line at, and some terminals obey."""


@attrs.frozen
class Jsonl:
    """Write one JSON object a line."""

    name: ClassVar[str] = "jsonl"

    def open(self, path: Path, table: Table[R]) -> "LineSink[R]":
        """Open the file at `path`, which is there already, to grow.

        Raises:
            OSError: The disk refuses.
        """

        def encode(rows: Sequence[R]) -> bytes:
            return b"".join(encode_line(table.document(row)) for row in rows)

        return LineSink(path, encode)


class LineSink(Generic[R]):
    """Grow a file by whole lines below a header; a position is a length in bytes."""

    def __init__(self, path: Path, encode: Callable[[Sequence[R]], bytes], header: bytes = b"") -> None:
        self._path = path
        self._encode = encode
        self._header = header
        self._file = path.open("r+b")
        self._file.seek(0, os.SEEK_END)

    def write(self, rows: Sequence[R]) -> None:
        """Append rows.

        Raises:
            OSError: The disk refuses.
        """
        if not self._file.tell():
            self._file.write(self._header)
        self._file.write(self._encode(rows))

    def sync(self) -> int:
        """Make what was written durable, and give the position to go on from.

        Raises:
            OSError: The disk refuses.
        """
        self.write(())  # a file without rows has a header too
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def rewind(self, position: int) -> None:
        """Drop what was written after a position that `sync` gave; 0 drops everything.

        Raises:
            OSError: The disk refuses.
            ValueError: The file is shorter, or begins with other columns.
        """
        if position:
            if self._file.seek(0, os.SEEK_END) < position:
                raise ValueError("the file is shorter than the position")
            self._file.seek(0)
            if self._file.read(len(self._header)) != self._header:
                raise ValueError("the file does not have the columns that are to be written")
        self._file.truncate(position)
        self._file.seek(position)

    def finish(self) -> Path:
        """Make the file durable, close it and give its path.

        Raises:
            OSError: The disk refuses.
        """
        self.sync()
        self.close()
        return self._path

    def close(self) -> None:
        """Close the file, whatever the disk says."""
        with suppress(OSError):
            self._file.close()


def encode_line(document: object) -> bytes:
    """Write a document as one line of JSON: decimals exact, every character safe for line readers."""
    return _UNSAFE.sub(_escape, encode_json(document)) + b"\n"


def _escape(match: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(match[0].decode())
