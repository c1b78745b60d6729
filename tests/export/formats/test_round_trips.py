"""What Snipcart answered is in the file, whatever its format, for readers that know none of our code."""

from pathlib import Path

import attrs
import pytest

from snipcart_async.export.as_jsonl import Jsonl
from snipcart_async.export.columns import OrderRow, customers_table, orders_table
from snipcart_async.export.formats import Format

from ...converter.documents import FULL_ORDER, read_order
from ...scripted import SESSION_TOKEN
from . import rows
from .rows import FORMATS, assert_same, part, read_rows, write_all

SIGNED_IN = attrs.evolve(rows.CUSTOMERS[0], session_token=SESSION_TOKEN)
THEIR_ORDER = OrderRow(SIGNED_IN.id, attrs.evolve(rows.ORDERS[0].order, user=SIGNED_IN))

by_format = pytest.mark.parametrize("chosen", FORMATS, ids=lambda chosen: chosen.name)


@by_format
def test_every_customer_is_read_back(tmp_path: Path, chosen: Format) -> None:
    """Every field of 240 customers is in the file as Snipcart sent it, but for the session token."""
    path = write_all(part(tmp_path), chosen, customers_table(), rows.CUSTOMERS)

    read = read_rows(path, chosen)
    assert len(read) == 240
    for row, document in zip(read, rows.CUSTOMER_DOCUMENTS, strict=True):
        assert_same(row, document)


@by_format
def test_every_order_is_read_back(tmp_path: Path, chosen: Format) -> None:
    """Every field of every order is in the file, items, taxes, metadata and unknown fields included."""
    path = write_all(part(tmp_path), chosen, orders_table(), rows.ORDERS)

    read = read_rows(path, chosen, "orders")
    assert len(read) > 200
    for row, document in zip(read, rows.ORDER_DOCUMENTS, strict=True):
        assert_same(row, document)


@by_format
def test_an_order_with_every_field_is_read_back(tmp_path: Path, chosen: Format) -> None:
    """No documented field of an order is lost."""
    row = OrderRow("c8de947a-2483-4e36-9052-031e2aa3f0ac", read_order(FULL_ORDER))
    path = write_all(part(tmp_path), chosen, orders_table(), [row])

    (read,) = read_rows(path, chosen, "orders")
    assert_same(read, {"customerId": row.customer_id} | FULL_ORDER)


@by_format
def test_a_session_token_is_nowhere_unless_asked_for(tmp_path: Path, chosen: Format) -> None:
    """No file holds what logs a shopper in, also not inside an order."""
    customers = write_all(part(tmp_path, "customers"), chosen, customers_table(), [SIGNED_IN])
    orders = write_all(part(tmp_path, "orders"), chosen, orders_table(), [THEIR_ORDER])
    asked = write_all(part(tmp_path, "asked"), chosen, customers_table(session_tokens=True), [SIGNED_IN])

    for path, table in ((customers, "customers"), (orders, "orders")):
        assert SESSION_TOKEN not in repr(read_rows(path, chosen, table))
        assert SESSION_TOKEN.encode() not in path.read_bytes()
    assert [row["session_token"] for row in read_rows(asked, chosen)] == [SESSION_TOKEN]


def test_the_token_of_an_orders_customer_can_be_asked_for(tmp_path: Path) -> None:
    """Asked for, a token is in the customer that an order carries."""
    path = write_all(part(tmp_path), Jsonl(), orders_table(session_tokens=True), [THEIR_ORDER])

    (row,) = read_rows(path, Jsonl())
    assert row["user"]["sessionToken"] == SESSION_TOKEN
