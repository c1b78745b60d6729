"""Reading exports: the same rows from every format, and a clear word about every other file."""

import csv
import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import attrs
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from snipcart_async.errors import ConfigurationError, ExportError
from snipcart_async.export import Csv
from snipcart_async.export.columns import customers_table, orders_table
from snipcart_async.export.formats import FORMATS
from snipcart_async.models import CustomerStatus, Mode
from snipcart_async.report import Row, read_rows

from ..export.formats import rows as shop
from ..export.formats.rows import part, write_all
from .exports import CUSTOMERS, customer, written

MEMORY = Path("/proc/self/mem")

by_format = pytest.mark.parametrize("name", FORMATS)


@by_format
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    """Dates, statuses, countries and exact amounts are read from each format as they were written."""
    rows = list(read_rows(written(tmp_path, name, CUSTOMERS)))

    assert rows == [
        Row(datetime(2026, 1, 31, 23, 59, 59, 999999, UTC), CustomerStatus.CONFIRMED, "CA"),
        Row(datetime(2026, 3, 1, tzinfo=UTC), CustomerStatus.UNCONFIRMED, "CA"),
        Row(datetime(2026, 3, 2, tzinfo=UTC), CustomerStatus("Archived"), "", 1, Decimal("0.10")),
        Row(None, None, "", 2, Decimal("-5.5"), Mode.TEST),
        Row(None, None, "", 12, Decimal("123456789012.345"), Mode.LIVE),
        Row(None, None, "", 0, Decimal(20)),
    ]


@by_format
def test_a_whole_shop(tmp_path: Path, name: str) -> None:
    """Each of 240 odd customers gives a row that agrees with Snipcart's document."""
    rows = list(read_rows(written(tmp_path, name, shop.CUSTOMERS)))

    assert [(row.orders, row.amount) for row in rows] == [
        (document["statistics"]["ordersCount"], document["statistics"]["ordersAmount"] or 0)
        for document in shop.CUSTOMER_DOCUMENTS
    ]
    assert [row.country for row in rows] == [
        document["billingAddressCountry"] or "" for document in shop.CUSTOMER_DOCUMENTS
    ]


@by_format
def test_an_empty_shop(tmp_path: Path, name: str) -> None:
    """An export of nobody has no rows, and is an export."""
    assert list(read_rows(written(tmp_path, name, []))) == []


def test_a_csv_file_for_excel(tmp_path: Path) -> None:
    """The mark at the beginning of a CSV file is no part of its first name."""
    path = write_all(part(tmp_path), Csv(bom=True), customers_table(), CUSTOMERS).rename(tmp_path / "customers.csv")

    assert len(list(read_rows(path))) == len(CUSTOMERS)


@by_format
def test_the_content_tells_the_format(tmp_path: Path, name: str) -> None:
    """A file may have any name, as one written with `--format` does."""
    path = written(tmp_path, name, CUSTOMERS).rename(tmp_path / "everybody")

    assert len(list(read_rows(path))) == len(CUSTOMERS)


@by_format
def test_orders_are_refused(tmp_path: Path, name: str) -> None:
    """An export of orders is told from one of customers, and the error says what to do."""
    path = write_all(part(tmp_path), FORMATS[name], orders_table(), shop.ORDERS[:3])
    with pytest.raises(ConfigurationError, match=r"^file is an export of orders.*`snipcart export customers`$"):
        list(read_rows(path.rename(tmp_path / "orders")))


