"""The geometry of charts: pure functions from numbers to places, which the page draws as SVG.

Sideways everything is in percent of the chart's width, upwards in pixels: so a chart fits any screen, and its round
ends stay round.
"""

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from math import ceil

import attrs

HEIGHT = 200.0
_LEAST = 2.0
_GAP = 1.5
_FILLED = 0.74
_TICKS = 4
_LOWEST = 88.0
_APART = 12.0


@attrs.frozen(kw_only=True)
class Segment:
    """Place a piece of a column; `series` says which of the stacked ones it is, from 0 at the bottom."""

    series: int
    y: float
    height: float


@attrs.frozen(kw_only=True)
class Column:
    """Place one column; `open` is one that may still grow."""

    x: float
    width: float
    segments: tuple[Segment, ...]
    title: str
    open: bool


@attrs.frozen(kw_only=True)
class Mark:
    """Place a label: along the axis in percent, or beside it in pixels from the top."""

    place: float
    text: str


@attrs.frozen(kw_only=True)
class Columns:
    """Draw stacked columns over time; `series` numbers and names what is stacked somewhere, from the bottom."""

    columns: tuple[Column, ...]
    ticks: tuple[Mark, ...]
    labels: tuple[Mark, ...]
    series: tuple[tuple[int, str], ...]
    height: float = HEIGHT


@attrs.frozen(kw_only=True)
class Bar:
    """Draw a bar with words beside it.

    `width` is in percent, `series` chooses its colour, and `quiet` bars stand for what is no group of its own.
    """

    label: str
    value: str
    share: str
    width: float
    series: int = 0
    quiet: bool = False


@attrs.frozen(kw_only=True)
class Point:
    """Mark a point with words, which begin at the height `words`; "" where they would be written over others."""

    x: float
    y: float
    words: float
    text: str


@attrs.frozen(kw_only=True)
class Curve:
    """Draw a curve in a square of 100 by 100, from the lower left, and mark points of it with words."""

    points: tuple[tuple[float, float], ...]
    marks: tuple[Point, ...]


def draw_columns(
    stacks: Sequence[Sequence[int]],
    *,
    titles: Sequence[str],
    labels: Sequence[str],
    open_ones: Sequence[bool],
    series: tuple[str, ...],
) -> Columns:
    """Place columns side by side, each a stack of counts, on a scale of round numbers; "" is no label."""
    most = max(map(sum, stacks), default=0)
    step = _round_step(most)
    top = max(1, ceil(most / step)) * step
    slot = 100 / max(1, len(stacks))
    return Columns(
        columns=tuple(
            Column(
                x=_short(slot * (place + (1 - _FILLED) / 2)),
                width=_short(slot * _FILLED),
                segments=_pile_up(stack, top),
                title=title,
                open=is_open,
            )
            for place, (stack, title, is_open) in enumerate(zip(stacks, titles, open_ones, strict=True))
        ),
        ticks=tuple(
            Mark(place=_short(HEIGHT * (1 - tick / top)), text=_spell(tick, top)) for tick in range(0, top + 1, step)
        ),
        labels=tuple(
            Mark(place=_short(slot * (place + 0.5)), text=label) for place, label in enumerate(labels) if label
        ),
        series=tuple((number, name) for number, name in enumerate(series) if any(stack[number] for stack in stacks)),
    )


def draw_curve(curve: Sequence[Decimal], marks: Sequence[tuple[int, int, Decimal, str]]) -> Curve:
    """Place a curve of growing sums, and on it points: so many of how many, their sum, and words for it."""
    whole, last = curve[-1], len(curve) - 1

    def height_of(amount: Decimal) -> float:
        return _short(100 - float(amount / whole * 100))

    heights = [height_of(amount) for _, _, amount, _ in marks]
    words = [min(height, _LOWEST) for height in heights]
    return Curve(
        points=tuple((_short(100 * place / last), height_of(amount)) for place, amount in enumerate(curve)),
        marks=tuple(
            Point(
                x=_short(100 * part / all_of_them),
                y=height,
                words=place,
                text=text if above is None or place - above >= _APART else "",
            )
            for (part, all_of_them, _, text), height, place, above in zip(
                marks, heights, words, [*words[1:], None], strict=True
            )
        ),
    )


def width(part: Decimal | int, most: Decimal | int) -> float:
    """Give the width of a bar whose longest neighbour fills the room."""
    return _short(float(Decimal(part) / Decimal(most) * 100)) if most > 0 else 0.0


def _pile_up(stack: Sequence[int], top: int) -> tuple[Segment, ...]:
    """Stack counts from the bottom up, with a thin gap between; nothing that is there is too small to see."""
    heights = [max(_LEAST, _short(HEIGHT * count / top)) if count else 0.0 for count in stack]
    return tuple(
        Segment(series=series, y=_short(HEIGHT - end), height=_short(max(_LEAST, height - _GAP * bool(end - height))))
        for series, (height, end) in enumerate(zip(heights, accumulate(heights), strict=True))
        if height
    )


def _spell(tick: int, top: int) -> str:
    """Spell a number beside the scale, short where the scale has long ones: `50k`, `1.5M`."""
    if top < 100_000:
        return f"{tick:,}"
    return f"{tick / 10**6:,g}M" if tick >= 10**6 else f"{tick // 1000}k" if tick else "0"


def _round_step(most: int) -> int:
    """Give the round number at which a scale has a few ticks."""
    unit: int = 10 ** max(0, len(str(most)) - 2)
    return next(factor * unit for factor in (1, 2, 5, 10, 20, 50) if factor * unit * _TICKS >= most)


def _short(place: float) -> float:
    """Round a place to what can be seen."""
    return round(place, 2)
