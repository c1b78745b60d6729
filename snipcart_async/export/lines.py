"""A file that grows line by line, whatever its lines are."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from . import disk

R = TypeVar("R")


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
        disk.sync_file(self._file)
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
