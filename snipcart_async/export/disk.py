"""What an export does to the disk, step by step so that nothing is lost, and private from the first byte."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

from ..errors import ExportError

T = TypeVar("T")

_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0)
_NOT_FOR_FOLDERS = {errno.EINVAL, errno.ENOTSUP}  # some network disks


def insist(act: Callable[[], T], *, advice: str = "mend that, then go on with resume=True") -> T:
    """Do something with the disk.

    What it writes is personal data: bind it into `act` and let go of it, so that no traceback shows it.

    Raises:
        ExportError: The disk refuses.
    """
    results, problem = _try(act)
    del act
    if problem:
        raise ExportError(f"the file cannot be written: {problem}; {advice}")
    return results[0]


def _try(act: Callable[[], T]) -> tuple[list[T], str]:
    try:
        return [act()], ""
    except OSError as error:
        return [], reason(error)
    except (sqlite3.Error, ValueError) as error:
        return [], str(error)


def reason(error: OSError) -> str:
    """Say why the system refused, in its own words, which name no file."""
    return error.strerror or type(error).__name__


def create(path: Path) -> IO[bytes]:
    """Create a file that nobody else may read; refuse one that is there, and links."""
    return open(path, "x+b", opener=_open_private)


def fresh(path: Path) -> Path:
    """Name the file that is to replace another."""
    return path.with_name(f"{path.name}.new")


def replace(path: Path, content: Iterable[bytes]) -> None:
    """Give a file new content, all of it or nothing, also when the power fails."""
    fresh(path).unlink(missing_ok=True)
    with create(fresh(path)) as file:
        file.writelines(content)
        sync_file(file)
    fresh(path).replace(path)
    sync_folder(path.parent)


def publish(source: Path, target: Path, *, overwrite: bool) -> None:
    """Give a file another name, at once and durably; the old one stays as a mark, but on disks that know no links.

    Raises:
        FileExistsError: The name is taken, and not to be overwritten.
    """
    link = fresh(source) if overwrite else target
    if overwrite:
        link.unlink(missing_ok=True)
    try:
        os.link(source, link)
    except FileExistsError:
        raise
    except OSError:
        if not overwrite and os.path.lexists(target):
            raise FileExistsError from None
        link = source
    if link != target:
        link.replace(target)
    sync_folder(target.parent)


def sync_file(file: IO[bytes]) -> None:
    """Make durable what was written to a file."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make durable which names a folder holds."""
    with suppress(PermissionError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NOT_FOR_FOLDERS:
                raise
        finally:
            os.close(descriptor)


def remove(*paths: Path) -> None:
    """Remove files, those that are there."""
    for path in paths:
        path.unlink(missing_ok=True)


def open_existing(path: Path) -> int:
    """Open a file to read and write, and give its descriptor; refuse links, and do not wait for a pipe's other end."""
    return os.open(path, os.O_RDWR | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0))


def read(path: Path) -> bytes:
    """Read a small file; refuse links, and find nothing in a pipe."""
    with os.fdopen(open_existing(path), "rb") as file:
        return file.read() or b""


def is_at(descriptor: int, path: Path) -> bool:
    """Tell whether an open file still has its name."""
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.lstat(path))
    return False


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_FOLLOW, 0o600)
