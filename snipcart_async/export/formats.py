"""The formats an export can have, and what each of them grows."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Protocol, TypeGuard, TypeVar, runtime_checkable

from .as_csv import Csv
from .as_jsonl import Jsonl
from .as_parquet import Parquet
from .as_sqlite import Sqlite
from .columns import Table

R = TypeVar("R")
R_contra = TypeVar("R_contra", contravariant=True)


class Sink(Protocol[R_contra]):
    """Grow the file of an export, so that it can go on from every `sync` after a crash.

    All of it is used in one thread, which is not the event loop's. Every method but `close` may raise `OSError` or
    `sqlite3.Error`, in words that show no row.
    """

    def write(self, rows: Sequence[R_contra], /) -> None:
        """Append rows; they are safe after the next `sync`."""
        ...

    def sync(self) -> int:
        """Make everything written so far durable, and give the position to go on from."""
        ...

    def rewind(self, position: int, /) -> None:
        """Drop everything after a position that `sync` gave; 0 starts afresh, whatever the file holds.

        Raises:
            ValueError: The file ends before the position, or has other columns.
        """
        ...

    def finish(self) -> Path:
        """Make the file what the user shall get, close everything, and give the path of that file."""
        ...

    def close(self) -> None:
        """Give everything up without finishing; a second time does nothing."""
        ...


@runtime_checkable
class Format(Protocol):
    """Say how a file is written."""

    name: ClassVar[str]

    def open(self, path: Path, table: Table[R], /) -> Sink[R]:
        """Open the file at `path`, which is there already and private, to grow."""
        ...


FORMATS: dict[str, Format] = {chosen.name: chosen for chosen in (Sqlite(), Jsonl(), Csv(), Parquet())}
"""The formats by name, the one for a path without a suffix first."""

SUFFIXES = {
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


def choose_format(path: Path, format: str | Format | None) -> tuple[Format | None, str]:  # noqa: A002 - its name outside
    """Choose by name, value or else suffix, in any case, and say what is wrong ("" when nothing is)."""
    names = ", ".join(FORMATS)
    if format is None:
        suffix = path.suffix.lower()
        chosen = FORMATS[SUFFIXES.get(suffix, "sqlite")]
        if suffix and suffix not in SUFFIXES:
            return None, f"path must end in one of {', '.join(SUFFIXES)}, or format must be one of {names}"
    elif isinstance(format, str):
        found = FORMATS.get(format.lower())
        if found is None:
            return None, f"format must be one of {names}"
        chosen = found
    elif _is_format(format):
        chosen = format
    else:
        return None, f"format must be one of {names}, or a value such as Csv(bom=True)"
    if isinstance(chosen, Parquet) and find_spec("pyarrow") is None:
        return None, "the format parquet needs pyarrow: pip install 'snipcart-async[parquet]'"
    return chosen, ""


def _is_format(value: object) -> TypeGuard[Format]:
    return isinstance(value, Format) and not isinstance(value, type)
