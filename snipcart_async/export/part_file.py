"""The file an export grows in: private from its first byte, under its own name only when finished."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from ..errors import ExportError

_PART_TAKEN = (
    "a .part file stands beside the path: another export is writing it, or was killed; "
    "when none is running, remove the .part and start again"
)
_TARGET_TAKEN = "a file appeared at the path while the export ran, and was left as it is; export to another name"


class PartFile:
    """Grow as `NAME.part` beside the target; a block left before `publish` leaves nothing behind.

    Without `overwrite`, a file that appears at the target meanwhile is left as it is.

    Raises:
        ExportError: The disk refuses, or a `.part` is there already.
    """

    def __init__(self, target: Path, *, overwrite: bool) -> None:
        self._target = target
        self._path = target.with_name(f"{target.name}.part")
        self._overwrite = overwrite
        self._renamed = False
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
            ExportError: The disk refuses, or the name is taken by now.
        """
        _insist(_try(self._publish, taken=_TARGET_TAKEN))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._file.close()
        if not self._renamed:
            with suppress(OSError):
                self._path.unlink()

    def _open(self) -> None:
        self._file = open(self._path, "xb", opener=_open_private)  # noqa: SIM115 - closed by __exit__

    def _publish(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._overwrite:
            self._rename()
        else:
            self._link()
        with suppress(PermissionError):  # Windows opens no folders
            _sync_folder(self._target.parent)

    def _link(self) -> None:
        """Give the file its name beside that of the part: unlike renaming, this never replaces a file."""
        try:
            os.link(self._path, self._target)
        except FileExistsError:
            raise
        except OSError:  # some disks know no links
            if os.path.lexists(self._target):
                raise FileExistsError from None
            self._rename()

    def _rename(self) -> None:
        self._path.replace(self._target)
        self._renamed = True


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _try(act: Callable[[], object], *, taken: str = _PART_TAKEN) -> str:
    """Do something with the disk, and say what it refused ("" when nothing), `taken` where it is a name."""
    try:
        act()
    except FileExistsError:
        return taken
    except OSError as error:
        return f"the file cannot be written: {error.strerror or type(error).__name__}"
    return ""


def _insist(problem: str) -> None:
    """Turn a refusal into our error, on which no foreign frame hangs."""
    if problem:
        raise ExportError(problem)
