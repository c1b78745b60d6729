"""Exports of chosen customers, in each format."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from snipcart_async.export.columns import customers_table
from snipcart_async.export.formats import FORMATS
from snipcart_async.models import Address, Customer, CustomerStatistics, CustomerStatus, Mode

from ..export.formats.rows import part, write_all


def customer(number: int, **changes: Any) -> Customer:
    """Make a customer of a few values, as `Row` names them."""
    country = changes.get("country")
    return Customer(
        id=str(UUID(int=number)),
        email=f"{number}@example.com",
        mode=changes.get("mode"),
        creation_date=changes.get("created"),
        status=changes.get("status"),
        billing_address=Address(name="Ada Lovelace", city="London", country=country),
        statistics=CustomerStatistics(orders_count=changes.get("orders"), orders_amount=changes.get("amount")),
    )


def written(folder: Path, name: str, customers: Sequence[Customer]) -> Path:
    """Write customers as an export of this format does."""
    path = folder / f"customers.{name}"
    growing = part(folder)
    write_all(growing, FORMATS[name], customers_table(), customers).rename(path)
    growing.unlink(missing_ok=True)  # Parquet is converted from it
    return path


CUSTOMERS = [
    customer(1, created=datetime(2026, 1, 31, 23, 59, 59, 999999, UTC), status=CustomerStatus.CONFIRMED, country="CA"),
    customer(2, created=datetime(2026, 3, 1, tzinfo=UTC), status=CustomerStatus.UNCONFIRMED, orders=0, country=" ca "),
    customer(
        3, created=datetime(2026, 3, 2, tzinfo=UTC), status=CustomerStatus("Archived"), orders=1, amount=Decimal("0.10")
    ),
    customer(4, orders=2, amount=Decimal("-5.5"), country="<script>alert(1)</script>", mode=Mode.TEST),
    customer(5, orders=12, amount=Decimal("123456789012.345"), country="", mode=Mode.LIVE),
    customer(6, orders=None, amount=Decimal(20), country="Ivory   Coast " * 9),
]
