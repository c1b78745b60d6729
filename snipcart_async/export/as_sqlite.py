"""SQLite: one table in a database that any SQLite reads at once."""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

import attrs

from .columns import Kind, Table, Value

R = TypeVar("R")

_TYPES = {
    Kind.TEXT: " TEXT",
    Kind.JSON: " TEXT",
    Kind.INSTANT: " TEXT",
    Kind.INTEGER: " INTEGER",
    Kind.BOOLEAN: " INTEGER",
    Kind.DECIMAL: "",  # any type that sounds like a number would round what is stored as text
}
_LEAST_INTEGER, _GREATEST_INTEGER = -(2**63), 2**63 - 1


@attrs.frozen
class Sqlite:
    """Write a table with snake_case columns.

    Instants are text in UTC of one length, so they sort; booleans are 0 and 1. Money is a REAL that spells the
    exact decimal: it sums, compares and divides. A decimal that no REAL spells stays exact as text; a count
    beyond 64 bits, for which SQLite has no integer, becomes the nearest REAL.
    """

    name: ClassVar[str] = "sqlite"

    def open(self, path: Path, table: Table[R]) -> "SqliteSink[R]":
        """Open the file at `path`, which is there already, to grow.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        return SqliteSink(path, table)


class SqliteSink(Generic[R]):
    """Grow a table, one transaction a sync; a position is a number of rows, as they came.

    The database is safe from another process that opens it meanwhile by SQLite's own locks: those of `fcntl`,
    which a process loses when it closes any other descriptor of the file.
    """

    def __init__(self, path: Path, table: Table[R]) -> None:
        self._path = path
        self._table = table
        columns = [f"{c.name}{_TYPES[c.kind]}{' NOT NULL' * (c.name in table.key)}" for c in table.columns]
        key = ", ".join(table.key)
        parts = ",\n  ".join([*columns, f"PRIMARY KEY ({key})"])
        self._definition = f"{table.name} (\n  {parts}\n)"
        names = [column.name for column in table.columns]
        self._insert = (
            f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - our own names
            f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}"
        )
        self._database = self._connect()

    def write(self, rows: Sequence[R]) -> None:
        """Append rows; one that is there already is brought up to date in its place.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        self._begin()
        self._database.executemany(self._insert, [[_bind(v) for v in self._table.values(row)] for row in rows])

    def sync(self) -> int:
        """Make what was written durable, and give the position to go on from.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        self._begin()  # a database without rows has a table too
        self._database.execute("COMMIT")
        return self._count()

    def rewind(self, position: int) -> None:
        """Drop what was written after a position that `sync` gave; 0 drops everything.

        Raises:
            OSError: The disk refuses.
            sqlite3.Error: The disk refuses, or the file is no database.
            ValueError: The table has fewer rows, or other columns.
        """
        if not position:
            self._start_afresh()
            return
        found = self._database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (self._table.name,)).fetchone()
        if found != (f"CREATE TABLE {self._definition}",):
            raise ValueError("the file does not have the table that is to be written")
        if self._count() < position:
            raise ValueError("the file is shorter than the position")
        self._begin()
        self._database.execute(f"DELETE FROM {self._table.name} WHERE rowid > ?", (position,))  # noqa: S608

    def finish(self) -> Path:
        """Make the database durable, close it and give its path.

        Raises:
            sqlite3.Error: The disk refuses.
        """
        self.sync()
        self.close()
        return self._path

    def close(self) -> None:
        """Close the database, without what was written since the last `sync`."""
        with suppress(sqlite3.Error):
            self._database.close()

    def _connect(self) -> sqlite3.Connection:
        """Open the file, but read nothing yet: what is in it may not matter, nor be a database."""
        return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)

    def _begin(self) -> None:
        if not self._database.in_transaction:
            self._database.execute("PRAGMA journal_mode = DELETE")
            self._database.execute("PRAGMA synchronous = EXTRA")  # FULL may lose the last commit with the power
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(f"CREATE TABLE IF NOT EXISTS {self._definition}")

    def _count(self) -> int:
        """Count the rows: rowids have no holes, as only the last rows are ever deleted."""
        (count,) = self._database.execute(f"SELECT coalesce(max(rowid), 0) FROM {self._table.name}").fetchone()  # noqa: S608
        return int(count)

    def _start_afresh(self) -> None:
        self.close()
        os.truncate(self._path, 0)
        self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)
        self._database = self._connect()


def _bind(value: Value) -> str | int | float | None:
    match value:
        case Decimal():
            number = float(value)
            return number if Decimal(repr(number)) == value else str(value)
        case datetime():
            return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        case int():
            return value if _LEAST_INTEGER <= value <= _GREATEST_INTEGER else str(value)
    return value
