"""What fits into the columns of a database: it would round the rest, or refuse everybody for it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from .columns import Table, Value, count_digits

WHOLE, FRACTION = 29, 9
"""So many digits has a decimal before and after the point: together as many as every database has."""


def fit_rows(table: Table[Any], records: Sequence[Any]) -> tuple[list[dict[str, Value]], list[str]]:
    """Spell records as rows, and say which do not fit, by their keys."""
    rows: list[dict[str, Value]] = []
    unfit: list[str] = []
    for record in records:
        row = {column.name: column.read(record) for column in table.columns}
        if names := [name for name, value in row.items() if not _fits(value)]:
            unfit.append(f"{row[table.key[0]]}: too many digits in {', '.join(names)}")
        else:
            rows.append(row)
    return rows, unfit


def _fits(value: Value) -> bool:
    if isinstance(value, Decimal):
        whole, fraction = count_digits(value)
        return whole <= WHOLE and fraction <= FRACTION
    return not isinstance(value, int) or value.bit_length() < 64
