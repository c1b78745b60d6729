"""Parquet: rows grow as lines of JSON private to us, and are converted when all are there."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from functools import reduce
from itertools import islice
from pathlib import Path
from types import GenericAlias
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import attrs
import msgspec

from . import disk
from .columns import Column, Kind, Table, count_digits
from .lines import LineSink

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

R = TypeVar("R")

_ENCODER = msgspec.json.Encoder(decimal_format="string")
_VALUES: dict[Kind, Any] = {
    Kind.TEXT: str | None,
    Kind.JSON: str | None,
    Kind.INTEGER: int | None,
    Kind.BOOLEAN: bool | None,
    Kind.DECIMAL: Decimal | None,
    Kind.INSTANT: datetime | None,
}
_BATCH_ROWS = 1000
_MOST_DIGITS = 38
_LONG_DIGITS = 18


@attrs.frozen(kw_only=True)
class Parquet:
    """Write a Parquet file with snake_case columns, `row_group_rows` rows in memory at a time.

    Money is `decimal128(18, 2)` where every amount of its column fits, else as wide a decimal as it takes, and
    text of every digit where 38 do not suffice; whole numbers alike, from `int64` on.
    """

    name: ClassVar[str] = "parquet"

    row_group_rows: int = 10_000

    def open(self, path: Path, table: Table[R]) -> "ParquetSink[R]":
        """Open the file at `path`, which is there already, to grow.

        Raises:
            OSError: The disk refuses.
        """
        return ParquetSink(path, table, self.row_group_rows)


class ParquetSink(LineSink[R]):
    """Grow a file of rows, and convert it into another beside it."""

    def __init__(self, path: Path, table: Table[R], row_group_rows: int) -> None:
        def encode(rows: Sequence[R]) -> bytes:
            return b"".join(_ENCODER.encode(table.values(row)) + b"\n" for row in rows)

        header = _ENCODER.encode([(column.name, column.kind) for column in table.columns]) + b"\n"
        super().__init__(path, encode, header)
        self._table = table
        self._row_group_rows = row_group_rows

    def finish(self) -> Path:
        """Close the file, convert it into `NAME.converted` beside it and give the path of that one.

        Raises:
            OSError: The disk refuses, or the rows are not what was written.
        """
        rows = super().finish()
        converted = rows.with_name(f"{rows.name}.converted")
        converted.unlink(missing_ok=True)
        is_done = False
        try:
            _convert(rows, converted, self._table, self._row_group_rows)
            is_done = True
        except (TypeError, ValueError, msgspec.MsgspecError):  # in words that may show a row
            pass
        finally:
            if not is_done:
                with suppress(OSError):
                    converted.unlink()
        if not is_done:
            raise OSError("the rows written so far cannot be converted to Parquet")
        return converted


def align(paths: Sequence[Path], table: Table[Any]) -> None:
    """Give files of the same table the same types, each as wide as the widest file needs.

    Raises:
        OSError: The disk refuses.
    """
    import pyarrow as pa  # noqa: PLC0415 - as in _convert
    import pyarrow.parquet as pq  # noqa: PLC0415

    schemas = [pq.read_schema(path) for path in paths]
    types = [
        kinds[0] if len(set(kinds)) == 1 else _type(column, _measure_column(paths, column.name))
        for column, *kinds in zip(table.columns, *(schema.types for schema in schemas), strict=True)
    ]
    for path, schema in zip(paths, schemas, strict=True):
        if types != schema.types:
            wide = pa.schema([field.with_type(kind) for field, kind in zip(schema, types, strict=True)])
            rows = pq.ParquetFile(path).read().cast(wide)
            disk.remove(disk.fresh(path))
            with disk.create(disk.fresh(path)) as file:
                pq.write_table(rows, file, compression="zstd")
                disk.sync_file(file)
            disk.fresh(path).replace(path)


def _convert(source: Path, target: Path, table: Table[Any], row_group_rows: int) -> None:
    import pyarrow as pa  # noqa: PLC0415 - the extra may be missing, and it is slow to import
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = [_type(column, number) for column, number in zip(table.columns, _measure(source, table), strict=True)]
    schema = pa.schema(
        [pa.field(c.name, kind, nullable=c.name not in table.key) for c, kind in zip(table.columns, types, strict=True)]
    )
    with disk.create(target) as file:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            rows = _read(source, table)
            while _write_group(writer, islice(rows, row_group_rows)):
                pass
        disk.sync_file(file)


def _write_group(writer: "pq.ParquetWriter", rows: Iterator[tuple[Any, ...]]) -> bool:
    """Write rows as one group, and say whether there were any; nothing of it stays in memory."""
    import pyarrow as pa  # noqa: PLC0415

    batches = list(_batches(rows, writer.schema))
    if batches:
        table = pa.Table.from_batches(batches, schema=writer.schema)
        writer.write_table(table, row_group_size=table.num_rows)
    return bool(batches)


def _batches(rows: Iterator[tuple[Any, ...]], schema: "pa.Schema") -> Iterator["pa.RecordBatch"]:
    """Turn rows into columns, a few at a time: as Python's values they take far more room than as Arrow's."""
    import pyarrow as pa  # noqa: PLC0415

    while batch := list(islice(rows, _BATCH_ROWS)):
        arrays = [_array(values, kind) for values, kind in zip(zip(*batch, strict=True), schema.types, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _read(source: Path, table: Table[Any]) -> Iterator[tuple[Any, ...]]:
    """Read the rows one by one, as the values they were written from."""
    decoder = msgspec.json.Decoder(GenericAlias(tuple, tuple(_VALUES[column.kind] for column in table.columns)))
    with source.open("rb") as file:
        file.readline()
        for line in file:
            yield decoder.decode(line)


def _measure(source: Path, table: Table[Any]) -> list[tuple[int, int]]:
    """Count the digits that the numbers of each column need, before and after the point."""
    places = [place for place, column in enumerate(table.columns) if column.kind in {Kind.DECIMAL, Kind.INTEGER}]
    digits = [(0, 0)] * len(table.columns)
    for row in _read(source, table):
        for place in places:
            if row[place]:
                digits[place] = _wider(digits[place], count_digits(Decimal(row[place])))
    return digits


def _measure_column(paths: Sequence[Path], name: str) -> tuple[int, int]:
    """Count the digits that the numbers of a column need in several files."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = (pq.ParquetFile(path).read([name])[name] for path in paths)
    values = (Decimal(value) for column in columns for value in column.to_pylist() if value)
    return reduce(_wider, map(count_digits, values), (0, 0))


def _wider(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), max(one[1], other[1])


def _type(column: Column[Any], digits: tuple[int, int]) -> "pa.DataType":
    import pyarrow as pa  # noqa: PLC0415

    whole, fraction = digits
    match column.kind:
        case Kind.BOOLEAN:
            return pa.bool_()
        case Kind.INSTANT:
            return pa.timestamp("us", tz="UTC")
        case Kind.INTEGER if whole <= _LONG_DIGITS:
            return pa.int64()
        case Kind.DECIMAL if whole <= _LONG_DIGITS - 2 and fraction <= 2:
            return pa.decimal128(_LONG_DIGITS, 2)
        case Kind.INTEGER | Kind.DECIMAL if whole + fraction <= _MOST_DIGITS:
            return pa.decimal128(_MOST_DIGITS, fraction)
    return pa.string()


def _array(values: Sequence[Any], kind: "pa.DataType") -> "pa.Array":
    import pyarrow as pa  # noqa: PLC0415

    if pa.types.is_decimal(kind):
        values = [None if value is None else Decimal(value) for value in values]
    elif pa.types.is_string(kind):
        values = [None if value is None else str(value) for value in values]
    return pa.array(values, kind)
