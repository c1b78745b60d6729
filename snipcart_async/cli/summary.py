"""What an export wrote and could not prove, in the words of a shop owner."""

from rich.filesize import decimal as human_size

from ..export import ExportReport
from ..export.place import Place
from .next_step import MODES
from .output import counted

_MOST_DOUBTS = 10


def summarize(report: ExportReport) -> str:
    """Tell in plain words what an export wrote, and what it could not prove."""
    nobody = [] if report.customers or report.rejected else [MODES]
    return "\n".join([_written(report), *nobody, *_left_out(report), *_proof(report)])


def _written(report: ExportReport) -> str:
    customers = counted(report.customers, "customer")
    rows = customers if report.orders is None else f"{counted(report.orders, 'order')} of {customers}"
    size = human_size(report.path.stat().st_size)
    begun = f" of {report.begun:%Y-%m-%d %H:%M} UTC" if report.begun else ""
    runs = f", the earlier run{begun} included" if report.resumed else ""
    return f"Wrote {rows} to {report.path} ({size}) in {report.seconds:.1f} s{runs}."


def _left_out(report: ExportReport) -> list[str]:
    lines = []
    if report.missing:
        lines.append(f"Deleted before their orders were read: {counted(report.missing, 'customer')}.")
    if report.repaired:
        customers = counted(report.repaired, "customer")
        lines.append(f"Repaired the text of {customers}: a \N{REPLACEMENT CHARACTER} stands for what no file can hold.")
    if report.rejected:
        records, rejects = counted(report.rejected, "record"), Place(report.path).rejects
        lines.append(f"Left out {records} that could not be read: {rejects} has them, and says why.")
    return lines


def _proof(report: ExportReport) -> list[str]:
    whom = " you asked for" if report.filtered else ""
    until = f" created before {report.created_until:%Y-%m-%d %H:%M:%S} UTC" if report.created_until else ""
    if report.complete:
        return [f"Complete: nobody{whom}{until} is missing."]
    if not report.unproven:
        return [f"Nobody else{whom}{until} is missing."]
    lines = [f"Not proven: {doubt}." for doubt in report.unproven[:_MOST_DOUBTS]]
    if len(report.unproven) > _MOST_DOUBTS:
        lines.append(f"Not proven: {len(report.unproven) - _MOST_DOUBTS:,} more, which --json lists.")
    return [*lines, f"Somebody{until} may be missing there. Export again, when the shop is quiet, to be sure."]
