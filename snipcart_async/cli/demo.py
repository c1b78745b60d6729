"""`snipcart demo`: an export to look at, without a shop and without a key."""

import os
import shlex
import shutil
import sys
import tempfile
from itertools import islice
from pathlib import Path

from cyclopts.types import PositiveInt

from ..client import SnipcartClient
from ..export import ExportReport, export_customers
from ..testing import FakeSnipcart
from .export import summarize
from .output import say
from .progress import export_progress

_NEXT = """\
What to try next:
  Open a fake shop to try on:       {program} fake
  Or use your shop's secret key:    export SNIPCART_SECRET_API_KEY=...
  Look at a few customers:          {program} customers list --max 10
  Take all of them home:            {program} export customers customers.jsonl
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
    sys.stdout.write(f"{_describe(report)}\n\n{_NEXT.format(program=_program())}")


def _describe(report: ExportReport) -> str:
    width = shutil.get_terminal_size().columns
    with report.path.open(encoding="utf-8") as file:
        first = [line.rstrip("\n") for line in islice(file, 3)]
    return "\n".join(
        (
            "",
            summarize(report),
            "",
            "The file holds one customer a line. It begins:",
            *(line if len(line) <= width else f"{line[: width - 1]}…" for line in first),
        )
    )


def _program() -> str:
    """Say how to start this program again, as it need not be on the PATH."""
    started = Path(sys.argv[0])
    if started.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m snipcart_async"
    found = shutil.which(started.name)
    on_path = found is not None and os.path.abspath(found) == os.path.abspath(started)  # noqa: PTH100 - links are kept
    return shlex.quote(started.name if on_path else sys.argv[0])
