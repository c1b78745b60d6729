"""The progress bar of an export, for people who watch one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..export import ExportProgress
from ..export.job import OnProgress


@contextmanager
def export_progress(kind: str, *, quiet: bool = False) -> Iterator[OnProgress]:
    """Show a bar on stderr where that is a terminal; give what the export shall call."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = Progress(
        TextColumn(f"Exporting {kind}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("customers, window {task.fields[windows]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
        expand=True,
    )
    with bar:
        task = bar.add_task("", total=None, windows="0/?")

        def show(progress: ExportProgress) -> None:
            windows = f"{progress.windows}/{progress.windows_total}"
            bar.update(task, completed=progress.customers, total=progress.total, windows=windows)

        yield show
