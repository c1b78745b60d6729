"""`snipcart report`: a page with charts about an export of customers."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import attrs
from cyclopts import Parameter
from rich.filesize import decimal as human_size

from ..export import Standing
from ..export.report import spell_path
from .output import counted, say, write_document

if TYPE_CHECKING:
    from ..report import Report

_SAID = {
    Standing.COMPLETE: "Complete: nobody{whom} is missing, and this is the file that was proven.",
    Standing.UNPROVEN: "Not proven: somebody may be missing, or could not be read; the page says more.",
    Standing.CHANGED: "Not proven: this file is not the one that was proven. Export again to be sure.",
    Standing.UNKNOWN: "Not proven: no proof lies beside the file. Export again to be sure.",
}


def report(
    file: Annotated[str, Parameter(name="FILE")],
    /,
    *,
    out: Annotated[str | None, Parameter(name=["--out", "-o"])] = None,
    overwrite: bool = False,
    json: bool = False,
) -> None:
    """Write a page with charts about an export of customers, for a browser; it shows nobody's personal data.

    Args:
        file: The file of `snipcart export customers`, in any format.
        out: The page to write; otherwise it stands beside FILE and ends in .html.
        overwrite: Replace the page if there is one.
        json: Print the figures as JSON, too.
    """
    from ..report import write_report  # noqa: PLC0415 - Jinja takes its time to load, and no other command needs it

    with _interruptible():
        written = write_report(file, out, overwrite=overwrite)
    if json:
        write_document(_document(written))
        return
    customers = counted(written.figures.customers, "customer")
    size = human_size(written.path.stat().st_size)
    whom = " you asked for" if written.proof and written.proof.filtered else ""
    proof = _SAID[written.standing].format(whom=whom)
    say(f"Wrote a page about {customers} to {written.path} ({size}): open it in a browser.\n{proof}")


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a signal end the process at once: nothing is awaited here, where the event loop would heed it."""
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    handlers = {number: signal.getsignal(number) for number in numbers}
    heeded = {number: handler for number, handler in handlers.items() if handler not in {signal.SIG_IGN, None}}
    for number in heeded:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in heeded.items():
            signal.signal(number, handler)


def _document(written: "Report") -> dict[str, object]:
    return {"path": spell_path(written.path), "proof": written.standing, **attrs.asdict(written.figures)}
