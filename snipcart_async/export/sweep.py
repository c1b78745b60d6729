"""Sweeping a shop: the rows of all its customers, for a program that keeps them somewhere else than in a file."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import partial
from typing import Generic, TypeVar

import attrs

from ..client import SnipcartClient
from .ahead import in_order
from .job import Job
from .plan import make_plan
from .reading import read_on
from .result import Reject
from .tally import Tally, compare_totals
from .window import Window

R = TypeVar("R")


@attrs.frozen(kw_only=True)
class Swept(Generic[R]):
    """Hold what a window gave, how many customers that is of, and the tally of all windows up to this one.

    Who cannot be read, and has no date, may be readable in another window: the last one has those rejects.
    """

    tally: Tally
    rows: tuple[R, ...] = attrs.field(default=(), repr=False)
    rejects: tuple[Reject, ...] = attrs.field(default=(), repr=False)
    customers: int = 0
    missing: int = 0


async def sweep(
    snipcart: SnipcartClient, everything: Window, job: Job[R], concurrency: int
) -> AsyncGenerator[Swept[R], None]:
    """Give what a job makes of all customers, a window at a time; the last one has no rows, but the final tally.

    Raises:
        SnipcartError: Snipcart could not be asked.
    """
    plan, first = await make_plan(snipcart, everything, concurrency, job.pages)
    tally = Tally(requests=plan.requests)
    undated: list[Reject] = []
    reads = (partial(read_on, snipcart, window, first) for window in plan.windows)
    async with aclosing(in_order(reads, job.ahead)) as results:
        async for result in results:
            customers, rejects = tally.unseen(result)
            undated += [reject for reject in rejects if reject.created is None]
            tally += Tally.of(result, plan.settled)
            async with aclosing(job.gather(customers)) as gathered:
                harvests = [harvest async for harvest in gathered]
            tally += Tally(requests=sum(harvest.requests for harvest in harvests))
            yield Swept(
                tally=tally,
                rows=tuple(row for harvest in harvests for row in harvest.rows),
                rejects=(
                    *(reject for reject in rejects if reject.created),
                    *(reject for harvest in harvests for reject in harvest.rejects),
                ),
                customers=sum(harvest.customers for harvest in harvests),
                missing=sum(harvest.missing for harvest in harvests),
            )
    tally = await compare_totals(snipcart, plan, tally)
    yield Swept(tally=tally, rejects=tuple(reject for reject in undated if reject.key in tally.undated_rejects))
