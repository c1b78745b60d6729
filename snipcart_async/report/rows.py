"""Reading an export of customers, whatever its format: a few values of each customer, one after the other."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from .. import _converter
from .._converter.leaves import read_datetime
from ..errors import ConfigurationError, ExportError
from ..models import CustomerStatus, Mode
from .countries import read_country
from .sources import DAMAGED, UnreadableError, find_reader
from .spending import EXACT

_MOST = 10**15
_FINEST = Decimal("1E-18")


class Row(NamedTuple):
    """Hold what the figures need of a customer: nothing that says who it is, if the country is one."""

    created: datetime | None = None
    status: CustomerStatus | None = None
    country: str = ""
    orders: int = 0
    amount: Decimal = Decimal()
    mode: Mode | None = None


def read_rows(path: Path) -> Iterator[Row]:
    """Read an export of customers, one row at a time; what it is, its first bytes tell.

    Raises:
        ConfigurationError: The file is not there, no export of customers, or damaged.
        ExportError: The file cannot be read.
    """
    problem = refused = ""
    if path.suffix == ".part":
        raise ConfigurationError("file is an unfinished export: end it with `snipcart export customers OUT --resume`")
    try:
        yield from map(_row, find_reader(path)(path))
    except UnreadableError as error:
        problem = str(error)
    except (sqlite3.Error, csv.Error, _converter.Refusal, ValueError, TypeError, ArithmeticError):
        problem = DAMAGED  # their own words may show a row
    except OSError as error:
        refused = error.strerror or ""
        problem = DAMAGED  # pyarrow's word for it, where the system has none
    if refused:
        raise ExportError(f"file cannot be read: {refused}")
    if problem:
        raise ConfigurationError(f"file {problem}")


def _row(values: tuple[Any, ...]) -> Row:
    """Read the values as what they are: text in some formats, typed in others."""
    created, status, country, orders, amount, mode = values
    return Row(
        created=_moment(created) if created else None,
        status=CustomerStatus(status) if status else None,
        country=read_country(str(country or "")),
        orders=_whole(orders),
        amount=_number(amount),
        mode=Mode(mode) if mode else None,
    )


def _moment(value: Any) -> datetime:
    """Read an instant; Parquet has it as one, which another program may have moved to its own zone."""
    if not isinstance(value, datetime):
        return read_datetime(value)
    if value.utcoffset() is None:
        raise UnreadableError(DAMAGED)
    return value.astimezone(UTC)


def _whole(value: Any) -> int:
    number = _number(value)
    if number % 1:
        raise UnreadableError(DAMAGED)
    return int(number)


def _number(value: Any) -> Decimal:
    """Read a number digit by digit; a REAL of SQLite spells the decimal that was stored."""
    number = Decimal(repr(value) if isinstance(value, float) else value or 0)
    if not number.is_finite():
        raise UnreadableError(DAMAGED)
    if number.copy_abs() >= _MOST or (number and number.quantize(_FINEST, context=EXACT) != number):
        raise UnreadableError(f"has a number that no shop has, of {_MOST:,} or more or with very many decimals")
    return number or Decimal()
