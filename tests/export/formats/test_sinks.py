"""What every sink promises to who runs an export: what is synced stays, what is not can be dropped."""

import sqlite3
import stat
from pathlib import Path

import pytest

from snipcart_async.export.as_csv import Csv
from snipcart_async.export.as_parquet import Parquet
from snipcart_async.export.as_sqlite import Sqlite
from snipcart_async.export.columns import customers_table, orders_table
from snipcart_async.export.formats import Format
from snipcart_async.models import Customer

from . import rows
from .rows import CUSTOMERS, FORMATS, part, read_rows, write_all

TABLE = customers_table()
by_format = pytest.mark.parametrize("chosen", FORMATS, ids=lambda chosen: chosen.name)
with_columns = pytest.mark.parametrize("chosen", [Csv(), Sqlite(), Parquet()], ids=lambda chosen: chosen.name)


def ids(path: Path, chosen: Format) -> list[str]:
    """Give the ids of the rows of a finished file."""
    return [row["id"] for row in read_rows(path, chosen)]


def wanted(customers: list[Customer]) -> list[str]:
    """Give the ids of customers."""
    return [customer.id for customer in customers]


@by_format
def test_what_comes_after_a_position_is_dropped(tmp_path: Path, chosen: Format) -> None:
    """A run that goes on from a position has every row before it once, and none after it."""
    path = part(tmp_path)
    killed = chosen.open(path, TABLE)
    killed.write(CUSTOMERS[:50])
    position = killed.sync()
    killed.write(CUSTOMERS[50:90])
    killed.sync()
    killed.write(CUSTOMERS[90:100])
    killed.close()

    resumed = chosen.open(path, TABLE)
    resumed.rewind(position)
    assert resumed.sync() == position
    resumed.write(CUSTOMERS[60:70])

    assert ids(resumed.finish(), chosen) == wanted(CUSTOMERS[:50] + CUSTOMERS[60:70])


@by_format
def test_a_sink_can_be_rewound_while_it_grows(tmp_path: Path, chosen: Format) -> None:
    """Rows not yet durable are dropped as durable ones are."""
    sink = chosen.open(part(tmp_path), TABLE)
    sink.write(CUSTOMERS[:5])
    position = sink.sync()
    sink.write(CUSTOMERS[5:9])
    sink.rewind(position)
    sink.write(CUSTOMERS[9:10])

    assert ids(sink.finish(), chosen) == wanted(CUSTOMERS[:5] + CUSTOMERS[9:10])


@by_format
@pytest.mark.parametrize("left", [b"", b"what is no file of ours\n" * 200], ids=["empty", "garbage"])
def test_position_0_starts_afresh(tmp_path: Path, chosen: Format, left: bytes) -> None:
    """Position 0 drops everything that a file holds, whatever it is."""
    path = part(tmp_path)
    path.write_bytes(left)
    path.with_name("rows.part-journal").write_bytes(left)

    sink = chosen.open(path, TABLE)
    sink.rewind(0)
    sink.write(CUSTOMERS[:3])
    assert ids(sink.finish(), chosen) == wanted(CUSTOMERS[:3])


@by_format
def test_rows_of_another_run_are_dropped_at_position_0(tmp_path: Path, chosen: Format) -> None:
    """A file with rows of ours is emptied too, and may get other columns."""
    path = part(tmp_path)
    before = chosen.open(path, TABLE)
    before.write(CUSTOMERS)
    before.sync()
    before.close()

    sink = chosen.open(path, orders_table())
    sink.rewind(0)
    sink.write(rows.ORDERS[:2])
    assert [row["token"] for row in read_rows(sink.finish(), chosen, "orders")] == [
        row.order.token for row in rows.ORDERS[:2]
    ]


@by_format
def test_an_empty_shop_gives_a_valid_file(tmp_path: Path, chosen: Format) -> None:
    """A file without rows opens like any other, and reads as no rows."""
    path = write_all(part(tmp_path), chosen, TABLE, [])

    assert read_rows(path, chosen) == []


@by_format
def test_a_truncated_file_is_refused(tmp_path: Path, chosen: Format) -> None:
    """A file that ends before the position never passes for whole."""
    path = part(tmp_path)
    sink = chosen.open(path, TABLE)
    sink.write(CUSTOMERS[:20])
    position = sink.sync()
    sink.rewind(0)
    sink.write(CUSTOMERS[:10])
    sink.sync()
    sink.close()

    resumed = chosen.open(path, TABLE)
    with pytest.raises(ValueError, match="shorter than the position"):
        resumed.rewind(position)
    resumed.close()


@with_columns
def test_other_columns_are_refused(tmp_path: Path, chosen: Format) -> None:
    """A file is not continued with rows of other columns than it has."""
    path = part(tmp_path)
    sink = chosen.open(path, TABLE)
    sink.write(CUSTOMERS[:20])
    position = sink.sync()
    sink.close()

    resumed = chosen.open(path, customers_table(session_tokens=True))
    with pytest.raises(ValueError, match="does not have the"):
        resumed.rewind(position)
    resumed.close()


@by_format
def test_a_sink_is_closed_twice_without_a_word(tmp_path: Path, chosen: Format) -> None:
    """Closing can stand in any `finally`, also after finishing."""
    sink = chosen.open(part(tmp_path), TABLE)
    sink.write(CUSTOMERS[:2])
    sink.finish()
    sink.close()
    sink.close()


@by_format
def test_a_missing_file_is_not_made(tmp_path: Path, chosen: Format) -> None:
    """Who opens a sink has made the file, and locked it: no other appears by mistake."""
    with pytest.raises((OSError, sqlite3.Error)):
        chosen.open(tmp_path / "nothing", TABLE).sync()

    assert list(tmp_path.iterdir()) == []


@by_format
def test_only_the_owner_reads_what_is_left(tmp_path: Path, chosen: Format) -> None:
    """Every file is private, also while it grows, and none is left but the one that is handed on and its part."""
    path = part(tmp_path)
    sink = chosen.open(path, TABLE)
    sink.write(CUSTOMERS)
    growing = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finished = sink.finish()

    assert set(growing.values()) == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {0o600}
    assert {file.name for file in tmp_path.iterdir()} == {path.name, finished.name}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("chosen", [Csv(), Parquet()], ids=lambda chosen: chosen.name)
def test_a_full_disk_is_told_once(chosen: Format) -> None:
    """Syncing says that the disk is full; closing after that says nothing."""
    sink = chosen.open(Path("/dev/full"), TABLE)
    sink.write(CUSTOMERS[:1])
    with pytest.raises(OSError, match="No space left"):
        sink.sync()
    sink.close()


@by_format
def test_a_sink_says_nothing_of_people(tmp_path: Path, chosen: Format) -> None:
    """No repr shows a row."""
    sink = chosen.open(part(tmp_path), TABLE)
    sink.write(CUSTOMERS[:1])
    shown = repr((sink, chosen, TABLE, TABLE.columns))
    sink.close()

    assert CUSTOMERS[0].email
    assert CUSTOMERS[0].email not in shown
    assert str(CUSTOMERS[0].billing_address.name) not in shown
