"""Running an export: read the windows, write their rows in order, and leave a checkpoint behind each window."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from functools import partial
from typing import TypeVar

import attrs

from ..errors import ConfigurationError, ExportError
from .ahead import in_order
from .answers import Answer
from .aside import Aside
from .checkpoint import Checkpoint, Identity
from .claim import Claim
from .job import Job, Run
from .output import Output
from .plan import make_plan
from .reading import read_on, read_window
from .report import ExportProgress, ExportReport
from .result import Reject, WindowResult
from .tally import Tally, compare_totals

R = TypeVar("R")


async def export(run: Run, job: Job[R]) -> ExportReport:
    """Export what a job makes of the customers of a shop.

    Raises:
        ConfigurationError: The place is taken, or what is there is another export than the one to be resumed.
        ExportError: The disk refuses, or `strict` and a record that cannot be read.
        SnipcartError: Snipcart could not be asked; what is done is kept.
    """
    began = time.monotonic()
    with Claim(run.place, overwrite=run.overwrite, resume=run.resume) as claim:
        state, first = claim.saved and await _resumable(claim.saved, run, job), None
        resumed = state is not None
        async with Aside(partial(Output, claim, run.form, job.table, state)) as output:
            if state is None:
                state, first = await _plan(run, job)
                _tell(run, state)
            began -= state.seconds
            plan = state.plan(run.everything)
            reads = (partial(read_on, run.snipcart, window, first) for window in plan.windows[state.done :])
            async with aclosing(in_order(reads, job.ahead)) as results:
                async for result in results:
                    state = await _write(run, job, output, state, result)
                    seconds = time.monotonic() - began
                    checkpoint = attrs.evolve(state, done=state.done + 1, seconds=seconds)
                    state = await output.do(partial(Output.save, checkpoint=checkpoint))
                    _tell(run, state)
            tally = await compare_totals(run.snipcart, plan, state.tally)
            await output.do(partial(Output.publish, undated_rejects=tally.undated_rejects))
    return tally.report(
        plan,
        run.place.target,
        seconds=time.monotonic() - began,
        resumed=resumed,
        orders=state.rows if job.kind == "orders" else None,
        rejected_orders=state.rejected_orders,
        missing=state.missing,
    )


async def _resumable(saved: Checkpoint, run: Run, job: Job[R]) -> Checkpoint | None:
    """Check that a checkpoint is of this export; with another key, that it opens the same shop.

    Where nothing tells the shop again, give `None`: then all begins anew.
    """
    identity = _identify(run, job, salt=saved.identity.salt)
    if different := identity.differences(saved.identity):
        raise ConfigurationError(
            f"resume: the unfinished export beside the path has a difference in {different}; "
            "ask for the same again, or begin anew with overwrite=True and without resume"
        )
    if identity.key == saved.identity.key:
        return saved
    if saved.witness is None:
        return None
    place, digest = saved.witness
    result = await read_window(run.snipcart, saved.plan(run.everything).windows[place])
    if _digest(saved, result) != digest:
        raise ConfigurationError(
            "resume: this API key shows other customers than the one the export was begun with; "
            "use a key of the same shop and mode, or begin anew with overwrite=True and without resume"
        )
    return attrs.evolve(saved, identity=identity, tally=saved.tally + Tally(requests=result.requests))


def _digest(state: Checkpoint, result: WindowResult) -> str:
    """Give a digest of who is in a window, without those who came into it since the export began; "" when nobody."""
    dates = ((customer.id, customer.creation_date) for customer in result.customers)
    ids = [customer_id for customer_id, created in dates if created is not None and created < state.settled]
    return state.digest(ids) if ids else ""


def _identify(run: Run, job: Job[R], *, salt: str = "") -> Identity:
    return Identity.of(
        run.snipcart, run.everything, salt=salt, kind=job.kind, format=repr(run.form), options=job.options
    )


async def _plan(run: Run, job: Job[R]) -> tuple[Checkpoint, Answer | None]:
    """Plan, and give the first answer where there is but one window."""
    plan, first = await make_plan(run.snipcart, run.everything, run.concurrency, job.pages)
    return Checkpoint.of(_identify(run, job), plan), first


async def _write(
    run: Run, job: Job[R], output: Aside[Output[R]], state: Checkpoint, result: WindowResult
) -> Checkpoint:
    """Write what follows from a window, and add it up."""
    customers, rejects = state.tally.unseen(result)
    digest = _digest(state, result)
    state = attrs.evolve(
        state,
        tally=state.tally + Tally.of(result, state.settled),
        witness=(state.done, digest) if digest else state.witness,
    )
    await _reject(run, output, rejects)
    async with aclosing(job.gather(customers)) as harvests:
        async for harvest in harvests:
            await output.do(partial(Output.write, rows=harvest.rows))
            state = attrs.evolve(
                state,
                tally=state.tally + Tally(requests=harvest.requests),
                customers=state.customers + harvest.customers,
                rows=state.rows + len(harvest.rows),
                missing=state.missing + harvest.missing,
                rejected_orders=state.rejected_orders + len(harvest.rejects),
            )
            await _reject(run, output, harvest.rejects)
            _tell(run, state)
    return state


async def _reject(run: Run, output: Aside[Output[R]], rejects: Sequence[Reject]) -> None:
    """Set apart what cannot be read, unless that ends the export."""
    if not rejects:
        return
    if run.strict:
        problems = "; ".join(rejects[0].problems[:3])
        raise ExportError(f"strict: a record cannot be read: {problems}; without strict it goes to the rejects")
    await output.do(partial(Output.write, rows=(), rejects=rejects))


def _tell(run: Run, state: Checkpoint) -> None:
    if run.on_progress is not None:
        run.on_progress(
            ExportProgress(
                customers=state.customers + state.missing,
                total=state.total,
                windows=state.done,
                windows_total=len(state.cuts),
            )
        )
