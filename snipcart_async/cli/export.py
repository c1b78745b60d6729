"""`snipcart export`: everything into a file."""

from pathlib import Path

from cyclopts import App
from cyclopts.types import PositiveInt
from rich.filesize import decimal as human_size

from ..client import SnipcartClient
from ..export import ExportReport, export_customers
from ..models import CustomerStatus
from .exit_codes import Exit
from .options import CreatedFrom, CreatedTo
from .output import say, write_document
from .progress import export_progress

export = App(name="export", help="Export everything into a file.")


@export.command
async def customers(
    out: Path,
    /,
    *,
    status: CustomerStatus | None = None,
    name: str | None = None,
    created_from: CreatedFrom = None,
    created_to: CreatedTo = None,
    overwrite: bool = False,
    concurrency: PositiveInt = 8,
    json: bool = False,
    quiet: bool = False,
    session_tokens: bool = False,
) -> Exit:
    """Export all customers into a file, which only you may read.

    The exit code is 0 when it is proven that nobody is missing, 3 when the file is there without that proof.

    Args:
        out: The file to write, such as customers.jsonl.
        status: Only customers of this status.
        name: Only those whose billing name holds this.
        created_from: Only those created on this date, or at this time, or later.
        created_to: Only those created on this date, or at this time, or earlier.
        overwrite: Replace the file if there is one.
        concurrency: How many requests to make at a time.
        json: Print a report as JSON in place of the summary.
        quiet: Show neither progress nor summary.
        session_tokens: Include the tokens with which shoppers are signed in: treat the file like passwords.
    """
    async with SnipcartClient(max_concurrency=concurrency) as snipcart:
        with export_progress(quiet=quiet) as on_progress:
            report = await export_customers(
                snipcart,
                out,
                created_from=created_from,
                created_to=created_to,
                status=status,
                name=name,
                concurrency=concurrency,
                overwrite=overwrite,
                session_tokens=session_tokens,
                on_progress=on_progress,
            )
    if json:
        write_document(report.as_dict())
    elif not quiet:
        say(summarize(report))
    return Exit.DONE if report.complete else Exit.UNPROVEN


def summarize(report: ExportReport) -> str:
    """Tell in plain words what an export wrote, and what it could not prove."""
    size = human_size(report.path.stat().st_size)
    lines = [f"Wrote {report.customers:,} customers to {report.path} ({size}) in {report.seconds:.1f} s."]
    if report.rejected:
        lines.append(f"Left out {report.rejected:,} that could not be read.")
    lines += [f"Not proven complete: {reason}." for reason in report.unproven]
    if report.complete:
        lines.append("Complete: nobody is missing.")
    return "\n".join(lines)
