"""A shop's documents, what they must be as rows of any format, and readers that know none of our code."""

import csv
import json
import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq

from snipcart_async.export import formats
from snipcart_async.export.as_csv import Csv
from snipcart_async.export.as_parquet import Parquet
from snipcart_async.export.columns import OrderRow, Table
from snipcart_async.export.formats import Format, Sink
from snipcart_async.testing import Shop

from ...converter.documents import read_customer, read_order
from ...strategies import ADDRESS_KEYS

R = TypeVar("R")

SHOP = Shop(240)
IDS = SHOP.customer_ids()
CUSTOMER_DOCUMENTS = [SHOP.document(customer_id) for customer_id in IDS]
CUSTOMERS = [read_customer(document) for document in CUSTOMER_DOCUMENTS]
ORDER_DOCUMENTS = [
    {"customerId": customer_id} | document for customer_id in IDS for document in SHOP.orders(customer_id)
]
ORDERS = [
    OrderRow(document["customerId"], read_order({k: v for k, v in document.items() if k != "customerId"}))
    for document in ORDER_DOCUMENTS
]
_TRIED: dict[str, Format] = {"csv": Csv(neutralise=False), "parquet": Parquet(row_group_rows=100)}
FORMATS = [_TRIED.get(name, usual) for name, usual in formats.FORMATS.items()]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def part(folder: Path, name: str = "rows.part") -> Path:
    """Create the private file that a sink grows."""
    path = folder / name
    os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))
    return path


def write_all(path: Path, chosen: Format, table: Table[R], rows: Sequence[R]) -> Path:
    """Write rows in several batches, and finish."""
    sink: Sink[R] = chosen.open(path, table)
    for start in range(0, len(rows), 100):
        sink.write(rows[start : start + 100])
        sink.sync()
    return sink.finish()


def read_rows(path: Path, chosen: Format, table: str = "customers") -> list[dict[str, Any]]:
    """Read a finished file with a reader of its format, each row by the names that databases use."""
    if chosen.name == "jsonl":
        with path.open(newline="\n", encoding="utf-8") as lines:
            documents = [json.loads(line, parse_float=Decimal) for line in lines]
    elif chosen.name == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            documents = list(csv.DictReader(file, strict=True))
    elif chosen.name == "sqlite":
        with closing(sqlite3.connect(path)) as database:
            database.row_factory = sqlite3.Row
            documents = [dict(row) for row in database.execute(f"SELECT * FROM {table}")]  # noqa: S608 - our own name
    else:
        documents = pq.read_table(path).to_pylist()
    return [_by_name(document) for document in documents]


def assert_same(row: dict[str, Any], document: dict[str, Any]) -> None:
    """Compare a row with Snipcart's document, key by key; what the document does not have must be empty."""
    wanted = _by_name(document)
    wanted.pop("session_token", None)
    assert {name for name, value in wanted.items() if value is not None} <= set(row)
    for name, value in row.items():
        assert _agree(value, wanted.get(name)), name


def _by_name(document: dict[str, Any]) -> dict[str, Any]:
    extra = document.pop("extra", None) if "extra" in document else None
    flat = _flat(document | (json.loads(extra, parse_float=Decimal) if extra else {}))
    return {re.sub("[A-Z]", lambda m: f"_{m[0].lower()}", key): value for key, value in flat.items()}


def _flat(document: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in document.items():
        if key in {"billingAddress", "shippingAddress", "statistics"} and isinstance(value, dict):
            flat |= {key + ADDRESS_KEYS.get(inner, inner[0].upper() + inner[1:]): v for inner, v in value.items()}
        else:
            flat[key] = value
    return {key.removesuffix("Name") if key.endswith("CompanyName") else key: value for key, value in flat.items()}


def _agree(read: Any, wanted: Any) -> bool:
    if wanted is None:
        return read in {None, ""} if not isinstance(read, list | dict) else not read
    if isinstance(wanted, bool):
        return read in {wanted, str(wanted).lower()}
    if isinstance(wanted, int | Decimal):
        return Decimal(str(read)) == wanted
    if isinstance(wanted, str):
        return _instant(read) == _instant(wanted) if _DATE.fullmatch(wanted) else bool(read == wanted)
    if isinstance(read, str):
        read = json.loads(read, parse_float=Decimal)
    if isinstance(wanted, list):
        return len(read) == len(wanted) and all(map(_agree, read, wanted))
    read, wanted = _flat(read), _flat({key: value for key, value in wanted.items() if key != "sessionToken"})
    return all(_agree(read.get(key), wanted.get(key)) for key in read.keys() | wanted.keys())


def _instant(value: Any) -> Any:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
