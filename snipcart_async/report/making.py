"""Making a report: the figures of a file that stays as it is meanwhile, and a page that appears as a whole."""

import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import attrs

from ..errors import ConfigurationError, ExportError
from ..export import Proof, Standing, check_proof, disk
from ..export.place import Place
from .figures import Figures, count
from .page import render_page
from .rows import read_rows


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
        ConfigurationError: The file is not there, no export of customers, damaged, or changed meanwhile.
        ExportError: The file cannot be read.
    """
    figures, _, _ = _read(Path(file), datetime.now(UTC))
    return figures


def write_report(
    file: str | os.PathLike[str], path: str | os.PathLike[str] | None = None, *, overwrite: bool = False
) -> Report:
    """Write a page about an export of customers: one HTML file that only you may read, and that needs no network.

    Without a path the page stands beside the file, with `.html` in place of its suffix.

    Raises:
        ConfigurationError: The file is no export of customers, or changed meanwhile, or the path is taken and
            `overwrite` is not set.
        ExportError: The file cannot be read, or the path not be written.
    """
    source, now = Path(file), datetime.now(UTC)
    target = source.with_suffix(".html") if path is None else Path(path)
    if problem := _belongs_to(source, target) or Place(target).problem(overwrite=overwrite):
        raise ConfigurationError(problem)
    figures, standing, proof = _read(source, now)
    page = render_page(figures, source.name, standing, proof, now)
    if problem := _publish(target, page.encode(errors="replace"), overwrite=overwrite):  # a name may be no UTF-8
        raise ExportError(f"path cannot be written: {problem}; name another place")
    return Report(path=target, figures=figures, standing=standing, proof=proof)


def _belongs_to(source: Path, target: Path) -> str:
    """Say what the page must not take the place of, whatever its name."""
    proof = Place(Path(os.path.realpath(source))).report
    for path, what in ((source, "the export itself"), (proof, "the proof of the export")):
        with suppress(OSError):
            if target.samefile(path):
                return f"path is {what}: name another file"
    return ""


def _read(file: Path, now: datetime) -> tuple[Figures, Standing, Proof | None]:
    before = _identity(file)
    rows = read_rows(file)
    first = next(rows, None)  # what is no export is refused before it is measured
    standing, proof = _check(file)
    until = proof.created_until if proof else None
    figures = count(chain([first] if first else [], rows), until=until, now=now)
    if _identity(file) != before:
        raise ConfigurationError("file was changed while it was read: run it again")
    if proof and proof.customers != figures.customers:
        return figures, Standing.CHANGED, None
    return figures, standing, proof


def _identity(file: Path) -> tuple[int, ...]:
    with suppress(OSError):
        found = file.stat()
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns
    return ()


def _check(file: Path) -> tuple[Standing, Proof | None]:
    try:
        return check_proof(file)
    except OSError as error:
        problem = disk.reason(error)
    raise ExportError(f"file cannot be read: {problem}")


def _publish(target: Path, content: bytes, *, overwrite: bool) -> str:
    """Write a file under a name that nobody has, and give it its own when it is whole; say what goes wrong."""
    try:
        descriptor, name = tempfile.mkstemp(prefix=".report-", dir=target.parent)
        growing = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                disk.sync_file(file)
            disk.publish(growing, target, overwrite=overwrite)
        finally:
            disk.remove(growing)
    except OSError as error:
        return disk.reason(error)
    return ""
