"""Exporting customers: each of them is a row."""

import os
from collections.abc import AsyncGenerator, Sequence
from datetime import date

from ..client import SnipcartClient
from ..models import Customer, CustomerStatus
from .columns import customers_table
from .formats import Format
from .job import Harvest, Job, OnProgress, Run
from .plan import MOST_PAGES
from .report import ExportReport
from .run import export


async def export_customers(
    snipcart: SnipcartClient,
    path: str | os.PathLike[str],
    *,
    format: str | Format | None = None,  # noqa: A002 - the plain word for it
    created_from: date | None = None,
    created_to: date | None = None,
    status: CustomerStatus | str | None = None,
    name: str | None = None,
    concurrency: int = 8,
    resume: bool = False,
    overwrite: bool = False,
    strict: bool = False,
    session_tokens: bool = False,
    on_progress: OnProgress | None = None,
) -> ExportReport:
    """Write every customer to a file, each once, and report what that proves: `GET /customers`.

    The format follows from the suffix, unless given: "sqlite", "jsonl", "csv", "parquet", or a value such as
    `Csv(bom=True)`. The filters are those of `customers.list`. The file is private, and appears under its name
    only when it is finished; an export that ended early goes on with `resume`. What cannot be read goes to
    `NAME.rejects.jsonl`, or ends the export when `strict`. `on_progress` is called with an `ExportProgress`.

    Raises:
        ConfigurationError: The path or an argument is unusable, or `resume` finds an export of something else.
        ExportError: The disk refuses, the checkpoint is damaged, or `strict` met a record that cannot be read.
        SnipcartError: Snipcart could not be asked; with `resume=True` the export goes on from there.
    """
    run = Run.to(
        snipcart,
        path,
        format,
        created_from=created_from,
        created_to=created_to,
        status=status,
        name=name,
        concurrency=concurrency,
        resume=resume,
        overwrite=overwrite,
        strict=strict,
        on_progress=on_progress,
    )
    del name  # personal data: a traceback shall not show it
    return await export(run, customers_job(run.concurrency, session_tokens=session_tokens))


def customers_job(concurrency: int, *, session_tokens: bool = False) -> Job[Customer]:
    """Make a row of each customer."""
    return Job(
        kind="customers",
        table=customers_table(session_tokens=session_tokens),
        options={"session_tokens": session_tokens},
        gather=_gather,
        ahead=concurrency,
        pages=MOST_PAGES,
    )


async def _gather(customers: Sequence[Customer]) -> AsyncGenerator[Harvest[Customer], None]:
    yield Harvest(customers=len(customers), rows=customers)
