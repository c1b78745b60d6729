"""One shop as a job for a cluster: planned, its windows read by many, their parts published as one dataset."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Any, cast

import attrs
from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError

from ...errors import ExportError, SnipcartError
from ...export import ExportReport, Plan, Tally, Window, compare_totals, plan_customers
from ...export.ahead import in_order
from ...export.dataset import Dataset, Part
from ...export.shop import Shop
from ...pacing import RateLimit
from .workers import Lane

_PATIENCE = 10.0
"""So many seconds a cluster has to remove what a failed export left."""


@attrs.frozen
class ShopJob:
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
        alone = Lane(self.dataset.run, self.shop, self.rate_limit)
        await submit(self.dask, self.dataset.stage)
        plan: Plan = await submit(self.dask, alone.ask, plan_customers, **self.filters)
        parts = await self._read(plan)
        tally = sum((part.tally for part in parts), Tally(requests=plan.requests))
        tally = await submit(self.dask, alone.ask, compare_totals, plan, tally)
        report: ExportReport = tally.report(plan, self.dataset.target, seconds=time.monotonic() - began)
        await submit(self.dask, self.dataset.publish, parts, report)
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
                part = await submit(self.dask, lane.read, attrs.evolve(plan, windows=(window,)), self.dataset)
                return cast("Part", part)
            finally:
                lanes.append(lane)

        reads = (partial(read, place, window) for place, window in enumerate(plan.windows))
        async with aclosing(in_order(reads, at_a_time)) as parts:
            return [part async for part in parts]

    async def _lanes(self, windows: int) -> list[Lane]:
        """Divide what the shop may be asked, for good: a limit by how many tasks the cluster can do at a time now."""
        run, limit, count = self.dataset.run, self.rate_limit, min(self.concurrency, windows)
        if limit is None:
            return [Lane(run, self.shop, None)] * count
        count = min(count, max(1, sum((await self.dask.nthreads()).values())))
        share = attrs.evolve(limit, per=limit.per * count)
        return [Lane(run, self.shop, share, number) for number in range(count)]


async def submit(dask: Client, task: Callable[..., Any], *args: Any, **options: Any) -> Any:
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
