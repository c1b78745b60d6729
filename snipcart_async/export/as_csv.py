"""CSV: a header and one record a row, in Snipcart's own flat names, safe to open in a spreadsheet."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, TypeVar

import attrs

from .._converter.unstructure import spell_datetime
from .columns import Table, Value
from .lines import LineSink

R = TypeVar("R")

_FORMULA = re.compile(r"[\s\x00-\x1f\u200b-\u200f\u202a-\u202e\u2060\ufeff]*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001
"""How a cell begins that a spreadsheet may run: a sign of a formula, wide or not, behind blanks of any sort."""

_LONGEST = 64


@attrs.frozen(kw_only=True)
class Csv:
    """Write RFC 4180: UTF-8, CRLF, every record as long as the header; read it with `newline=""`.

    `neutralise` puts an apostrophe before text that a spreadsheet would take for a formula, so also before a
    phone number with a `+`; without it text is as it was. `bom` begins the file with the mark by which Excel
    knows UTF-8. CSV can't tell `None` from "", and NUL characters are left out: many readers stop at them.
    """

    name: ClassVar[str] = "csv"

    neutralise: bool = True
    bom: bool = False

    def open(self, path: Path, table: Table[R]) -> LineSink[R]:
        """Open the file at `path`, which is there already, to grow.

        Raises:
            OSError: The disk refuses.
        """
        header = _encode([[column.key for column in table.columns]])

        def encode(rows: Sequence[R]) -> bytes:
            return _encode([self._cell(value) for value in table.values(row)] for row in rows)

        return LineSink(path, encode, (BOM_UTF8 if self.bom else b"") + header)

    def _cell(self, value: Value) -> str:
        if not isinstance(value, str):
            return _spell(value)
        text = value.replace("\0", "")  # before the check: what stood behind it comes first now
        return f"'{text}" if self.neutralise and _is_formula(text) else text


def restore(cell: str) -> str:
    """Give a cell's text as it was before `neutralise`, whose apostrophe it takes away."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell[1:]) else cell


def _is_formula(text: str) -> bool:
    return not text[:1].isalnum() and _FORMULA.match(text) is not None


def _spell(value: int | Decimal | datetime | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return _spell_decimal(value)
        case datetime():
            return spell_datetime(value)
    return str(value)


def _spell_decimal(value: Decimal) -> str:
    """Spell every digit, without an exponent where that does not fill the cell with zeros."""
    return format(value, "f") if abs(value.adjusted()) < _LONGEST else str(value)


def _encode(records: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(records)
    return buffer.getvalue().encode()
