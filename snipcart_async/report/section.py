"""A section of the page: one thing told in words, in a drawing, and as a table."""

from collections.abc import Sequence

import attrs

from .charts import Bar, Columns, Curve, width
from .spelling import percent


@attrs.frozen(kw_only=True)
class Section:
    """Tell one thing: in words, in a drawing, and as a table; `notes` say what one might take wrongly."""

    name: str
    title: str
    summary: str
    notes: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    columns: Columns | None = None
    bars: tuple[Bar, ...] = ()
    curve: Curve | None = None


def table_of(counts: Sequence[tuple[str, int]], whole: int) -> tuple[tuple[str, ...], ...]:
    """Give counts and their shares of a whole as rows of a table."""
    return tuple((label, f"{number:,}", percent(number, whole)) for label, number in counts)


def bars_of(counts: Sequence[tuple[str, int]], whole: int, quiet: str = "") -> tuple[Bar, ...]:
    """Give counts as bars, the longest of which fills the room; the `quiet` one is named."""
    most = max(number for _, number in counts)
    return tuple(
        Bar(
            label=label,
            value=f"{number:,}",
            share=percent(number, whole),
            width=width(number, most),
            quiet=label == quiet,
        )
        for label, number in counts
    )
