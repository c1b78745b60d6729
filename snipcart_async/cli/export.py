"""`snipcart export`: everything into a file."""

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
from cyclopts import App

from ..client import SnipcartClient
from ..errors import ExportError
from ..export import ExportReport, export_customers, export_orders, keep_proof
from .examples import examples
from .exit_codes import Exit
from .export_options import DEFAULTS, ExportOptions, Out
from .output import say, write_document
from .progress import export_progress
from .resuming import telling_how_to_go_on
from .summary import summarize

export: App = App(name="export", help="Export everything into a file.", help_epilogue="")


@export.command(
    help_epilogue=examples(
        "export customers customers.sqlite",
        "export customers of-2025.csv --bom --from 2025-01-01 --to 2025-12-31",
        "export customers nightly.jsonl --resume --overwrite --quiet",
    )
)
async def customers(out: Out, /, *, options: ExportOptions = DEFAULTS) -> Exit:
    """Export all customers into a file, which only you may read.

    The exit code is 0 when it is proven that nobody is missing, 3 when the file is there without that proof, and 1
    when the export ended early: the same command with --resume goes on.

    Args:
        out: The file to write, such as customers.sqlite.
        options: What all exports share.
    """
    return await _export("customers", export_customers, out, options)


@export.command(help_epilogue=examples("export orders orders.sqlite", "export orders recent.jsonl --from 2026-01-01"))
async def orders(out: Out, /, *, options: ExportOptions = DEFAULTS, hydrate: bool = False) -> Exit:
    """Export the orders of all customers into a file, which only you may read.

    The filters choose customers. Each order has the id of its customer. The exit codes are those of
    `snipcart export customers`.

    Args:
        out: The file to write, such as orders.sqlite.
        options: What all exports share.
        hydrate: Ask for each order on its own, which is slower and may show more of its items.
    """
    return await _export("orders", export_orders, out, options, hydrate=hydrate)


async def _export(
    kind: str, exporter: Callable[..., Awaitable[ExportReport]], out: str, options: ExportOptions, **more: Any
) -> Exit:
    arguments = options.arguments(out)
    plain = attrs.evolve(options, resume=False) == DEFAULTS and not any(more.values())
    with telling_how_to_go_on(kind, out, plain=plain):
        async with SnipcartClient(max_concurrency=options.concurrency) as snipcart:
            with export_progress(kind, quiet=options.quiet) as on_progress:
                report = await exporter(snipcart, out, **arguments, **more, on_progress=on_progress)
    _keep_proof(report)
    if options.json:
        write_document(report.as_dict())
    elif not options.quiet:
        say(summarize(report))
    return Exit.DONE if report.complete else Exit.UNPROVEN


def _keep_proof(report: ExportReport) -> None:
    """Keep beside the file what is proven of it; the file is there all the same where that cannot be kept."""
    try:
        keep_proof(report)
    except ExportError as error:
        say(f"snipcart: {error}")
