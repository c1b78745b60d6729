"""Sweeping a shop: the same customers, counts and doubts as in an export into a file."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from snipcart_async import SnipcartClient
from snipcart_async.export import Window, export_customers, export_orders
from snipcart_async.export.customers import customers_job
from snipcart_async.export.job import Job
from snipcart_async.export.orders import orders_job
from snipcart_async.export.sweep import Swept, sweep
from snipcart_async.testing import FakeSnipcart

from .exporting import client_of

EVERYBODY = Window()


@pytest.fixture
async def fake() -> AsyncIterator[FakeSnipcart]:
    """Serve a shop of several windows."""
    async with FakeSnipcart(customers=40, page_cap=3) as fake:
        yield fake


@pytest.fixture
async def snipcart(fake: FakeSnipcart) -> AsyncIterator[SnipcartClient]:
    """Give a client of the shop."""
    async with client_of(fake) as snipcart:
        yield snipcart


async def sweep_with(snipcart: SnipcartClient, job: Job[Any]) -> list[Swept[Any]]:
    """Sweep, and keep all of it."""
    return [swept async for swept in sweep(snipcart, EVERYBODY, job, 4)]


async def test_customers_come_window_by_window_each_once(fake: FakeSnipcart, snipcart: SnipcartClient) -> None:
    """The first ones are there before the last ones are read, and what is last holds no rows."""
    parts = await sweep_with(snipcart, customers_job(4))
    counts = [part.tally.customers for part in parts]
    last = parts[-1].tally

    assert sorted(row.id for part in parts for row in part.rows) == sorted(fake.shop.customer_ids())
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] == 40
    assert len(parts) == last.windows + 1
    assert parts[-1].rows == ()
    assert last.complete


async def test_a_sweep_says_what_an_export_says(fake: FakeSnipcart, snipcart: SnipcartClient, tmp_path: Path) -> None:
    """Orders and rejects, requests and doubts: a customer without a date is noticed when the counts are compared."""
    spoiled, undated, *_ = fake.shop.customer_ids()
    fake.spoil(spoiled, email=12)
    fake.spoil(undated, creationDate=None)
    for job, export in ((customers_job(8), export_customers), (orders_job(snipcart, 8), export_orders)):
        parts = await sweep_with(snipcart, job)
        report = await export(snipcart, tmp_path / f"{job.kind}.jsonl")
        tally = parts[-1].tally

        assert (
            tally.unproven == report.unproven == ("created at any time: Snipcart counts 1 more than it lists by date",)
        )
        assert sum(part.customers for part in parts) == report.customers
        assert sum(part.missing for part in parts) == report.missing
        assert sum(len(part.rejects) for part in parts) == tally.rejected == report.rejected == 1
        assert sum(len(part.rows) for part in parts) == (report.orders or report.customers)
        assert not tally.complete
