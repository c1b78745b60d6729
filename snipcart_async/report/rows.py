"""Reading an export of customers, whatever its format: a few values of each customer, one after the other."""

import csv
import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from .. import _converter
from .._converter.leaves import read_datetime
from ..errors import ConfigurationError
from ..export.columns import Column, customers_table, orders_table
from ..export.formats import SUFFIXES
from ..models import Customer, CustomerStatus, Mode
from .spending import EXACT


class Row(NamedTuple):
    """Hold what the figures need of a customer: nothing that says who it is."""

    created: datetime | None = None
    status: CustomerStatus | None = None
    country: str = ""
    orders: int = 0
    amount: Decimal = Decimal()
    mode: Mode | None = None


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
_MOST = 10**15
_FINEST = Decimal("1E-18")
_COUNTRY_LETTERS = 40
_BATCH_ROWS = 5000

_DAMAGED = "is damaged, or was changed by another program: export it once more"
_MAKE_ONE = "make one with `snipcart export customers`"
_OF_ORDERS = f"is an export of orders, and the report is about customers: {_MAKE_ONE}"
_OTHER = f"is no export of customers, as SQLite, JSON lines, CSV or Parquet: {_MAKE_ONE}"


class _UnreadableError(Exception):
    """Say what is wrong with the file; its text quotes nothing."""


def read_rows(path: Path) -> Iterator[Row]:
    """Read an export of customers, one row at a time; what it is, its first bytes tell.

    Raises:
        ConfigurationError: The file is not there, no export of customers, or damaged.
        OSError: The file cannot be read.
    """
    problem = ""
    if path.suffix == ".part":
        raise ConfigurationError("file is an unfinished export: end it with `snipcart export customers OUT --resume`")
    if not path.is_file():
        raise ConfigurationError("file is not there" if not path.exists() else "file is no file, but a folder or pipe")
    try:
        yield from map(_row, _reader(path)(path))
    except _UnreadableError as error:
        problem = str(error)
    except (sqlite3.Error, csv.Error, _converter.Refusal, ValueError, TypeError, ArithmeticError):
        problem = _DAMAGED  # their own words may show a row
    except OSError as error:
        if error.errno is not None:
            raise
        problem = _DAMAGED  # pyarrow's word for it
    if problem:
        raise ConfigurationError(f"file {problem}")


def _reader(path: Path) -> Callable[[Path], Iterator[tuple[Any, ...]]]:
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
        for number, line in enumerate(file):
            customer = _read_customer(line)
            if customer is None:
                raise _UnreadableError(_whose(line, is_first=not number))
            yield tuple(column.read(customer) for column in _COLUMNS)


def _read_customer(line: bytes) -> Customer | None:
    reading = _converter.read(line, Customer)
    while True:
        try:
            next(reading)
        except StopIteration as done:
            customer: Customer | None = done.value[0]
            return customer


def _whose(line: bytes, *, is_first: bool) -> str:
    """Say what a line of JSON may be of, if not of a customer."""
    if is_first and any(f'"{name}":'.encode() in line for name in _ORDERS_KEY):
        return _OF_ORDERS
    return _OTHER if is_first else _DAMAGED


def _from_csv(path: Path) -> Iterator[tuple[Any, ...]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        records = csv.reader(file, strict=True)
        header = _header(records)
        places = [header.index(column.key) for column in _COLUMNS]
        for record in records:
            if len(record) != len(header):
                raise _UnreadableError(_DAMAGED)
            yield tuple(record[place] for place in places)


def _header(records: Iterator[list[str]]) -> list[str]:
    try:
        header = next(records, [])
    except (csv.Error, UnicodeDecodeError):
        header = []
    _check(set(header), [column.key for column in _COLUMNS])
    return header


def _from_parquet(path: Path) -> Iterator[tuple[Any, ...]]:
    try:
        import pyarrow.parquet as pq  # noqa: PLC0415 - the extra may be missing, and it is slow to import
    except ImportError:
        raise _UnreadableError("is Parquet, which needs pyarrow: pip install 'snipcart-async[parquet]'") from None

    with pq.ParquetFile(path) as file:
        _check(set(file.schema_arrow.names), _WANTED)
        for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=list(_WANTED)):
            yield from zip(*(batch.column(name).to_pylist() for name in _WANTED), strict=True)


def _check(names: set[str], wanted: Collection[str]) -> None:
    if not names.issuperset(wanted) or names & _ORDERS_KEY:
        raise _UnreadableError(_OF_ORDERS if names & _ORDERS_KEY else _OTHER)


def _row(values: tuple[Any, ...]) -> Row:
    """Read the values as what they are: text in some formats, typed in others."""
    created, status, country, orders, amount, mode = values
    return Row(
        created=_moment(created) if created else None,
        status=CustomerStatus(status) if status else None,
        country=_country(str(country or "")),
        orders=_whole(orders),
        amount=_number(amount),
        mode=Mode(mode) if mode else None,
    )


def _country(text: str) -> str:
    """Give a country as it is spelled most, cut where it is far too long to be one."""
    short = " ".join(text.split())
    short = short if len(short) <= _COUNTRY_LETTERS else f"{short[: _COUNTRY_LETTERS - 1]}…"
    return short.upper() if len(short) <= len("USA") else short


def _moment(value: Any) -> datetime:
    """Read an instant; Parquet has it as one, in UTC."""
    if not isinstance(value, datetime):
        return read_datetime(value)
    if value.utcoffset() is None:
        raise _UnreadableError(_DAMAGED)
    return value


def _whole(value: Any) -> int:
    number = _number(value)
    if number % 1:
        raise _UnreadableError(_DAMAGED)
    return int(number)


def _number(value: Any) -> Decimal:
    """Read a number digit by digit; a REAL of SQLite spells the decimal that was stored."""
    number = Decimal(repr(value) if isinstance(value, float) else value or 0)
    if not number.is_finite():
        raise _UnreadableError(_DAMAGED)
    if number.copy_abs() >= _MOST or (number and number.quantize(_FINEST, context=EXACT) != number):
        raise _UnreadableError(f"has a number that no shop has, of {_MOST:,} or more or with very many decimals")
    return number or Decimal()
