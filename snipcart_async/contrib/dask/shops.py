"""Dask: many shops on many machines, each window read by whichever worker is free."""

import asyncio
import os
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

import attrs

from .._configuration import count_problem, kind_problem
from ..client import SnipcartClient
from ..errors import ConfigurationError, ExportError, SnipcartError
from ..export import ExportReport, Plan, Tally, Window, compare_totals, plan_customers
from ..export.ahead import in_order
from ..export.dataset import Dataset, Part
from ..export.reading import read_on
from ..export.shop import Shop, shops_problem
from ..models import CustomerStatus
from ..pacing import RateLimit

try:
    from distributed import Client, KilledWorker, Worker, WorkerPlugin, get_worker
    from distributed.client import FutureCancelledError
except ImportError as _missing:  # pragma: no cover - the tests have it
    raise ImportError(
        "snipcart_async.contrib.dask needs Dask's distributed: pip install 'snipcart-async[dask]'"
    ) from _missing

_SYNCHRONOUS = "dask_client must be asynchronous, as `await Client(address, asynchronous=True)` gives it"
_PATIENCE = 10.0
"""So many seconds a cluster has to remove what a failed export left."""

__all__ = ["Shop", "ShopsError", "export_shops"]


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
        _Job(dask_client, shop, dataset(partition=f"shop={shop.name}"), filters, concurrency, rate_limit)
        for shop in shops
    ]
    await dask_client.register_plugin(_Clients(run, concurrency))
    try:
        await _submit(dask_client, _check, [job.dataset for job in jobs])
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


@attrs.frozen
class _Lane:
    """Hold a share of what a shop may be asked; one task at a time has it, on whatever worker."""

    run: str
    shop: Shop
    rate_limit: RateLimit | None
    number: int = 0

    async def client(self) -> SnipcartClient:
        """Give the worker's client, once the pace allows a request: the last one may have come from elsewhere."""
        if self.rate_limit:
            await asyncio.sleep(self.rate_limit.spacing)
        return cast("_Clients", get_worker().plugins[self.run]).client(self)

    async def ask(self, function: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        """Do with the worker's client what is asked for."""
        return await function(await self.client(), *args, **options)

    async def read(self, plan: Plan, dataset: Dataset) -> Part:
        """Read the only window of a plan, and write its rows aside."""
        result = await read_on(await self.client(), plan.windows[0], None)  # dates were tried out for the plan
        return await asyncio.to_thread(dataset.write, plan, result)


class _Clients(WorkerPlugin):
    """Keep a worker's clients: one for each shop, or where a rate is shared, one for each share of it."""

    def __init__(self, run: str, concurrency: int) -> None:
        self.name = run
        self._concurrency = concurrency
        self._clients: dict[_Lane, SnipcartClient] = {}

    def client(self, lane: _Lane) -> SnipcartClient:
        """Give the client of a lane, made when it is first needed."""
        if lane not in self._clients:
            try:
                snipcart = lane.shop.client(max_concurrency=self._concurrency, rate_limit=lane.rate_limit)
            except ConfigurationError as error:
                raise ConfigurationError(f"on worker {get_worker().name}, {error}") from None
            self._clients[lane] = snipcart
        return self._clients[lane]

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - Dask gives it
        """Close all, when the run or the worker ends."""
        for snipcart in tuple(self._clients.values()):  # a task may still add one
            await snipcart.aclose()


@attrs.frozen
class _Job:
    """Export one shop, from where the cluster is driven: nothing here touches Snipcart, or the folder."""

    dask: Client
    shop: Shop
    dataset: Dataset
    filters: dict[str, Any]
    concurrency: int
    rate_limit: RateLimit | None

    async def outcome(self) -> ExportReport | SnipcartError:
        """Export; what one shop meets does not end the others."""
        try:
            return await self._export()
        except (SnipcartError, asyncio.CancelledError) as error:
            await self._discard()
            if isinstance(error, SnipcartError):
                return error
            raise

    async def _discard(self) -> None:
        """Remove what was written, while there is a cluster that can."""
        with suppress(Exception):  # what ended the export is what is told
            async with asyncio.timeout(_PATIENCE):
                await self.dask.submit(self.dataset.discard, pure=False)

    async def _export(self) -> ExportReport:
        began = time.monotonic()
        alone = _Lane(self.dataset.run, self.shop, self.rate_limit)
        await _submit(self.dask, self.dataset.stage)
        plan: Plan = await _submit(self.dask, alone.ask, plan_customers, **self.filters)
        parts = await self._read(plan)
        tally = sum((part.tally for part in parts), Tally(requests=plan.requests))
        tally = await _submit(self.dask, alone.ask, compare_totals, plan, tally)
        report: ExportReport = tally.report(plan, self.dataset.target, seconds=time.monotonic() - began)
        await _submit(self.dask, self.dataset.publish, parts, report)
        return report

    async def _read(self, plan: Plan) -> list[Part]:
        """Have the windows read, each by whichever worker is free."""
        lanes = deque(await self._lanes(len(plan.windows)))
        at_a_time = len(lanes)
        spacing = self.rate_limit.spacing if self.rate_limit else 0.0

        async def read(place: int, window: Window) -> Part:
            lane = lanes.popleft()
            try:
                if place < at_a_time:
                    await asyncio.sleep(place * spacing)  # else all lanes would begin at once
                part = await _submit(self.dask, lane.read, attrs.evolve(plan, windows=(window,)), self.dataset)
                return cast("Part", part)
            finally:
                lanes.append(lane)

        reads = (partial(read, place, window) for place, window in enumerate(plan.windows))
        async with aclosing(in_order(reads, at_a_time)) as parts:
            return [part async for part in parts]

    async def _lanes(self, windows: int) -> list[_Lane]:
        """Divide what the shop may be asked, for good: a limit by how many tasks the cluster can do at a time now."""
        run, limit, count = self.dataset.run, self.rate_limit, min(self.concurrency, windows)
        if limit is None:
            return [_Lane(run, self.shop, None)] * count
        count = min(count, max(1, sum((await self.dask.nthreads()).values())))
        share = attrs.evolve(limit, per=limit.per * count)
        return [_Lane(run, self.shop, share, number) for number in range(count)]


def _check(datasets: Sequence[Dataset]) -> None:
    for dataset in datasets:
        if problem := dataset.problem():
            raise ConfigurationError(f"on worker {get_worker().name}, {problem}")


async def _submit(dask: Client, task: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Have a task done, and let go of it."""
    future = dask.submit(task, *args, **options, pure=False)
    try:
        return await future
    except SnipcartError:
        raise
    except KilledWorker:
        problem = "one worker after the other died of it: look for what ends them, such as too little memory"
    except FutureCancelledError:
        problem = "the cluster was closed, or has lost a task"
    except Exception as error:  # noqa: BLE001 - what one worker lacks is no reason to end the other shops
        problem = f"a worker failed with {type(error).__name__}: compare what is installed there, and its log"
    finally:
        future.release()
    raise ExportError(problem)
