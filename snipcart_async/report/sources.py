"""The formats of an export of customers: the values that a report wants, of one customer after the other."""

import csv
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import IO, Any, AnyStr

from .. import _converter
from .._converter.steps import at_once
from ..export.as_csv import restore
from ..export.columns import Column, customers_table, orders_table
from ..export.formats import SUFFIXES
from ..models import Customer

_WANTED = (
    "creation_date",
    "status",
    "billing_address_country",
    "statistics_orders_count",
    "statistics_orders_amount",
    "mode",
)
_FOUND = {column.name: column for column in customers_table().columns}
_COLUMNS: tuple[Column[Customer], ...] = tuple(_FOUND[name] for name in _WANTED)
_ORDERS_KEY = {spelled for column in orders_table().columns[:1] for spelled in (column.name, column.key)}
_BATCH_ROWS = 5000
_LONGEST_LINE = 2**26
_LONGEST_HEADER = 2**16
_LIMIT = Lock()

DAMAGED = "is damaged, or was changed by another program: export it once more"
_MAKE_ONE = "make one with `snipcart export customers`"
_OF_ORDERS = f"is an export of orders, and the report is about customers: {_MAKE_ONE}"
_OTHER = f"is no export of customers, as SQLite, JSON lines, CSV or Parquet: {_MAKE_ONE}"


class UnreadableError(Exception):
    """Say what is wrong with the file; its text quotes nothing."""


def find_reader(path: Path) -> Callable[[Path], Iterator[tuple[Any, ...]]]:
    """Give the reader of a file's format, which its first bytes tell.

    Raises:
        UnreadableError: There is no file.
        OSError: The file cannot be read.
    """
    if not path.is_file():
        raise UnreadableError("is not there" if not path.exists() else "is no file, but a folder or pipe")
    with path.open("rb") as file:
        begins = file.read(16)
    if begins.startswith(b"SQLite format 3\0"):
        return _from_sqlite
    if begins.startswith(b"PAR1"):
        return _from_parquet
    if begins.startswith(b"{") or (not begins and SUFFIXES.get(path.suffix.lower()) == "jsonl"):
        return _from_jsonl
    return _from_csv


def _from_sqlite(path: Path) -> Iterator[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
        table = customers_table().name
        names = {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (table,))}
        orders = {name for (name,) in database.execute("SELECT name FROM pragma_table_info(?)", (orders_table().name,))}
        _check(names or orders, [column.name for column in _COLUMNS])
        yield from database.execute(f"SELECT {', '.join(_WANTED)} FROM {table}")  # noqa: S608 - our own names


def _from_jsonl(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file)):
            if line.isspace():
                continue
            customer = _read_customer(line)
            if customer is None:
                raise UnreadableError(_whose(line, is_first=not number))
            yield tuple(column.read(customer) for column in _COLUMNS)


def _lines(file: IO[AnyStr]) -> Iterator[AnyStr]:
    """Read line by line, but none that would fill the memory."""
    while line := file.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise UnreadableError(DAMAGED)
        yield line


def _read_customer(line: bytes) -> Customer | None:
    customer: Customer | None = at_once(_converter.read(line, Customer))[0]
    return customer


def _whose(line: bytes, *, is_first: bool) -> str:
    """Say what a line of JSON may be of, if not of a customer."""
    if is_first and any(f'"{name}":'.encode() in line for name in _ORDERS_KEY):
        return _OF_ORDERS
    return _OTHER if is_first else DAMAGED


def _from_csv(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = _header(file)
        places = [header.index(column.key) for column in _COLUMNS]
        for record in filter(None, _records(file)):
            if len(record) != len(header):
                raise UnreadableError(DAMAGED)
            yield tuple(restore(record[place]) for place in places)


def _header(file: IO[str]) -> list[str]:
    try:
        header = next(csv.reader([file.readline(_LONGEST_HEADER)], strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        header = []
    _check(set(header), [column.key for column in _COLUMNS])
    return header


def _records(file: IO[str]) -> Iterator[list[str]]:
    """Read record by record, with cells of any length: their limit is the process's, so it is lent for each."""
    reader = csv.reader(_lines(file), strict=True)
    record: list[str] | None = []
    while record is not None:
        with _LIMIT:
            limit = csv.field_size_limit(_LONGEST_LINE)
            try:
                record = next(reader, None)
            finally:
                csv.field_size_limit(limit)
        if record is not None:
            yield record


def _from_parquet(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - the extra may be missing, and it is slow to import
    except ImportError:
        raise UnreadableError("is Parquet, which needs pyarrow: pip install 'snipcart-async[parquet]'") from None

    with pq.ParquetFile(path) as file:
        _check(set(file.schema_arrow.names), _WANTED)
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=list(_WANTED)):
            yield from zip(*(batch.column(name).to_pylist() for name in _WANTED), strict=True)


def _check(names: set[str], wanted: Collection[str]) -> None:
    if not names.issuperset(wanted) or names & _ORDERS_KEY:
        raise UnreadableError(_OF_ORDERS if names & _ORDERS_KEY else _OTHER)