def a_database(path: Path) -> None:
    """Make a database of something else."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE canary (name)")
        database.commit()


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda path: None, "file is not there"),
        (lambda path: path.mkdir(), "file is no file, but a folder or pipe"),
        (lambda path: path.touch(), "file is no export of customers"),
        (lambda path: path.write_text("canary,name\r\n1,Ada\r\n"), "file is no export of customers"),
        (lambda path: path.write_bytes(b"\x89PNG\r\n\xff\x00canary"), "file is no export of customers"),
        (lambda path: path.write_text('{"canary": 1}\n'), "file is no export of customers"),
        (lambda path: path.write_text("{\n"), "file is no export of customers"),
        (lambda path: path.write_bytes(b"PAR1canary"), "file is damaged"),
        (lambda path: path.write_bytes(b"SQLite format 3\0canary" * 9), "file is damaged"),
        (lambda path: pq.write_table(pa.table({"canary": [1]}), path), "file is no export of customers"),
        (a_database, "file is no export of customers"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, make: Callable[[Path], object], problem: str) -> None:
    """Whatever is no export of customers is refused in words that quote nothing of it."""
    make(tmp_path / "other")
    with pytest.raises(ConfigurationError, match=f"^{problem}") as caught:
        list(read_rows(tmp_path / "other"))

    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_an_unfinished_export_is_refused(tmp_path: Path) -> None:
    """The part of an export that ended early is not taken for the whole."""
    path = written(tmp_path, "sqlite", CUSTOMERS).rename(tmp_path / "customers.sqlite.part")
    with pytest.raises(ConfigurationError, match=r"unfinished export: .* --resume"):
        list(read_rows(path))


def spoil_line(path: Path) -> None:
    """Cut the last line of a text file short."""
    os.truncate(path, path.stat().st_size - 40)


def spoil_value(name: str, value: object) -> Callable[[Path], None]:
    """Give a way to put another value into a database."""

    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path)) as database:
            database.execute(f"UPDATE customers SET {name} = ?", (value,))  # noqa: S608 - our own names
            database.commit()

    return spoil


def spoil_pages(path: Path) -> None:
    """Overwrite the data of a Parquet file, and leave what describes it."""
    with path.open("r+b") as file:
        file.seek(4)
        file.write(b"\xff" * 4000)


def move(path: Path, zone: str | None = None) -> None:
    """Move the times of a Parquet file to a zone, or let them not say of which they are."""
    table = pq.read_table(path)
    place = table.schema.get_field_index("creation_date")
    moved = table.column(place).cast(pa.timestamp("us", zone))
    pq.write_table(table.set_column(place, "creation_date", moved), path)


def test_a_zone_of_another_program(tmp_path: Path) -> None:
    """What Parquet has in another zone is read in UTC, so that nobody counts for another month."""
    path = written(tmp_path, "parquet", CUSTOMERS[:2])
    move(path, "Asia/Tokyo")

    assert [str(row.created) for row in read_rows(path)] == [
        "2026-01-31 23:59:59.999999+00:00",
        "2026-03-01 00:00:00+00:00",
    ]


@pytest.mark.parametrize(
    ("name", "spoil", "problem"),
    [
        ("csv", spoil_line, "is damaged"),
        ("jsonl", spoil_line, "is damaged"),
        ("parquet", spoil_line, "is damaged"),
        ("parquet", spoil_pages, "is damaged"),
        ("parquet", move, "is damaged"),
        ("sqlite", lambda path: os.truncate(path, 8192), "is damaged"),
        ("sqlite", spoil_value("creation_date", "yesterday"), "is damaged"),
        ("sqlite", spoil_value("creation_date", 5), "is damaged"),
        ("sqlite", spoil_value("statistics_orders_amount", "Ada"), "is damaged"),
        ("sqlite", spoil_value("statistics_orders_amount", float("inf")), "is damaged"),
        ("sqlite", spoil_value("statistics_orders_amount", "1E+999999999"), "has a number that no shop has"),
        ("sqlite", spoil_value("statistics_orders_amount", "1E-19"), "has a number that no shop has"),
        ("sqlite", spoil_value("statistics_orders_count", 1.5), "is damaged"),
        ("sqlite", spoil_value("statistics_orders_count", "9" * 40), "has a number that no shop has"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, name: str, spoil: Callable[[Path], None], problem: str) -> None:
    """A file that was damaged or changed is refused, and no half of it is taken for the whole."""
    path = written(tmp_path, name, shop.CUSTOMERS[:50])
    spoil(path)
    with pytest.raises(ConfigurationError, match=f"^file {problem}") as caught:
        list(read_rows(path))

    assert caught.value.__context__ is None


@pytest.mark.skipif(not MEMORY.is_file(), reason="this system has no file that cannot be read by anybody")
def test_a_file_that_the_system_does_not_read() -> None:
    """What the system refuses is told in its words, and nothing is said of damage."""
    with pytest.raises(ExportError, match=r"^file cannot be read: Input/output error$") as caught:
        list(read_rows(MEMORY))

    assert caught.value.__context__ is None


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is missing, the error says what to install."""
    path = written(tmp_path, "parquet", CUSTOMERS)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(ConfigurationError, match=r"needs pyarrow: pip install 'snipcart-async\[parquet\]'$"):
        list(read_rows(path))


@by_format
def test_cells_of_any_length(tmp_path: Path, name: str) -> None:
    """An entry longer than Python's reader of CSV allows is no damage, and its limit is as it was."""
    before = csv.field_size_limit()
    path = written(tmp_path, name, [attrs.evolve(customer(1, country="CA"), email="x" * 200_000)])

    assert [row.country for row in read_rows(path)] == ["CA"]
    assert csv.field_size_limit() == before


@by_format
def test_what_a_spreadsheet_would_run(tmp_path: Path, name: str) -> None:
    """The apostrophe that CSV has before it is no part of a country, nor of a status."""
    status = CustomerStatus("=Archived")
    path = written(tmp_path, name, [customer(1, country="-Foo", status=status), customer(2, country="'Foo")])

    assert [(row.country, row.status) for row in read_rows(path)] == [("-Foo", status), ("'Foo", None)]


@pytest.mark.parametrize("name", ["csv", "jsonl"])
def test_a_blank_line_at_the_end(tmp_path: Path, name: str) -> None:
    """An editor's last line is no damage."""
    path = written(tmp_path, name, CUSTOMERS)
    with path.open("ab") as file:
        file.write(b"\r\n")

    assert len(list(read_rows(path))) == len(CUSTOMERS)


@pytest.mark.parametrize(
    ("begins", "problem"), [(b"\0", "is no export"), (b"{", "is damaged"), (b"id", "is no export")]
)
def test_a_file_without_any_line(tmp_path: Path, begins: bytes, problem: str) -> None:
    """Of gigabytes without a line end only so much is read as a line may have."""
    path = tmp_path / "everything"
    path.write_bytes(begins)
    os.truncate(path, 2**40)
    with pytest.raises(ConfigurationError, match=f"^file {problem}"):
        list(read_rows(path))


def test_a_record_without_an_end(tmp_path: Path) -> None:
    """The same holds behind the header of CSV."""
    path = written(tmp_path, "csv", CUSTOMERS)
    os.truncate(path, 2**40)
    with pytest.raises(ConfigurationError, match=r"^file is damaged"):
        list(read_rows(path))


def test_a_short_record_is_damage(tmp_path: Path) -> None:
    """A record of CSV with fewer cells than names is not guessed at."""
    path = written(tmp_path, "csv", [customer(1)])
    with path.open("a", newline="", encoding="utf-8") as file:
        csv.writer(file).writerow(["1", "2"])
    with pytest.raises(ConfigurationError, match="is damaged"):
        list(read_rows(path))
