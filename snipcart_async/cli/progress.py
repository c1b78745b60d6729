"""The progress bar of an export, for people who watch one."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..export import ExportProgress


@contextmanager
def export_progress(*, quiet: bool = False) -> Iterator[Callable[[ExportProgress], None]]:
    """Show a bar on stderr where that is a terminal; give what the export shall call."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = Progress(
        TextColumn("Exporting customers"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda progress: bar.update(task, completed=progress.customers, total=progress.total)
