"""What a worker does: it asks one shop with the client it keeps for that, and writes what came of it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import attrs
from distributed import Worker, WorkerPlugin, get_worker

from ...client import SnipcartClient
from ...errors import ConfigurationError
from ...export import Plan
from ...export.dataset import Dataset, Part
from ...export.reading import read_on
from ...export.shop import Shop
from ...pacing import RateLimit


@attrs.frozen
class Lane:
    """Hold a share of what a shop may be asked; one task at a time has it, on whatever worker."""

    run: str
    shop: Shop
    rate_limit: RateLimit | None
    number: int = 0

    async def client(self) -> SnipcartClient:
        """Give the worker's client, once the pace allows a request: the last one may have come from elsewhere."""
        if self.rate_limit:
            await asyncio.sleep(self.rate_limit.spacing)
        return cast("Clients", get_worker().plugins[self.run]).client(self)

    async def ask(self, function: Callable[..., Awaitable[Any]], *args: Any, **options: Any) -> Any:
        """Do with the worker's client what is asked for."""
        return await function(await self.client(), *args, **options)

    async def read(self, plan: Plan, dataset: Dataset) -> Part:
        """Read the only window of a plan, and write its rows aside."""
        result = await read_on(await self.client(), plan.windows[0], None)  # dates were tried out for the plan
        return await asyncio.to_thread(dataset.write, plan, result)


class Clients(WorkerPlugin):
    """Keep a worker's clients: one for each shop, or where a rate is shared, one for each share of it."""

    def __init__(self, run: str, concurrency: int) -> None:
        self.name = run
        self._concurrency = concurrency
        self._clients: dict[Lane, SnipcartClient] = {}

    def client(self, lane: Lane) -> SnipcartClient:
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


def check_datasets(datasets: Sequence[Dataset]) -> None:
    """Look whether all may appear where this worker sees the folder.

    Raises:
        ConfigurationError: One may not.
    """
    for dataset in datasets:
        if problem := dataset.problem():
            raise ConfigurationError(f"on worker {get_worker().name}, {problem}")
