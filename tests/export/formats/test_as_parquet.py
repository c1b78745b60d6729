"""Parquet: typed, exact, and converted with flat memory when all rows are there."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.export.as_parquet import Parquet
from snipcart_async.export.columns import customers_table
from snipcart_async.models import Customer, CustomerStatistics

from ...strategies import amounts
from .rows import CUSTOMERS, part, write_all

TABLE = customers_table()


def customers(amounts: Sequence[Decimal | None], counts: Sequence[int] = ()) -> list[Customer]:
    """Make customers of amounts, and of counts."""
    padded = [*counts, *[None] * (len(amounts) - len(counts))]
    return [
        Customer(id=f"{number}", statistics=CustomerStatistics(orders_amount=amount, orders_count=count))
        for number, (amount, count) in enumerate(zip(amounts, padded, strict=True))
    ]


def written(rows: Sequence[Customer]) -> pa.Table:
    """Write customers, and read the file with pyarrow."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_all(part(Path(folder)), Parquet(), TABLE, rows)
        return pq.read_table(pa.BufferReader(path.read_bytes()))


def test_the_columns_have_types() -> None:
    """Text, counts, booleans, instants in UTC and money are what they are; keys are never null."""
    schema = written(CUSTOMERS).schema

    assert schema.field("id") == pa.field("id", pa.string(), nullable=False)
    assert schema.field("creation_date").type == pa.timestamp("us", tz="UTC")
    assert schema.field("statistics_orders_count").type == pa.int64()
    assert schema.field("statistics_orders_amount").type == pa.decimal128(18, 2)
    assert schema.field("shipping_address_same_as_billing").type == pa.bool_()
    assert schema.field("extra").type == pa.string()


def test_a_file_without_rows_has_the_columns_too() -> None:
    """An empty shop gives a file with the types of any other."""
    assert written([]).schema == written(CUSTOMERS).schema


@pytest.mark.parametrize(
    ("amounts", "kind"),
    [
        (["1", "2.50", "300.0000", "-9999999999999999.99", "0E-999999"], pa.decimal128(18, 2)),
        (["0.085"], pa.decimal128(38, 3)),
        (["12345678901234567"], pa.decimal128(38, 0)),
        (["1E+37"], pa.decimal128(38, 0)),
        (["12345678901234567890.1234567890", "0.123456789012345678"], pa.decimal128(38, 18)),
        (["1E+38"], pa.string()),
        (["12345678901234567890", "0.1234567890123456789"], pa.string()),
        (["1E+999999999", "1.5"], pa.string()),
    ],
)
def test_money_is_as_wide_as_it_takes(amounts: list[str], kind: pa.DataType) -> None:
    """Every amount of a column is exact, and the column no wider than it must be."""
    wanted = [Decimal(amount) for amount in amounts]
    column = written(customers([*wanted, None])).column("statistics_orders_amount")

    assert column.type == kind
    assert [value and Decimal(value) for value in column.to_pylist()] == [*wanted, None]


@given(st.lists(amounts.map(Decimal), max_size=8), st.lists(st.integers(), max_size=8))
def test_any_number_is_exact(amounts: list[Decimal], counts: list[int]) -> None:
    """Amounts and counts of any size come back equal."""
    size = max(len(amounts), len(counts))
    table = written(customers([*amounts, *[None] * (size - len(amounts))], counts))

    read = [table.column(f"statistics_orders_{name}").to_pylist() for name in ("amount", "count")]
    assert [Decimal(value) for value in read[0][: len(amounts)]] == amounts
    assert [int(value) for value in read[1][: len(counts)]] == counts


@given(st.text(), st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_any_instant_are_read_back(text: str, moment: datetime) -> None:
    """Text comes back as it was, an instant to the microsecond."""
    table = written([Customer(id="1", email=text, creation_date=moment)])

    assert table.column("email").to_pylist() == [text]
    assert table.column("creation_date").to_pylist() == [moment]


def test_rows_are_grouped_as_asked(tmp_path: Path) -> None:
    """A group has the rows asked for, so that memory stays flat; the last has what is left."""
    path = write_all(part(tmp_path), Parquet(row_group_rows=100), TABLE, CUSTOMERS)

    metadata = pq.read_metadata(path)
    assert [metadata.row_group(place).num_rows for place in range(metadata.num_row_groups)] == [100, 100, 40]


def test_a_stale_conversion_is_replaced(tmp_path: Path) -> None:
    """What a killed conversion left, be it a link to elsewhere, is removed and not written into."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"kept")
    (tmp_path / "rows.part.converted").symlink_to(elsewhere)
    path = write_all(part(tmp_path), Parquet(), TABLE, CUSTOMERS)

    assert path == tmp_path / "rows.part.converted"
    assert not path.is_symlink()
    assert elsewhere.read_bytes() == b"kept"


@pytest.mark.parametrize("line", [b'["canary"]\n', b"canary\n", b"\xff\n"], ids=["short", "no JSON", "no UTF-8"])
def test_rows_that_are_not_ours_are_refused(tmp_path: Path, line: bytes) -> None:
    """A file that something else has changed gives an error that quotes nothing, and no half a result."""
    path = part(tmp_path)
    sink = Parquet().open(path, TABLE)
    sink.write(CUSTOMERS[:1])
    sink.sync()
    with path.open("ab") as file:
        file.write(line)
    with pytest.raises(OSError, match="cannot be converted") as caught:
        sink.finish()

    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None
    assert list(tmp_path.iterdir()) == [path]
