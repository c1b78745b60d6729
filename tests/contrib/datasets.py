"""Looking at what an export of many shops left in a folder, and at what a plain export of one says."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from snipcart_async import SnipcartClient
from snipcart_async.export import ExportReport, export_customers
from snipcart_async.testing import FakeSnipcart


async def plain_export(fake: FakeSnipcart, path: Path, **options: Any) -> tuple[ExportReport, pa.Table]:
    """Export a shop in one go, into one file."""
    async with SnipcartClient(fake.api_key, base_url=fake.base_url) as snipcart:
        report = await export_customers(snipcart, path, **options)
    return report, ds.dataset(path).to_table().sort_by("id")


def rows_of(folder: Path, shop: str) -> pa.Table:
    """Read one shop of a dataset, as the columns of a plain export."""
    table = ds.dataset(folder, partitioning="hive").to_table(filter=ds.field("shop") == shop)
    return table.drop_columns("shop").sort_by("id")


def rejects_of(folder: Path, shop: str) -> list[str]:
    """Give the ids of those who could not be read."""
    lines = (folder / f"shop={shop}" / "_rejects.jsonl").read_bytes().splitlines()
    return [json.loads(line)["document"]["id"] for line in lines]


def figures(report: ExportReport) -> tuple[object, ...]:
    """Give what two exports of the same shop at rest must tell alike."""
    return report.customers, report.rejected, report.repaired, report.windows, report.unproven, report.complete


def seen_in(folder: Path, pattern: str = "*") -> list[str]:
    """Give the names of what is there."""
    return sorted(path.name for path in folder.glob(pattern))


def contents_of(folder: Path) -> list[bytes]:
    """Read all files of a folder."""
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
