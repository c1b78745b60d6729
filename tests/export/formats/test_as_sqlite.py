"""SQLite: a table for any reader, exact, and whole after a crash at any moment."""

import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.export.as_sqlite import Sqlite
from snipcart_async.export.columns import customers_table, orders_table
from snipcart_async.models import Customer, CustomerStatistics

from ...strategies import amounts
from .rows import CUSTOMERS, ORDERS, part, write_all

IDS = [customer.id for customer in CUSTOMERS]

KILLED = """
import os, sys
from pathlib import Path
import attrs
from snipcart_async.export.as_sqlite import Sqlite
from snipcart_async.export.columns import customers_table
from snipcart_async.models import Customer

sink = Sqlite().open(Path(sys.argv[1]), customers_table())
sink._database.execute("PRAGMA cache_size = 2")  # a great transaction reaches the disk before its end
sink.write([Customer(id=f"{number:08}", email="x" * 200) for number in range(500)])
print(sink.sync(), flush=True)
sink.write([Customer(id=f"{number:08}", email="y" * 300) for number in range(2000)])
os._exit(9)
"""


def kill_a_run(path: Path) -> subprocess.CompletedProcess[str]:
    """Let a process die in the middle of a transaction."""
    command = [sys.executable, "-c", KILLED, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words


def query(path: Path, sql: str) -> list[Any]:
    """Ask a finished database."""
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def spending(amounts: Sequence[Decimal | None]) -> list[Customer]:
    """Make customers of amounts."""
    return [
        Customer(id=f"{number}", statistics=CustomerStatistics(orders_count=4, orders_amount=amount))
        for number, amount in enumerate(amounts)
    ]


def test_the_table_says_what_it_holds(tmp_path: Path) -> None:
    """Columns have types, keys are keys, and nothing else is left beside the database."""
    path = write_all(part(tmp_path), Sqlite(), orders_table(), ORDERS)
    columns = {
        name: (kind, not_null, key) for _, name, kind, not_null, _, key in query(path, "PRAGMA table_info(orders)")
    }

    assert columns["customer_id"] == ("TEXT", 1, 1)
    assert columns["token"] == ("TEXT", 1, 2)
    assert columns["items_count"][0] == "INTEGER"
    assert columns["items"] == ("TEXT", 0, 0)
    assert query(path, "PRAGMA integrity_check") == [("ok",)]
    assert query(path, "PRAGMA journal_mode") == [("delete",)]
    assert list(tmp_path.iterdir()) == [path]


def test_money_is_a_number(tmp_path: Path) -> None:
    """Amounts sum, compare and divide in SQL, whole ones too."""
    path = write_all(part(tmp_path), Sqlite(), customers_table(), spending([Decimal("10.00"), Decimal("2.50"), None]))

    assert query(path, "SELECT sum(statistics_orders_amount) FROM customers") == [(12.5,)]
    mean = "SELECT statistics_orders_amount / statistics_orders_count FROM customers"
    assert query(path, f"{mean} WHERE statistics_orders_amount > 9") == [(2.5,)]
    assert query(path, f"{mean} WHERE statistics_orders_amount IS NULL") == [(None,)]


@given(st.lists(amounts.map(Decimal), max_size=20))
def test_any_amount_is_exact(wanted: list[Decimal]) -> None:
    """An amount comes back equal: as a number that spells it, or as text."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_all(part(Path(folder)), Sqlite(), customers_table(), spending(wanted))
        read = query(path, "SELECT statistics_orders_amount FROM customers ORDER BY rowid")

    assert [Decimal(str(value)) for (value,) in read] == wanted


@given(st.text(), st.integers())
def test_any_text_and_any_count_are_stored(text: str, count: int) -> None:
    """Text comes back as it was; a count does up to 64 bits, and beyond them is near."""
    customer = Customer(id="1", email=text, statistics=CustomerStatistics(orders_count=count))
    with tempfile.TemporaryDirectory() as folder:
        path = write_all(part(Path(folder)), Sqlite(), customers_table(), [customer])
        ((email, stored),) = query(path, "SELECT email, statistics_orders_count FROM customers")

    assert email == text
    assert stored == pytest.approx(count) if abs(count) >= 2**63 else stored == count


def test_instants_sort_as_text(tmp_path: Path) -> None:
    """Within one second too, text order is time order."""
    start = datetime(2024, 2, 29, 12, 0, 0, 0, UTC)
    moments = [start, start + timedelta(milliseconds=460), start + timedelta(seconds=1)]
    rows = [Customer(id=f"{number}", creation_date=moment) for number, moment in enumerate(moments)]
    path = write_all(part(tmp_path), Sqlite(), customers_table(), rows)

    read = query(path, "SELECT creation_date FROM customers ORDER BY creation_date")
    assert [datetime.fromisoformat(text) for (text,) in read] == moments
    assert read[1] == ("2024-02-29T12:00:00.460000Z",)


def test_a_row_that_is_there_already_is_brought_up_to_date_in_its_place(tmp_path: Path) -> None:
    """A repeated row is one row, and moves no position."""
    sink = Sqlite().open(part(tmp_path), customers_table())
    sink.write([Customer(id="1"), Customer(id="2")])
    position = sink.sync()
    sink.write([Customer(id="1", email="new@example.com")])

    assert sink.sync() == position == 2
    assert query(sink.finish(), "SELECT id, email FROM customers") == [("1", "new@example.com"), ("2", None)]


def test_a_kill_in_a_transaction_leaves_what_was_synced(tmp_path: Path) -> None:
    """Half a transaction on the disk is rolled back when the file is opened again; its journal is private."""
    path = part(tmp_path)
    killed = kill_a_run(path)
    journal = path.with_name(f"{path.name}-journal")
    assert (killed.returncode, killed.stdout.strip()) == (9, "500"), killed.stderr
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    assert any(journal.read_bytes()[:8])

    sink = Sqlite().open(path, customers_table())
    sink.rewind(500)
    sink.write([Customer(id="last")])

    assert sink.finish() == path
    assert list(tmp_path.iterdir()) == [path]
    assert query(path, "SELECT count(*), count(DISTINCT length(email)) FROM customers") == [(501, 1)]


def test_a_journal_of_a_file_that_is_gone_does_no_harm(tmp_path: Path) -> None:
    """A killed run's journal is not played into the file of a new one."""
    path = part(tmp_path)
    kill_a_run(path)
    path.unlink()

    new = write_all(part(tmp_path), Sqlite(), customers_table(), CUSTOMERS)
    assert query(new, "SELECT id FROM customers ORDER BY rowid") == [(one,) for one in IDS]


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    """A file that something else has overwritten is not continued."""
    path = part(tmp_path)
    path.write_bytes(b"what is no file of ours\n" * 200)
    sink = Sqlite().open(path, customers_table())
    with pytest.raises(sqlite3.DatabaseError):
        sink.rewind(5)
    sink.close()


@pytest.mark.parametrize("name", ["a b?c#d%41.part", "é.part"])
def test_any_name_will_do(tmp_path: Path, name: str) -> None:
    """Characters that mean something in a URI are only a name here."""
    path = write_all(part(tmp_path, name), Sqlite(), customers_table(), CUSTOMERS[:1])

    assert query(path, "SELECT id FROM customers") == [(IDS[0],)]
