"""Running an export: read the windows, write their rows in order, and leave a checkpoint behind each window."""

import time
from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime
from functools import partial
from typing import TypeVar

import attrs

from .._converter.unstructure import spell_datetime
from ..errors import ConfigurationError, ExportError
from .ahead import in_order
from .answers import Answer, Asker
from .aside import Aside
from .checkpoint import Checkpoint, Identity
from .claim import Claim
from .job import Job, Run
from .output import Output
from .plan import make_plan
from .reading import read_on, read_window
from .report import ExportProgress, ExportReport
from .result import Reject, WindowResult
from .tally import doubt_others
from .totals import doubt_windows

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
            windows = state.windows(run.everything)[state.done :]
            reads = (partial(read_on, run.snipcart, window, first) for window in windows)
            async with aclosing(in_order(reads, job.ahead)) as results:
                async for result in results:
                    state = await _write(run, job, output, state, result)
                    seconds = time.monotonic() - began
                    checkpoint = attrs.evolve(state, done=state.done + 1, seconds=seconds)
                    state = await output.do(partial(Output.save, checkpoint=checkpoint))
                    _tell(run, state)
            state = await _compare_totals(run, state)
            await output.do(Output.publish)
    return _report(run, job, state, resumed=resumed, seconds=time.monotonic() - began)


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
    result = await read_window(run.snipcart, saved.windows(run.everything)[place])
    if _digest(saved, result) != digest:
        raise ConfigurationError(
            "resume: this API key shows other customers than the one the export was begun with; "
            "use a key of the same shop and mode, or begin anew with overwrite=True and without resume"
        )
    return attrs.evolve(saved, identity=identity, requests=saved.requests + result.requests)


def _digest(state: Checkpoint, result: WindowResult) -> str:
    """Give a digest of who is in a window, without those who came into it since the export began; "" when nobody."""
    settled = datetime.fromisoformat(state.settled)
    dates = ((customer.id, customer.creation_date) for customer in result.customers)
    ids = [customer_id for customer_id, created in dates if created is not None and created < settled]
    return state.digest(ids) if ids else ""


def _identify(run: Run, job: Job[R], *, salt: str = "") -> Identity:
    return Identity.of(
        run.snipcart, run.everything, salt=salt, kind=job.kind, format=repr(run.form), options=job.options
    )


async def _plan(run: Run, job: Job[R]) -> tuple[Checkpoint, Answer | None]:
    """Plan, and give the first answer where there is but one window."""
    plan, first = await make_plan(run.snipcart, run.everything, run.concurrency, job.pages)
    state = Checkpoint(
        identity=_identify(run, job),
        cuts=tuple((window.since, window.until, window.dated) for window in plan.windows),
        total=plan.total,
        settled=spell_datetime(plan.settled),
        requests=plan.requests,
    )
    return state, first


async def _write(
    run: Run, job: Job[R], output: Aside[Output[R]], state: Checkpoint, result: WindowResult
) -> Checkpoint:
    """Write what follows from a window, and add it up."""
    known = frozenset(state.undated)
    rejects = [reject for reject in result.rejects if reject.created or reject.key not in known]
    undated = [customer for customer in result.undated if customer.id not in known]
    customers = [*result.customers, *undated]
    settled = datetime.fromisoformat(state.settled)
    dates = [record.created for record in rejects] + [customer.creation_date for customer in customers]
    digest = _digest(state, result)
    coarse = [result.window] if result.coarse_dates else []
    state = attrs.evolve(
        state,
        counted=state.counted + sum(date is None or date < settled for date in dates),
        undated=(*state.undated, *(c.id for c in undated), *(r.key for r in rejects if r.created is None)),
        doubts=(*state.doubts, *result.doubts, *doubt_others(coarse, len(state.cuts))),
        repaired=state.repaired + result.repaired,
        requests=state.requests + result.requests,
        created_until=_earlier(state.created_until, result.settled),
        witness=(state.done, digest) if digest else state.witness,
    )
    state = await _reject(run, output, state, rejects)
    async with aclosing(job.gather(customers)) as harvests:
        async for harvest in harvests:
            await output.do(partial(Output.write, rows=harvest.rows))
            state = attrs.evolve(
                state,
                customers=state.customers + harvest.customers,
                rows=state.rows + len(harvest.rows),
                missing=state.missing + harvest.missing,
                requests=state.requests + harvest.requests,
            )
            state = await _reject(run, output, state, harvest.rejects)
            _tell(run, state)
    return state


def _earlier(known: str | None, settled: datetime | None) -> str | None:
    moments = [datetime.fromisoformat(known)] if known else []
    moments += [settled] if settled else []
    return spell_datetime(min(moments)) if moments else None


async def _reject(run: Run, output: Aside[Output[R]], state: Checkpoint, rejects: Sequence[Reject]) -> Checkpoint:
    """Set apart what cannot be read, unless that ends the export."""
    if not rejects:
        return state
    if run.strict:
        problems = "; ".join(rejects[0].problems[:3])
        raise ExportError(f"strict: a record cannot be read: {problems}; without strict it goes to the rejects")
    await output.do(partial(Output.write, rows=(), rejects=rejects))
    return attrs.evolve(state, rejected=state.rejected + len(rejects))


async def _compare_totals(run: Run, state: Checkpoint) -> Checkpoint:
    """Doubt the windows, unless they held all that Snipcart counted without dates."""
    asker = Asker.of(run.snipcart)
    settled = datetime.fromisoformat(state.settled)
    doubt = await doubt_windows(asker, run.everything, settled, state.counted, state.total, windows=len(state.cuts))
    doubts = (*state.doubts, doubt) if doubt else state.doubts
    return attrs.evolve(state, doubts=doubts, requests=state.requests + asker.requests)


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


def _report(run: Run, job: Job[R], state: Checkpoint, *, resumed: bool, seconds: float) -> ExportReport:
    until = state.created_until or run.everything.until
    return ExportReport(
        customers=state.customers,
        orders=state.rows if job.kind == "orders" else None,
        rejected=state.rejected,
        missing=state.missing,
        repaired=state.repaired,
        windows=len(state.cuts),
        unproven=state.doubts,
        created_until=datetime.fromisoformat(until) if until else None,
        requests=state.requests,
        seconds=seconds,
        path=run.place.target,
        resumed=resumed,
        begun=datetime.fromisoformat(state.settled),
        filtered=run.everything.filtered or run.everything.bounded,
    )
