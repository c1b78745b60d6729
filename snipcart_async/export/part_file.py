"""The file an export grows in: private from its first byte, under its own name only when finished."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import ExportError


class PartFile:
    """Grow as `NAME.part` beside the target; a block left before `publish` leaves nothing behind.

    Raises:
        ExportError: The disk refuses, or a `.part` is there already.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self._path = target.with_name(f"{target.name}.part")
        self._published = False
        _insist(_try(self._open))

    def write(self, content: bytes) -> None:
        """Append.

        Raises:
            ExportError: The disk refuses.
        """
        problem = _try(partial(self._file.write, content))
        del content  # personal data: a traceback shall not show it
        _insist(problem)

    def publish(self) -> None:
        """Make sure that everything is on the disk, then give the file its name.

        Raises:
            ExportError: The disk refuses.
        """
        _insist(_try(self._publish))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._file.close()
        if not self._published:
            with suppress(OSError):
                self._path.unlink()

    def _open(self) -> None:
        self._file = open(self._path, "xb", opener=_open_private)  # noqa: SIM115 - closed by __exit__

    def _publish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.replace(self._target)
        self._published = True
        with suppress(PermissionError):  # Windows opens no folders
            _sync_folder(self._target.parent)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _try(act: Callable[[], object]) -> str:
    """Do something with the disk, and say what it refused ("" when nothing)."""
    try:
        act()
    except FileExistsError:
        return (
            "a .part file stands beside the path: another export is writing it, or was killed; "
            "when none is running, remove the .part and start again"
        )
    except OSError as error:
        return f"the file cannot be written: {error.strerror or type(error).__name__}"
    return ""


def _insist(problem: str) -> None:
    """Turn a refusal into our error, on which no foreign frame hangs."""
    if problem:
        raise ExportError(problem)
