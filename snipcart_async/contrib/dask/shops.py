"""Many shops at a time: what one of them meets does not end the others."""

import asyncio
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

from distributed import Client

from ..._configuration import count_problem, kind_problem
from ...errors import ConfigurationError, ExportError, SnipcartError
from ...export import ExportReport
from ...export.dataset import Dataset
from ...export.shop import Shop, shops_problem
from ...models import CustomerStatus
from ...pacing import RateLimit
from .job import ShopJob, submit
from .workers import Clients, check_datasets

_SYNCHRONOUS = "dask_client must be asynchronous, as `await Client(address, asynchronous=True)` gives it"


class ShopsError(ExportError):
    """Report that some shops could not be exported: `errors` says why, by name; `reports` has those of the others."""

    def __init__(self, errors: Mapping[str, SnipcartError], reports: Mapping[str, ExportReport]) -> None:
        reasons = "; ".join(f"{name}: {error}" for name, error in errors.items())
        super().__init__(f"{len(errors)} of {len(errors) + len(reports)} shops could not be exported: {reasons}")
        self.errors: dict[str, SnipcartError] = dict(errors)
        self.reports: dict[str, ExportReport] = dict(reports)


async def export_shops(
    dask_client: Client,
    shops: Sequence[Shop],
    folder: str | os.PathLike[str],
    *,
    created_from: date | None = None,
    created_to: date | None = None,
    status: CustomerStatus | str | None = None,
    concurrency: int = 8,
    rate_limit: RateLimit | None = None,
    session_tokens: bool = False,
    overwrite: bool = False,
) -> dict[str, ExportReport]:
    """Write every customer of many shops, each once, and report for each shop what that proves: `GET /customers`.

    Each shop becomes `shop=NAME` in the folder, which all workers must see: Parquet files, a `_report.json`, and a
    `_rejects.jsonl` where there are any. It appears as a whole, when it is finished. `concurrency` and `rate_limit`
    hold for each shop, whatever workers come and go.

    Raises:
        ConfigurationError: An argument is unusable, or a shop is there already; nothing was asked.
        ShopsError: Some shops could not be exported; all others were.
    """
    problem = (
        count_problem("concurrency", concurrency)
        or kind_problem("rate_limit", rate_limit, RateLimit)
        or shops_problem(shops)
        or ("" if dask_client.asynchronous else _SYNCHRONOUS)
    )
    if problem:
        raise ConfigurationError(problem)
    run, place = secrets.token_hex(8), Path(folder).absolute()  # noqa: ASYNC240 - it does not ask the disk
    dataset = partial(Dataset, folder=place, run=run, overwrite=overwrite, session_tokens=session_tokens)
    filters = {"created_from": created_from, "created_to": created_to, "status": status}
    jobs = [
        ShopJob(dask_client, shop, dataset(partition=f"shop={shop.name}"), filters, concurrency, rate_limit)
        for shop in shops
    ]
    await dask_client.register_plugin(Clients(run, concurrency))
    try:
        await submit(dask_client, check_datasets, [job.dataset for job in jobs])
        async with asyncio.TaskGroup() as group:
            tasks = {job.shop.name: group.create_task(job.outcome()) for job in jobs}
    finally:
        if dask_client.status == "running":
            with suppress(Exception):  # where no cluster is left, none has the plugin: the outcomes are what is told
                await dask_client.unregister_worker_plugin(run)
    outcomes = {name: task.result() for name, task in tasks.items()}
    reports = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, ExportReport)}
    errors = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, SnipcartError)}
    if errors:
        raise ShopsError(errors, reports)
    return reports
