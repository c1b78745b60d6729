"""`snipcart demo`: an export to look at, without a shop and without a key."""

import os
import shlex
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from cyclopts.types import PositiveInt
from rich.console import Console
from rich.table import Table

from ..client import SnipcartClient
from ..export import export_customers
from ..testing import FakeSnipcart
from .output import say
from .progress import export_progress
from .summary import summarize

_ASKED = """\
SELECT coalesce(nullif(billing_address_country, ''), 'unknown') AS country,
       count(*) AS customers,
       sum(statistics_orders_count) AS orders,
       sum(statistics_orders_amount) AS amount
FROM customers GROUP BY country ORDER BY amount DESC
"""

_NEXT = """\
What to try next:
  Open the file yourself:           sqlite3 {path}
  Make a page with charts of it:    {program} report {path}
  Open a fake shop to try on:       {program} fake
  Or use your shop's secret key:    export SNIPCART_SECRET_API_KEY=...
  Look at a few customers:          {program} customers list --max 10
  Take all of them home:            {program} export customers customers.sqlite
  Or into a spreadsheet:            {program} export customers customers.csv --bom
  And all of their orders:          {program} export orders orders.sqlite
"""


async def demo(*, customers: PositiveInt = 10_000) -> None:
    """Export a fake shop on this machine: no key needed, nothing leaves it.

    Args:
        customers: How many customers the shop has.
    """
    say(f"Opening a fake shop with {customers:,} invented customers on this machine.")
    path = Path(tempfile.mkdtemp(prefix="snipcart-demo-")) / "customers.sqlite"
    async with (
        FakeSnipcart(customers=customers) as shop,
        SnipcartClient(shop.api_key, base_url=shop.base_url) as snipcart,
    ):
        with export_progress("customers") as on_progress:
            report = await export_customers(snipcart, path, on_progress=on_progress)
    sys.stdout.write(f"\n{summarize(report)}\n\nWhere they are from, as SQLite reads it in the file:\n")
    Console().print(_customers_by_country(path))
    sys.stdout.write(f"\n{_NEXT.format(program=_program(), path=shlex.quote(str(path)))}")


def _customers_by_country(path: Path) -> Table:
    table = Table("country", box=None, pad_edge=False)
    for number in ("customers", "orders", "amount"):
        table.add_column(number, justify="right")
    with closing(sqlite3.connect(path)) as database:
        for country, customers, orders, amount in database.execute(_ASKED):
            table.add_row(country, f"{customers:,}", f"{orders:,}", f"{amount:,.2f}")
    return table


def _program() -> str:
    """Say how to start this program again, as it need not be on the PATH."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m snipcart_async"
    found = shutil.which(started.name)
    on_path = found is not None and os.path.abspath(found) == os.path.abspath(started)  # noqa: PTH100 - links are kept
    return shlex.quote(started.name if on_path else sys.argv[0])
