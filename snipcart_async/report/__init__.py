"""A page about an export of customers: figures and charts for whoever runs the shop, and nobody's personal data."""

import os
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import attrs

from ..errors import ConfigurationError
from ..export import Proof, Standing, check_proof, disk
from ..export.place import Place
from .figures import Country, Figures, Loyalty, count
from .history import Grain, History, Period
from .page import render_page
from .rows import Row, read_rows
from .spending import Band, Spending, Top

__all__ = [
    "Band",
    "Country",
    "Figures",
    "Grain",
    "History",
    "Loyalty",
    "Period",
    "Report",
    "Row",
    "Spending",
    "Top",
    "count",
    "read_figures",
    "read_rows",
    "write_report",
]


@attrs.frozen(kw_only=True)
class Report:
    """Say where a page was written, of which figures, and how the file stands to its proof."""

    path: Path
    figures: Figures
    standing: Standing
    proof: Proof | None


def read_figures(file: str | os.PathLike[str]) -> Figures:
    """Read the figures of an export of customers, in any of its formats.

    Raises:
        ConfigurationError: The file is not there, no export of customers, or damaged.
        OSError: The file cannot be read.
    """
    figures, _, _ = _read(Path(file))
    return figures


def write_report(
    file: str | os.PathLike[str], path: str | os.PathLike[str] | None = None, *, overwrite: bool = False
) -> Report:
    """Write a page about an export of customers: one HTML file that only you may read, and that needs no network.

    Without a path the page stands beside the file, with `.html` in place of its suffix.

    Raises:
        ConfigurationError: The file is no export of customers, or the path is taken and `overwrite` is not set.
        OSError: The disk refuses.
    """
    source = Path(file)
    target = source.with_suffix(".html") if path is None else Path(path)
    if problem := _same(source, target) or Place(target).problem(overwrite=overwrite):
        raise ConfigurationError(problem)
    figures, standing, proof = _read(source)
    page = render_page(figures, source.name, standing, proof, datetime.now(UTC))
    _publish(target, page.encode(), overwrite=overwrite)
    return Report(path=target, figures=figures, standing=standing, proof=proof)


def _same(source: Path, target: Path) -> str:
    if source.exists() and target.exists() and source.samefile(target):
        return "path is the export itself: name another file"
    return ""


def _read(file: Path) -> tuple[Figures, Standing, Proof | None]:
    rows = read_rows(file)
    first = next(rows, None)  # what is no export is refused before it is measured
    standing, proof = check_proof(file)
    figures = count(chain([first] if first else [], rows), until=proof.created_until if proof else None)
    return figures, standing, proof


def _publish(target: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file under another name, and give it its own when it is whole."""
    growing = disk.fresh(target)
    disk.remove(growing)
    try:
        with disk.create(growing) as file:
            file.write(content)
            disk.sync_file(file)
        disk.publish(growing, target, overwrite=overwrite)
    finally:
        disk.remove(growing)
