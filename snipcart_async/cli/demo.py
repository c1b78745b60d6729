"""`snipcart demo`: an export to look at, without a shop and without a key."""

import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path

from cyclopts.types import PositiveInt
from rich.filesize import decimal as human_size

from ..client import SnipcartClient
from ..export import ExportReport, export_customers
from ..testing import FakeSnipcart
from .output import say
from .progress import export_progress

_NEXT = """\
What to try next:
  snipcart fake                              open a fake shop to try commands on
  export SNIPCART_SECRET_API_KEY=...         or use the secret key of your shop
  snipcart customers list --max 10           look at a few customers
  snipcart export customers customers.jsonl  take them all home
"""


async def demo(*, customers: PositiveInt = 10_000) -> None:
    """Export a fake shop on this machine: no key needed, nothing leaves it.

    Args:
        customers: How many customers the shop has.
    """
    say(f"Opening a fake shop with {customers:,} invented customers on this machine.")
    path = Path(tempfile.mkdtemp(prefix="snipcart-demo-")) / "customers.jsonl"
    async with (
        FakeSnipcart(customers=customers) as shop,
        SnipcartClient(shop.api_key, base_url=shop.base_url) as snipcart,
    ):
        with export_progress() as on_progress:
            report = await export_customers(snipcart, path, on_progress=on_progress)
    sys.stdout.write(f"{_describe(report)}\n\n{_NEXT}")


def _describe(report: ExportReport) -> str:
    width = shutil.get_terminal_size().columns
    with report.path.open(encoding="utf-8") as file:
        first = [line.rstrip("\n") for line in islice(file, 3)]
    return "\n".join(
        (
            "",
            f"File:      {report.path}",
            f"Size:      {human_size(report.path.stat().st_size)}, one customer a line",
            f"Customers: {report.customers:,}, each once",
            f"Time:      {report.seconds:.1f} s",
            "",
            "It begins:",
            *(line if len(line) <= width else f"{line[: width - 1]}…" for line in first),
        )
    )
